/**
 * Mails of a ticket's own customer that were written to somebody else, or long ago, and handed to us by whoever has them:
 * docs/turns.md, "Whom a mail was written to". Each row is one mail; the outcome is what the customer was promised.
 */
import { describe, expect, test } from 'vitest';
import { decideMail } from '../../../src/decide/mail/decide-mail.ts';
import type { MailQuestion } from '../../../src/decide/mail/mail-question.ts';
import type { SenderTrust } from '../../../src/domain/desk/rules.ts';
import type { ParsedMail } from '../../../src/domain/mail/parsed-mail.ts';
import type { SignedParts } from '../../../src/domain/mail/sender-check.ts';
import type { FoundIn } from '../../../src/domain/ticket/facts.ts';
import type { TokenRow } from '../../../src/domain/ticket/reply-token.ts';
import {
  ALICE,
  CUSTOMER,
  DAY,
  deeds,
  drafts,
  facts,
  IDENTITY,
  mail,
  NOW,
  question,
  RULES,
  recipients,
  replyAddressOf,
  responseId,
  sent,
  ticket,
  ticketId,
  token,
} from '../../support/decisions.ts';

const TURN = token('turn', { responseId: responseId(5) });
const OUR_OTHER = token('turn', { id: 9 as TokenRow['id'], ticketId: ticketId(13) });
const DESK = 'support@desk.example';
const FRIEND = 'friend@elsewhere.example';
const HELD_CASES = { 'in Bcc': [], 'to a friend': [FRIEND], 'to a friend and an agent': [FRIEND, ALICE.email] };
const SIGNED: SignedParts = { to: true, cc: true, date: true, signedAt: NOW };
const UNSIGNED_TO: SignedParts = { ...SIGNED, to: false, cc: false };
const DKIM: SenderTrust = { kind: 'dkim' };
const NONE: SenderTrust = { kind: 'none' };

type By = FoundIn | 'number' | 'known id';
type Sketch = {
  by: By;
  trust?: SenderTrust;
  signed?: SignedParts | undefined;
  to?: string[];
  cc?: string[];
  verification?: MailQuestion['verification'];
  over?: Partial<ParsedMail>;
  asked?: Partial<MailQuestion>;
  row?: TokenRow;
};

function ask({ by, trust = DKIM, signed, to = [DESK], cc = [], verification, over, asked, row = TURN }: Sketch) {
  const byName = by === 'number' || by === 'known id';
  const tokens = byName ? [] : [{ row, foundIn: by }];
  const named = byName
    ? [
        {
          ticketId: ticketId(12),
          email: CUSTOMER,
          foundIn: by === 'number' ? ('subject' as const) : ('in-reply-to' as const),
        },
      ]
    : [];
  const letter = mail(CUSTOMER, { to: recipients(...to), cc: recipients(...cc), deliveredTo: [DESK], ...over });
  return decideMail(
    question({
      mail: letter,
      facts: facts({ tokens, named }),
      ticket: ticket({ turns: [{ id: 5, agent: ALICE }] }),
      rules: { ...RULES, senderTrust: trust },
      signed,
      verification: verification ?? 'verified',
      ...asked,
    }),
  );
}

const became = (sketch: Sketch) => {
  const { disposition, reason } = ask(sketch);
  return `${disposition} ${reason}`;
};
const ANSWER = 'answer answers-open-turn';
const NOT_OURS = 'held not-addressed-to-us';
const NOT_SIGNED = 'held recipients-not-signed';
const TOO_OLD = 'held older-than-its-ticket';
const NAMES: By[] = ['number', 'known id', 'in-reply-to', 'references'];

