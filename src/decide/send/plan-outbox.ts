import { serverWords } from '../../domain/desk/mail-server.ts';
import type { Rules } from '../../domain/desk/rules.ts';
import type { EmailAddress } from '../../domain/mail/email-address.ts';
import { hideTokens } from '../../domain/mail/hide-tokens.ts';
import type { DeliveryRecipient } from '../../domain/mail/parsed-mail.ts';
import {
  type DedupeKey,
  feedbackThanksKey,
  forAgent,
  heldNoticeKey,
  notSatisfiedKey,
  teamNewsKey,
  undeliveredKey,
} from '../../domain/ticket/dedupe-key.ts';
import type { AgentId, EpochMs, OutboxId, ResponseId, TicketId } from '../../domain/ticket/ids.ts';
import type {
  ClosedBy,
  NotificationEvent,
  OutboxDraft,
  OutboxPayload,
  TeamNews,
} from '../../domain/ticket/outbox-item.ts';
import type { Agent, Feedback } from '../../domain/ticket/ticket.ts';
import { type Line, mapTexts } from '../../domain/words.ts';

/** The mails of the desk as drafts: who gets what, which reply address it carries, and what makes it happen once. */

/**
 * Where past answers are shown to customers, a receipt may say "this solved it", and needs a link for that.
 * @param proved the customer proved their address, so that their own subject may come back to them
 */
export function receipt(customer: EmailAddress, suggests: boolean, proved = false): OutboxDraft {
  return {
    template: 'receipt',
    audience: 'customer',
    recipient: customer,
    reply: { purpose: 'ticket' },
    ...(proved ? { payload: { named: true } } : {}),
    ...(suggests ? { links: ['close' as const] } : {}),
  };
}

export function notification(agent: Agent, event: NotificationEvent, about?: DedupeKey): OutboxDraft {
  return {
    template: 'notification',
    audience: 'agent',
    recipient: agent.email,
    agentId: agent.id,
    reply: { purpose: 'agent' },
    payload: { event },
    ...(about === undefined ? {} : { dedupeKey: forAgent(about, agent.id) }),
  };
}

/** @param fits an open ticket of the same sender under the same subject */
export function newTicket(agent: Agent, fits: TicketId | undefined): OutboxDraft {
  const draft = notification(agent, 'new-ticket');
  return fits === undefined ? draft : { ...draft, payload: { ...draft.payload, fits } };
}

export function response(customer: EmailAddress): OutboxDraft {
  return {
    template: 'response',
    audience: 'customer',
    recipient: customer,
    responseId: 'new',
    reply: { purpose: 'turn' },
    links: ['close'],
  };
}

/** The last words of an agent: the same mail says that the request is closed, and asks whether it is solved. */
export function closingResponse(customer: EmailAddress): OutboxDraft {
  return { ...response(customer), links: ['satisfied', 'not-satisfied', 'reopen'], payload: { closedBy: 'agent' } };
}

/** Copies of a response for those who read the ticket's responses; their token makes their words a third party's. */
export function copies(readers: readonly EmailAddress[]): OutboxDraft[] {
  return readers.map((reader) => ({
    template: 'response',
    audience: 'customer',
    recipient: reader,
    responseId: 'new',
    reply: { purpose: 'reader' },
    payload: { copy: true },
  }));
}

/** At most one for the time before the first response, and one for each turn that is taken. */
export function heldNotice(customer: EmailAddress, ticketId: TicketId, taken: ResponseId | undefined): OutboxDraft {
  return taken === undefined
    ? {
        template: 'held-before-response',
        audience: 'customer',
        recipient: customer,
        reply: { purpose: 'ticket' },
        dedupeKey: heldNoticeKey(ticketId, taken),
      }
    : {
        template: 'already-answered',
        audience: 'customer',
        recipient: customer,
        reply: { purpose: 'ticket' },
        dedupeKey: heldNoticeKey(ticketId, taken),
      };
}

export function closing(customer: EmailAddress, closedBy: ClosedBy): OutboxDraft {
  return {
    template: 'closing',
    audience: 'customer',
    recipient: customer,
    reply: { purpose: 'ticket' },
    links: ['satisfied', 'not-satisfied', 'reopen'],
    payload: { closedBy },
  };
}

/**
 * Tells the agents of a ticket that its customer was not satisfied: once for each closing, and once more when the customer
 * said why.
 */
export function dissatisfaction(agent: Agent, ticketId: TicketId, closedAt: EpochMs, said: boolean): OutboxDraft {
  return notification(agent, 'not-satisfied', notSatisfiedKey(ticketId, closedAt, said));
}

