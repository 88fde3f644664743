import { expect, test } from 'vitest';
import { pressLink } from '../../../src/decide/desk/decide-link.ts';
import type { TicketFacts } from '../../../src/domain/ticket/facts.ts';
import type { LinkPurpose } from '../../../src/domain/ticket/link.ts';
import { ALICE, BOB, DAY, deeds, NOW, sent, ticket, token } from '../../support/decisions.ts';

const press = (facts: TicketFacts, purpose: LinkPurpose, createdAt = NOW - DAY, usedAt?: number) =>
  pressLink({
    ticket: facts,
    purpose,
    token: token(purpose, { createdAt, usedAt }),
    agents: [ALICE, BOB],
    reopenDays: 7,
    now: NOW,
  });
const closedAt = (at: number) => ticket({ status: 'closed', closedAt: at, turns: [{ id: 1, answered: true }] });

test('close closes once', () => {
  const outcome = press(ticket({ turns: [{ id: 1 }] }), 'close');
  expect(outcome.kind === 'act' && deeds(outcome.effects)).toEqual(['close', 'use-token']);
  expect(outcome.kind === 'act' && sent(outcome.effects)).toEqual(['closing to jo@customer.example']);
  expect(press(ticket({ status: 'closed' }), 'close')).toEqual({ kind: 'already' });
  expect(press(ticket({ status: 'closed' }), 'close', NOW - DAY, NOW - 1)).toEqual({ kind: 'already' });
  expect(press(ticket({ turns: [{ id: 1 }] }), 'close', NOW - DAY, NOW - 1)).toEqual({ kind: 'not-now' });
});

test('feedback is for a closed ticket, can be changed, and the same again is nothing', () => {
  expect(press(ticket({ status: 'closed' }), 'satisfied')).toMatchObject({ kind: 'act' });
  expect(press(ticket({ status: 'closed', feedback: 'satisfied' }), 'satisfied')).toEqual({ kind: 'already' });
  expect(press(ticket({ status: 'closed', feedback: 'satisfied' }), 'not-satisfied')).toMatchObject({ kind: 'act' });
  expect(press(ticket({ status: 'closed' }), 'satisfied', NOW - DAY, NOW - 1)).toMatchObject({ kind: 'act' });
  expect(press(ticket(), 'satisfied')).toEqual({ kind: 'not-now' });
});

test('open again opens the ticket and tells the agents, and takes no turn', () => {
  const outcome = press(closedAt(NOW - DAY), 'reopen');
  expect(outcome.kind === 'act' && deeds(outcome.effects)).toEqual(['reopen', 'use-token']);
  expect(outcome.kind === 'act' && sent(outcome.effects)).toEqual(
    [ALICE, BOB].map(({ email }) => `notification to ${email}`),
  );
  expect(press(ticket({ turns: [{ id: 1 }] }), 'reopen')).toEqual({ kind: 'already' });
});

test('open again is over after REOPEN_DAYS, on spam, and by the link of an earlier closing', () => {
  expect(press(closedAt(NOW - 8 * DAY), 'reopen', NOW - 8 * DAY)).toEqual({ kind: 'not-now' });
  expect(press(closedAt(NOW - DAY), 'reopen', NOW - 2 * DAY)).toEqual({ kind: 'not-now' });
  expect(press(ticket({ status: 'closed', closedAt: NOW - DAY, spam: true }), 'reopen')).toEqual({ kind: 'not-now' });
  const never = pressLink({
    ticket: closedAt(NOW - 1),
    purpose: 'reopen',
    token: token('reopen', { createdAt: NOW - 1 }),
    agents: [ALICE, BOB],
    reopenDays: 0,
    now: NOW,
  });
  expect(never).toEqual({ kind: 'not-now' });
});
