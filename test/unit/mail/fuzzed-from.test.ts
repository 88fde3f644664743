import { expect, test } from 'vitest';
import { disagreement, hostileHead } from '../../support/from-readers.ts';
import { seededRandom } from '../../support/mutate-mail.ts';

test('of 20,000 hostile From fields mailauth and nodemailer read nobody else in those that we accept', async () => {
  const random = seededRandom(22);
  let accepted = 0;
  for (let number = 1; number <= 20_000; number++) {
    const head = hostileHead(random);
    const found = await disagreement(head);
    if (found.accepted) accepted++;
    expect(found.why, JSON.stringify(head)).toBeUndefined();
  }
  // A reader that accepts nobody would pass too.
  expect(accepted).toBeGreaterThan(2_000);
});

test('what once was read in two ways is accepted by nobody, or verified by nobody', async () => {
  for (const head of [
    'From: Jo <jo@x.exampl\xa0>\r\nSubject: x\r\n\r\n',
    'From: jo@x.exampl\xa0\r\nSubject: x\r\n\r\n',
    ' From: <eve@v.example>\r\nFrom: jo@x.example\r\nSubject: x\r\n\r\n',
  ]) {
    expect((await disagreement(head)).why, JSON.stringify(head)).toBeUndefined();
  }
});
