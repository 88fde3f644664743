import { describe, expect, test } from 'vitest';
import { decideMail } from '../../../src/decide/decide-mail.ts';
import type { MailKind } from '../../../src/domain/parsed-mail.ts';
import {
  ALICE,
  BOB,
  CUSTOMER,
  DAY,
  deeds,
  drafts,
  facts,
  inboundId,
  mail,
  NOW,
  outboxId,
  POLICY,
  question,
  responseId,
  sent,
  ticket,
  ticketId,
  token,
} from '../../support/decisions.ts';

describe('a mail of somebody new', () => {
  test('opens a ticket with its words, a receipt, and a notification for each agent', () => {
    const decision = decideMail(question({ mail: mail('jo@customer.example'), facts: facts() }));
    expect(decision).toMatchObject({ disposition: 'ticket', reason: 'new-request', actor: 'customer' });
    expect(decision.effects[0]).toEqual({
      do: 'open-ticket',
      email: CUSTOMER,
      query: 'Hello, it burns.',
      subject: 'Printer on fire',
      follows: undefined,
    });
    expect(sent(decision.effects)).toEqual([
      'receipt to jo@customer.example',
      'notification to alice@desk.example',
      'notification to bob@desk.example',
    ]);
  });

  test('gets a link to close with in the receipt, where past answers are shown to customers', () => {
    const policy = { ...POLICY, suggestToCustomers: true };
    const shown = decideMail(question({ mail: mail('jo@customer.example'), facts: facts(), policy }));
    expect(drafts(shown.effects)[0]?.links).toEqual(['close']);
    const silent = decideMail(question({ mail: mail('jo@customer.example'), facts: facts() }));
    expect(drafts(silent.effects)[0]?.links).toBeUndefined();
  });

  test('with no words asks by its attachments, else by its subject', () => {
    const photo = {
      filename: 'fire.jpg',
      contentType: 'image/jpeg',
      size: 9,
      inline: false,
      contentId: undefined,
      sha256: 'x',
    };
    const withPhoto = decideMail(
      question({ mail: mail('jo@customer.example', { text: '', reply: '', attachments: [photo] }), facts: facts() }),
    );
    expect(withPhoto.effects[0]).toMatchObject({ query: '[fire.jpg]' });
    const bare = decideMail(question({ mail: mail('jo@customer.example', { text: '', reply: '' }), facts: facts() }));
    expect(bare.effects[0]).toMatchObject({ query: 'Printer on fire' });
  });

  test('from nobody readable is parked with what is wrong with its From', () => {
    const from = {
      kind: 'none',
      reason: 'from-several-mailboxes',
      written: 'a@b.example, c@d.example',
      bestEffort: { address: '', name: '' },
    } as const;
    expect(decideMail(question({ mail: mail('jo@customer.example', { from }), facts: facts() }))).toMatchObject({
      disposition: 'parked',
      reason: 'from-several-mailboxes',
      effects: [],
    });
  });

  test('above the rate is parked, and on the rate is not', () => {
    const over = (count: number) =>
      decideMail(question({ mail: mail('jo@customer.example'), facts: facts({ recentFromSender: count }) }));
    expect(over(POLICY.ratePerHour).disposition).toBe('ticket');
    expect(over(POLICY.ratePerHour + 1)).toMatchObject({ disposition: 'parked', reason: 'over-rate', effects: [] });
  });
});

