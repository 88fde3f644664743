import type { Decision } from '../../domain/ticket/decision.ts';
import type { EpochMs, TicketId } from '../../domain/ticket/ids.ts';
import { killPoint } from '../../runtime/kill-point.ts';
import type { Tx } from '../../store/database.ts';
import type { Desk } from '../desk.ts';
import { carryOut } from './carry-out.ts';
import type { AskedMail } from './look-up-facts.ts';

/** What became of a mail. */
export type DecidedMail = Pick<AskedMail, 'mail'> & {
  decision: Decision;
  ticketId: TicketId | undefined;
  /** mails that follow from it */
  sends: number;
};

/**
 * Carries out the decisions about mails inside the caller's transaction, and ends the mails.
 * @throws AlreadyDecided where another process has decided one of them meanwhile; Fault turn-lost
 */
export async function carryOutMails(
  tx: Tx,
  desk: Desk,
  mails: (AskedMail & { decision: Decision })[],
  now: EpochMs,
): Promise<DecidedMail[]> {
  const acts = mails.map(({ mail, question, decision }) => ({
    decision,
    ticket: question.ticket,
    identity: mail.identity,
    mailboxId: mail.mailboxId,
    inbound: { mail, decision },
  }));
  const carried = await carryOut(tx, desk, acts, now);
  killPoint('apply-before-commit');
  return mails.map(({ mail, decision }, index) => ({
    mail,
    decision,
    ticketId: carried[index]?.ticketId,
    sends: carried[index]?.sends ?? 0,
  }));
}
