import { describe, expect, test } from 'vitest';
import type { Act } from '../../../src/decide/plan/acting.ts';
import { planNeeds, type Reserved } from '../../../src/decide/plan/plan-needs.ts';
import { planRows } from '../../../src/decide/plan/plan-rows.ts';
import { receipt } from '../../../src/decide/send/plan-outbox.ts';
import type { Effect } from '../../../src/domain/ticket/decision.ts';
import type { TicketFacts } from '../../../src/domain/ticket/facts.ts';
import type { OutboxId, ResponseId, TicketId, TokenId } from '../../../src/domain/ticket/ids.ts';
import { ALICE, CUSTOMER, IDENTITY, NOW, RULES, responseId, ticket } from '../../support/decisions.ts';

/** When the planned acts happen, by the clock that mails are counted by. */
const BY_THE_DATABASE = NOW + 3_600_000;

const act = (effects: Effect[], of?: TicketFacts, actor: Act['decision']['actor'] = 'agent:1'): Act => ({
  decision: { effects, actor, ticketId: of?.id },
  ticket: of,
  identity: IDENTITY,
  mailboxId: undefined,
  inbound: undefined,
});

/** Plans as the flow does, with ids from 101 on, and as many mails counted before as `counted` says. */
function plan(acts: Act[], { knownKeys = [] as string[], counted = 0, now = NOW } = {}) {
  const needs = planNeeds(acts, RULES);
  const ids = <T>(count: number) => Array.from({ length: count }, (_, index) => (101 + index) as T);
  const reserved: Reserved = {
    at: BY_THE_DATABASE,
    tickets: ids<TicketId>(needs.tickets),
    responses: ids<ResponseId>(needs.responses),
    tokens: ids<TokenId>(needs.tokens),
    outbox: ids<OutboxId>(needs.outbox),
    knownKeys,
  };
  const before = { perTicket: counted, perRecipient: counted, perDomain: counted, perAgent: counted };
  const asked = needs.drafts.map((drafts) => drafts.map((draft) => ({ ...draft, before })));
  return planRows(acts, asked, reserved, RULES, now);
}

describe('a response', () => {
  test('never stands before an earlier one of its ticket, whatever the clock says', () => {
    const facts = ticket({ turns: [{ id: 1 }] });
    const { rows } = plan([act([{ do: 'respond', agentId: ALICE.id, words: 'Water.' }], facts)], { now: 1_000 });
    const before = facts.turns[0]?.sentTime ?? 0;
    expect(rows.responses).toEqual([{ id: 101, ticketId: facts.id, words: 'Water.', sentTime: before + 1 }]);
    expect(rows.tickets).toMatchObject([{ status: 'in_process', lastUpdatedOn: 1_000 }]);
  });

  test('that closes is the last response, and the tokens of its mails know it', () => {
    const facts = ticket({ turns: [{ id: 1, words: 'Older.' }] });
    const { rows, carried } = plan([
      act(
        [
          { do: 'respond', agentId: ALICE.id, words: 'Newer.' },
          {
            do: 'send',
            draft: {
              template: 'response',
              audience: 'customer',
              recipient: CUSTOMER,
              responseId: 'new',
              reply: { purpose: 'turn' },
            },
          },
          { do: 'close', by: 'agent', spam: false },
        ],
        facts,
      ),
    ]);
    expect(rows.tickets).toMatchObject([
      { status: 'closed', lastResponse: 'Newer.', closedBy: 'agent', closedAt: NOW },
    ]);
    expect(rows.tokens).toMatchObject([{ id: 101, purpose: 'turn', responseId: 101 }]);
    expect(rows.outbox).toMatchObject([{ id: 101, responseId: 101, tokenId: 101, ticketId: facts.id }]);
    expect(carried).toEqual([{ ticketId: facts.id, responseId: 101, sends: 1 }]);
    expect(rows.audit.map(({ action }) => action)).toEqual(['responded', 'closed']);
  });
});