describe('what makes no ticket and takes no turn', () => {
  const answer = { tokens: [{ row: token('turn', { responseId: responseId(1) }), foundIn: 'address' as const }] };
  const open = ticket({ turns: [{ id: 1 }] });

  test('a duplicate, of the same bytes or of the same id and content', () => {
    for (const reason of ['same-bytes', 'same-id-and-content'] as const) {
      const seen = facts({ ...answer, duplicate: { of: inboundId(3), reason } });
      expect(decideMail(question({ mail: mail('jo@customer.example'), facts: seen, ticket: open }))).toMatchObject({
        disposition: 'duplicate',
        reason,
        duplicateOf: 3,
        effects: [],
      });
    }
  });

  test.each([
    ['auto-reply', 'auto-reply'],
    ['auto-generated', 'auto-generated'],
    ['list', 'mailing-list'],
    ['complaint', 'complaint'],
    ['read-receipt', 'read-receipt'],
    ['calendar', 'calendar'],
  ] as [MailKind, string][])('a mail of the kind %s, even with the token of an open turn', (kind, reason) => {
    const asked = question({
      mail: mail('jo@customer.example'),
      facts: facts(answer),
      ticket: open,
      classification: { kind, reason: 'x' },
    });
    expect(decideMail(asked)).toMatchObject({ disposition: 'automatic', reason, ticketId: 12, effects: [] });
  });

  test('our own mail: by its Message-ID, by its mark, or from our own address', () => {
    const ours = { headers: [{ name: 'x-turnmail-desk', value: POLICY.deskId }] };
    const cases = [
      question({ mail: mail('jo@customer.example'), facts: facts({ isOwnMessage: true }) }),
      question({ mail: mail('jo@customer.example', ours), facts: facts() }),
      question({ mail: mail('Support@desk.example'), facts: facts() }),
    ];
    expect(cases.map((one) => decideMail(one))).toMatchObject([
      { disposition: 'loop', reason: 'our-own-mail', effects: [] },
      { disposition: 'loop', reason: 'our-own-mail', effects: [] },
      { disposition: 'loop', reason: 'from-ourselves', effects: [] },
    ]);
  });

  test('a mail of another desk like ours is no loop by its mark alone', () => {
    const other = { headers: [{ name: 'x-turnmail-desk', value: 'desk-2' }] };
    expect(decideMail(question({ mail: mail('jo@customer.example', other), facts: facts() })).disposition).toBe(
      'ticket',
    );
  });

  test('a mail that has gone round for fifty hops', () => {
    const hops = (count: number) => ({
      headers: Array.from({ length: count }, () => ({ name: 'received', value: 'from x' })),
    });
    const decide = (count: number) =>
      decideMail(question({ mail: mail('jo@customer.example', hops(count)), facts: facts() }));
    expect(decide(50).disposition).toBe('ticket');
    expect(decide(51)).toMatchObject({ disposition: 'loop', reason: 'too-many-hops' });
  });

  test('a mail with no new words: a bare quote or signature leaves the turn open', () => {
    const empty = mail('jo@customer.example', { reply: '', text: '> Pour water on it.' });
    expect(decideMail(question({ mail: empty, facts: facts(answer), ticket: open }))).toMatchObject({
      disposition: 'held',
      reason: 'no-new-words',
      effects: [],
    });
  });
});

