import type { EpochMs, OutboxId, TicketId } from '../../domain/ticket/ids.ts';
import type { Database, Tx } from '../database.ts';

/**
 * Claims and attempts of the outbox that nobody works on any more: their process died, or lost the database over them. Leases
 * are by the database's clock, which all processes share.
 */

/** Claims that expired go back. @returns how many */
export async function releaseExpiredClaims(database: Database): Promise<number> {
  const { rowCount } = await database.query(
    `update outbox set state = 'pending', lease_until = 0 where state = 'claimed' and lease_until < epoch_ms()`,
  );
  return rowCount ?? 0;
}

/** Attempts whose lease is over: their process died, or is frozen. */
export async function listDeadAttempts(
  database: Database,
): Promise<{ id: OutboxId; ticketId: TicketId | undefined }[]> {
  const { rows } = await database.query<{ id: OutboxId; ticket_id: TicketId | null }>(
    `select id, ticket_id from outbox where state = 'sending' and lease_until < epoch_ms() order by id`,
  );
  return rows.map((row) => ({ id: row.id, ticketId: row.ticket_id ?? undefined }));
}

/** Such an attempt becomes `unknown`, since the server may have taken the mail. @returns false where it has an end, or a lease */
export async function markDead(tx: Tx, id: OutboxId, now: EpochMs): Promise<boolean> {
  const { rowCount } = await tx.query(
    `with died as (
       update outbox set state = 'unknown', ended_at = epoch_ms(), lease_until = 0,
         last_error = 'the process died while sending; the server may have taken the mail'
       where id = $1 and state = 'sending' and lease_until < epoch_ms() returning id, attempts)
     update outbox_attempts a set ended_at = $2, outcome = 'unknown', server_reply = 'the process died' from died
     where a.outbox_id = died.id and a.number = died.attempts`,
    [id, now],
  );
  return rowCount === 1;
}

/**
 * Ends an attempt as not sent of whose beginning we never heard, since the database went away over it: not a byte of it was
 * sent. @returns false where it has not begun, or is another's
 */
export async function takeBackAttempt(
  database: Database,
  id: OutboxId,
  begun: { number: number; startedAt: EpochMs },
  now: EpochMs,
): Promise<boolean> {
  const { rowCount } = await database.query(
    `with back as (
       update outbox set state = 'pending', lease_until = 0, next_attempt_at = epoch_ms()
       where id = $1 and state = 'sending' and attempts = $2
         and exists (select from outbox_attempts where outbox_id = $1 and number = $2 and started_at = $3)
       returning id)
     update outbox_attempts set ended_at = $4, outcome = 'not-sent', server_reply = 'the database went away before it was sent'
     where outbox_id in (select id from back) and number = $2`,
    [id, begun.number, begun.startedAt, now],
  );
  return rowCount === 1;
}
