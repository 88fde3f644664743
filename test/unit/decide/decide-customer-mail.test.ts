import { describe, expect, test } from 'vitest';
import { decideMail } from '../../../src/decide/mail/decide-mail.ts';
import { OWN_PHRASES } from '../../../src/domain/mail/own-phrases.ts';
import {
  ALICE,
  BOB,
  CUSTOMER,
  DAY,
  deeds,
  drafts,
  facts,
  mail,
  NOW,
  question,
  responseId,
  sent,
  ticket,
  ticketId,
  token,
} from '../../support/decisions.ts';

describe('a customer who writes to their ticket', () => {
  const turnToken = (response: number, foundIn: 'address' | 'in-reply-to' | 'references' = 'address') => ({
    tokens: [{ row: token('turn', { responseId: responseId(response) }), foundIn }],
  });

  test('answers: the turn is filled and the agent who responded hears of it', () => {
    const state = ticket({ turns: [{ id: 1, agent: ALICE }], assignee: ALICE });
    const decision = decideMail(
      question({ mail: mail('jo@customer.example'), facts: facts(turnToken(1)), ticket: state }),
    );
    expect(decision).toMatchObject({ disposition: 'answer', reason: 'answers-open-turn', responseId: 1 });
    expect(decision.effects[0]).toEqual({ do: 'take-turn', responseId: 1, words: 'Hello, it burns.' });
    expect(sent(decision.effects)).toEqual(['notification to alice@desk.example']);
  });

  test('answers Alice, though Bob has taken the ticket since: both hear', () => {
    const state = ticket({ turns: [{ id: 1, agent: ALICE }], assignee: BOB });
    const decision = decideMail(
      question({ mail: mail('jo@customer.example'), facts: facts(turnToken(1)), ticket: state }),
    );
    expect(sent(decision.effects)).toEqual(['notification to bob@desk.example', 'notification to alice@desk.example']);
  });

  test('answers an agent who is gone: everybody hears', () => {
    const gone = { ...ALICE, id: 9 as typeof ALICE.id };
    const state = ticket({ turns: [{ id: 1, agent: gone }], assignee: gone });
    const decision = decideMail(
      question({ mail: mail('jo@customer.example'), facts: facts(turnToken(1)), ticket: state }),
    );
    expect(sent(decision.effects)).toEqual(['notification to alice@desk.example', 'notification to bob@desk.example']);
  });

  test('before any response is held, with one notice for that time', () => {
    const known = facts({ tokens: [{ row: token('ticket'), foundIn: 'address' }] });
    const decision = decideMail(question({ mail: mail('jo@customer.example'), facts: known, ticket: ticket() }));
    expect(decision).toMatchObject({ disposition: 'held', reason: 'before-any-response', words: 'Hello, it burns.' });
    expect(deeds(decision.effects)).toEqual([]);
    expect(sent(decision.effects)[0]).toBe('held-before-response to jo@customer.example');
    expect(drafts(decision.effects)[0]?.dedupeKey).toBe('held:ticket-12');
  });

  test('a second time for one turn is held, with one notice for that turn', () => {
    const state = ticket({ turns: [{ id: 1, answered: true, agent: ALICE }], assignee: ALICE });
    const decision = decideMail(
      question({ mail: mail('jo@customer.example'), facts: facts(turnToken(1)), ticket: state }),
    );
    expect(decision).toMatchObject({ disposition: 'held', reason: 'turn-already-taken', responseId: 1 });
    expect(deeds(decision.effects)).toEqual([]);
    expect(drafts(decision.effects)[0]).toMatchObject({ template: 'already-answered', dedupeKey: 'held:response-1' });
  });

  test('after closing, within the window: answered and reopened', () => {
    const state = ticket({ status: 'closed', turns: [{ id: 1 }], closedAt: NOW - DAY });
    const decision = decideMail(
      question({ mail: mail('jo@customer.example'), facts: facts(turnToken(1)), ticket: state }),
    );
    expect(decision).toMatchObject({ disposition: 'answer', reason: 'answers-and-reopens' });
    expect(deeds(decision.effects)).toEqual(['take-turn', 'reopen']);
  });

  test('after closing, with no turn open: a new ticket that follows the old one', () => {
    const state = ticket({ status: 'closed', turns: [{ id: 1, answered: true }] });
    const decision = decideMail(
      question({ mail: mail('jo@customer.example'), facts: facts(turnToken(1)), ticket: state }),
    );
    expect(decision).toMatchObject({ disposition: 'ticket', reason: 'follows-closed-ticket' });
    expect(decision.effects[0]).toMatchObject({ do: 'open-ticket', follows: 12 });
  });

  test('finds the ticket by whichever of the three ways is left', () => {
    const state = ticket({ turns: [{ id: 1 }] });
    const ways = [
      facts(turnToken(1, 'address')),
      facts(turnToken(1, 'in-reply-to')),
      facts(turnToken(1, 'references')),
      facts({ named: [{ ticketId: ticketId(12), email: CUSTOMER, foundIn: 'subject' }] }),
      facts({ named: [{ ticketId: ticketId(12), email: CUSTOMER, foundIn: 'in-reply-to' }] }),
    ];
    for (const known of ways) {
      expect(decideMail(question({ mail: mail('Jo@customer.example'), facts: known, ticket: state })).disposition).toBe(
        'answer',
      );
    }
  });

  test('on a ticket closed as spam is parked', () => {
    const state = ticket({ status: 'closed', spam: true });
    const known = facts({ tokens: [{ row: token('ticket'), foundIn: 'address' }] });
    expect(decideMail(question({ mail: mail('jo@customer.example'), facts: known, ticket: state }))).toMatchObject({
      disposition: 'parked',
      reason: 'ticket-was-spam',
    });
  });

  test('forwards something to the desk: a new ticket, whatever the forward quotes', () => {
    const forward = mail('jo@customer.example', { subject: 'Fwd: Re: Printer on fire [#12]' });
    const known = facts({
      ...turnToken(1, 'references'),
      named: [{ ticketId: ticketId(12), email: CUSTOMER, foundIn: 'subject' }],
    });
    expect(decideMail(question({ mail: forward, facts: known }))).toMatchObject({
      disposition: 'ticket',
      reason: 'new-request',
    });
  });

  test('closes by the mailto link beside the link, and gives feedback by one', () => {
    const asIs = mail('jo@customer.example', { reply: OWN_PHRASES.en.asItIs });
    const close = facts({ tokens: [{ row: token('close'), foundIn: 'address' }] });
    const closed = decideMail(question({ mail: asIs, facts: close, ticket: ticket({ turns: [{ id: 1 }] }) }));
    expect(closed).toMatchObject({ disposition: 'link', reason: 'closing-mail' });
    expect(deeds(closed.effects)).toEqual(['close', 'use-token']);
    expect(sent(closed.effects)).toEqual(['closing to jo@customer.example']);
    const liked = facts({ tokens: [{ row: token('satisfied'), foundIn: 'address' }] });
    const thanked = decideMail(question({ mail: asIs, facts: liked, ticket: ticket({ status: 'closed' }) }));
    expect(thanked.effects[0]).toEqual({ do: 'feedback', feedback: 'satisfied' });
    expect(sent(thanked.effects)).toEqual(['feedback-thanks to jo@customer.example']);
    const twice = decideMail(question({ mail: asIs, facts: close, ticket: ticket({ status: 'closed' }) }));
    expect(twice).toMatchObject({ disposition: 'link', reason: 'link-without-effect', effects: [] });
  });

  test('shows the agents what they wrote into such a mail, once, whether or not it had an effect', () => {
    const close = facts({ tokens: [{ row: token('close'), foundIn: 'address' }] });
    const wordy = mail('jo@customer.example', { reply: `The lid was red.\n\n${OWN_PHRASES.en.asItIs}` });
    for (const status of ['in_process', 'closed'] as const) {
      const told = decideMail(
        question({ mail: wordy, facts: close, ticket: ticket({ status, turns: [{ id: 1 }], assignee: ALICE }) }),
      );
      expect(told).toMatchObject({ disposition: 'link', words: 'The lid was red.' });
      expect(sent(told.effects)).toContain('notification to alice@desk.example');
      expect(deeds(told.effects)).not.toContain('take-turn');
    }
  });
});

