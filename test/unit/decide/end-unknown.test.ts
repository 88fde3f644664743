import { describe, expect, test } from 'vitest';
import { endUnknown } from '../../../src/decide/send/end-unknown.ts';

const MINUTE = 60_000;
const once = { unknownAttempts: 1, msSinceEnd: 0, heardOf: false };

describe('a mail that a server may or may not have taken', () => {
  test('waits, and goes out once more when the pause is over', () => {
    expect(endUnknown({ ...once, msSinceEnd: 30 * MINUTE - 1 }, 30)).toBe('wait');
    expect(endUnknown({ ...once, msSinceEnd: 30 * MINUTE }, 30)).toBe('resend');
  });

  test('was sent when anything shows it, whatever else holds', () => {
    expect(endUnknown({ ...once, heardOf: true }, 30)).toBe('sent');
    expect(endUnknown({ ...once, heardOf: true }, 0)).toBe('sent');
    expect(endUnknown({ ...once, unknownAttempts: 2, heardOf: true }, 30)).toBe('sent');
  });

  test('is told to the agents when it was unknown twice, and at once where nothing is sent again', () => {
    expect(endUnknown({ ...once, unknownAttempts: 2, msSinceEnd: 300 * MINUTE }, 30)).toBe('tell');
    expect(endUnknown(once, 0)).toBe('tell');
  });
});
