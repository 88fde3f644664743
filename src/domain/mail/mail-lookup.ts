import type { OpenTicket } from '../ticket/facts.ts';
import type { AgentId, EpochMs, MailboxId, OutboxId, TicketId, TokenId } from '../ticket/ids.ts';
import type { MailTemplate } from '../ticket/outbox-item.ts';
import type { TokenRow } from '../ticket/reply-token.ts';
import type { Agent } from '../ticket/ticket.ts';
import type { EmailAddress } from './email-address.ts';

/** What to look up for all mails of a batch. */
export type FactsWanted = {
  tokenIds: TokenId[];
  /** the mails' own Message-IDs */
  messageIds: string[];
  /** Message-IDs that a mail answers, with the address of who answers: only tickets of their own are named by them */
  answered: { messageId: string; from: string }[];
  subjectTickets: TicketId[];
  bouncedOutboxIds: OutboxId[];
  bouncedMessageIds: string[];
  orderKeys: string[];
  /** the From addresses */
  senders: string[];
  /** the time in which a sender's mails are counted, and how far */
  rate: { since: EpochMs; until: EpochMs; atMost: number };
};

/** Whose open tickets and whose beginnings to look up, for the mails of agents that may begin a conversation. */
export type BeginningsWanted = { customers: string[]; agents: string[]; since: EpochMs };

export type BeginningsFound = {
  open: OpenTicket[];
  /** by the agent's address in small letters */
  begun: Map<string, number>;
};

export type FoundOutboxRow = {
  outboxId: OutboxId;
  messageId: string | undefined;
  template: MailTemplate;
  ticketId: TicketId | undefined;
  recipient: EmailAddress;
  agentId: AgentId | undefined;
  alreadyUndelivered: boolean;
};

/** The customer of a ticket, and the mailboxes whose mails name it. */
export type NamedBy = { email: EmailAddress; mailboxIds: (MailboxId | undefined)[] };

export type FactsFound = {
  agents: Agent[];
  /** with the address of the customer whose ticket it names */
  tokens: Map<TokenId, { row: TokenRow; customer: EmailAddress }>;
  /** those of the Message-IDs that one of our outbox rows has */
  ownMessageIds: Set<string>;
  /** tickets named by a Message-ID of ours or of an earlier mail: the sender's own, and those of whose mail they were in copy */
  byMessageId: ({ messageId: string; ticketId: TicketId; copied: boolean } & NamedBy)[];
  /** open tickets of the senders, the newest first */
  openTickets: { sender: string; ticketId: TicketId; subject: string; mailboxId: MailboxId | undefined }[];
  bySubject: Map<TicketId, NamedBy>;
  bounced: FoundOutboxRow[];
  /** by order key: mails since then */
  recent: Map<string, number>;
  /** senders to whom automatic mail is held back */
  muted: Set<string>;
};
