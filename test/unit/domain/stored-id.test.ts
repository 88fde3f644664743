import { expect, test } from 'vitest';
import { storedId } from '../../../src/domain/ticket/stored-id.ts';

const PROOF = 'abcdefghijklmnopqrstuvwx27';
const OTHER = 'bbcdefghijklmnopqrstuvwx27';

test.each([
  [
    'a Message-ID that holds a reply token',
    `12-3f-${PROOF}.1k@desk.example`,
    /^12-3f-~[0-9a-f]{16}\.1k@desk\.example$/,
  ],
  [
    'a Message-ID of a mail that nobody should answer',
    `b1k-${PROOF}@desk.example`,
    /^b1k-~[0-9a-f]{16}@desk\.example$/,
  ],
  ['an envelope sender', `support+b1k-${PROOF}@desk.example`, /^support\+b1k-~[0-9a-f]{16}@desk\.example$/],
  ['one that a client wrote in capitals', `12-3F-${PROOF.toUpperCase()}.1K@desk.example`, /^12-3F-~[0-9a-f]{16}\.1K@/],
])('%s is stored without its proof', (_what, id, stored) => {
  expect(storedId(id)).toMatch(stored);
  expect(storedId(id).toLowerCase()).not.toContain(PROOF);
});

test('the same id is stored the same, another proof otherwise, whatever its case', () => {
  const id = (proof: string) => `12-3f-${proof}.1k@desk.example`;
  expect(storedId(id(PROOF))).toBe(storedId(id(PROOF)));
  expect(storedId(id(PROOF.toUpperCase()))).toBe(storedId(id(PROOF)));
  expect(storedId(id(OTHER))).not.toBe(storedId(id(PROOF)));
});

test('ids of other people stay as they are', () => {
  for (const id of ['CAF=abc-12@mail.example', '20261130-xyz-1@x.example', `${PROOF}@x.example`, 'a~b@x.example'])
    expect(storedId(id)).toBe(id);
});

test('who has read the stored form and sends it finds nothing by it', () => {
  const stored = storedId(`12-3f-${PROOF}.1k@desk.example`);
  expect(storedId(stored)).not.toBe(stored);
});
