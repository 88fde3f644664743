import type { EpochMs, InboundId, TicketId } from '../../domain/ticket/ids.ts';
import type { Disposition, Reason } from '../../domain/ticket/reasons.ts';
import type { Database, Tx } from '../database.ts';

/** A parked mail as an operator sees it in a list. `from` is best effort: nobody is identified by it. */
export type ParkedMail = {
  id: InboundId;
  receivedAt: EpochMs;
  parkedAt: EpochMs;
  size: number;
  from: string | null;
  fromName: string | null;
  subject: string | null;
  reason: Reason;
  /** what was wrong with it, in words */
  detail: string | null;
  ticketId: TicketId | null;
  rawRemovedAt: EpochMs | null;
};

const COLUMNS = `id, received_at as "receivedAt", decided_at as "parkedAt", size,
  coalesce(from_address, case when order_key like '%@%' then order_key end) as "from", from_name as "fromName", subject,
  reason, words as detail, ticket_id as "ticketId", raw_removed_at as "rawRemovedAt"`;

/** Oldest first. */
export async function listParked(database: Database, limit: number): Promise<ParkedMail[]> {
  const { rows } = await database.query<ParkedMail>(
    `select ${COLUMNS} from inbound_mails where disposition = 'parked' order by id limit $1`,
    [limit],
  );
  return rows;
}

/** One mail with its bytes, parked or not. */
export async function findParked(
  database: Database | Tx,
  id: InboundId,
): Promise<(ParkedMail & { disposition: Disposition | null; raw: Buffer | null }) | undefined> {
  const { rows } = await database.query<ParkedMail & { disposition: Disposition | null; raw: Buffer | null }>(
    `select ${COLUMNS}, disposition, raw from inbound_mails where id = $1`,
    [id],
  );
  return rows[0];
}

/**
 * Takes a parked mail to decide it again, and sets the objection against it aside: until commit it waits like a new one, for
 * this transaction only.
 * @returns the objections that were set aside, the newest last; undefined where it is not parked (any more)
 */
export async function takeParked(tx: Tx, id: InboundId): Promise<Reason[] | undefined> {
  const { rows } = await tx.query<{ set_aside: Reason[] }>(
    `with parked as (select id, reason from inbound_mails where id = $1 and disposition = 'parked' for update)
     update inbound_mails m set disposition = null, reason = null, decided_at = null, words = null,
       set_aside = array_append(m.set_aside, parked.reason)
     from parked where m.id = parked.id
     returning m.set_aside`,
    [id],
  );
  return rows[0]?.set_aside;
}

/** Locks a parked mail. @returns undefined where it is not parked (any more) */
export async function lockParked(
  tx: Tx,
  id: InboundId,
): Promise<{ reason: Reason; ticketId: TicketId | null } | undefined> {
  const { rows } = await tx.query<{ reason: Reason; ticketId: TicketId | null }>(
    `select reason, ticket_id as "ticketId" from inbound_mails where id = $1 and disposition = 'parked' for update`,
    [id],
  );
  return rows[0];
}

/** Ends parked mails; they stay with their bytes. */
export async function markDiscarded(tx: Tx, ids: InboundId[], now: EpochMs): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(
    `update inbound_mails set disposition = 'discarded', reason = 'operator-discarded', decided_at = $2
     where id = any($1) and disposition = 'parked'`,
    [ids, now],
  );
}