describe('a mail that names the ticket and was written to somebody else', () => {
  for (const trust of [NONE, DKIM, { kind: 'authentication-results' as const, authservId: 'mx.desk.example' }]) {
    for (const [where, to] of Object.entries(HELD_CASES)) {
      test.each(NAMES)(`${where}, under ${trust.kind}, named by %s: is held`, (by) => {
        const signed = trust.kind === 'dkim' ? SIGNED : undefined;
        expect(became({ by, trust, to, signed })).toBe(NOT_OURS);
        expect(became({ by, trust, to: [], cc: to, signed })).toBe(NOT_OURS);
      });
    }
  }

  test('is shown to the agents once, changes nothing, and the customer is told nothing', () => {
    const decision = ask({ by: 'in-reply-to', to: [FRIEND], signed: SIGNED });
    expect(deeds(decision.effects)).toEqual([]);
    expect(sent(decision.effects)).toEqual(['notification to alice@desk.example', 'notification to bob@desk.example']);
    expect(drafts(decision.effects)[0]).toMatchObject({
      payload: { event: 'only-held' },
      dedupeKey: 'held-shown:not-addressed-to-us:ticket-12:response-5:agent-1',
    });
    expect(decision).toMatchObject({ ticketId: 12, words: 'Hello, it burns.' });
  });

  test('acts where an address of ours stands in To or Cc as well, in whatever case and with whatever tag', () => {
    for (const ours of [DESK, 'Support@Desk.Example', 'support+news@desk.example', replyAddressOf(OUR_OTHER)]) {
      expect(became({ by: 'in-reply-to', trust: NONE, to: [FRIEND], cc: [ours] }), ours).toBe(ANSWER);
      expect(became({ by: 'number', trust: NONE, to: [ours, FRIEND] }), ours).toBe(ANSWER);
    }
    for (const alike of ['support@desk.example.evil.example', 'asupport@desk.example', 'support@desk.examplé'])
      expect(became({ by: 'in-reply-to', trust: NONE, to: [alike] }), alike).toBe(NOT_OURS);
  });

  test('acts to another address of the desk', () => {
    const identity = { ...IDENTITY, ownAddresses: [...IDENTITY.ownAddresses, 'help@desk.example'] };
    expect(became({ by: 'number', trust: NONE, to: ['help@desk.example'], asked: { identity } })).toBe(ANSWER);
  });
});

describe('where we verify signatures ourselves', () => {
  test.each(NAMES)('a signature must cover the field that holds our address, where the ticket is named by %s', (by) => {
    expect(became({ by, signed: SIGNED })).toBe(ANSWER);
    expect(became({ by, signed: UNSIGNED_TO })).toBe(NOT_SIGNED);
    expect(became({ by, to: [FRIEND], cc: [DESK], signed: { ...SIGNED, cc: false } })).toBe(NOT_SIGNED);
    expect(became({ by, to: [FRIEND], cc: [DESK], signed: { ...SIGNED, to: false } })).toBe(ANSWER);
  });

  test('what only they can tell costs nobody their turn on a closed ticket, nor the notice that it was taken', () => {
    const closed = ticket({ status: 'closed', turns: [{ id: 5, answered: true }] });
    const taken = ticket({ turns: [{ id: 5, answered: true }] });
    expect(became({ by: 'number', signed: UNSIGNED_TO, asked: { ticket: closed } })).toBe(
      'ticket follows-closed-ticket',
    );
    expect(became({ by: 'number', signed: UNSIGNED_TO, asked: { ticket: taken } })).toBe('held turn-already-taken');
    expect(became({ by: 'number', signed: SIGNED, to: [FRIEND], asked: { ticket: closed } })).toBe(NOT_OURS);
  });

  test('the reply address needs no signature over it: most of Microsoft’s customers write so', () => {
    expect(became({ by: 'address', to: [replyAddressOf(TURN)], signed: UNSIGNED_TO })).toBe(ANSWER);
    expect(became({ by: 'address', to: [FRIEND], cc: [replyAddressOf(TURN)], signed: UNSIGNED_TO })).toBe(ANSWER);
    expect(became({ by: 'address', to: [replyAddressOf(TURN)], verification: 'unverified' })).toBe(ANSWER);
  });

  test('but a Cc that was added beside a signed To does not hold it', () => {
    const added = { to: [FRIEND], cc: [replyAddressOf(TURN)], signed: { ...SIGNED, cc: false } };
    expect(became({ by: 'address', ...added })).toBe(NOT_OURS);
  });

  test('a desk without plus addresses takes the token in a Message-ID, since its customers have nothing else', () => {
    const asked = { identity: { ...IDENTITY, replyAddress: undefined } };
    expect(became({ by: 'in-reply-to', signed: UNSIGNED_TO, asked })).toBe(ANSWER);
    expect(became({ by: 'references', verification: 'unverified', asked })).toBe(ANSWER);
    expect(became({ by: 'number', signed: UNSIGNED_TO, asked })).toBe(NOT_SIGNED);
    expect(became({ by: 'in-reply-to', to: [FRIEND], signed: UNSIGNED_TO, asked })).toBe(NOT_OURS);
  });
});

