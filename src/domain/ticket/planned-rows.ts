import type { EmailAddress } from '../mail/email-address.ts';
import type { Attachment } from '../mail/parsed-mail.ts';
import type { Authentication, SenderCheck, ServerVerdict } from '../mail/sender-check.ts';
import type { AuditEntry } from './audit.ts';
import type { AgentId, EpochMs, InboundId, MailboxId, OutboxId, ResponseId, TicketId, TokenId } from './ids.ts';
import type { ClosedBy, HeldBy, OutboxItem } from './outbox-item.ts';
import type { Disposition, Reason } from './reasons.ts';
import type { TokenPurpose } from './reply-token.ts';
import type { Feedback, TicketStatus } from './ticket.ts';

/** The rows that decisions become. decide/plan makes them, flows/decide/write-rows.ts writes them: one statement a table. */

/** What may change of a ticket, as it is to be from now on. */
export type TicketState = {
  id: TicketId;
  status: TicketStatus;
  lastUpdatedOn: EpochMs;
  feedback: Feedback | undefined;
  lastResponse: string | undefined;
  lastMessageId: string | undefined;
  mailboxId: MailboxId | undefined;
  assigneeId: AgentId | undefined;
  closedAt: EpochMs | undefined;
  closedBy: ClosedBy | undefined;
  spam: boolean;
  reopenedAt: EpochMs | undefined;
  feedbackAt: EpochMs | undefined;
  feedbackWords: string | undefined;
  /** when a person last acted on it who had proved who they are, by the database's clock; undefined leaves it as it is */
  personActedAt: EpochMs | undefined;
};

export type NewTicketRow = TicketState & {
  customer: EmailAddress;
  query: string;
  subject: string;
  firstMessageId: string | undefined;
  follows: TicketId | undefined;
  locale: string;
};

export type NewResponseRow = { id: ResponseId; ticketId: TicketId; words: string; sentTime: EpochMs };
export type AnswerRow = { responseId: ResponseId; words: string };

export type NewNoteRow = {
  ticketId: TicketId;
  agentId: AgentId | undefined;
  inboundId: InboundId | undefined;
  note: string;
};

/** Somebody who gets copies of a ticket's responses from now on, or no more. */
export type ReaderRow = { ticketId: TicketId; address: EmailAddress; agentId: AgentId | undefined; reads: boolean };

export type NewTokenRow = {
  id: TokenId;
  purpose: TokenPurpose;
  ticketId: TicketId;
  responseId: ResponseId | undefined;
  agentId: AgentId | undefined;
  /** for an agent's view: the newest response that the mail shows */
  seenResponseId: ResponseId | undefined;
  /** the mailbox whose reply address or links it stands in */
  mailboxId: MailboxId | undefined;
};

export type NewOutboxRow = Pick<
  OutboxItem,
  | 'id'
  | 'template'
  | 'audience'
  | 'ticketId'
  | 'responseId'
  | 'inboundId'
  | 'agentId'
  | 'tokenId'
  | 'recipient'
  | 'payload'
  | 'mailboxId'
> & {
  /** undefined where it may come again, or where a bound holds it */
  dedupeKey: string | undefined;
  /** the bound that keeps it from being sent */
  heldBy: HeldBy | undefined;
};

export type MutedRow = { address: EmailAddress; reason: string; outboxId: OutboxId | undefined };

/** The end of a stored mail, in its own row. */
export type FateRow = {
  id: InboundId;
  disposition: Disposition;
  reason: Reason;
  kind: string | undefined;
  kindReason: string | undefined;
  messageId: string | undefined;
  fromAddress: string | undefined;
  fromName: string | undefined;
  subject: string | undefined;
  words: string | undefined;
  /** the new words as they were formatted, wherever the text of them stands */
  formatted?: string | undefined;
  ticketId: TicketId | undefined;
  responseId: ResponseId | undefined;
  agentId: AgentId | undefined;
  duplicateOf: InboundId | undefined;
  /** words out of turn: an agent whose token has a higher id was written to when they were there */
  tokenBefore: TokenId | undefined;
  /** to whom else it was openly addressed, in small letters */
  copied: string[];
};

/** Words out of turn that an agent or operator has dealt with: those of these mails, or all that wait. */
export type SeenRow = { ticketId: TicketId; mails: readonly InboundId[] | 'all' };

/** A third party's mail, or one out of turn, that an agent made the customer's answer to this response. */
export type AcceptedRow = { inboundId: InboundId; responseId: ResponseId };

/** Who sent a mail, by our own checks or another server's, and what that rests on. */
export type NewCheckRow = { inboundId: InboundId; check: SenderCheck; findings: Authentication | ServerVerdict };

export type DigestRow = { inboundId: InboundId; digest: Buffer };

/** A copy of a mail whose bytes were removed, or whose person was erased: the same is removed of the copy. */
export type EmptiedRow = { id: InboundId; erased: boolean };

export type PlannedRows = {
  newTickets: NewTicketRow[];
  tickets: TicketState[];
  responses: NewResponseRow[];
  answers: AnswerRow[];
  notes: NewNoteRow[];
  readers: ReaderRow[];
  revoked: TicketId[];
  tokens: NewTokenRow[];
  discarded: InboundId[];
  usedTokens: TokenId[];
  usedAnswers: { ticketId: TicketId; number: number }[];
  undelivered: OutboxId[];
  outbox: NewOutboxRow[];
  muted: MutedRow[];
  unmuted: EmailAddress[];
  attachments: { inboundId: InboundId; attachments: Attachment[] }[];
  audit: AuditEntry[];
  fates: FateRow[];
  seen: SeenRow[];
  accepted: AcceptedRow[];
  checks: NewCheckRow[];
  remembered: DigestRow[];
  forgotten: DigestRow[];
  emptied: EmptiedRow[];
};
