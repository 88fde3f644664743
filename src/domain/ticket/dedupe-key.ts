import { createHash } from 'node:crypto';
import { DAY_MS } from '../desk/rules.ts';
import type { AgentId, EpochMs, InboundId, MailboxId, OutboxId, ResponseId, TicketId, TokenId } from './ids.ts';
import type { Reason } from './reasons.ts';
import type { Feedback } from './ticket.ts';

declare const brand: unique symbol;
/**
 * What a mail is about, so that a second mail about the same is never written: `outbox.dedupe_key` is unique. Keys are
 * built here and compared as a whole; nothing reads a part of one.
 */
export type DedupeKey = string & { readonly [brand]: 'DedupeKey' };

const key = (...parts: (string | number)[]) => parts.join(':') as DedupeKey;

/** Words as a part of a key that holds none of them. */
export const wordsDigest = (words: string) => createHash('sha256').update(words).digest('hex').slice(0, 16);

/** One copy for each agent. */
export const forAgent = (about: DedupeKey, agentId: AgentId) => key(about, `agent-${agentId}`);

/** Once before the first response, and once for each turn that is taken. */
export const heldNoticeKey = (ticketId: TicketId, taken: ResponseId | undefined) =>
  key('held', taken === undefined ? `ticket-${ticketId}` : `response-${taken}`);

/** Held words are shown to an agent as often as the customer is told that they are held. */
export const heldShownKey = (ticketId: TicketId, taken: ResponseId | undefined) =>
  key('held-shown', taken === undefined ? `ticket-${ticketId}` : `response-${taken}`);

/** Mail that names a ticket and may not act on it: once for each reason and each response. */
export const onlyHeldShownKey = (ticketId: TicketId, reason: Reason, newest: ResponseId | undefined) =>
  key('held-shown', reason, `ticket-${ticketId}`, newest === undefined ? 'no-response' : `response-${newest}`);

export const linkWordsShownKey = (ticketId: TicketId) => key('held-shown', `link-of-ticket-${ticketId}`);

/** What an agent had not seen when they acted is sent to them once. */
export const unseenKey = (inboundId: InboundId) => key('unseen', `mail-${inboundId}`);

/** A person who answers the notification of an agent, and is none, is told so once a day. */
export const toldStrangerKey = (tokenId: TokenId, now: EpochMs) => key('told-stranger', `token-${tokenId}`, day(now));

export const feedbackThanksKey = (ticketId: TicketId, feedback: Feedback) =>
  key('feedback-thanks', `ticket-${ticketId}`, feedback);

/** Once for each closing, and once more when the customer says why. */
export const notSatisfiedKey = (ticketId: TicketId, closedAt: EpochMs, said: boolean) =>
  key('not-satisfied', `ticket-${ticketId}`, `closed-${closedAt}`, said ? 'said' : 'pressed');

export const teamNewsKey = (ticketId: TicketId) => key('team-news', `ticket-${ticketId}`);

/** Each failed mail once; that an agent cannot be reached once a day. */
export const undeliveredKey = (failed: { outboxId: OutboxId; agentId: AgentId | undefined }, now: EpochMs) =>
  failed.agentId === undefined
    ? key('undelivered', `outbox-${failed.outboxId}`)
    : key('undelivered', `to-agent-${failed.agentId}`, day(now));

export const agentNotVerifiedKey = (agentId: AgentId, ticketId: TicketId | undefined, now: EpochMs) =>
  key('agent-not-verified', `agent-${agentId}`, ticketId === undefined ? 'no-ticket' : `ticket-${ticketId}`, day(now));

export const agentMailParkedKey = (agentId: AgentId, reason: string, now: EpochMs) =>
  key('agent-mail-parked', `agent-${agentId}`, reason, day(now));

export const sameWordsKey = (responseId: ResponseId) => key('agent-same-words', `response-${responseId}`);

/** @param digests of the files that a response went out without */
/** @param digest of the words: a program that says the same again is not shown again */
export const machineShownKey = (ticketId: TicketId, digest: string) =>
  key('machine-shown', `ticket-${ticketId}`, digest);

export const leftOutKey = (agentId: AgentId, digests: readonly string[]) =>
  key('left-out', `agent-${agentId}`, [...new Set(digests)].sort().slice(0, 20).join('-'));

export const reminderKey = (ticketId: TicketId, since: EpochMs, which: 'first' | 'second') =>
  key('reminder', `ticket-${ticketId}`, `since-${since}`, which);

/** @param date of the desk's time zone, such as `2026-11-22` */
export const digestKey = (date: string) => key('digest', date);

/** @param date of the desk's time zone, on which the weekly report was due */
export const reportKey = (date: string) => key('report', date);

/** One copy for each operator. */
export const forOperator = (about: DedupeKey, recipient: string) => key(about, recipient.toLowerCase());

export const alarmKey = (cause: string, since: EpochMs, tell: 'begun' | 'over') => key('alarm', cause, since, tell);

export const parkedAlertKey = (reason: string, firstId: number) => key('parked', reason, `from-${firstId}`);

export const uidsAgainKey = (mailboxId: MailboxId, now: EpochMs) => key('uids-again', `mailbox-${mailboxId}`, day(now));

const day = (now: EpochMs) => `day-${Math.floor(now / DAY_MS)}`;
