/**
 * Who may touch which ticket: every combination of who writes, how far that is believed, what the mail names and whose
 * turn it is, held against a short table of rules (those of docs/turns.md), not against the code.
 */
import { describe, expect, test } from 'vitest';
import { decideMail, matchedTicket } from '../../../src/decide/mail/decide-mail.ts';
import type { Verification } from '../../../src/domain/ticket/facts.ts';
import type { TokenRow } from '../../../src/domain/ticket/reply-token.ts';
import {
  ALICE,
  address,
  BOB,
  DAY,
  deeds,
  drafts,
  facts,
  mail,
  NOW,
  question,
  responseId,
  ticket,
  ticketId,
  token,
} from '../../support/decisions.ts';

const JO = address('jo@customer.example');
const KIM = address('kim@customer.example');
const LOU = address('lou@customer.example');

const CASES = {
  /** whose address the mail is from */
  sender: ['agent', 'person'],
  /** the sender is the customer of ticket 12; ticket 13 is always somebody else's */
  participant: [true, false],
  verification: ['verified', 'unverified', 'failed'],
  token: ['none', 'turn', 'ticket', 'alices', 'bobs', 'expired turn'],
  /** the ticket of that token, where there is one */
  tokenOf: [12, 13],
  /** the ticket that the subject names */
  subject: [undefined, 12, 13],
  turn: ['open', 'none yet', 'taken', 'closed, open', 'closed, taken'],
} as const;
type Case = { [Name in keyof typeof CASES]: (typeof CASES)[Name][number] };

function allCases(): Case[] {
  let cases: Record<string, unknown>[] = [{}];
  for (const [name, values] of Object.entries(CASES))
    cases = cases.flatMap((one) => [...values].map((value) => ({ ...one, [name]: value })));
  return cases as Case[];
}

/** The words of the rules, each a fact about the case and nothing about the code. */
const holdsToken = ({ token: held }: Case) => held !== 'none' && held !== 'expired turn';
const agentsToken = ({ token: held }: Case) => held === 'alices' || held === 'bobs';
const namesOwn = (one: Case) => one.participant && (holdsToken(one) ? one.tokenOf === 12 : one.subject === 12);
const asAgent = (one: Case) => one.sender === 'agent' && (one.token === 'alices' || !namesOwn(one));
const closed = ({ turn }: Case) => turn.startsWith('closed');

/** Read from above; the first rule that fits says what becomes of the mail. */
const RULES: [rule: string, fits: (one: Case) => boolean, becomes: string][] = [
  // Section 6: an agent acts only with their own token and their own verified address.
  [
    'an agent who is not verified does nothing',
    (c) => asAgent(c) && c.verification !== 'verified',
    'parked: agent-not-verified',
  ],
  [
    'an agent with their own token responds, also on a ticket whose customer they are',
    (c) => asAgent(c) && c.token === 'alices' && !closed(c),
    'response: agent-response',
  ],
  ['nobody responds to a closed ticket', (c) => asAgent(c) && c.token === 'alices', 'returned: agent-ticket-closed'],
  ['a colleague’s token is no token', (c) => asAgent(c) && c.token === 'bobs', 'returned: token-of-someone-else'],
  ['an agent without a token gets the words back', asAgent, 'returned: agent-without-token'],
  // Section 4, question 9: what claims a ticket and is not its customer.
  ['an agent’s token in other hands does nothing', agentsToken, 'parked: token-of-someone-else'],
  [
    'whoever holds a customer’s token is shown to agents, unless their own domain disowns it',
    (c) => holdsToken(c) && !namesOwn(c) && c.verification !== 'failed',
    'third-party: third-party-wrote',
  ],
  // Questions 8 and 11: a number or a quoted id alone names only the sender's own ticket; all else is a new request.
  [
    'a forgery opens nothing',
    (c) => !namesOwn(c) && c.verification === 'failed',
    'parked: sender-refused-by-its-domain',
  ],
  ['who names nothing of theirs asks anew', (c) => !namesOwn(c), 'ticket: new-request'],
  // Identity: unverified mail never touches a ticket without its token, and a forgery never does.
  ['a forgery touches nothing', (c) => c.verification === 'failed', 'parked: customer-not-verified'],
  [
    'unverified needs the token',
    (c) => c.verification === 'unverified' && !holdsToken(c),
    'parked: customer-not-verified',
  ],
  // Section 5.
  ['an open turn is taken', (c) => c.turn === 'open', 'answer: answers-open-turn'],
  ['before any response it is held', (c) => c.turn === 'none yet', 'held: before-any-response'],
  ['a turn that is taken stays so', (c) => c.turn === 'taken', 'held: turn-already-taken'],
  ['an open turn reopens', (c) => c.turn === 'closed, open', 'answer: answers-and-reopens'],
  ['a closed ticket is followed', (c) => c.turn === 'closed, taken', 'ticket: follows-closed-ticket'],
];

const rowOf = (one: Case): TokenRow | undefined => {
  const at = { ticketId: ticketId(one.tokenOf) };
  const seen = { ...at, seenResponseId: responseId(5) };
  switch (one.token) {
    case 'none':
      return undefined;
    case 'turn':
      return token('turn', { ...at, responseId: responseId(5) });
    case 'ticket':
      return token('ticket', at);
    case 'alices':
      return token('agent', { ...seen, agentId: ALICE.id });
    case 'bobs':
      return token('agent', { ...seen, agentId: BOB.id });
    case 'expired turn':
      return token('turn', { ...at, responseId: responseId(5), expiresAt: NOW - DAY });
  }
};