describe('a delivery report', () => {
  const recipients = (action: 'failed' | 'delayed', permanent: boolean) => [
    { recipient: 'jo@customer.example', action, status: '5.1.1', permanent, diagnostic: null },
  ];
  const report = (action: 'failed' | 'delayed', permanent = true) =>
    mail('mailer-daemon@customer.example', {
      delivery: { source: 'rfc3464', recipients: recipients(action, permanent), originalMessageId: 'x' },
    });
  const bounced = {
    outboxId: outboxId(5),
    template: 'response' as const,
    ticketId: ticketId(12),
    recipient: CUSTOMER,
    agentId: undefined,
    alreadyUndelivered: false,
  };
  const classification = { kind: 'bounce' as const, reason: 'delivery-status' };
  const inTurn = ticket({ turns: [{ id: 1, agent: ALICE }], assignee: ALICE });

  test('of a lasting failure marks the row, mutes the address and tells the assignee, and the turn stays open', () => {
    const decision = decideMail(
      question({ mail: report('failed'), facts: facts({ bounced }), ticket: inTurn, classification }),
    );
    expect(decision).toMatchObject({ disposition: 'bounce', reason: 'delivery-failed', ticketId: 12 });
    expect(deeds(decision.effects)).toEqual(['mark-undelivered', 'mute']);
    expect(sent(decision.effects)).toEqual(['undelivered to alice@desk.example']);
  });

  test('is told once: a second report about the same mail changes nothing', () => {
    const again = facts({ bounced: { ...bounced, alreadyUndelivered: true } });
    expect(
      decideMail(question({ mail: report('failed'), facts: again, ticket: inTurn, classification })).effects,
    ).toEqual([]);
    const first = decideMail(
      question({ mail: report('failed'), facts: facts({ bounced }), ticket: inTurn, classification }),
    );
    expect(drafts(first.effects)[0]?.dedupeKey).toBe('undelivered:outbox-5:agent-1');
  });

  test('of a delay, or of a failure that may pass, changes nothing', () => {
    for (const late of [report('delayed'), report('failed', false)]) {
      expect(
        decideMail(question({ mail: late, facts: facts({ bounced }), ticket: inTurn, classification })),
      ).toMatchObject({
        disposition: 'bounce',
        reason: 'delivery-delayed',
        effects: [],
      });
    }
  });

  test('about nothing that we sent changes nothing: a forged one cannot harm', () => {
    expect(decideMail(question({ mail: report('failed'), facts: facts(), classification }))).toMatchObject({
      disposition: 'bounce',
      reason: 'bounce-of-nothing-we-sent',
      effects: [],
    });
  });

  test('about a notification tells the colleagues, never the agent who cannot be reached', () => {
    const toAlice = { ...bounced, template: 'notification' as const, recipient: ALICE.email, agentId: ALICE.id };
    const decision = decideMail(
      question({ mail: report('failed'), facts: facts({ bounced: toAlice }), ticket: inTurn, classification }),
    );
    expect(sent(decision.effects)).toEqual(['undelivered to bob@desk.example']);
  });

  test('about a confirmation causes no mail at all', () => {
    const small = { ...bounced, template: 'confirmation' as const, recipient: ALICE.email, agentId: ALICE.id };
    expect(
      sent(
        decideMail(
          question({ mail: report('failed'), facts: facts({ bounced: small }), ticket: inTurn, classification }),
        ).effects,
      ),
    ).toEqual([]);
  });
});

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

  test('closes by the mail twin of the link, and gives feedback by one', () => {
    const close = facts({ tokens: [{ row: token('close'), foundIn: 'address' }] });
    const closed = decideMail(
      question({ mail: mail('jo@customer.example'), facts: close, ticket: ticket({ turns: [{ id: 1 }] }) }),
    );
    expect(closed).toMatchObject({ disposition: 'link', reason: 'closing-mail' });
    expect(deeds(closed.effects)).toEqual(['close']);
    expect(sent(closed.effects)).toEqual(['closing to jo@customer.example']);
    const liked = facts({ tokens: [{ row: token('satisfied'), foundIn: 'address' }] });
    const thanked = decideMail(
      question({ mail: mail('jo@customer.example'), facts: liked, ticket: ticket({ status: 'closed' }) }),
    );
    expect(thanked.effects[0]).toEqual({ do: 'feedback', feedback: 'satisfied' });
    expect(sent(thanked.effects)).toEqual(['feedback-thanks to jo@customer.example']);
    const twice = decideMail(
      question({ mail: mail('jo@customer.example'), facts: close, ticket: ticket({ status: 'closed' }) }),
    );
    expect(twice).toMatchObject({ disposition: 'link', reason: 'link-without-effect', effects: [] });
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

  test('who holds an agent’s token can do nothing, and that agent is told once', () => {
    const known = facts({ tokens: [{ row: token('agent', { agentId: ALICE.id }), foundIn: 'address' }] });
    const decision = decideMail(question({ mail: mail('eve@elsewhere.example'), facts: known, ticket: ticket() }));
    expect(decision).toMatchObject({ disposition: 'parked', reason: 'token-of-someone-else' });
    expect(deeds(decision.effects)).toEqual([]);
    expect(drafts(decision.effects)).toMatchObject([{ recipient: ALICE.email, dedupeKey: 'token-misused:7:agent-1' }]);
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