describe('a token that stands only in the envelope', () => {
  const envelope = { over: { deliveredTo: [replyAddressOf(TURN)] }, signed: SIGNED };

  test('takes no turn: whoever hands a mail on chooses the envelope', () => {
    for (const to of [[FRIEND], [], [DESK], [replyAddressOf(OUR_OTHER)]])
      expect(became({ by: 'address', to, ...envelope }), String(to)).toBe(NOT_OURS);
  });

  test('does where the mail names the ticket inside and an address of ours is in To', () => {
    const inside = facts({
      tokens: [
        { row: TURN, foundIn: 'address' },
        { row: TURN, foundIn: 'in-reply-to' },
      ],
    });
    expect(became({ by: 'address', ...envelope, asked: { facts: inside } })).toBe(ANSWER);
    expect(became({ by: 'address', to: [FRIEND], ...envelope, asked: { facts: inside } })).toBe(NOT_OURS);
  });
});

describe('a mail that was written long before', () => {
  const byReply = { by: 'address' as const, to: [replyAddressOf(TURN)] };
  const at = (signedAt: number | undefined, date = true): SignedParts => ({ ...SIGNED, date, signedAt });

  test('it answers, by more than a day, takes no turn', () => {
    expect(became({ ...byReply, signed: at(TURN.createdAt - 2 * DAY) })).toBe(TOO_OLD);
    expect(became({ ...byReply, signed: at(TURN.createdAt - DAY / 2) })).toBe(ANSWER);
    expect(became({ by: 'number', signed: at(NOW - 3 * DAY) })).toBe(TOO_OLD);
  });

  test('it arrived, by more than MAX_MAIL_AGE_DAYS, takes no turn, and 0 is no limit', () => {
    const row = { ...TURN, createdAt: (NOW - 30 * DAY) as typeof NOW };
    const old = { ...byReply, row, signed: at(NOW - 8 * DAY) };
    expect(became(old)).toBe(TOO_OLD);
    expect(became({ ...old, signed: at(NOW - 6 * DAY) })).toBe(ANSWER);
    expect(became({ ...old, asked: { rules: { ...RULES, senderTrust: DKIM, maxMailAgeDays: 0 } } })).toBe(ANSWER);
  });

  test('is told by the signature’s own time before the Date, and by an unsigned Date only where nothing is signed', () => {
    const dated = (date: number, signed: SignedParts | undefined) =>
      became({ ...byReply, signed, over: { date: date as typeof NOW, deliveredTo: [DESK] } });
    expect(dated(NOW - 20 * DAY, at(NOW))).toBe(ANSWER);
    expect(dated(NOW, at(NOW - 20 * DAY))).toBe(TOO_OLD);
    expect(dated(NOW - 20 * DAY, at(undefined))).toBe(TOO_OLD);
    expect(dated(NOW, at(undefined))).toBe(ANSWER);
    expect(dated(NOW, at(undefined, false))).toBe(TOO_OLD);
    expect(dated(NOW - 20 * DAY, undefined)).toBe(TOO_OLD);
    expect(dated(NOW, undefined)).toBe(ANSWER);
  });

  test('is not one that waited in our own mailbox, nor one whose clock is ahead, nor any where nobody checks', () => {
    const row = { ...TURN, createdAt: (NOW - 40 * DAY) as typeof NOW };
    const receivedAt = (NOW - 30 * DAY) as typeof NOW;
    expect(became({ ...byReply, row, signed: at(NOW - 31 * DAY), asked: { receivedAt } })).toBe(ANSWER);
    expect(became({ ...byReply, signed: at(NOW + 400 * DAY) })).toBe(ANSWER);
    const date = (NOW - 400 * DAY) as typeof NOW;
    expect(became({ ...byReply, trust: NONE, over: { date, deliveredTo: [DESK] } })).toBe(ANSWER);
  });

  test.each(['close', 'satisfied', 'not-satisfied', 'reopen'] as const)(
    'does nothing by the link address "%s" of a mail of ours that leaked',
    (purpose) => {
      const row = token(purpose, { createdAt: (NOW - 30 * DAY) as typeof NOW });
      const closed = ticket({ status: purpose === 'close' ? 'in_process' : 'closed', turns: [{ id: 5 }] });
      const link = { by: 'address' as const, row, to: [replyAddressOf(row)], asked: { ticket: closed } };
      expect(ask({ ...link, signed: at(NOW) }).disposition).toBe('link');
      const old = ask({ ...link, signed: at(NOW - 9 * DAY) });
      expect(`${old.disposition} ${old.reason}`).toBe(TOO_OLD);
      expect(deeds(old.effects)).toEqual([]);
      const handedOn = ask({ ...link, to: [FRIEND], signed: at(NOW) });
      expect(`${handedOn.disposition} ${handedOn.reason}`).toBe(NOT_OURS);
      expect(deeds(handedOn.effects)).toEqual([]);
    },
  );
});
