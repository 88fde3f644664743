import { describe, expect, test } from 'vitest';
import {
  BRAKE_CAUSE,
  mayTellOfParked,
  nextAlarm,
  planAlert,
  planMachineMail,
  planParkedAlert,
} from '../../../src/decide/desk/plan-alarms.ts';
import type { Alarm } from '../../../src/domain/desk/alarm.ts';
import { address, inboundId, NOW } from '../../support/decisions.ts';

const MINUTE = 60_000;
const OLGA = address('olga@ops.example');

/** What the operators hear of one cause, looked at at these minutes: `+` is right, `-` is wrong. */
function play(looks: [minute: number, sign: '+' | '-'][], cause = 'polls'): string[] {
  let alarm: Alarm | undefined;
  const told: string[] = [];
  for (const [minute, sign] of looks) {
    const step = nextAlarm(alarm, { cause, ok: sign === '+', detail: '' }, NOW + minute * MINUTE);
    if (step.tell) told.push(`${step.tell} at ${minute}`);
    alarm = step.alarm;
  }
  return told;
}

/** One look a minute. */
const minutes = (signs: string) =>
  [...signs].map((sign, minute): [number, '+' | '-'] => [minute, sign === '+' ? '+' : '-']);

describe('an alarm', () => {
  test('is told once after three looks in a row, and once when it is over for as many', () => {
    expect(play(minutes('++-----++++--'))).toEqual(['begun at 4', 'over at 9']);
  });

  test('is not told of for a flicker', () => {
    expect(play(minutes('--+--+-+--+'))).toEqual([]);
  });

  test('is not over for a flicker either', () => {
    expect(play(minutes('---++-++-+-'))).toEqual(['begun at 2']);
  });

  test('begins again, and is told again, after it was over', () => {
    expect(play(minutes('---+++---+++'))).toEqual(['begun at 2', 'over at 5', 'begun at 8', 'over at 11']);
  });

  test('counts looks of several processes in one minute once', () => {
    expect(
      play([
        [0, '-'],
        [0.1, '-'],
        [0.2, '-'],
        [1, '-'],
        [1.1, '-'],
      ]),
    ).toEqual([]);
  });

  test('counts one look, and neither none nor all, when the clock jumps', () => {
    expect(
      play([
        [0, '-'],
        [1_440, '-'],
        [1, '-'],
        [2, '-'],
      ]),
    ).toEqual(['begun at 1']);
  });

  test('of the brake is told at once, and over after a whole window of calm', () => {
    expect(play(minutes(`+-${'+'.repeat(9)}-${'+'.repeat(12)}`), BRAKE_CAUSE)).toEqual(['begun at 1', 'over at 21']);
  });
});

describe('the mails to the operators', () => {
  const alarm = { cause: 'polls', since: NOW, looks: 0, lookedAt: NOW, toldAt: NOW };

  test('go to each of them, with a key that makes them once for the beginning and once for the end', () => {
    const operators = [OLGA, address('Pat@ops.example')];
    const begun = planAlert(operators, 'begun', alarm, 'the last good poll was never', NOW);
    const over = planAlert(operators, 'over', alarm, 'last good poll 2 s ago', NOW + 4 * MINUTE);
    expect(begun.map((draft) => draft.recipient)).toEqual(operators);
    expect(new Set([...begun, ...over].map((draft) => draft.dedupeKey)).size).toBe(4);
    expect(begun[0]?.payload?.lines?.join(' ')).toContain('the last good poll was never');
    expect(over[0]?.payload?.lines?.[0]).toBe('It is over after 4 minutes. What it was: No mail is being fetched.');
    expect([begun, over].map(([draft]) => draft?.payload?.over)).toEqual([false, true]);
  });

  test('of parked mail name how many, their numbers up to twenty, and the three choices', () => {
    const ids = Array.from({ length: 25 }, (_, index) => inboundId(index + 7));
    const [draft] = planParkedAlert([OLGA], { reason: 'over-rate', ids });
    const text = draft?.payload?.lines?.join('\n') ?? '';
    expect(text).toContain('25 mails are parked');
    expect(text).toContain('7, 8, 9');
    expect(text).toContain('26 and 5 more');
    for (const choice of ['show 7', 'accept 7', 'discard 7']) expect(text).toContain(`turnmail parked ${choice}`);
    expect(planParkedAlert([OLGA], { reason: 'over-rate', ids: [] })).toEqual([]);
  });

  test('of parked mail come once an hour at most, whatever the clock does', () => {
    expect(mayTellOfParked('over-rate', undefined, NOW)).toBe(true);
    expect(mayTellOfParked('over-rate', NOW, NOW + 59 * MINUTE)).toBe(false);
    expect(mayTellOfParked('over-rate', NOW, NOW + 60 * MINUTE)).toBe(true);
    expect(mayTellOfParked('over-rate', NOW, NOW - 1)).toBe(true);
  });

  test('of what machines carried come once a day, with a line for each mail', () => {
    expect(mayTellOfParked('machine-mail', NOW, NOW + 23 * 60 * MINUTE)).toBe(false);
    expect(mayTellOfParked('machine-mail', NOW, NOW + 24 * 60 * MINUTE)).toBe(true);
    const mails = [
      { id: inboundId(7), from: 'ingo@old.example', subject: 'FW: Order 7' },
      { id: inboundId(9), from: undefined, subject: undefined },
    ];
    const [draft, ...others] = planMachineMail([OLGA], mails, 5);
    expect(others).toEqual([]);
    expect(draft?.payload?.lines).toEqual([
      expect.stringContaining('(5)'),
      '7: ingo@old.example: Order 7',
      '9: nobody: (no subject)',
      expect.stringContaining('3 more'),
      expect.stringContaining('/accept 7'),
      expect.stringContaining('FORM_SENDERS'),
    ]);
    expect(planMachineMail([OLGA], [], 0)).toEqual([]);
  });
});
