import type { EmailAddress } from '../mail/email-address.ts';
import type { Line } from '../words.ts';
import type { DedupeKey } from './dedupe-key.ts';
import type { AgentId, EpochMs, InboundId, MailboxId, OutboxId, ResponseId, TicketId, TokenId } from './ids.ts';
import type { TokenPurpose } from './reply-token.ts';
import type { Feedback } from './ticket.ts';

/** The mails that Turnmail writes; each is a folder of templates/. */
export const MAIL_TEMPLATES = [
  'receipt',
  'notification',
  'response',
  'already-answered',
  'held-before-response',
  'closing',
  'feedback-thanks',
  'reopened',
  'returned',
  'confirmation',
  'undelivered',
  'digest',
  'report',
  'team-news',
  'alert',
] as const;
export type MailTemplate = (typeof MAIL_TEMPLATES)[number];

/** What a notification tells an agent. */
export const NOTIFICATION_EVENTS = [
  'new-ticket',
  'answer',
  'held',
  'only-held',
  'unseen',
  'thanks',
  'full',
  'third-party',
  'machine',
  'reopened',
  'reopened-by-mail',
  'assigned',
  'reminder',
  'not-satisfied',
  'moved',
  'history',
] as const;
export type NotificationEvent = (typeof NOTIFICATION_EVENTS)[number];

/** Small facts of a row that are in no other table; words stay in their own tables. */
export type OutboxPayload = {
  event?: NotificationEvent;
  /** notification: how many lines of the mail were left out of its words */
  leftOut?: number;
  /** notification: the mail has a subject of its own, other than what we write about the ticket under */
  newSubject?: boolean;
  /** notification: whom the mail asks to answer, where that is somebody other than its sender */
  answerTo?: string[];
  /** notification: our other addresses that the mail went to as well */
  alsoTo?: string[];
  /** notification, team-news: the mailbox that the ticket was handed over to, or from */
  mailbox?: string;
  /** notification: an open ticket of the same sender under the same subject */
  fits?: TicketId;
  /** reminder: how long the ticket has waited for the desk */
  waitedMs?: number;
  /** reminder: everybody was told, and nobody will be again for this wait */
  last?: true;
  /** returned, confirmation: the sentences that say what was wrong or what was done */
  lines?: Line[];
  /** alert: the trouble that it was about is over */
  over?: boolean;
  /** response: the files of the mail that it came with stay with the ticket */
  withoutFiles?: true;
  /** response: a copy for somebody who is not the customer */
  copy?: true;
  /** returned: the agent's own words, given back; undelivered: those of the server that refused the mail */
  text?: string;
  /** returned: `text` is a draft for the agent to finish */
  draft?: true;
  /** returned: who wrote the mail, where it is not the one who gets this */
  writer?: string;
  /** returned: the response of a colleague that came between */
  colleague?: string;
  /** undelivered: the row that failed */
  failedOutboxId?: OutboxId;
  /** undelivered: what a delivery report gave as the reason, its RFC 3463 code; its words are `text` */
  status?: string;
  /** report: the time that it is about; without one, the last days */
  time?: { from: EpochMs; to: EpochMs };
  /** closing: closed by whom; response: the ticket is closed with these words */
  closedBy?: ClosedBy;
  /** receipt: the customer proved their address, so that their own subject may stand in it */
  named?: boolean;
  /** team-news: what a colleague did, and the agent who did it */
  news?: TeamNews;
  by?: AgentId | undefined;
  /** feedback-thanks */
  feedback?: Feedback;
  /** the token rows behind the links of this mail */
  links?: Partial<Record<TokenPurpose, TokenId>>;
};

/** Whom a mail is for: somebody outside the desk, an agent, or an operator of the desk. */
export type Audience = 'customer' | 'agent' | 'operator';

/** What somebody did with a ticket that their colleagues were notified of. */
export type TeamNews = 'took' | 'assigned' | 'moved' | 'answered' | 'closed' | 'answered-and-closed' | 'spam';

export type ClosedBy = 'customer' | 'agent' | 'silence' | 'operator';

/** A mail to be sent, before it is a row. Ids that do not exist yet are filled in when the decision is applied. */
export type OutboxDraft = {
  template: MailTemplate;
  audience: Audience;
  recipient: EmailAddress;
  agentId?: AgentId;
  /** the mail that it is about, where that is not the one that caused it */
  inboundId?: InboundId;
  responseId?: ResponseId | 'new';
  /** the mailbox that it goes out from, where that is not the ticket's */
  mailboxId?: MailboxId | undefined;
  /** for somebody who shall learn nothing of the ticket that the decision is about */
  withoutTicket?: true;
  /** a second draft with the same key is dropped: "one notice per turn" */
  dedupeKey?: DedupeKey;
  /** the reply address of this mail, by what it is for; none where nobody should answer */
  reply?: { purpose: TokenPurpose };
  /** tokens for the links in the mail */
  links?: TokenPurpose[];
  payload?: OutboxPayload;
};

/** How many mails of its like there may be before one: 0 is no bound. Which mails are alike: store/outbox/notice-counts.ts. */
export type NoticeBounds = { perTicket: number; perRecipient: number; perDomain: number; perAgent: number };

/** What keeps a mail from being sent, for now (`brake`) or for good; `trace` shows the words. */
export const HELD_BY = {
  'per-ticket': 'NOTICES_PER_TICKET: the ticket had its automatic mails of 24 hours, and no person has acted since',
  'per-recipient':
    'NOTICES_PER_RECIPIENT: the recipient had their automatic mails of 24 hours, and no person has acted since',
  'per-domain': 'NOTICES_PER_DOMAIN: the domain of the recipient had its automatic mails of this hour',
  'per-agent': 'NOTICES_PER_AGENT: the recipient had their mails of 24 hours about this',
  muted: 'the address is muted: a mail to it could not be delivered',
  brake: 'held back by SEND_BRAKE: too many automatic mails in ten minutes',
  erased: 'its words were removed when a person was erased',
} as const;
export type HeldBy = keyof typeof HELD_BY;

export type OutboxState = 'pending' | 'claimed' | 'sending' | 'sent' | 'failed' | 'unknown' | 'cancelled';

/** A claimed row, ready to be composed or sent again with the bytes it has. */
export type OutboxItem = {
  id: OutboxId;
  /** who the desk is in it, and whose relay it goes out by; undefined: the first */
  mailboxId: MailboxId | undefined;
  template: MailTemplate;
  audience: Audience;
  ticketId: TicketId | undefined;
  responseId: ResponseId | undefined;
  inboundId: InboundId | undefined;
  agentId: AgentId | undefined;
  tokenId: TokenId | undefined;
  recipient: EmailAddress;
  payload: OutboxPayload;
  /** its bytes were built before, for an earlier attempt */
  isComposed: boolean;
  attempts: number;
  /** how often it could not be composed */
  composeFailures: number;
  createdAt: EpochMs;
  /** how old it was when it was claimed, by the database's clock alone */
  ageMs: number;
};

/** Mails that no person asked for with this very act: they carry Auto-Submitted and are bounded. */
export const AUTOMATIC: Record<MailTemplate, boolean> = {
  receipt: true,
  notification: true,
  response: false,
  'already-answered': true,
  'held-before-response': true,
  closing: true,
  'feedback-thanks': true,
  reopened: true,
  returned: true,
  confirmation: true,
  undelivered: true,
  digest: true,
  report: true,
  'team-news': true,
  alert: true,
};
