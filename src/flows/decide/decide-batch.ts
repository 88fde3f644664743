import { decideOperatorMail } from '../../decide/desk/operator-command.ts';
import { decideInbound } from '../../decide/mail/decide-inbound.ts';
import type { UnderstoodMail } from '../../decide/mail/understood-mail.ts';
import { Fault } from '../../domain/fault.ts';
import { killPoint } from '../../runtime/kill-point.ts';
import { inTransaction, type Tx } from '../../store/database.ts';
import type { Desk } from '../desk.ts';
import { obeyOrders } from '../operate/obey-orders.ts';
import { carryOutMails, type DecidedMail } from './carry-out-mails.ts';
import { lookUpFacts } from './look-up-facts.ts';

export type DecidedBatch = { decided: DecidedMail[]; later: UnderstoodMail[] };

/**
 * Decides a batch of understood mails in one transaction: the facts are looked up, each mail is decided, and all decisions
 * are carried out together. One mail is a batch of one, and one with an operator's orders is always alone.
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

/** The same inside the caller's transaction. */
export async function decideWithin(tx: Tx, desk: Desk, batch: UnderstoodMail[]): Promise<DecidedBatch> {
  if (batch.length > 1 && batch.some(({ orders }) => orders !== undefined))
    throw new Fault('impossible-state', 'a mail with orders is decided together with others');
  const now = desk.clock.now();
  const { asked, later } = await lookUpFacts(tx, desk, batch, now);
  const [first] = asked;
  const obeyed = first?.mail.orders && (await obeyOrders(tx, desk, first, first.mail.orders, now));
  const decisions = asked.map((one) => ({
    ...one,
    decision: decideInbound(one.question, one.past, obeyed && (() => decideOperatorMail(obeyed.answer))),
  }));
  killPoint('decide');
  const decided = await carryOutMails(tx, desk, decisions, now);
  return { decided: obeyed ? decided.map((one) => ({ ...one, sends: one.sends + obeyed.sends })) : decided, later };
}

/** The mails of the next batch, at most `most` of those that are ready, in their order: orders change what others are decided by. */
export function takeBatch<Ready extends { mail: UnderstoodMail }>(ready: Ready[], most: number): Ready[] {
  const ordering = ready.findIndex(({ mail }) => mail.orders !== undefined);
  return ready.splice(0, ordering === 0 ? 1 : Math.min(most, ordering === -1 ? most : ordering));
}
