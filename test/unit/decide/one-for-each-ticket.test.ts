import { describe, expect, test } from 'vitest';
import { type NamedMail, oneForEachTicket } from '../../../src/decide/mail/match/name-ticket.ts';
import type { UnderstoodMail } from '../../../src/decide/mail/understood-mail.ts';
import { address, CUSTOMER, facts, mail, outboxId, ticketId } from '../../support/decisions.ts';

type Short = {
  ticket?: number;
  from?: string;
  id?: string;
  answers?: string;
  words?: string;
  bounced?: string;
  begins?: string;
};

let last = 0;
function named({ ticket, from, id, answers, words, bounced, begins }: Short): NamedMail {
  last++;
  const messageId = id ?? `m${last}@x.example`;
  const row = { outboxId: outboxId(last), template: 'receipt' as const, ticketId: undefined, agentId: undefined };
  return {
    mail: {
      id: last,
      mail: mail(from ?? `p${last}@x.example`, { messageId }),
      keys: { answered: answers === undefined ? [] : [{ messageId: answers, foundIn: 'in-reply-to' }] },
    } as unknown as UnderstoodMail,
    facts: facts(
      bounced === undefined
        ? {}
        : { bounced: { ...row, recipient: address(bounced), alreadyUndelivered: false, byEnvelope: true } },
    ),
    match: undefined,
    ticketId: ticket === undefined ? undefined : ticketId(ticket),
    digests: { bytes: Buffer.from(words ?? `${last}`), meaning: undefined, beforeList: [], ignored: undefined },
    muted: false,
    begins: begins === undefined ? undefined : address(begins),
  };
}

/** The places of the mails that wait for the next round. */
function waiting(...mails: Short[]): number[] {
  const all = mails.map(named);
  const { later } = oneForEachTicket(all);
  return later.map((one) => all.findIndex(({ mail: { id } }) => id === one.id));
}

describe('what waits for the next round of a batch', () => {
  test.each<[string, Short[], number[]]>([
    ['nobody, where mails have nothing in common', [{ ticket: 1 }, { ticket: 2 }, {}], []],
    ['the second mail of a ticket', [{ ticket: 1 }, { ticket: 2 }, { ticket: 1 }], [2]],
    ['a mail of the same content', [{ words: 'a' }, { words: 'a' }], [1]],
    ['a mail that answers another of the batch', [{ id: 'a@x.example' }, { answers: 'a@x.example' }], [1]],
    [
      'a mail that answers one that waits itself',
      [{ ticket: 7 }, { ticket: 7, id: 'l@x.example' }, { answers: 'l@x.example' }],
      [1, 2],
    ],
    ['a mail of somebody whom an earlier one could not reach', [{ bounced: CUSTOMER }, { from: CUSTOMER }], [1]],
    ['a report about somebody who wrote', [{ from: CUSTOMER }, { bounced: CUSTOMER }], [1]],
    ['a conversation that an agent begins with somebody who wrote', [{ from: CUSTOMER }, { begins: CUSTOMER }], [1]],
    ['a second conversation with the same person', [{ begins: CUSTOMER }, { begins: CUSTOMER }], [1]],
    [
      'what is about a person like one that waits',
      [{ ticket: 1 }, { ticket: 1, from: CUSTOMER }, { begins: CUSTOMER }],
      [1, 2],
    ],
  ])('%s', (_who, mails, later) => {
    expect(waiting(...mails)).toEqual(later);
  });
});
