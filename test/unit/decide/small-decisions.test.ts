import { describe, expect, test } from 'vitest';
import { cleanSubject } from '../../../src/decide/mail/words/mail-words.ts';
import { nextDecision, pauseAfterAttempt, pauseBeforeComposing } from '../../../src/decide/send/retry.ts';
import { DAY } from '../../support/decisions.ts';

describe('a cleaned subject', () => {
  test.each([
    ['Re: AW: Fwd: [#12] Printer on fire', 'Printer on fire'],
    ['RE[2]: Printer', 'Printer'],
    ['回复：打印机', '打印机'],
    ['a\r\nBcc: victim@x.example', 'a Bcc: victim@x.example'],
    ['safe\u202Egnp.exe', 'safegnp.exe'],
    ['zero\u200bwidth', 'zerowidth'],
    ['   ', ''],
    ['Research: results', 'Research: results'],
  ])('%j is %j', (subject, cleaned) => {
    expect(cleanSubject(subject)).toBe(cleaned);
  });

  test('is at most 200 characters, and never half a character', () => {
    expect([...cleanSubject('😀'.repeat(500))]).toHaveLength(200);
  });
});

describe('trying again', () => {
  test('waits longer each time and gives up after three days', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7, 8].map((attempt) => pauseAfterAttempt(attempt, 0));
    expect(pauses).toEqual([5_000, 15_000, 60_000, 300_000, 900_000, 1_800_000, 3_600_000, 3_600_000]);
    expect(pauseAfterAttempt(50, 3 * DAY + 1)).toBeUndefined();
    // The desk was down for four days, or its clock jumped: the first attempt is not the last.
    expect(pauseAfterAttempt(1, 4 * DAY)).toBe(5_000);
  });

  test('to compose goes on each minute, until a day has passed and it has been tried for ten hours', () => {
    expect(pauseBeforeComposing(1, 0)).toBe(60_000);
    // Its age alone says nothing: the clock may be a day ahead.
    expect(pauseBeforeComposing(1, DAY)).toBe(60_000);
    expect(pauseBeforeComposing(700, DAY - 1)).toBe(60_000);
    expect(pauseBeforeComposing(600, DAY)).toBeUndefined();
  });

  test('to decide waits at most a minute', () => {
    expect(nextDecision(1)).toBe(1_000);
    expect(nextDecision(100)).toBe(60_000);
  });
});
