import { describe, expect, test } from 'vitest';
import { endUnknown } from '../../../src/decide/send/end-unknown.ts';
import { NOW } from '../../support/decisions.ts';

const MINUTE = 60_000;
const once = { unknownAttempts: 1, endedAt: NOW, heardOf: false };

describe('a mail that a server may or may not have taken', () => {
  test('waits, and goes out once more when the pause is over', () => {
    expect(endUnknown(once, 30, NOW + 29 * MINUTE)).toBe('wait');
    expect(endUnknown(once, 30, NOW + 30 * MINUTE)).toBe('resend');
  });

  test('was sent when anything shows it, whatever else holds', () => {
    expect(endUnknown({ ...once, heardOf: true }, 30, NOW)).toBe('sent');
    expect(endUnknown({ ...once, heardOf: true }, 0, NOW)).toBe('sent');
    expect(endUnknown({ ...once, unknownAttempts: 2, heardOf: true }, 30, NOW)).toBe('sent');
  });

  test('is told to the agents when it was unknown twice, and at once where nothing is sent again', () => {
    expect(endUnknown({ ...once, unknownAttempts: 2 }, 30, NOW + 300 * MINUTE)).toBe('tell');
    expect(endUnknown(once, 0, NOW + 300 * MINUTE)).toBe('tell');
  });

  test('does not wait for ever when the clock was set back a day', () => {
    expect(endUnknown(once, 30, NOW - 24 * 60 * MINUTE)).toBe('resend');
  });
});
