import type { BlockedTypes } from '../mail/blocked-types.ts';
import type { EmailAddress } from '../mail/email-address.ts';
import type { Wording } from './wording.ts';

/** How far the From address of a mail is believed. */
export type SenderTrust = { kind: 'none' } | { kind: 'dkim' } | { kind: 'authentication-results'; authservId: string };

/** What the desk does; the same for every mail and every mailbox of a run. Who it is stands in identity.ts. */
export type Rules = {
  senderTrust: SenderTrust;
  /** days after closing in which an answer to an open turn reopens the ticket; 0 is never */
  reopenDays: number;
  /** days of silence after which a ticket in process is closed; 0 is never */
  autoCloseDays: number;
  /** days that a mail may be under way: one that was written longer before it arrived acts on no ticket; 0 is no limit */
  maxMailAgeDays: number;
  /** days that reply tokens and links stay valid */
  tokenDays: number;
  /** a receipt may carry the one past answer that is beyond doubt, and a link to close the ticket with it */
  suggestToCustomers: boolean;
  /** milliseconds that a mail waits for past answers */
  suggestWithinMs: number;
  /** responses go out in the name of the agent who wrote them, beside that of the desk */
  agentNames: boolean;
  /** how often colleagues hear that somebody took or answered what they were notified of: each time, once a ticket, never */
  teamNews: 'each' | 'once' | 'never';
  /** mails of one sender within an hour that are still read; more are parked; 0 is no limit */
  ratePerHour: number;
  /** automatic mails that may go out before a person acts: see decide/send/may-notify.ts; 0 is no bound */
  notices: { perTicket: number; perRecipient: number; perDomain: number; perAgent: number };
  /** what becomes of a mail that a machine carried and that names no ticket */
  machineMail: 'park' | 'ticket' | 'ignore';
  /** From addresses (keys) whose mails are their Reply-To's or X-Original-From's */
  formSenders: string[];
  /** who hears by mail of what the desk cannot heal itself */
  operators: EmailAddress[];
  /** automatic mails to people who had one already that may go out within ten minutes; 0 is no limit */
  sendBrake: number;
  /** minutes until a mail of unknown fate is sent once more; 0 is never */
  unknownResendMinutes: number;
  /** conversations that an agent may begin in 24 hours with a mail to the customer; 0 is no bound */
  begunPerAgent: number;
  /** files that are named and not passed on, in either direction */
  blockedTypes: BlockedTypes;
  /** sentences of our mails to customers */
  wording: Wording;
};

export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;
