import type { Decision, Effect } from '../../domain/ticket/decision.ts';
import { AUTOMATIC } from '../../domain/ticket/outbox-item.ts';
import { historyLine } from '../machine/history-line.ts';
import { undelivered, whoHears } from '../send/plan-outbox.ts';
import { decision, type MailQuestion } from './mail-question.ts';

/**
 * A delivery report is tied to the outbox row it is about by the envelope token or the embedded Message-ID (RFC 3464
 * section 2). A lasting failure marks the row, mutes the address for automatic mail and tells the agents concerned
 * once; anything else, and any report about nothing that we sent, is only filed. The turn is untouched in every case.
 * A person who was in copy of an answer knows the Message-ID of our mail: where our envelopes name the row, a report that does
 * not come there mutes nobody.
 */
export function decideBounce({ mail, classification, facts, ticket, identity, now }: MailQuestion): Decision {
  const row = facts.bounced;
  if (!row) return decision('bounce', 'bounce-of-nothing-we-sent');
  const refused = mail.delivery?.recipients.find((recipient) => recipient.action === 'failed' && recipient.permanent);
  const failed = refused !== undefined;
  const filed = {
    ...decision('bounce', failed ? 'delivery-failed' : 'delivery-delayed'),
    ticketId: row.ticketId,
    words: row.ticketId === undefined ? undefined : historyLine(mail, classification),
  };
  if (!failed || row.alreadyUndelivered) return filed;
  const effects: Effect[] = [{ do: 'mark-undelivered', outboxId: row.outboxId }];
  if (row.byEnvelope || identity.replyAddress === undefined)
    effects.push({ do: 'mute', address: row.recipient, reason: 'delivery-failed', outboxId: row.outboxId });
  if (row.ticketId !== undefined) {
    // The agent whose own address failed cannot be told there; the colleagues can.
    const reachable = facts.agents.filter((agent) => agent.id !== row.agentId);
    const concerned = whoHears(reachable, ticket?.assigneeId);
    // Confirmations and the like are not worth a mail when they fail.
    const matters = !AUTOMATIC[row.template] || ['receipt', 'closing', 'notification'].includes(row.template);
    if (matters)
      effects.push(...concerned.map((agent): Effect => ({ do: 'send', draft: undelivered(agent, row, now, refused) })));
  }
  return { ...filed, effects };
}
