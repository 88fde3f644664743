import { describe, expect, it } from 'vitest';
import { isHandingOn } from '../../../src/decide/begin/handing-on.ts';
import { decideMail } from '../../../src/decide/mail/decide-mail.ts';
import { readAddresses } from '../../../src/domain/mail/address-list.ts';
import type { ParsedMail } from '../../../src/domain/mail/parsed-mail.ts';
import type { BeginningFacts } from '../../../src/domain/ticket/facts.ts';
import {
  ALICE,
  address,
  CUSTOMER,
  deeds,
  drafts,
  facts,
  IDENTITY,
  mail,
  question,
  RULES,
  recipients,
  sent,
  ticket,
} from '../../support/decisions.ts';

const DKIM = { ...RULES, senderTrust: { kind: 'dkim' as const } };
const SIGNED = { signedAt: undefined, date: true, to: true, cc: true };

function begins(words: string, over: Partial<ParsedMail> = {}, beginning: Partial<BeginningFacts> = {}) {
  return question({
    mail: mail('alice@desk.example', { subject: 'Your parcel', reply: words, ...over }),
    facts: facts({ agent: ALICE, beginning: { open: [], begun: 0, ...beginning } }),
  });
}

describe('first words of an agent', () => {
  it('go to the customer where the agent is verified and the signature says to whom they wrote', () => {
    for (const signed of [SIGNED, { ...SIGNED, cc: false }]) {
      const decided = decideMail({ ...begins(`/new ${CUSTOMER}\nIt came back.`), rules: DKIM, signed });
      expect(decided.reason).toBe('agent-began-with-response');
      expect(sent(decided.effects)).toEqual([`response to ${CUSTOMER}`, `confirmation to ${ALICE.email}`]);
    }
  });

  it('come back with a token, and the ticket is opened, where nobody signed to whom they wrote', () => {
    for (const signed of [{ ...SIGNED, to: false }, undefined]) {
      const decided = decideMail({ ...begins(`/new ${CUSTOMER}\nIt came back.`), rules: DKIM, signed });
      expect(decided.reason).toBe('agent-began');
      expect(sent(decided.effects)).toEqual([`returned to ${ALICE.email}`]);
      expect(drafts(decided.effects)[0]).toMatchObject({
        reply: { purpose: 'agent' },
        payload: { text: 'It came back.' },
      });
    }
  });

  it('go out all the same at a desk without plus addresses, as replies do', () => {
    const identity = { ...IDENTITY, replyAddress: undefined };
    const asked = {
      ...begins(`/new ${CUSTOMER}\nIt came back.`),
      rules: DKIM,
      identity,
      signed: { ...SIGNED, to: false },
    };
    expect(sent(decideMail(asked).effects)).toContain(`response to ${CUSTOMER}`);
  });

  it('come back once the agent has begun as many conversations as BEGUN_PER_AGENT allows', () => {
    const decided = decideMail(begins(`/new ${CUSTOMER}\nIt came back.`, {}, { begun: RULES.begunPerAgent }));
    expect(deeds(decided.effects)).toContain('open-ticket');
    expect(sent(decided.effects)).toEqual([`returned to ${ALICE.email}`]);
    const before = decideMail(begins(`/new ${CUSTOMER}\nIt came back.`, {}, { begun: RULES.begunPerAgent - 1 }));
    expect(sent(before.effects)).toContain(`response to ${CUSTOMER}`);
  });

  it('are never sent for somebody who only claims to be the agent', () => {
    for (const verification of ['unverified', 'failed'] as const) {
      const decided = decideMail({ ...begins(`/new ${CUSTOMER}\nIt came back.`), verification });
      expect(decided).toMatchObject({ disposition: 'parked', reason: 'agent-not-verified' });
      expect(sent(decided.effects)).toEqual([`returned to ${ALICE.email}`]);
    }
  });

  it('take copies along for those behind /cc, each a mail of its own', () => {
    const decided = decideMail(begins(`/new ${CUSTOMER}\n/cc pat@x.example\nIt came back.`));
    expect(sent(decided.effects)).toEqual([
      `response to ${CUSTOMER}`,
      'response to pat@x.example',
      `confirmation to ${ALICE.email}`,
    ]);
    expect(drafts(decided.effects)[1]).toMatchObject({ reply: { purpose: 'reader' }, payload: { copy: true } });
    expect(drafts(decided.effects)[1]?.links).toBeUndefined();
  });
});

