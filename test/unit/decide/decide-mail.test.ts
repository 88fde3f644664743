import { describe, expect, test } from 'vitest';
import { decideMail } from '../../../src/decide/mail/decide-mail.ts';
import type { MailKind } from '../../../src/domain/mail/parsed-mail.ts';
import {
  CUSTOMER,
  drafts,
  facts,
  IDENTITY,
  inboundId,
  mail,
  question,
  RULES,
  responseId,
  sent,
  ticket,
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
    const rules = { ...RULES, suggestToCustomers: true };
    const shown = decideMail(question({ mail: mail('jo@customer.example'), facts: facts(), rules }));
    expect(drafts(shown.effects)[0]?.links).toEqual(['close']);
    const silent = decideMail(question({ mail: mail('jo@customer.example'), facts: facts() }));
    expect(drafts(silent.effects)[0]?.links).toBeUndefined();
  });

  test('gets no past answer in the receipt while nobody knows whether it is their address', () => {
    const rules = { ...RULES, suggestToCustomers: true };
    const asked = question({ mail: mail('jo@customer.example'), facts: facts(), rules, verification: 'unverified' });
    expect(decideMail(asked)).toMatchObject({ disposition: 'ticket' });
    expect(drafts(decideMail(asked).effects)[0]?.links).toBeUndefined();
  });

  test('with no words but a mail that was forwarded as a file asks by that', () => {
    const eml = { contentType: 'message/rfc822', size: 9, inline: false, contentId: undefined, sha256: 'x' };
    const forwarded = { index: 0, from: undefined, subject: 'Sofa', words: 'It is too long.', reply: '', ids: [] };
    const sofa = mail('jo@customer.example', {
      reply: '',
      text: '',
      attachments: [{ ...eml, filename: 'Sofa.eml' }],
      attachedMails: [forwarded],
    });
    const opened = decideMail(question({ mail: sofa, facts: facts() })).effects[0];
    expect(opened).toMatchObject({ do: 'open-ticket', query: '[Sofa.eml]\n\nIt is too long.' });
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
    expect(over(RULES.ratePerHour).disposition).toBe('ticket');
    expect(over(RULES.ratePerHour + 1)).toMatchObject({ disposition: 'parked', reason: 'over-rate', effects: [] });
  });
});