describe('the mail of a link', () => {
  const link = { tokens: [{ row: token('close'), foundIn: 'address' as const }] };
  const state = ticket({ turns: [{ id: 1 }], assignee: ALICE });
  const from = (address: string, reply: string, known = facts(link)) =>
    decideMail(question({ mail: mail(address, { reply }), facts: known, ticket: state }));

  test('that somebody else sends as it is says nothing, and what they write into it is shown alone', () => {
    expect(from('eve@elsewhere.example', OWN_PHRASES.en.asItIs)).toMatchObject({
      disposition: 'third-party',
      reason: 'no-new-words',
      words: undefined,
      effects: [],
    });
    const wordy = from('eve@elsewhere.example', `I am her sister.\n\n${OWN_PHRASES.en.asItIs}`);
    expect(wordy).toMatchObject({ disposition: 'third-party', words: 'I am her sister.' });
    expect(sent(wordy.effects)).toEqual(['notification to alice@desk.example']);
  });

  test('that has expired takes no turn as it is', () => {
    const named = [{ ticketId: ticketId(12), email: CUSTOMER, foundIn: 'subject' as const }];
    expect(from('jo@customer.example', OWN_PHRASES.en.asItIs, facts({ named }))).toMatchObject({
      disposition: 'held',
      reason: 'no-new-words',
    });
  });
});