function decide(one: Case) {
  const sender = one.sender === 'agent' ? ALICE.email : JO;
  const customers = { 12: one.participant ? sender : KIM, 13: LOU };
  const row = rowOf(one);
  const asked = facts({
    agent: one.sender === 'agent' ? ALICE : undefined,
    tokens: row ? [{ row, foundIn: 'address', customer: customers[one.tokenOf] }] : [],
    named: one.subject ? [{ ticketId: ticketId(one.subject), email: customers[one.subject], foundIn: 'subject' }] : [],
  });
  const letter = mail(sender, { reply: 'Words that are new.' });
  const id = matchedTicket(letter, asked, NOW)?.ticketId;
  const status = closed(one) ? 'closed' : one.turn === 'none yet' ? 'open' : 'in_process';
  const turns = one.turn === 'none yet' ? [] : [{ id: 5, answered: one.turn.endsWith('taken'), agent: BOB }];
  const email = id === undefined ? undefined : customers[id === 12 ? 12 : 13];
  const verification: Verification = one.verification;
  const found = email && ticket({ id: Number(id), email, status, turns });
  return { sender, email, decision: decideMail(question({ mail: letter, facts: asked, verification, ticket: found })) };
}

const cases = allCases();
const ruleFor = (one: Case) => RULES.find(([, fits]) => fits(one));

describe('who may touch which ticket', () => {
  test.each(RULES.map(([rule]) => rule))('%s', (rule) => {
    const mine = cases.filter((one) => ruleFor(one)?.[0] === rule);
    expect(mine.length).toBeGreaterThan(0);
    for (const one of mine) {
      const { decision } = decide(one);
      expect(`${decision.disposition}: ${decision.reason}`, JSON.stringify(one)).toBe(ruleFor(one)?.[2]);
    }
  });

  test('the rules leave no case out, and the cases are the whole product', () => {
    expect(cases).toHaveLength(2160);
    expect(new Set(cases.map((one) => JSON.stringify({ ...one, subject: one.subject ?? 0 }))).size).toBe(2160);
    expect(cases.filter((one) => ruleFor(one) === undefined)).toEqual([]);
  });

  test('a turn is taken only by the ticket’s customer, with its token or verified, and only once', () => {
    for (const one of cases) {
      const { decision } = decide(one);
      if (!deeds(decision.effects).includes('take-turn')) continue;
      expect(one.participant && decision.ticketId === 12, JSON.stringify(one)).toBe(true);
      expect(one.verification === 'verified' || (one.verification === 'unverified' && holdsToken(one))).toBe(true);
      expect(one.turn === 'open' || one.turn === 'closed, open').toBe(true);
    }
  });

  test('what is parked, given back, held or shown changes no ticket', () => {
    for (const one of cases) {
      const { decision } = decide(one);
      if (['ticket', 'answer', 'response'].includes(decision.disposition)) continue;
      expect(deeds(decision.effects), JSON.stringify(one)).toEqual([]);
    }
  });

  test('nobody is written to but agents, the ticket’s customer, and who wrote', () => {
    for (const one of cases) {
      const { decision, sender, email } = decide(one);
      for (const draft of drafts(decision.effects)) {
        const mayHear = draft.agentId !== undefined || draft.recipient === email || draft.recipient === sender;
        expect(mayHear, `${draft.template} to ${draft.recipient}: ${JSON.stringify(one)}`).toBe(true);
        // What a customer is sent goes to them alone, whoever caused it.
        if (draft.template === 'response' || draft.template === 'closing') expect(draft.recipient).toBe(email);
        if (one.verification === 'failed') expect(draft.agentId, JSON.stringify(one)).toBeDefined();
      }
    }
  });

  test('an agent who is the ticket’s customer is its agent by the one token, its customer by the other, and where both stand by the nearer', () => {
    const at = { ticketId: ticketId(12) };
    const agents = token('agent', { ...at, agentId: ALICE.id, seenResponseId: responseId(5) });
    const colleagues = token('agent', { ...at, agentId: BOB.id });
    const turn = token('turn', { ...at, responseId: responseId(5) });
    type Found = 'address' | 'in-reply-to' | 'references';
    const become = (...held: [TokenRow, Found][]) => {
      const asked = facts({
        agent: ALICE,
        tokens: held.map(([row, foundIn]) => ({ row, foundIn, customer: ALICE.email })),
        named: [{ ticketId: ticketId(12), email: ALICE.email, foundIn: 'subject' }],
      });
      const own = ticket({ email: ALICE.email, turns: [{ id: 5, agent: BOB }] });
      const letter = mail(ALICE.email, { reply: 'Words that are new.' });
      return decideMail(question({ mail: letter, facts: asked, ticket: own })).disposition;
    };
    // The agent's view is older than no response of a colleague here, or it would come back.
    expect(become([agents, 'address'])).toBe('response');
    expect(become([turn, 'address'])).toBe('answer');
    expect(become()).toBe('answer');
    expect(become([agents, 'address'], [turn, 'references'])).toBe('response');
    expect(become([turn, 'address'], [agents, 'references'])).toBe('answer');
    expect(become([colleagues, 'address'])).toBe('parked');
    expect(become([colleagues, 'address'], [turn, 'in-reply-to'])).toBe('answer');
  });

  test('the gate can fail: with a rule left out, some case has another outcome', () => {
    for (const left of RULES.map(([rule]) => rule)) {
      const rest = RULES.filter(([rule]) => rule !== left);
      const changed = cases.some((one) => {
        const [, , becomes] = rest.find(([, fits]) => fits(one)) ?? [];
        const { decision } = decide(one);
        return becomes !== `${decision.disposition}: ${decision.reason}`;
      });
      expect(changed, left).toBe(true);
    }
  });
});
