import type { EmailAddress } from '../mail/email-address.ts';
import type { AgentId, EpochMs, MailboxId, ResponseId, TicketId } from './ids.ts';
import type { ClosedBy } from './outbox-item.ts';
import type { Passage } from './past-answer.ts';

export type TicketStatus = 'open' | 'in_process' | 'closed';
export type Feedback = 'satisfied' | 'not_satisfied';

/** A ticket: its row of `tickets`, and its mail side of `ticket_mail`. */
export type Ticket = {
  id: TicketId;
  customer: EmailAddress;
  createdTime: EpochMs;
  lastUpdatedOn: EpochMs;
  status: TicketStatus;
  query: string;
  feedback: Feedback | undefined;
  lastResponse: string | undefined;
  mailboxId: MailboxId | undefined;
  /** The customer's subject, cleaned: one line, no control characters, no ticket tags, at most 200 characters. */
  subject: string;
  firstMessageId: string | undefined;
  lastMessageId: string | undefined;
  assigneeId: AgentId | undefined;
  locale: string;
  followsTicketId: TicketId | undefined;
  closedAt: EpochMs | undefined;
  closedBy: ClosedBy | undefined;
  /** when the customer said whether they are satisfied */
  feedbackAt: EpochMs | undefined;
  /** why the customer was not satisfied, in their words */
  feedbackWords: string | undefined;
  spam: boolean;
  /** when it was last opened again */
  reopenedAt: EpochMs | undefined;
};

/** What deciding needs to know of a response: whose it is and whether its turn is still open. */
export type Turn = {
  responseId: ResponseId;
  sentTime: EpochMs;
  answered: boolean;
};

export type Agent = { id: AgentId; email: EmailAddress; name: string };

/** A past answer as the agents of a ticket were shown it. */
export type ShownAnswer = {
  number: number;
  /** as it was sent to its own customer; what of it may be sent again says `passage` */
  answer: string;
  question: string;
  score: number;
  passage: Passage;
  /** as it was formatted, in the grammar of domain/mail/rich-words.ts, where it was and holds nothing personal */
  formatted?: string | null;
};
