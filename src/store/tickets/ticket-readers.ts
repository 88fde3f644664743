import type { EmailAddress } from '../../domain/mail/email-address.ts';
import type { EpochMs, TicketId } from '../../domain/ticket/ids.ts';
import type { ReaderRow } from '../../domain/ticket/planned-rows.ts';
import type { Database, Tx } from '../database.ts';

/** Adds readers, and ends the reading of others; those who read already go on. */
export async function saveReaders(tx: Tx, readers: ReaderRow[], now: EpochMs): Promise<void> {
  const added = readers.filter(({ reads }) => reads);
  const removed = readers.filter(({ reads }) => !reads);
  if (added.length > 0) {
    await tx.query(
      `insert into ticket_readers (ticket_id, address, added_by, added_at)
       select ticket_id, address, added_by, $4::bigint from unnest($1::bigint[], $2::text[], $3::bigint[]) as r(ticket_id, address, added_by)
       on conflict (ticket_id, lower(address)) do update
         set address = excluded.address, added_by = excluded.added_by, added_at = excluded.added_at, removed_at = null
         where ticket_readers.removed_at is not null`,
      [
        added.map(({ ticketId }) => ticketId),
        added.map(({ address }) => address),
        added.map(({ agentId }) => agentId ?? null),
        now,
      ],
    );
  }
  if (removed.length > 0) {
    await tx.query(
      `update ticket_readers r set removed_at = $3 from unnest($1::bigint[], $2::text[]) as gone(ticket_id, address)
       where r.ticket_id = gone.ticket_id and lower(r.address) = lower(gone.address) and r.removed_at is null`,
      [removed.map(({ ticketId }) => ticketId), removed.map(({ address }) => address), now],
    );
  }
}

/** A reader as `ticket show` and `trace` have it; `removed_at` is null while they read. */
export type ListedReader = {
  address: EmailAddress;
  added_by: string | null;
  added_at: EpochMs;
  removed_at: EpochMs | null;
};

export async function listReaders(database: Database, ticketId: TicketId): Promise<ListedReader[]> {
  const { rows } = await database.query<ListedReader>(
    `select r.address, coalesce(nullif(a.name, ''), a.email) as added_by, r.added_at, r.removed_at
     from ticket_readers r left join agents a on a.id = r.added_by where r.ticket_id = $1 order by r.added_at, r.address`,
    [ticketId],
  );
  return rows;
}
