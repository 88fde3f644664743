import { describe, expect, test } from 'vitest';
import { decideMail } from '../../../src/decide/mail/decide-mail.ts';
import type { MailQuestion } from '../../../src/decide/mail/mail-question.ts';
import type { SenderTrust } from '../../../src/domain/desk/rules.ts';
import {
  ALICE,
  agentId,
  BOB,
  deeds,
  drafts,
  facts,
  inEnglish,
  mail,
  question,
  RULES,
  replyOfAlice,
  responseId,
  sent,
  ticket,
  token,
} from '../../support/decisions.ts';

describe('an agent who names no ticket, or not theirs', () => {
  const bare = (over: Parameters<typeof mail>[1], tokens: ReturnType<typeof token>[] = []) =>
    decideMail(
      question({
        mail: mail('alice@desk.example', over),
        facts: facts({ agent: ALICE, tokens: tokens.map((row) => ({ row, foundIn: 'address' as const })) }),
        ticket: tokens.length > 0 ? ticket() : undefined,
      }),
    );

  test('gets the text back and opens no ticket', () => {
    const decision = bare({ reply: 'Hello desk' });
    expect(decision).toMatchObject({ disposition: 'returned', reason: 'agent-without-token', ticketId: undefined });
    expect(sent(decision.effects)).toEqual(['returned to alice@desk.example']);
  });

  test('gets the queue for /queue, in the body or as the subject of an empty mail', () => {
    expect(sent(bare({ reply: '/queue' }).effects)).toEqual(['digest to alice@desk.example']);
    expect(sent(bare({ reply: '', text: '', subject: '/queue' }).effects)).toEqual(['digest to alice@desk.example']);
  });

  test('gets the queue for a subject of /queue above a body that her mail program signed', () => {
    const signed = bare({ reply: 'Alice Ames\nAcme GmbH', subject: '/queue' });
    expect(sent(signed.effects)).toEqual(['digest to alice@desk.example']);
    expect(bare({ reply: 'Alice Ames', subject: '/close' })).toMatchObject({ disposition: 'returned' });
  });

  test('with a colleague’s notification gets the words with an address of her own, and the colleague reads them', () => {
    const row = token('agent', { agentId: agentId(2) });
    const known = facts({ agent: ALICE, tokens: [{ row, foundIn: 'address' }] });
    const decision = decideMail(
      question({ mail: mail('alice@desk.example', { reply: 'Hi.' }), facts: known, ticket: ticket() }),
    );
    expect(decision).toMatchObject({ disposition: 'returned', reason: 'token-of-someone-else' });
    expect(drafts(decision.effects)).toMatchObject([
      { recipient: ALICE.email, reply: { purpose: 'agent' }, payload: { text: 'Hi.' } },
      { recipient: BOB.email, reply: { purpose: 'agent' }, payload: { text: 'Hi.', writer: 'Alice Ames' } },
    ]);
  });

  test('with the customer’s reply address responds to nobody', () => {
    const decision = bare({ reply: 'Hi.' }, [token('turn', { responseId: responseId(1) })]);
    expect(decision).toMatchObject({ disposition: 'returned', reason: 'agent-without-token' });
    expect(deeds(decision.effects)).toEqual([]);
  });

  test('whose sender cannot be verified is parked, whatever the token, and told once a day for each ticket', () => {
    const asked = replyOfAlice('Refund everything.', ticket());
    for (const verification of ['unverified', 'failed'] as const) {
      const decision = decideMail({ ...asked, verification });
      expect(decision).toMatchObject({ disposition: 'parked', reason: 'agent-not-verified' });
      expect(deeds(decision.effects)).toEqual([]);
      expect(sent(decision.effects)).toEqual(['returned to alice@desk.example']);
      expect(drafts(decision.effects)[0]?.dedupeKey).toBe('agent-not-verified:agent-1:ticket-12:day-20779');
    }
  });

  test('gets her words back with what to do, but not those of a mail that her domain disowns', () => {
    const asked = replyOfAlice('Refund everything.', ticket());
    const told = (over: Partial<MailQuestion>) => drafts(decideMail({ ...asked, ...over }).effects)[0]?.payload;
    expect(told({ verification: 'unverified' })).toMatchObject({ text: 'Refund everything.' });
    expect(told({ verification: 'failed' })).toMatchObject({ text: '' });
    const trusting = (senderTrust: SenderTrust) =>
      told({ verification: 'unverified', rules: { ...RULES, senderTrust } })
        ?.lines?.map(inEnglish)
        .join(' ');
    expect(trusting({ kind: 'dkim' })).toContain('"v=DMARC1; p=none" at _dmarc.desk.example');
    const server = 'mx.desk.example';
    expect(trusting({ kind: 'authentication-results', authservId: server })).toContain(`${server} says that DMARC`);
  });
});