/**
 * Tells those who were notified of a ticket what a colleague did with it, so that nobody does it twice. Not the colleague
 * who did it, nor those who hear of it by another mail.
 * @param by undefined: an operator
 */
export function teamNews(
  news: TeamNews,
  ticketId: TicketId,
  by: Agent | undefined,
  hear: readonly Agent[],
  often: Rules['teamNews'],
): OutboxDraft[] {
  if (often === 'never') return [];
  return hear
    .filter((agent) => agent.id !== by?.id)
    .map((agent) => ({
      template: 'team-news',
      audience: 'agent',
      recipient: agent.email,
      agentId: agent.id,
      reply: { purpose: 'agent' },
      payload: { news, by: by?.id },
      ...(often === 'once' ? { dedupeKey: forAgent(teamNewsKey(ticketId), agent.id) } : {}),
    }));
}

export function feedbackThanks(customer: EmailAddress, ticketId: TicketId, feedback: Feedback): OutboxDraft {
  return {
    template: 'feedback-thanks',
    audience: 'customer',
    recipient: customer,
    payload: { feedback },
    dedupeKey: feedbackThanksKey(ticketId, feedback),
  };
}

/** Says that a ticket was opened again by mail; each time, since it is somebody's act. */
export function reopened(customer: EmailAddress): OutboxDraft {
  return { template: 'reopened', audience: 'customer', recipient: customer, reply: { purpose: 'ticket' } };
}

export function returned(
  agent: Agent,
  lines: readonly Line[],
  text: string,
  onTicket: boolean,
  colleague?: string,
): OutboxDraft {
  return {
    template: 'returned',
    audience: 'agent',
    recipient: agent.email,
    agentId: agent.id,
    payload: {
      lines: lines.map((line) => mapTexts(line, hideTokens)),
      text: hideTokens(text),
      ...(colleague === undefined ? {} : { colleague: hideTokens(colleague) }),
    },
    ...(onTicket ? { reply: { purpose: 'agent' as const } } : {}),
  };
}

/** A mail of somebody else that was not carried out, for the agent whom it concerns. */
export function returnedOf(writer: string, agent: Agent, lines: readonly Line[], text: string): OutboxDraft {
  const draft = returned(agent, lines, text, true);
  return { ...draft, payload: { ...draft.payload, writer } };
}

/** The same for its writer, who is no agent: nothing of the ticket stands in it. */
export function returnedToStranger(
  writer: EmailAddress,
  lines: readonly Line[],
  text: string,
  dedupeKey: DedupeKey,
): OutboxDraft {
  return {
    template: 'returned',
    audience: 'customer',
    recipient: writer,
    withoutTicket: true,
    dedupeKey,
    payload: { lines: [...lines], text: hideTokens(text) },
  };
}

export function confirmation(agent: Agent, lines: Line[], onTicket: boolean): OutboxDraft {
  return {
    template: 'confirmation',
    audience: 'agent',
    recipient: agent.email,
    agentId: agent.id,
    payload: { lines },
    ...(onTicket ? { reply: { purpose: 'agent' as const } } : {}),
  };
}

export function digest(agent: Agent): OutboxDraft {
  return { template: 'digest', audience: 'agent', recipient: agent.email, agentId: agent.id };
}

/** The desk in numbers; without a time, of the last days. */
export function reportDraft(agent: Agent, time?: OutboxPayload['time']): OutboxDraft {
  const payload = time === undefined ? {} : { payload: { time } };
  return { template: 'report', audience: 'agent', recipient: agent.email, agentId: agent.id, ...payload };
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
  return {
    template: 'undelivered',
    audience: 'agent',
    recipient: agent.email,
    agentId: agent.id,
    reply: { purpose: 'agent' },
    payload: {
      failedOutboxId: failed.outboxId,
      ...(refused?.status ? { status: refused.status } : {}),
      ...(refused?.diagnostic ? { text: hideTokens(serverWords(refused.diagnostic)) } : {}),
    },
    dedupeKey: forAgent(undeliveredKey(failed, now), agent.id),
  };
}

export type FailedMail = { outboxId: OutboxId; agentId: AgentId | undefined };

/** The agent who has the ticket hears of it; all agents do while nobody has it, or when that agent is gone. */
export function whoHears(agents: Agent[], assigneeId: AgentId | undefined): Agent[] {
  const assignee = agents.find((agent) => agent.id === assigneeId);
  return assignee ? [assignee] : agents;
}
