import type { MailboxId } from '../../domain/ticket/ids.ts';
import type { Database } from '../database.ts';
import type { MailboxLease } from './mailboxes.ts';

/** The leases of many mailboxes at once: what a poller asks does not grow with their number. All by the database's clock. */

/** Says that this process polls, and how many do. */
export async function markPoller(database: Database, holder: string, leaseMs: number): Promise<number> {
  const { rows } = await database.query<{ others: number }>(
    `with gone as (delete from pollers where until < epoch_ms() and holder <> $1),
     here as (insert into pollers (holder, until) values ($1, epoch_ms() + $2)
       on conflict (holder) do update set until = excluded.until)
     select count(*)::int as others from pollers where holder <> $1 and until >= epoch_ms()`,
    [holder, leaseMs],
  );
  return 1 + (rows[0]?.others ?? 0);
}

export async function deletePoller(database: Database, holder: string): Promise<void> {
  await database.query('delete from pollers where holder = $1', [holder]);
}

/** Who holds what, in the order of ids. */
export async function listLeases(
  database: Database,
  ids: MailboxId[],
  holder: string,
): Promise<{ id: MailboxId; free: boolean; mine: boolean; troubled: boolean }[]> {
  const { rows } = await database.query<{ id: MailboxId; free: boolean; mine: boolean; troubled: boolean }>(
    `select id, lease_holder is null or lease_until < epoch_ms() as free, coalesce(lease_holder = $2, false) as mine,
       last_error is not null as troubled
     from mailboxes where id = any($1) order by id`,
    [ids, holder],
  );
  return rows;
}

/**
 * Takes those leases that are free, expired or ours, which renews them; each taking by a new holder raises the epoch, which
 * fences the loser.
 */
export async function claimMailboxes(
  database: Database,
  ids: MailboxId[],
  holder: string,
  leaseMs: number,
): Promise<MailboxLease[]> {
  if (ids.length === 0) return [];
  const { rows } = await database.query<{ id: MailboxId; lease_epoch: number }>(
    `update mailboxes set
       lease_epoch = case when lease_holder = $2 then lease_epoch else lease_epoch + 1 end,
       lease_holder = $2, lease_until = epoch_ms() + $3
     where id in (
       select id from mailboxes where id = any($1) and (lease_holder = $2 or lease_holder is null or lease_until < epoch_ms())
       order by id for no key update)
     returning id, lease_epoch`,
    [ids, holder, leaseMs],
  );
  return rows.map((row) => ({ mailboxId: row.id, epoch: row.lease_epoch }));
}
