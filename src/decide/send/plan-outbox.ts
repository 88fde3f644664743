import type { EmailAddress } from '../../domain/email-address.ts';
import type { AgentId, EpochMs, OutboxId, ResponseId, TicketId } from '../../domain/ids.ts';
import { serverWords } from '../../domain/mail-server.ts';
import type { ClosedBy, NotificationEvent, OutboxDraft } from '../../domain/outbox-item.ts';
import type { DeliveryRecipient } from '../../domain/parsed-mail.ts';
import { hideTokens } from '../../domain/reply-token.ts';
import { DAY_MS } from '../../domain/rules.ts';
import type { Agent, Feedback } from '../../domain/ticket.ts';

/** The mails of the desk as drafts: who gets what, which reply address it carries, and what makes it happen once. */

/** Where past answers are shown to customers, a receipt may say "this solved it", and needs a link for that. */
export function receipt(customer: EmailAddress, suggests: boolean): OutboxDraft {
  return {
    template: 'receipt',
    recipient: customer,
    reply: { purpose: 'ticket' },
    ...(suggests ? { links: ['close' as const] } : {}),
  };
}

export function notification(agent: Agent, event: NotificationEvent, dedupeKey?: string): OutboxDraft {
  return {
    template: 'notification',
    recipient: agent.email,
    agentId: agent.id,
    reply: { purpose: 'agent' },
    payload: { event },
    ...(dedupeKey === undefined ? {} : { dedupeKey: `${dedupeKey}:agent-${agent.id}` }),
  };
}

export function response(customer: EmailAddress): OutboxDraft {
  return { template: 'response', recipient: customer, responseId: 'new', reply: { purpose: 'turn' }, links: ['close'] };
}

/** At most one for the time before the first response, and one for each turn that is taken. */
export function heldNotice(customer: EmailAddress, ticketId: TicketId, taken: ResponseId | undefined): OutboxDraft {
  return taken === undefined
    ? {
        template: 'held-before-response',
        recipient: customer,
        reply: { purpose: 'ticket' },
        dedupeKey: `held:ticket-${ticketId}`,
      }
    : {
        template: 'already-answered',
        recipient: customer,
        reply: { purpose: 'ticket' },
        dedupeKey: `held:response-${taken}`,
      };
}

export function closing(customer: EmailAddress, closedBy: ClosedBy): OutboxDraft {
  return {
    template: 'closing',
    recipient: customer,
    reply: { purpose: 'ticket' },
    links: ['satisfied', 'not-satisfied', 'reopen'],
    payload: { closedBy },
  };
}

export function feedbackThanks(customer: EmailAddress, ticketId: TicketId, feedback: Feedback): OutboxDraft {
  return {
    template: 'feedback-thanks',
    recipient: customer,
    payload: { feedback },
    dedupeKey: `feedback-thanks:ticket-${ticketId}:${feedback}`,
  };
}

/** Says that a ticket was opened again by mail; each time, since it is somebody's act. */
export function reopened(customer: EmailAddress): OutboxDraft {
  return { template: 'reopened', recipient: customer, reply: { purpose: 'ticket' } };
}

export function returned(
  agent: Agent,
  lines: string[],
  text: string,
  onTicket: boolean,
  colleague?: string,
): OutboxDraft {
  return {
    template: 'returned',
    recipient: agent.email,
    agentId: agent.id,
    payload: { lines, text, ...(colleague === undefined ? {} : { colleague }) },
    ...(onTicket ? { reply: { purpose: 'agent' as const } } : {}),
  };
}

export function confirmation(agent: Agent, lines: string[], onTicket: boolean): OutboxDraft {
  return {
    template: 'confirmation',
    recipient: agent.email,
    agentId: agent.id,
    payload: { lines },
    ...(onTicket ? { reply: { purpose: 'agent' as const } } : {}),
  };
}

export function digest(agent: Agent): OutboxDraft {
  return { template: 'digest', recipient: agent.email, agentId: agent.id };
}

/**
 * Each failed mail is told to each agent concerned once; that a colleague cannot be reached, once a day.
 * @param refused what a delivery report says of the recipient, words of a stranger; undefined where our relay said it
 */
export function undelivered(
  agent: Agent,
  failed: FailedMail,
  now: EpochMs,
  refused?: Pick<DeliveryRecipient, 'status' | 'diagnostic'>,
): OutboxDraft {
  const once =
    failed.agentId === undefined
      ? `outbox-${failed.outboxId}`
      : `to-agent-${failed.agentId}:day-${Math.floor(now / DAY_MS)}`;
  return {
    template: 'undelivered',
    recipient: agent.email,
    agentId: agent.id,
    reply: { purpose: 'agent' },
    payload: {
      failedOutboxId: failed.outboxId,
      ...(refused?.status ? { status: refused.status } : {}),
      ...(refused?.diagnostic ? { text: hideTokens(serverWords(refused.diagnostic)) } : {}),
    },
    dedupeKey: `undelivered:${once}:agent-${agent.id}`,
  };
}

export type FailedMail = { outboxId: OutboxId; agentId: AgentId | undefined };

/** Whoever has the ticket hears of it; everybody does while nobody has it, or when that agent is gone. */
export function whoHears(agents: Agent[], assigneeId: AgentId | undefined): Agent[] {
  const assignee = agents.find((agent) => agent.id === assigneeId);
  return assignee ? [assignee] : agents;
}
