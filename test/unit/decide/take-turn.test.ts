import { describe, expect, test } from 'vitest';
import { type TurnQuestion, takeTurn } from '../../../src/decide/mail/take-turn.ts';
import type { Turn } from '../../../src/domain/ticket/ticket.ts';
import { DAY, NOW, responseId } from '../../support/decisions.ts';
import { fc } from '../../support/seeded-properties.ts';

const turn = (id: number, answered: boolean): Turn => ({
  responseId: responseId(id),
  sentTime: NOW - DAY + id,
  answered,
});

const ask = (over: Partial<TurnQuestion>) =>
  takeTurn({
    status: 'in_process',
    closedAt: undefined,
    turns: [],
    named: undefined,
    reopenDays: 7,
    now: NOW,
    ...over,
  });

/** The table of docs/turns.md, line by line. */
describe('the turn rule', () => {
  const table: [string, Partial<TurnQuestion>, ReturnType<typeof takeTurn>][] = [
    [
      'a mail before any response is held',
      { status: 'open' },
      { kind: 'hold', reason: 'before-any-response', responseId: undefined },
    ],
    [
      'an answer takes the open turn',
      { turns: [turn(1, false)] },
      { kind: 'take', responseId: responseId(1), reopens: false },
    ],
    [
      'an answer to an older response fills that one, even if a newer exists',
      { turns: [turn(1, false), turn(2, false)], named: responseId(1) },
      { kind: 'take', responseId: responseId(1), reopens: false },
    ],
    [
      'a mail that names no response answers the newest',
      { turns: [turn(1, false), turn(2, false)] },
      { kind: 'take', responseId: responseId(2), reopens: false },
    ],
    [
      'a second mail for a taken turn is held',
      { turns: [turn(1, true)], named: responseId(1) },
      { kind: 'hold', reason: 'turn-already-taken', responseId: responseId(1) },
    ],
    [
      'a mail that names a taken turn is held, though another is open',
      { turns: [turn(1, true), turn(2, false)], named: responseId(1) },
      { kind: 'hold', reason: 'turn-already-taken', responseId: responseId(1) },
    ],
    [
      'a mail that names no response never slips into an older open turn',
      { turns: [turn(1, false), turn(2, true)] },
      { kind: 'hold', reason: 'turn-already-taken', responseId: responseId(2) },
    ],
    [
      'an answer within the reopening window reopens',
      { status: 'closed', closedAt: NOW - 6 * DAY, turns: [turn(1, false)], named: responseId(1) },
      { kind: 'take', responseId: responseId(1), reopens: true },
    ],
    [
      'an answer on the last millisecond of the window reopens',
      { status: 'closed', closedAt: NOW - 7 * DAY, turns: [turn(1, false)] },
      { kind: 'take', responseId: responseId(1), reopens: true },
    ],
    [
      'a later answer opens a new ticket',
      { status: 'closed', closedAt: NOW - 7 * DAY - 1, turns: [turn(1, false)] },
      { kind: 'follow' },
    ],
    [
      'with no window nothing reopens',
      { status: 'closed', closedAt: NOW, reopenDays: 0, turns: [turn(1, false)] },
      { kind: 'follow' },
    ],
    [
      'a mail to a closed ticket whose turn is taken opens a new one',
      { status: 'closed', closedAt: NOW, turns: [turn(1, true)] },
      { kind: 'follow' },
    ],
    [
      'a mail to a ticket closed without a response opens a new one',
      { status: 'closed', closedAt: NOW },
      { kind: 'follow' },
    ],
  ];
  test.each(table)('%s', (_name, over, outcome) => {
    expect(ask(over)).toEqual(outcome);
  });

  test('whatever the ticket, only an open turn is ever taken, and a closed ticket holds nothing', () => {
    const turns = fc
      .array(fc.boolean(), { maxLength: 6 })
      .map((answered) => answered.map((one, index) => turn(index + 1, one)));
    fc.assert(
      fc.property(
        fc.constantFrom('open' as const, 'in_process' as const, 'closed' as const),
        turns,
        fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }),
        fc.integer({ min: 0, max: 20 }),
        (status, all, named, days) => {
          const outcome = ask({
            status,
            turns: all,
            named: named === undefined ? undefined : responseId(named),
            closedAt: NOW - days * DAY,
          });
          if (outcome.kind === 'take') {
            expect(all.find((one) => one.responseId === outcome.responseId)?.answered).toBe(false);
            expect(outcome.reopens).toBe(status === 'closed');
          }
          if (outcome.kind === 'hold') expect(status).not.toBe('closed');
          if (outcome.kind === 'follow') expect(status).toBe('closed');
        },
      ),
    );
  });
});
