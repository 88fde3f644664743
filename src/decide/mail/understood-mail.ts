import type { Identity } from '../../domain/desk/identity.ts';
import type { EmailAddress } from '../../domain/mail/email-address.ts';
import type { Classification, ParsedMail } from '../../domain/mail/parsed-mail.ts';
import type { Authentication, SenderCheck, ServerVerdict } from '../../domain/mail/sender-check.ts';
import type { Verification } from '../../domain/ticket/facts.ts';
import type { EpochMs, InboundId, MailboxId } from '../../domain/ticket/ids.ts';
import type { MailQuestion } from './mail-question.ts';
import type { LookupKeys } from './match/lookup-keys.ts';

/** Everything that is known of one stored mail before a transaction begins; each question was asked once. */
export type UnderstoodMail = {
  id: InboundId;
  /** the mailbox that it belongs to, which is not always the one that it came to: see home-mailbox.ts */
  mailboxId: MailboxId;
  /** what its sender is counted by */
  orderKey: string;
  /** SHA-256 of its bytes; undefined for a mail whose bytes were never fetched */
  sha256: Buffer | undefined;
  mail: ParsedMail;
  /** who the desk is there */
  identity: Identity;
  /** our other addresses that it names as well */
  alsoTo: EmailAddress[];
  classification: Classification;
  /** how far its From address is believed */
  verification: Verification;
  /** what its good signatures cover */
  signed: MailQuestion['signed'];
  receivedAt: EpochMs;
  /** what that rests on, where it was found out now and is to be kept with the mail */
  check: { check: SenderCheck; findings: Authentication | ServerVerdict } | undefined;
  /** everything in it that may name a ticket or one of our mails */
  keys: LookupKeys;
  /** the language that a ticket of it is in; undefined where that is in doubt, or not asked */
  locale: string | undefined;
  /** the operator whose orders stand in it */
  orders: UnderstoodOrders | undefined;
};

/** An operator's orders, with what is known of the mails that they name; `report`: they ask for the desk in numbers. */
export type UnderstoodOrders = { operator: EmailAddress; orders: UnderstoodOrder[]; report: boolean };
export type UnderstoodOrder =
  | { name: 'accept'; parked: UnderstoodMail }
  | { name: 'discard'; id: InboundId }
  /** what to tell the operator where there is nothing to carry out: what a mail holds, or why it cannot be accepted */
  | { name: 'tell'; lines: string[] };

/** Orders that were carried out: what to tell the operator, and whether they asked for the desk in numbers. */
export type Obeyed = { operator: EmailAddress; lines: string[]; report: boolean };