describe('whose conversation it is', () => {
  it('is not clear where a command and another customer’s token disagree: the mail comes back', () => {
    const other = ticket({ email: address('other@x.example') });
    const decided = decideMail({ ...begins(`/new ${CUSTOMER}\nIt came back.`), ticket: other });
    expect(decided.disposition).toBe('returned');
    expect(deeds(decided.effects)).toEqual([]);
  });

  it('says how to do it where a subject says forward and nothing in the mail looks like one', () => {
    const decided = decideMail(begins('Please see what Jo wrote.', { subject: 'Fwd: Lid' }));
    expect(decided).toMatchObject({ disposition: 'returned', reason: 'agent-begin-unclear' });
    expect(JSON.stringify(drafts(decided.effects)[0]?.payload?.lines)).toContain('/for jo@x.example');
  });

  it('is a ticket with that response for a mail to a customer with the desk in copy, and nothing is sent to them', () => {
    const over = { to: recipients(CUSTOMER), cc: recipients('support@desk.example') };
    const decided = decideMail(begins('Your parcel came back.', over));
    expect(decided.reason).toBe('agent-began-with-response');
    expect(deeds(decided.effects)).toEqual(['open-ticket', 'respond', 'assign']);
    expect(sent(decided.effects)).toEqual([`confirmation to ${ALICE.email}`]);
  });

  it('goes on in a ticket of the customer that is open, but never in one that was closed meanwhile', () => {
    const over = { to: recipients(CUSTOMER), cc: recipients('support@desk.example') };
    const open = decideMail({ ...begins('It came back.', over), ticket: ticket({ turns: [{ id: 3 }] }) });
    expect(open).toMatchObject({ disposition: 'response', reason: 'agent-wrote-to-customer' });
    const closed = decideMail({
      ...begins('It came back.', over),
      ticket: ticket({ status: 'closed', turns: [{ id: 3 }] }),
    });
    expect(closed).toMatchObject({ disposition: 'ticket' });
  });
});

describe('words that only hand a mail on', () => {
  it('are known', () => {
    for (const words of [
      'FYI',
      'fyi.',
      'z.K.',
      'Bitte übernehmen!',
      'Hi team, please handle. Thanks',
      'Please answer him.',
      'Kannst du das bitte übernehmen?',
    ])
      expect(isHandingOn(words), words).toBe(true);
  });
  it('are not taken for words to a customer', () => {
    for (const words of [
      'Hello Jo, please answer this: which size?',
      'We send a new one.',
      'Please check the tray.',
      'Bitte prüfen Sie die Klappe.',
    ])
      expect(isHandingOn(words), words).toBe(false);
  });
});

describe('addresses behind a command', () => {
  const VALID: [string, string[]][] = [
    ['jo@x.example', ['jo@x.example']],
    ['<jo@x.example>', ['jo@x.example']],
    ['Jo Doe <jo@x.example>', ['jo@x.example']],
    ['"Doe, Jo" <jo@x.example>', ['jo@x.example']],
    ['jo@x.example<mailto:jo@x.example>', ['jo@x.example']],
    ['jo@x.example <mailto:jo@x.example>', ['jo@x.example']],
    ['mailto:jo@x.example', ['jo@x.example']],
    ['jo@x.example, Pat <pat@y.example>; jo@X.example', ['jo@x.example', 'pat@y.example']],
    ['jo@x.example pat@y.example', ['jo@x.example', 'pat@y.example']],
    ['jo@x.example.', ['jo@x.example']],
    ['', []],
  ];
  for (const [written, read] of VALID) it(`reads "${written}"`, () => expect(readAddresses(written)).toEqual(read));
  for (const written of ['jo', 'jo@x.example please', 'Jo Doe', 'jo@', 'jo@x.example and pat@y.example', '@x.example'])
    it(`refuses "${written}"`, () => expect(readAddresses(written)).toBeUndefined());
});
