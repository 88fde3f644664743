import type { EpochMs, InboundId } from '../ticket/ids.ts';
import type { Reason } from '../ticket/reasons.ts';
import type { Identity } from './identity.ts';

/** One look at one part of the desk. */
export type DeskCheck = { cause: string; ok: boolean; detail: string };

/** What is wrong with one mailbox of several is a cause of its own: each is told, and each is over by itself. */
export function causeOf(part: string, { mailboxName }: Pick<Identity, 'mailboxName'>, mailboxes: number): string {
  return mailboxes === 1 ? part : `${part}: ${mailboxName}`;
}

/** The part of the desk, and the mailbox where it is that of one. */
export function partOf(cause: string): { part: string; mailbox: string | undefined } {
  const [part = cause, mailbox] = cause.split(': ');
  return { part, mailbox };
}

/** A cause that was found wrong: `looks` in a row say the opposite of what the operators have been told. */
export type Alarm = {
  cause: string;
  since: EpochMs;
  looks: number;
  lookedAt: EpochMs;
  toldAt: EpochMs | undefined;
};

/** Parked mails of one reason that no operator was told of, in order. */
export type UntoldParked = { reason: Reason; ids: InboundId[] };

/** What one line says of a parked mail. */
export type ParkedLine = { id: InboundId; from: string | undefined; subject: string | undefined };
