import type { EmailAddress } from '../mail/email-address.ts';
import type { AgentId, InboundId, MailboxId, OutboxId, ResponseId, TicketId } from './ids.ts';
import type { MailTemplate } from './outbox-item.ts';
import type { Disposition } from './reasons.ts';
import type { TokenRow } from './reply-token.ts';
import type { Agent, Ticket, Turn } from './ticket.ts';

/** Where in a mail a token or an id was found; the earlier in this list, the stronger. */
export type FoundIn = 'address' | 'in-reply-to' | 'references' | 'subject';

/** A genuine token of a ticket of `customer`: its digest agrees with its row. It may still be expired or revoked. */
export type GenuineToken = { row: TokenRow; foundIn: FoundIn; customer: EmailAddress };

/** A ticket that the mail names by the Message-ID of an earlier mail or by its subject tag. */
export type NamedTicket = {
  ticketId: TicketId;
  email: EmailAddress;
  foundIn: FoundIn;
  /** the sender was in copy of that earlier mail */
  copied?: boolean;
};

/** The outbox row that a delivery report is about. */
export type BouncedRow = {
  outboxId: OutboxId;
  template: MailTemplate;
  ticketId: TicketId | undefined;
  recipient: EmailAddress;
  agentId: AgentId | undefined;
  alreadyUndelivered: boolean;
  /** The report came to the envelope address that names the row. A report by Message-ID alone is weaker: every reader knows that. */
  byEnvelope: boolean;
};

/** What the database knows about who and what a mail names, before a ticket is locked. */
export type MailFacts = {
  duplicate: { of: InboundId; reason: 'same-bytes' | 'same-id-and-content' } | undefined;
  /** the mail carries the Message-ID of one of our outbox rows */
  isOwnMessage: boolean;
  /** who wrote it, where they work on the tickets of the mailbox that it belongs to */
  agent: Agent | undefined;
  /** those who work on the ticket's mailbox, or on that of a mail that names none */
  agents: Agent[];
  /** of all mailboxes */
  deskAgents: Agent[];
  tokens: GenuineToken[];
  named: NamedTicket[];
  /** open tickets of the sender, the newest first */
  openTickets: { ticketId: TicketId; subject: string }[];
  bounced: BouncedRow | undefined;
  /** mails of this sender in the last hour, this one included */
  recentFromSender: number;
  /** of an agent's mail that may begin a conversation: what is known of those whom it may be with */
  beginning?: BeginningFacts;
};

/** An open ticket, and what its mails are known by. */
export type OpenTicket = {
  ticketId: TicketId;
  email: EmailAddress;
  mailboxId: MailboxId | undefined;
  subject: string;
  messageIds: string[];
};

export type BeginningFacts = {
  /** open tickets of the people whom the mail names, the newest first */
  open: OpenTicket[];
  /** conversations that the agent began in the last day with a mail to the customer */
  begun: number;
};

/** A ticket locked for this decision. */
export type TicketFacts = Ticket & {
  /** who gets copies of the responses */
  readers: EmailAddress[];
  /** oldest first */
  turns: (Turn & { agentId: AgentId | undefined; responseSent: string })[];
};

/** What our mails about a ticket quote beside its query and our responses. */
export type SentTexts = {
  /** words of the customer: answers and held mails, the newest first */
  answers: string[];
  /** words that only the desk may read: notes, and what third parties wrote */
  inside: string[];
};

/** What an agent knows of a ticket, by the mail of ours that they answer. */
export type AgentView = {
  /** words out of turn that wait for the desk: those that the agent was shown, and those that came later; oldest first */
  shown: InboundId[];
  unseen: InboundId[];
  /** the mail that the answered notification was about */
  about: AnsweredMail | undefined;
  /** the newest mail of its customer or a third party */
  newest: InboundId | undefined;
};

export type AnsweredMail = {
  inboundId: InboundId;
  disposition: Disposition;
  words: string | undefined;
  /** the response that it would have answered */
  responseId: ResponseId | undefined;
};

/** What our own checks say about the From address. */
export type Verification = 'verified' | 'unverified' | 'failed';