describe('a ticket that is not as it was decided on', () => {
  test.each<[string, TicketFacts, Effect]>([
    [
      'is not answered twice',
      ticket({ turns: [{ id: 1, answered: true }] }),
      { do: 'take-turn', responseId: responseId(1), words: 'x' },
    ],
    ['is not closed twice', ticket({ status: 'closed' }), { do: 'close', by: 'agent', spam: false }],
    ['is not opened while it is open', ticket(), { do: 'reopen', to: 'open' }],
    ['takes no feedback while it is open', ticket(), { do: 'feedback', feedback: 'satisfied' }],
  ])('%s', (_, facts, effect) => {
    expect(() => plan([act([effect], facts)])).toThrow(expect.objectContaining({ code: 'turn-lost' }));
  });
});

test('opening again forgets how it ended, and remembers when', () => {
  const facts = ticket({ status: 'closed', turns: [{ id: 1 }], feedback: 'satisfied', spam: true });
  const { rows } = plan([act([{ do: 'reopen', to: 'in_process' }], facts)]);
  expect(rows.tickets).toMatchObject([
    {
      status: 'in_process',
      feedback: undefined,
      lastResponse: undefined,
      closedAt: undefined,
      spam: false,
      reopenedAt: NOW,
    },
  ]);
});

describe('an act of a person who proved who they are', () => {
  test('is written down with the ticket, so that counts start anew', () => {
    const facts = ticket();
    const { rows } = plan([act([{ do: 'assign', agentId: ALICE.id }], facts)]);
    expect(rows.tickets).toMatchObject([{ personActedAt: BY_THE_DATABASE, assigneeId: ALICE.id }]);
  });

  test('is nothing that happens by itself, nor a mail that only asks for help', () => {
    const bySilence = plan([act([{ do: 'close', by: 'silence', spam: false }], ticket(), 'system')]);
    expect(bySilence.rows.tickets).toMatchObject([{ personActedAt: undefined }]);
    const asking: Effect = {
      do: 'send',
      draft: { template: 'confirmation', audience: 'agent', recipient: ALICE.email },
    };
    expect(plan([act([asking], ticket())]).rows.tickets).toEqual([]);
  });
});

describe('a mail that was written before', () => {
  const once = {
    ...receipt(CUSTOMER, false),
    dedupeKey: 'once' as NonNullable<ReturnType<typeof receipt>['dedupeKey']>,
  };
  const send: Effect = { do: 'send', draft: once };

  test('is not written again, in the same batch either', () => {
    expect(plan([act([send], ticket())], { knownKeys: ['once'] }).rows.outbox).toEqual([]);
    const twice = plan([act([send], ticket({ id: 1 })), act([send], ticket({ id: 2 }))]);
    expect(twice.rows.outbox).toMatchObject([{ ticketId: 1 }]);
    expect(twice.carried.map(({ sends }) => sends)).toEqual([1, 0]);
  });

  test('leaves its key free where a bound holds it, and makes no token', () => {
    const { rows } = plan([act([send], ticket(), 'system')], { counted: 99 });
    expect(rows.outbox).toMatchObject([{ heldBy: 'per-ticket', dedupeKey: undefined, tokenId: undefined }]);
    expect(rows.tokens).toEqual([]);
  });
});

test('effects behind the opening of a ticket change the new row itself', () => {
  const opening: Effect = {
    do: 'open-ticket',
    email: CUSTOMER,
    query: 'It burns.',
    subject: 'Fire',
    follows: undefined,
  };
  const { rows } = plan([act([opening, { do: 'respond', agentId: ALICE.id, words: 'Water.' }])]);
  expect(rows.newTickets).toMatchObject([{ id: 101, status: 'in_process', customer: CUSTOMER }]);
  expect(rows.responses).toMatchObject([{ ticketId: 101, words: 'Water.' }]);
  expect(rows.tickets).toEqual([]);
});