describe('a stranger', () => {
  test('who knows the number, or quotes a Message-ID, gets a ticket of their own', () => {
    for (const foundIn of ['subject', 'in-reply-to', 'references'] as const) {
      const known = facts({ named: [{ ticketId: ticketId(12), email: CUSTOMER, foundIn }] });
      const decision = decideMail(question({ mail: mail('eve@elsewhere.example'), facts: known }));
      expect(decision).toMatchObject({ disposition: 'ticket', reason: 'new-request', ticketId: undefined });
    }
  });

  test('who holds the customer’s token is shown to the agents and takes no turn', () => {
    const known = facts({ tokens: [{ row: token('turn', { responseId: responseId(1) }), foundIn: 'address' }] });
    const state = ticket({ turns: [{ id: 1, agent: ALICE }], assignee: ALICE });
    const decision = decideMail(question({ mail: mail('eve@elsewhere.example'), facts: known, ticket: state }));
    expect(decision).toMatchObject({ disposition: 'third-party', reason: 'third-party-wrote', actor: 'third-party' });
    expect(deeds(decision.effects)).toEqual([]);
    expect(sent(decision.effects)).toEqual(['notification to alice@desk.example']);
  });

  test('who holds an agent’s token can do nothing; that agent reads the words, and the writer what was not done', () => {
    const known = facts({ tokens: [{ row: token('agent', { agentId: ALICE.id }), foundIn: 'address' }] });
    const decision = decideMail(question({ mail: mail('eve@elsewhere.example'), facts: known, ticket: ticket() }));
    expect(decision).toMatchObject({ disposition: 'parked', reason: 'token-of-someone-else' });
    expect(deeds(decision.effects)).toEqual([]);
    expect(drafts(decision.effects)).toMatchObject([
      { recipient: ALICE.email, payload: { writer: 'eve@elsewhere.example', text: 'Hello, it burns.' } },
      {
        recipient: 'eve@elsewhere.example',
        audience: 'customer',
        withoutTicket: true,
        payload: { text: 'Hello, it burns.' },
      },
    ]);
  });

  test.each([
    ['unverified', 'reads nothing but our own words', ['Hello, it burns.', '']],
    ['failed', 'gets nothing, and nobody reads a forger’s words', ['']],
  ] as const)('who holds an agent’s token and is %s %s', (verification, _what, texts) => {
    const known = facts({ tokens: [{ row: token('agent', { agentId: ALICE.id }), foundIn: 'address' }] });
    const asked = question({ mail: mail('eve@elsewhere.example'), facts: known, ticket: ticket(), verification });
    expect(drafts(decideMail(asked).effects).map(({ payload }) => payload?.text)).toEqual(texts);
  });

  test('with an expired or revoked token holds nothing', () => {
    for (const over of [{ expiresAt: NOW }, { revokedAt: NOW - 1 }]) {
      const known = facts({
        tokens: [{ row: token('turn', { responseId: responseId(1), ...over }), foundIn: 'address' }],
      });
      expect(decideMail(question({ mail: mail('eve@elsewhere.example'), facts: known })).disposition).toBe('ticket');
    }
  });

  test('whose domain tells us to refuse the mail gets no ticket and causes no receipt', () => {
    const asked = question({ mail: mail('ceo@bank.example'), facts: facts(), verification: 'failed' });
    expect(decideMail(asked)).toMatchObject({
      disposition: 'parked',
      reason: 'sender-refused-by-its-domain',
      effects: [],
    });
    expect(decideMail({ ...asked, verification: 'unverified' }).disposition).toBe('ticket');
  });

  test('who claims to be the customer and fails verification is parked; unverified needs the token', () => {
    const state = ticket({ turns: [{ id: 1 }] });
    const byToken = facts({ tokens: [{ row: token('turn', { responseId: responseId(1) }), foundIn: 'address' }] });
    const byName = facts({ named: [{ ticketId: ticketId(12), email: CUSTOMER, foundIn: 'subject' }] });
    const decide = (known: ReturnType<typeof facts>, verification: 'unverified' | 'failed') =>
      decideMail(question({ mail: mail('jo@customer.example'), facts: known, ticket: state, verification }));
    expect(decide(byToken, 'failed')).toMatchObject({ disposition: 'parked', reason: 'customer-not-verified' });
    expect(decide(byName, 'unverified')).toMatchObject({ disposition: 'parked', reason: 'customer-not-verified' });
    expect(decide(byToken, 'unverified').disposition).toBe('answer');
  });
});
