import { acceptParked, whyNot } from '../../decide/desk/accept-parked.ts';
import { decideInbound } from '../../decide/mail/decide-inbound.ts';
import type { Decision } from '../../domain/ticket/decision.ts';
import type { InboundId, TicketId } from '../../domain/ticket/ids.ts';
import type { Disposition, Reason } from '../../domain/ticket/reasons.ts';
import type { ParserPool } from '../../mail/parse/parser-pool.ts';
import { inTransaction } from '../../store/database.ts';
import { findMailAsClaimed } from '../../store/inbound/inbound-claims.ts';
import { findParked, markDiscarded, takeParked } from '../../store/inbound/parked-mails.ts';
import { insertAudit } from '../../store/tickets/ticket-records.ts';
import { recallSender } from '../decide/check-sender.ts';
import { decideWithin } from '../decide/decide-batch.ts';
import type { AskedMail } from '../decide/look-up-facts.ts';
import { understoodMail } from '../decide/understand-mail.ts';
import type { Desk } from '../desk.ts';

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
  const found = await findParked(desk.database, id);
  if (!found) return { kind: 'no-such-mail' };
  if (found.disposition !== 'parked') return { kind: 'not-parked' };
  const stored = await findMailAsClaimed(desk.database, id);
  if (stored?.raw === undefined) return { kind: 'refused', why: whyNot(found.reason) };
  const parsed = await desk.parser.parse(stored.raw);
  if (!parsed.ok) return { kind: 'refused', why: whyNot(parsed.fault) };
  const mail = await understoodMail(desk, stored, parsed.mail, await recallSender(desk, id, parsed.mail));
  try {
    const { outcome, sends } = await inTransaction(desk.database, async (tx) => {
      const taken = await takeParked(tx, id);
      if (!taken) return { outcome: { kind: 'not-parked' } as const, sends: 0 };
      const { decided } = await decideWithin(tx, desk, [mail], (asked) => accepted(asked, taken));
      const [one] = decided;
      if (!one) throw new Error('a batch of one made no decision');
      const { disposition, reason } = one.decision;
      return { outcome: { kind: 'done', id, disposition, reason, ticketId: one.ticketId } as const, sends: one.sends };
    });
    if (sends > 0) await desk.queue.hint('send');
    return outcome;
  } catch (error) {
    if (error instanceof Refused) return { kind: 'refused', why: error.message };
    throw error;
  }
}

function accepted({ question, past }: AskedMail, taken: { setAside: Reason[]; reason: Reason }): Decision {
  const decision = decideInbound(question, past, (asked) => {
    const verdict = acceptParked(asked, taken.setAside);
    if (verdict.kind === 'refused') throw new Refused(verdict.why);
    return verdict.decision;
  });
  const line = { do: 'write-down', action: 'accepted', detail: { reason: taken.reason }, by: 'operator' } as const;
  return { ...decision, effects: [...decision.effects, line] };
}

/** Ends a parked mail without doing anything with it; its bytes stay. */
export async function discardParkedMail(desk: Desk, id: InboundId): Promise<ParkedOutcome> {
  const found = await findParked(desk.database, id);
  if (!found) return { kind: 'no-such-mail' };
  return await inTransaction<ParkedOutcome>(desk.database, async (tx) => {
    const now = desk.clock.now();
    const parkedFor = await markDiscarded(tx, id, now);
    if (parkedFor === undefined) return { kind: 'not-parked' };
    const ticketId = found.ticketId ?? undefined;
    const detail = { reason: parkedFor };
    await insertAudit(tx, [{ ticketId, inboundId: id, actor: 'operator', action: 'discarded', detail }], now);
    return { kind: 'done', id, disposition: 'discarded', reason: 'operator-discarded', ticketId };
  });
}

/** Thrown inside the transaction so that a mail that cannot be accepted stays parked as it was. */
class Refused extends Error {}
