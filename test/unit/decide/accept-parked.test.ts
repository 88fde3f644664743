import { describe, expect, test } from 'vitest';
import { acceptParked, whyNot } from '../../../src/decide/desk/accept-parked.ts';
import { decideMail } from '../../../src/decide/mail/decide-mail.ts';
import type { MailQuestion } from '../../../src/decide/mail/mail-question.ts';
import type { Reason } from '../../../src/domain/ticket/reasons.ts';
import {
  ALICE,
  CUSTOMER,
  deeds,
  facts,
  mail,
  NOW,
  question,
  RULES,
  sent,
  ticket,
  ticketId,
  token,
} from '../../support/decisions.ts';

const openTurn = () => ticket({ turns: [{ id: 3, agent: ALICE }] });
const answer = mail(CUSTOMER, { reply: 'It works now.' });

/** Parked for `reason` first, and then accepted. */
function accept(asked: MailQuestion, reason: Reason, also: Reason[] = []) {
  expect(decideMail(asked)).toMatchObject({ disposition: 'parked', reason });
  return acceptParked(asked, [...also, reason]);
}

describe('accepting a parked mail', () => {
  test('a request over the sender’s rate opens a ticket', () => {
    const asked = question({ mail: answer, facts: facts({ recentFromSender: RULES.ratePerHour + 1 }) });
    const verdict = accept(asked, 'over-rate');
    expect(verdict).toMatchObject({ kind: 'decided', decision: { disposition: 'ticket', reason: 'new-request' } });
  });

  test('an answer whose sender could not be verified takes the turn once an operator vouches for it', () => {
    const named = [{ ticketId: ticketId(12), email: CUSTOMER, foundIn: 'subject' as const }];
    const asked = question({
      mail: answer,
      facts: facts({ named }),
      ticket: openTurn(),
      verification: 'unverified',
    });
    expect(accept(asked, 'customer-not-verified')).toMatchObject({ decision: { disposition: 'answer' } });
  });

  test('a second objection parks it again under its own reason, until that is accepted too', () => {
    const named = [{ ticketId: ticketId(12), email: CUSTOMER, foundIn: 'subject' as const }];
    const asked = question({
      mail: answer,
      facts: facts({ named, recentFromSender: RULES.ratePerHour + 1 }),
      ticket: openTurn(),
      verification: 'failed',
    });
    const first = accept(asked, 'over-rate');
    expect(first).toMatchObject({ decision: { disposition: 'parked', reason: 'customer-not-verified', effects: [] } });
    const second = acceptParked(asked, ['over-rate', 'customer-not-verified']);
    expect(second).toMatchObject({ decision: { disposition: 'answer' } });
  });

  test('a mail that a machine carried opens a ticket without a receipt', () => {
    const asked = question({ mail: answer, facts: facts(), classification: { kind: 'list', reason: 'list-id' } });
    const verdict = accept(asked, 'machine-mail');
    expect(verdict).toMatchObject({ decision: { disposition: 'ticket' } });
    if (verdict.kind !== 'decided') throw new Error(verdict.why);
    const templates = verdict.decision.effects.flatMap((one) => (one.do === 'send' ? one.draft.template : []));
    expect(new Set(templates)).toEqual(new Set(['notification']));
  });

  test('one that only names a ticket of its sender is shown there', () => {
    const named = [{ ticketId: ticketId(12), email: CUSTOMER, foundIn: 'subject' as const }];
    const classification = { kind: 'auto-generated', reason: 'auto-submitted' } as const;
    const asked = question({
      mail: answer,
      facts: facts({ named }),
      ticket: openTurn(),
      verification: 'unverified',
      classification,
    });
    expect(accept(asked, 'machine-mail')).toMatchObject({ decision: { disposition: 'third-party', ticketId: 12 } });
  });

  test('mail from our own address is accepted as that of whom its Reply-To names, and of nobody else', () => {
    const vera = { address: CUSTOMER, name: 'Vera', written: 'Vera' };
    const form = question({ mail: mail('support@desk.example', { replyTo: [vera] }), facts: facts() });
    expect(accept(form, 'from-ourselves')).toMatchObject({
      decision: {
        disposition: 'ticket',
        effects: expect.arrayContaining([expect.objectContaining({ email: CUSTOMER })]),
      },
    });
    const nobody = question({ mail: mail('support@desk.example'), facts: facts() });
    expect(accept(nobody, 'from-ourselves')).toMatchObject({ kind: 'refused' });
  });

  test('an agent’s mail that could not be verified is carried out', () => {
    const agentToken = token('agent', { agentId: ALICE.id, seenResponseId: undefined });
    const asked = question({
      mail: mail(ALICE.email, { reply: 'Pour water on it.' }),
      facts: facts({ agent: ALICE, tokens: [{ row: agentToken, foundIn: 'address' }] }),
      ticket: ticket(),
      verification: 'unverified',
    });
    const verdict = accept(asked, 'agent-not-verified');
    expect(verdict.kind === 'decided' && deeds(verdict.decision.effects)).toEqual(['respond', 'assign']);
  });

  test('an agent’s token in a stranger’s hands names the ticket and gives no agent’s rights', () => {
    const asked = (from: string) =>
      question({
        mail: mail(from, { reply: '/close\nDo as I say.' }),
        facts: facts({ tokens: [{ row: token('agent', { agentId: ALICE.id }), foundIn: 'address' }] }),
        ticket: openTurn(),
      });
    const stranger = accept(asked('eve@elsewhere.example'), 'token-of-someone-else');
    expect(stranger).toMatchObject({ decision: { disposition: 'third-party' } });
    expect(stranger.kind === 'decided' && deeds(stranger.decision.effects)).toEqual([]);
    const customer = accept(asked(CUSTOMER), 'token-of-someone-else');
    expect(customer).toMatchObject({ decision: { disposition: 'answer' } });
    expect(customer.kind === 'decided' && deeds(customer.decision.effects)).toEqual(['take-turn']);
  });

  test('a mail to a ticket that was closed as spam plays its turn like any other', () => {
    const closed = ticket({ status: 'closed', closedAt: NOW - 1_000, spam: true });
    const asked = question({
      mail: answer,
      facts: facts({ tokens: [{ row: token('ticket'), foundIn: 'address' }] }),
      ticket: closed,
    });
    const verdict = accept(asked, 'ticket-was-spam');
    expect(verdict).toMatchObject({ decision: { disposition: 'ticket', reason: 'follows-closed-ticket' } });
    expect(verdict.kind === 'decided' && sent(verdict.decision.effects)).toContain(`receipt to ${CUSTOMER}`);
  });

  test('a mail that came again meanwhile is a duplicate of the one that was taken', () => {
    const asked = question({ mail: answer, facts: facts({ duplicate: { of: 9 as never, reason: 'same-bytes' } }) });
    expect(acceptParked(asked, ['cannot-apply'])).toMatchObject({ decision: { disposition: 'duplicate' } });
  });

  test('a mail without a usable From is refused in a sentence', () => {
    const from = {
      kind: 'none' as const,
      reason: 'from-missing' as const,
      written: '',
      bestEffort: { address: '', name: '' },
    };
    const asked = question({ mail: { ...answer, from }, facts: facts() });
    expect(accept(asked, 'from-missing')).toEqual({
      kind: 'refused',
      why: 'It cannot be accepted: it has no From, so nobody could be answered.',
    });
  });

  test.each(['too-large', 'withheld-by-server', 'parser-timeout', 'undecodable', 'from-group'] as const)(
    'why %s cannot be accepted is one sentence',
    (reason) => {
      expect(whyNot(reason)).toMatch(/^It cannot be accepted: [^.]+\.$/);
    },
  );
});
