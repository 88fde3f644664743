import { decideOperatorMail } from '../../decide/desk/operator-command.ts';
import { decideInbound } from '../../decide/mail/decide-inbound.ts';
import type { UnderstoodMail } from '../../decide/mail/understood-mail.ts';
import type { Decision } from '../../domain/ticket/decision.ts';
import type { TicketId } from '../../domain/ticket/ids.ts';
import { killPoint } from '../../runtime/kill-point.ts';
import { inTransaction, type Tx } from '../../store/database.ts';
import type { Desk } from '../desk.ts';
import { carryOut } from './carry-out.ts';
import { type AskedMail, lookUpFacts } from './look-up-facts.ts';

/** What became of a mail. */
export type DecidedMail = { mail: UnderstoodMail; decision: Decision; ticketId: TicketId | undefined; sends: number };

export type DecidedBatch = { decided: DecidedMail[]; later: UnderstoodMail[] };

/** A whole decision about one mail; nothing of it is changed afterwards. */
export type Decide = (asked: AskedMail) => Decision;

const decideAsked: Decide = ({ mail: { obeyed }, question, past }) =>
  obeyed === undefined
    ? decideInbound(question, past)
    : decideInbound(question, past, (asked) => decideOperatorMail(asked, obeyed));

/**
 * Decides a batch of understood mails in one transaction: the facts are looked up, each mail is decided, and all decisions
 * are carried out together. One mail is a batch of one.
 * @returns the mails that were decided, and those that must wait for what the others change
 * @throws AlreadyDecided where another process has decided one of them meanwhile; Fault turn-lost
 */
export async function decideBatch(desk: Desk, batch: UnderstoodMail[]): Promise<DecidedBatch> {
  return await inTransaction(
    desk.database,
    (tx) => decideWithin(tx, desk, batch),
    () => killPoint('apply-in-commit'),
  );
}

/** The same inside the caller's transaction, by another way to decide where one is given. */
export async function decideWithin(
  tx: Tx,
  desk: Desk,
  batch: UnderstoodMail[],
  decide: Decide = decideAsked,
): Promise<DecidedBatch> {
  const now = desk.clock.now();
  const { asked, later } = await lookUpFacts(tx, desk, batch, now);
  const decisions = asked.map((one) => ({ ...one, decision: decide(one) }));
  killPoint('decide');
  const acts = decisions.map(({ mail, question, decision }) => ({
    decision,
    ticket: question.ticket,
    identity: mail.identity,
    mailboxId: mail.mailboxId,
    inbound: { mail, decision },
  }));
  const carried = await carryOut(tx, desk, acts, now);
  killPoint('apply-before-commit');
  const decided = decisions.map(({ mail, decision }, index) => ({
    mail,
    decision,
    ticketId: carried[index]?.ticketId,
    sends: carried[index]?.sends ?? 0,
  }));
  return { decided, later };
}
