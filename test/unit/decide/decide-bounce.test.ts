import { describe, expect, test } from 'vitest';
import { decideMail } from '../../../src/decide/mail/decide-mail.ts';
import {
  ALICE,
  CUSTOMER,
  deeds,
  drafts,
  facts,
  mail,
  outboxId,
  question,
  sent,
  ticket,
  ticketId,
} from '../../support/decisions.ts';

describe('a delivery report', () => {
  const recipients = (action: 'failed' | 'delayed', permanent: boolean) => [
    { recipient: 'jo@customer.example', action, status: '5.1.1', permanent, diagnostic: '550 5.1.1 no\nsuch user' },
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
    byEnvelope: true,
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
    const [told] = drafts(decision.effects);
    expect(told?.payload).toEqual({ failedOutboxId: 5, status: '5.1.1', text: '550 5.1.1 no such user' });
  });

  test('that knows only our Message-ID mutes nobody, unless our envelopes name no row', () => {
    const asked = question({
      mail: report('failed'),
      facts: facts({ bounced: { ...bounced, byEnvelope: false } }),
      ticket: inTurn,
      classification,
    });
    expect(deeds(decideMail(asked).effects)).toEqual(['mark-undelivered']);
    expect(sent(decideMail(asked).effects)).toEqual(['undelivered to alice@desk.example']);
    const plain = { ...asked, identity: { ...asked.identity, replyAddress: undefined } };
    expect(deeds(decideMail(plain).effects)).toEqual(['mark-undelivered', 'mute']);
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