describe('the rate of a sender', () => {
  test('parks no answer: forgers who use the customer’s address must not use up the turn', () => {
    const tokens = [{ row: token('turn', { responseId: responseId(1) }), foundIn: 'address' as const }];
    const known = facts({ tokens, recentFromSender: RULES.ratePerHour + 1 });
    const asked = question({ mail: mail('jo@customer.example'), facts: known, ticket: ticket({ turns: [{ id: 1 }] }) });
    expect(decideMail(asked).disposition).toBe('answer');
    const stranger = { ...asked, mail: mail('eve@elsewhere.example') };
    expect(decideMail(stranger)).toMatchObject({ disposition: 'parked', reason: 'over-rate' });
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
    ['complaint', 'complaint'],
    ['read-receipt', 'read-receipt'],
    ['calendar', 'calendar'],
  ] as [MailKind, string][])('a mail of the kind %s, even with the token of an open turn', (kind, reason) => {
    const reply = 'I am out of the office until Monday.';
    const asked = question({
      mail: mail('jo@customer.example', { reply, text: reply }),
      facts: facts(answer),
      ticket: open,
      classification: { kind, reason: 'x' },
    });
    expect(decideMail(asked)).toMatchObject({ disposition: 'automatic', reason, ticketId: 12, effects: [] });
  });

  test.each([
    ['The number is 4711. Friday at ten is fine.', 'third-party'],
    ['Die Nummer ist 4711, bitte am Freitag kommen.', 'third-party'],
    ["C'est le modèle X12, il est dans la cave.", 'third-party'],
    ['We have received your message and opened case 8812.', 'automatic'],
    ['We have your request [#991].', 'automatic'],
    ['I am away.', 'automatic'],
    ['Wir haben Ihre Anfrage erhalten und melden uns.', 'automatic'],
    ['Nous avons bien reçu votre demande.', 'automatic'],
    ['Thank you for contacting us. We will get back to you.', 'automatic'],
    ['お問い合わせを受け付けました。', 'automatic'],
  ])('a mail that a program marks as an automatic answer: "%s" is %s', (reply, disposition) => {
    const asked = question({
      mail: mail('jo@customer.example', { reply, text: reply, subject: 'Re: Printer [#12]' }),
      facts: facts(answer),
      ticket: open,
      classification: { kind: 'auto-reply', reason: 'auto-submitted' },
    });
    const decided = decideMail(asked);
    expect(decided).toMatchObject({ disposition, ticketId: 12 });
    const audiences = decided.effects.map((effect) => (effect.do === 'send' ? effect.draft.audience : effect.do));
    expect(new Set(audiences)).toEqual(new Set(disposition === 'automatic' ? [] : ['agent']));
  });

  test.each<MailKind>(['auto-generated', 'list'])(
    'a mail of the kind %s is shown with the token of an open turn, and takes none',
    (kind) => {
      const asked = question({
        mail: mail('jo@customer.example'),
        facts: facts(answer),
        ticket: open,
        classification: { kind, reason: 'x' },
      });
      const decided = decideMail(asked);
      expect(decided).toMatchObject({ disposition: 'third-party', reason: 'machine-carried', ticketId: 12 });
      const sent = decided.effects.map((effect) => (effect.do === 'send' ? effect.draft.audience : effect.do));
      expect(new Set(sent)).toEqual(new Set(['agent']));
    },
  );

  test.each([
    ['park', 'parked', 'machine-mail'],
    ['ignore', 'automatic', 'mailing-list'],
    ['ticket', 'ticket', 'new-request'],
  ] as const)(
    'a mail of a list that names no ticket, with MACHINE_MAIL=%s, gets no answer',
    (machineMail, disposition, reason) => {
      const asked = question({
        mail: mail('jo@customer.example'),
        facts: facts(),
        rules: { ...RULES, machineMail },
        classification: { kind: 'list', reason: 'list-id' },
      });
      const decided = decideMail(asked);
      expect(decided).toMatchObject({ disposition, reason });
      const sent = decided.effects.flatMap((effect) => (effect.do === 'send' ? effect.draft.audience : []));
      expect(sent).not.toContain('customer');
    },
  );

  test('a success report and a MAILER-DAEMON are no person’s words: a line of the history', () => {
    for (const reason of ['delivery-success', 'mailer-daemon']) {
      const asked = question({
        mail: mail('mailer-daemon@mx.example', { text: 'Your mail was delivered to Jo.' }),
        facts: facts(answer),
        ticket: open,
        classification: { kind: 'auto-generated', reason },
      });
      expect(decideMail(asked)).toMatchObject({
        disposition: 'automatic',
        ticketId: 12,
        words: 'Automatic mail: Your mail was delivered to Jo.',
        effects: [],
      });
    }
  });

  test('our own mail: by its Message-ID or by its mark', () => {
    const ours = { headers: [{ name: 'x-turnmail-desk', value: IDENTITY.deskId }] };
    const cases = [
      question({ mail: mail('jo@customer.example'), facts: facts({ isOwnMessage: true }) }),
      question({ mail: mail('jo@customer.example', ours), facts: facts() }),
    ];
    expect(cases.map((one) => decideMail(one))).toMatchObject([
      { disposition: 'loop', reason: 'our-own-mail', effects: [] },
      { disposition: 'loop', reason: 'our-own-mail', effects: [] },
    ]);
  });

  test('mail from our own address that the desk did not write is no loop: it is parked, so that somebody is told', () => {
    for (const from of ['Support@desk.example', 'support+anything@desk.example'])
      expect(decideMail(question({ mail: mail(from), facts: facts() })), from).toMatchObject({
        disposition: 'parked',
        reason: 'from-ourselves',
        effects: [],
      });
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
