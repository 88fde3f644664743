import { describe, expect, test } from 'vitest';
import { digestMoment, planDigest, planReminder } from '../../../src/decide/desk/plan-reminders.ts';
import { ALICE, BOB, NOW, ticketId } from '../../support/decisions.ts';

const HOUR = 3_600_000;
const remind = (hours: number, assignee: typeof ALICE | null = ALICE, remindHours = 24) =>
  planReminder(
    { ticketId: ticketId(12), since: NOW - hours * HOUR, assigneeId: assignee?.id },
    [ALICE, BOB],
    remindHours,
    NOW,
  );

describe('a ticket that waits', () => {
  test('is left alone at first, then brought to its agent’s mind, then to everybody’s', () => {
    expect(remind(23.9)).toEqual([]);
    expect(remind(24).map((draft) => draft.recipient)).toEqual([ALICE.email]);
    expect(remind(48).map((draft) => draft.recipient)).toEqual([ALICE.email, BOB.email]);
  });

  test('that nobody has is brought to everybody’s mind at once', () => {
    expect(remind(24, null)).toHaveLength(2);
  });

  test('causes each reminder once for one wait, and anew for the next', () => {
    const key = (hours: number) => remind(hours)[0]?.dedupeKey;
    expect(key(24)).toBe(`reminder:ticket-12:since-${NOW - 24 * HOUR}:first:agent-1`);
    expect(key(48)).toContain(':second:agent-1');
    expect(key(24)).not.toBe(key(25));
  });

  test('is never brought up where reminders are off', () => {
    expect(remind(1000, ALICE, 0)).toEqual([]);
  });
});

describe('the daily list', () => {
  test('is due from its time of day on, and never where none is set', () => {
    const eight = Date.UTC(2026, 10, 22, 8);
    const HOUR = 3_600_000;
    expect(digestMoment('08:00', '07:59', eight - 60_000)).toBeUndefined();
    expect(digestMoment('08:00', '08:00', eight + 12_345)).toBe(eight);
    expect(digestMoment('08:00', '23:59', eight + 16 * HOUR - 1)).toBe(eight);
    expect(digestMoment(undefined, '12:00', eight)).toBeUndefined();
  });

  test('is made once for each agent and date', () => {
    expect(planDigest(ALICE, '2026-11-22').dedupeKey).toBe('digest:2026-11-22:agent-1');
  });
});
