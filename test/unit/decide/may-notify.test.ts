import { describe, expect, test } from 'vitest';
import { countedTogether, noticeBounds, personBehind } from '../../../src/decide/send/may-notify.ts';
import {
  closing,
  confirmation,
  heldNotice,
  notification,
  receipt,
  response,
  returned,
} from '../../../src/decide/send/plan-outbox.ts';
import type { EmailAddress } from '../../../src/domain/mail/email-address.ts';
import type { Effect } from '../../../src/domain/ticket/decision.ts';
import type { OutboxDraft } from '../../../src/domain/ticket/outbox-item.ts';
import { ALICE, address, CUSTOMER, IDENTITY, RULES, responseId, ticketId } from '../../support/decisions.ts';

const NONE = { perTicket: 0, perRecipient: 0, perDomain: 0, perAgent: 0 };
const OUTSIDE = { perTicket: 2, perRecipient: 3, perDomain: 20, perAgent: 0 };
const DESK = { ...NONE, perAgent: 100 };
const bounds = (draft: OutboxDraft, person?: 'desk' | 'customer', verified?: EmailAddress) =>
  noticeBounds(draft, person, RULES, IDENTITY.address, verified);

describe('the bounds on automatic mail', () => {
  test.each([
    ['a receipt', receipt(CUSTOMER, false), OUTSIDE],
    ['a held notice', heldNotice(CUSTOMER, ticketId(1), undefined), OUTSIDE],
    ['a closing after long silence', closing(CUSTOMER, 'silence'), NONE],
    ['a response', response(CUSTOMER), NONE],
    ['a notification of a new ticket', notification(ALICE, 'new-ticket'), NONE],
    ['any other notification', notification(ALICE, 'held'), DESK],
    ['a returned command', returned(ALICE, [], '', false), DESK],
    ['a confirmation to an agent', confirmation(ALICE, [], true), DESK],
    [
      'one to an operator',
      { template: 'confirmation', audience: 'operator', recipient: address('olga@ops.example') },
      DESK,
    ],
    ['an alert', { template: 'alert', audience: 'operator', recipient: address('olga@ops.example') }, NONE],
  ] as [string, OutboxDraft, typeof NONE][])('for %s', (_, draft, expected) => {
    expect(bounds(draft)).toEqual(expected);
  });

  test('let out what a person’s act sends, but a customer’s not to a busy domain', () => {
    expect(bounds(closing(CUSTOMER, 'agent'), 'desk')).toEqual(NONE);
    expect(bounds(closing(CUSTOMER, 'customer'), 'customer')).toEqual({ ...NONE, perDomain: 20 });
    expect(bounds(confirmation(ALICE, [], true), 'desk')).toEqual(DESK);
  });

  test('give mail providers and the desk’s own domain ten times as much', () => {
    const perDomain = (who: string) => bounds(receipt(address(who), false)).perDomain;
    expect(perDomain('jo@gmail.com')).toBe(200);
    expect(perDomain('jo@DESK.example')).toBe(200);
    expect(perDomain('jo@mail.gmail.com')).toBe(20);
  });

  test('do not silence a large customer: a domain whose mail was verified has ten times as much, and no other', () => {
    const jo = address('jo@customer.example');
    expect(bounds(receipt(jo, false), undefined, jo).perDomain).toBe(200);
    expect(bounds(receipt(jo, false), undefined, address('pat@customer.example')).perDomain).toBe(200);
    expect(bounds(receipt(jo, false), undefined, address('jo@other.example')).perDomain).toBe(20);
    expect(bounds(receipt(jo, false), undefined, jo).perRecipient).toBe(3);
  });

  test('are counted by one process at a time for a domain, or for a recipient where domains have no bound', () => {
    const draft = receipt(address('Jo@customer.example'), false);
    expect(countedTogether(draft, OUTSIDE)).toBe('domain customer.example');
    expect(countedTogether(draft, { ...OUTSIDE, perDomain: 0 })).toBe('recipient jo@customer.example');
    expect(countedTogether(draft, NONE)).toBeUndefined();
  });
});

describe('a person has acted', () => {
  test('when an agent or an operator did something, a link was used, or an answer took a turn', () => {
    expect(personBehind('agent:1', [])).toBe('desk');
    expect(personBehind('operator', [])).toBe('desk');
    const turn: Effect = { do: 'take-turn', responseId: responseId(3), words: 'It works.' };
    const close: Effect = { do: 'close', by: 'customer', spam: false };
    for (const effect of [turn, close]) expect(personBehind('customer', [effect])).toBe('customer');
  });

  test('but not when a mail came that any machine can write, nor by itself', () => {
    const send: Effect = { do: 'send', draft: receipt(CUSTOMER, false) };
    expect(personBehind('customer', [send])).toBeUndefined();
    expect(personBehind('third-party', [send])).toBeUndefined();
    expect(personBehind('system', [{ do: 'close', by: 'silence', spam: false }])).toBeUndefined();
  });
});
