import type { Identity } from '../../domain/desk/identity.ts';
import type { Rules } from '../../domain/desk/rules.ts';
import { Fault } from '../../domain/fault.ts';
import type { AuditAction } from '../../domain/ticket/audit.ts';
import type { Decision } from '../../domain/ticket/decision.ts';
import type { TicketFacts } from '../../domain/ticket/facts.ts';
import type {
  EpochMs,
  InboundId,
  MailboxId,
  OutboxId,
  ResponseId,
  TicketId,
  TokenId,
} from '../../domain/ticket/ids.ts';
import type { FateRow, PlannedRows } from '../../domain/ticket/planned-rows.ts';
import { OUT_OF_TURN } from '../../domain/ticket/reasons.ts';
import type { UnderstoodMail } from '../mail/understood-mail.ts';
import type { BatchNotices } from './bound-notices.ts';
import type { Reserved } from './plan-needs.ts';
import type { ChangingTicket } from './plan-ticket.ts';

/** A decision to carry out, and what it is about. */
export type Act = {
  decision: Pick<Decision, 'effects' | 'actor' | 'ticketId'>;
  /** the ticket that the decision is about, locked */
  ticket: TicketFacts | undefined;
  /** who the desk is there */
  identity: Identity;
  /** where what follows goes out, unless it is about a ticket that is elsewhere */
  mailboxId: MailboxId | undefined;
  /** the mail that it came from, with its fate; none for a link, a command or the passing of time */
  inbound: { mail: UnderstoodMail; decision: Decision } | undefined;
  /** the end of a mail that nobody could read */
  unread?: FateRow;
  /** what was found out about the sender of that mail */
  check?: UnderstoodMail['check'];
  /** a mail that it is about beside that, such as one that an operator discards */
  about?: InboundId | undefined;
};

/** What one act came to. */
export type Carried = { ticketId: TicketId | undefined; responseId: ResponseId | undefined; sends: number };

/** Rows in the making, of all acts of a batch. */
export type Planning = {
  rows: PlannedRows;
  reserved: { ticket(): TicketId; response(): ResponseId; token(): TokenId; outbox(): OutboxId };
  batch: BatchNotices;
  rules: Rules;
  now: EpochMs;
  /** the same moment by the database's clock, see reserveIds() */
  at: EpochMs;
};

/** One act on its way to rows. */
export type Acting = Planning & {
  act: Act;
  ticket: ChangingTicket | undefined;
  ticketId: TicketId | undefined;
  newResponseId: ResponseId | undefined;
};

export function theTicket({ ticketId }: Acting): TicketId {
  if (ticketId === undefined)
    throw new Fault('impossible-state', 'a decision has an effect on a ticket and names none');
  return ticketId;
}

/** The mail that an act came from, or is about. */
export function mailOf({ inbound, unread, about }: Act): InboundId | undefined {
  return inbound?.mail.id ?? unread?.id ?? about;
}

/** True for words that take no turn and wait for the desk all the same, until an agent who was shown them acts. */
export function waitsForDesk({ disposition, words, ticketId }: Decision): boolean {
  return OUT_OF_TURN.includes(disposition) && words !== undefined && ticketId !== undefined;
}

/** One line of the audit log. */
export function audit(
  { rows, ticketId, act }: Acting,
  action: AuditAction,
  detail: Record<string, string | number | boolean | null>,
  actor = act.decision.actor,
): void {
  rows.audit.push({ ticketId, inboundId: mailOf(act), actor, action, detail });
}

/** Ids are handed out in the order of the acts. */
export function takeInOrder(reserved: Reserved): Planning['reserved'] {
  const taker = <T>(ids: T[]) => {
    let next = 0;
    return () => {
      const id = ids[next++];
      if (id === undefined) throw new Fault('impossible-state', 'fewer ids were reserved than are needed');
      return id;
    };
  };
  return {
    ticket: taker(reserved.tickets),
    response: taker(reserved.responses),
    token: taker(reserved.tokens),
    outbox: taker(reserved.outbox),
  };
}

export function noRows(): PlannedRows {
  return {
    newTickets: [],
    tickets: [],
    responses: [],
    answers: [],
    notes: [],
    readers: [],
    revoked: [],
    tokens: [],
    usedTokens: [],
    usedAnswers: [],
    undelivered: [],
    outbox: [],
    muted: [],
    unmuted: [],
    attachments: [],
    audit: [],
    fates: [],
    seen: [],
    accepted: [],
    discarded: [],
    checks: [],
    remembered: [],
    forgotten: [],
    emptied: [],
  };
}
