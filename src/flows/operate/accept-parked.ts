import { decideAccepted, decideDiscarded, whyNot } from '../../decide/desk/accept-parked.ts';
import type { UnderstoodMail } from '../../decide/mail/understood-mail.ts';
import type { EpochMs, InboundId, TicketId } from '../../domain/ticket/ids.ts';
import type { Disposition, Reason } from '../../domain/ticket/reasons.ts';
import type { ParserPool } from '../../mail/parse/parser-pool.ts';
import { inSavepoint, inTransaction, isDeadlock, type Tx } from '../../store/database.ts';
import { findMailAsClaimed } from '../../store/inbound/inbound-claims.ts';
import { findParked, lockParked, takeParked } from '../../store/inbound/parked-mails.ts';
import { carryOutAct } from '../decide/carry-out.ts';
import { carryOutMails } from '../decide/carry-out-mails.ts';
import { recallSender } from '../decide/check-sender.ts';
import { lookUpFacts } from '../decide/look-up-facts.ts';
import { readMail, understoodMail } from '../decide/understood-mail.ts';
import type { Desk } from '../desk.ts';
import { findOperator } from './find-operator.ts';

/** What became of an operator's word on a parked mail; mails that follow from it are in the outbox. */
export type ParkedOutcome =
  | { kind: 'done'; id: InboundId; disposition: Disposition; reason: Reason; ticketId: TicketId | undefined }
  | { kind: 'refused'; why: string }
  | { kind: 'not-parked' }
  | { kind: 'no-such-mail' };

/**
 * Decides a parked mail again as if the objection that parked it did not exist: a batch of one, in one transaction with a
 * line in the audit log. Accepting a customer's answer then takes their turn.
 */
export async function acceptParkedMail(desk: Desk & { parser: ParserPool }, id: InboundId): Promise<ParkedOutcome> {
  const parked = await understandParked(desk, id);
  if (parked.kind !== 'understood') return parked;
  const now = desk.clock.now();
  const { outcome, sends } = await againAfterDeadlock(() =>
    inTransaction(desk.database, (tx) => acceptWithin(tx, desk, parked.mail, now)),
  );
  if (sends > 0) await desk.queue.hint('send');
  return outcome;
}

/** A parked mail with everything that is known of it before a transaction begins; or why it cannot be accepted. */
export async function understandParked(
  desk: Desk & { parser: ParserPool },
  id: InboundId,
): Promise<{ kind: 'understood'; mail: UnderstoodMail } | Exclude<ParkedOutcome, { kind: 'done' }>> {
  const found = await findParked(desk.database, id);
  if (!found) return { kind: 'no-such-mail' };
  if (found.disposition !== 'parked') return { kind: 'not-parked' };
  const stored = await findMailAsClaimed(desk.database, id);
  if (stored?.raw === undefined) return { kind: 'refused', why: whyNot(found.reason) };
  const parsed = await desk.parser.parse(stored.raw);
  if (!parsed.ok) return { kind: 'refused', why: whyNot(parsed.fault) };
  const read = readMail(desk, parsed.mail);
  const sender = await recallSender(desk, id, read);
  // As anything else than orders it would open a ticket.
  if ((await findOperator(desk, { ...read, verification: sender.verification })) !== undefined)
    return { kind: 'refused', why: 'It cannot be accepted: it gives orders as an operator; give them again.' };
  return { kind: 'understood', mail: await understoodMail(desk, stored, read, sender) };
}

/** Accepts a parked mail inside the caller's transaction; where that is refused nothing of it stays. */
export async function acceptWithin(
  tx: Tx,
  desk: Desk,
  mail: UnderstoodMail,
  now: EpochMs,
): Promise<{ outcome: ParkedOutcome; sends: number }> {
  try {
    return await inSavepoint(tx, async () => {
      const setAside = await takeParked(tx, mail.id);
      if (!setAside) return { outcome: { kind: 'not-parked' }, sends: 0 };
      const { asked } = await lookUpFacts(tx, desk, [mail], now);
      const decisions = asked.map((one) => {
        const verdict = decideAccepted(one.question, one.past, setAside);
        if (verdict.kind === 'refused') throw new Refused(verdict.why);
        return { ...one, decision: verdict.decision };
      });
      const [one] = await carryOutMails(tx, desk, decisions, now);
      if (!one) throw new Error('a batch of one made no decision');
      const { disposition, reason } = one.decision;
      return { outcome: { kind: 'done', id: mail.id, disposition, reason, ticketId: one.ticketId }, sends: one.sends };
    });
  } catch (error) {
    if (error instanceof Refused) return { outcome: { kind: 'refused', why: error.message }, sends: 0 };
    throw error;
  }
}

/** Ends a parked mail without doing anything with it; its bytes stay. */
export async function discardParkedMail(desk: Desk, id: InboundId): Promise<ParkedOutcome> {
  return await againAfterDeadlock(() =>
    inTransaction(desk.database, (tx) => discardWithin(tx, desk, id, desk.clock.now())),
  );
}

/** The same inside the caller's transaction. */
export async function discardWithin(tx: Tx, desk: Desk, id: InboundId, now: EpochMs): Promise<ParkedOutcome> {
  const parked = await lockParked(tx, id);
  if (!parked) return { kind: (await findParked(tx, id)) === undefined ? 'no-such-mail' : 'not-parked' };
  const ticketId = parked.ticketId ?? undefined;
  const effects = decideDiscarded(id, parked.reason);
  await carryOutAct(
    tx,
    desk,
    { effects, actor: 'operator', ticket: undefined, about: { ticketId, inboundId: id } },
    now,
  );
  return { kind: 'done', id, disposition: 'discarded', reason: 'operator-discarded', ticketId };
}

/** The parked mail's own row is locked before anything else, and a copy of it that is being decided may wait for it. */
async function againAfterDeadlock<T>(work: () => Promise<T>): Promise<T> {
  return await work().catch((error: unknown) => {
    if (!isDeadlock(error)) throw error;
    return work();
  });
}

/** Thrown inside a transaction so that a mail that cannot be accepted stays parked as it was. */
class Refused extends Error {}
