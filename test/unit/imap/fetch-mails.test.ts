import { expect, test } from 'vitest';
import { type MailSize, planBatches, uidSet } from '../../../src/imap/fetch-mails.ts';

test('UIDs are written as ranges', () => {
  expect(uidSet([1, 2, 3, 7, 9, 10])).toBe('1:3,7,9:10');
  expect(uidSet([5])).toBe('5');
});

test('batches hold no mail twice and leave none out, whatever the sizes', async () => {
  const mails: MailSize[] = [10, 60, 50, 101, 2000, 1, 1, 1].map((size, index) => ({
    uid: index + 1,
    size,
    internalDate: undefined,
  }));
  const batches = await planBatches(mails, { limit: 3, maxBatchBytes: 100, maxMailBytes: 1000 });
  expect(batches.map((batch) => batch.map((mail) => mail.uid))).toEqual([[1, 2], [3], [4], [5, 6, 7, 8]]);
});
