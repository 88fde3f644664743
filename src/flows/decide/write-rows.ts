import { Fault } from '../../domain/fault.ts';
import type { EpochMs, InboundId } from '../../domain/ticket/ids.ts';
import type { PlannedRows } from '../../domain/ticket/planned-rows.ts';
import { markAnswersUsed } from '../../store/answers/shown-answers.ts';
import type { Tx } from '../../store/database.ts';
import { markDecided } from '../../store/inbound/inbound-mails.ts';
import { markDiscarded } from '../../store/inbound/parked-mails.ts';
import { emptyCopies, releaseSeen, rememberSeen } from '../../store/inbound/seen-digests.ts';
import { markAccepted, markSeen } from '../../store/inbound/seen-mails.ts';
import { saveSenderChecks } from '../../store/inbound/sender-checks.ts';
import { insertOutbox } from '../../store/outbox/bounded-outbox.ts';
import { markUndelivered } from '../../store/outbox/outbox.ts';
import { insertTokens, markTokensUsed, revokeTicketTokens } from '../../store/tickets/reply-tokens.ts';
import { insertResponses, takeTurns } from '../../store/tickets/responses.ts';
import { saveReaders } from '../../store/tickets/ticket-readers.ts';
import {
  insertAttachments,
  insertAudit,
  insertNotes,
  muteAddresses,
  unmuteAddresses,
} from '../../store/tickets/ticket-records.ts';
import { insertTickets, updateTickets } from '../../store/tickets/tickets.ts';

/** Mails that another process decided meanwhile; the transaction must be rolled back. */
export class AlreadyDecided extends Error {
  readonly ids: InboundId[];
  constructor(ids: InboundId[]) {
    super('mails were decided by another process meanwhile');
    this.ids = ids;
  }
}

/** When the rows are written: by the desk's clock, and by the database's, by which mails are counted. */
export type WriteTimes = { now: EpochMs; at: EpochMs; tokensExpireAt: EpochMs };

/**
 * Writes the rows of a plan, one statement for each kind of row, in the order in which all of us lock (src/README.md): tickets, outbox,
 * the mails' own rows. Tables without rows cost nothing.
 * @throws Fault turn-lost, AlreadyDecided
 */
export async function writeRows(tx: Tx, rows: PlannedRows, { now, at, tokensExpireAt }: WriteTimes): Promise<void> {
  await insertTickets(tx, rows.newTickets);
  await insertResponses(tx, rows.responses);
  if ((await takeTurns(tx, rows.answers, now)) < rows.answers.length)
    throw new Fault('turn-lost', 'a turn was taken meanwhile');
  await updateTickets(tx, rows.tickets);
  await insertNotes(tx, rows.notes, now);
  await saveReaders(tx, rows.readers, now);
  await revokeTicketTokens(tx, rows.revoked, now);
  await insertTokens(tx, rows.tokens, now, tokensExpireAt);
  await markTokensUsed(tx, rows.usedTokens, now);
  await markAnswersUsed(tx, rows.usedAnswers, now);
  await markUndelivered(tx, rows.undelivered, now);
  await insertOutbox(tx, rows.outbox, at);
  await muteAddresses(tx, rows.muted, now);
  await unmuteAddresses(tx, rows.unmuted);
  await insertAttachments(tx, rows.attachments);
  await insertAudit(tx, rows.audit, now);
  await saveSenderChecks(tx, rows.checks, now);
  await endMails(tx, rows, now);
  await markDiscarded(tx, rows.discarded, now);
  await markSeen(tx, rows.seen, now);
  await markAccepted(tx, rows.accepted, now);
  await rememberSeen(tx, rows.remembered);
  await releaseSeen(tx, rows.forgotten);
  await emptyCopies(tx, rows.emptied, now);
}

async function endMails(tx: Tx, { fates }: PlannedRows, now: EpochMs): Promise<void> {
  if (fates.length === 0) return;
  const ended = new Set(await markDecided(tx, fates, now));
  const missed = fates.filter((fate) => !ended.has(fate.id)).map((fate) => fate.id);
  if (missed.length > 0) throw new AlreadyDecided(missed);
}
