import { acceptParked, whyNot } from '../../decide/desk/accept-parked.ts';
import type { InboundId, OutboxId, TicketId } from '../../domain/ids.ts';
import type { Disposition, Reason } from '../../domain/reasons.ts';
import type { ParserPool } from '../../mail/parse/parser-pool.ts';
import { inTransaction, type Tx } from '../../store/database.ts';
import { findParked, listAcceptedReasons, markDiscarded, takeParked } from '../../store/inbound/parked-mails.ts';
import { insertAudit } from '../../store/tickets/ticket-records.ts';
import { decideAndApply } from '../decide/process-mail.ts';
import type { Desk } from '../desk.ts';

/** What became of an operator's word on a parked mail; mails that follow from it are in the outbox. */
export type ParkedOutcome =
  | { kind: 'done'; id: InboundId; disposition: Disposition; reason: Reason; ticketId: TicketId | undefined }
  | { kind: 'refused'; why: string }
  | { kind: 'not-parked' }
  | { kind: 'no-such-mail' };

/**
 * Decides a parked mail again as if the objection that parked it did not exist, and applies that, in one transaction
 * with a line in the audit log. Accepting a customer's answer then takes their turn.
 */
export async function acceptParkedMail(desk: Desk & { parser: ParserPool }, id: InboundId): Promise<ParkedOutcome> {
  const found = await findParked(desk.database, id);
  if (!found) return { kind: 'no-such-mail' };
  if (found.disposition !== 'parked') return { kind: 'not-parked' };
  if (found.raw === null) return { kind: 'refused', why: whyNot(found.reason) };
  const parsed = await desk.parser.parse(found.raw);
  if (!parsed.ok) return { kind: 'refused', why: whyNot(parsed.fault) };
  try {
    const { outcome, outboxIds } = await inTransaction(desk.database, async (tx) => {
      const taken = await takeParked(tx, id);
      if (!taken) return { outcome: { kind: 'not-parked' } as const, outboxIds: [] as OutboxId[] };
      const setAside = [...(await listAcceptedReasons(tx, id)), taken.reason];
      const applied = await decideAndApply(tx, desk, taken.waiting, parsed.mail, (question) => {
        const verdict = acceptParked(question, setAside);
        if (verdict.kind === 'refused') throw new Refused(verdict.why);
        return verdict.decision;
      });
      const { disposition, reason } = applied.decision;
      await audit(desk, tx, id, applied.ticketId, 'accepted', taken.reason);
      const outcome: ParkedOutcome = { kind: 'done', id, disposition, reason, ticketId: applied.ticketId };
      return { outcome, outboxIds: applied.outboxIds };
    });
    if (outboxIds.length > 0) await desk.queue.hint('send', outboxIds);
    return outcome;
  } catch (error) {
    if (error instanceof Refused) return { kind: 'refused', why: error.message };
    throw error;
  }
}

/** Ends a parked mail without doing anything with it; its bytes stay. */
export async function discardParkedMail(desk: Desk, id: InboundId): Promise<ParkedOutcome> {
  const found = await findParked(desk.database, id);
  if (!found) return { kind: 'no-such-mail' };
  return await inTransaction<ParkedOutcome>(desk.database, async (tx) => {
    const parkedFor = await markDiscarded(tx, id, desk.clock.now());
    if (parkedFor === undefined) return { kind: 'not-parked' };
    const ticketId = found.ticketId ?? undefined;
    await audit(desk, tx, id, ticketId, 'discarded', parkedFor);
    return { kind: 'done', id, disposition: 'discarded', reason: 'operator-discarded', ticketId };
  });
}

async function audit(
  desk: Desk,
  tx: Tx,
  inboundId: InboundId,
  ticketId: TicketId | undefined,
  action: 'accepted' | 'discarded',
  reason: Reason,
): Promise<void> {
  await insertAudit(tx, [{ ticketId, inboundId, actor: 'operator', action, detail: { reason } }], desk.clock.now());
}

/** Thrown inside the transaction so that a mail that cannot be accepted stays parked as it was. */
class Refused extends Error {}
