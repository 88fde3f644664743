import type { MailboxRow } from '../../domain/desk/mailboxes.ts';
import type { EpochMs, MailboxId } from '../../domain/ticket/ids.ts';
import type { Database, Tx } from '../database.ts';

/** A lease on a mailbox. Mail is stored only while the row still has this epoch. */
export type MailboxLease = { mailboxId: MailboxId; epoch: number };

/** Which uidEpoch of its mails we read (RFC 9051 section 2.3.1); how far is in mailbox-places.ts. */
export type LockedMailbox = { uidValidity: number | undefined; syncFrom: EpochMs };

/** What was decided at the first start, and when all was well last. */
export type MailboxPast = LockedMailbox & {
  /** `date:size` of mails that lay there at the first start and are not older than `syncFrom` */
  oldMails: string[];
  lastGoodPollAt: EpochMs | undefined;
};

/** The mailbox of a source, made where there is none. @param address the support address that is read there */
export async function ensureMailbox(
  client: Database | Tx,
  source: string,
  now: EpochMs,
  address?: string,
): Promise<MailboxId> {
  const { rows } = await client.query<{ id: MailboxId }>(
    `insert into mailboxes (source, created_at, address) values ($1, $2, $3)
     on conflict (source) do update set address = coalesce(excluded.address, mailboxes.address) returning id`,
    [source, now, address ?? null],
  );
  const row = rows[0];
  if (!row) throw new Error('a mailbox row vanished while it was being ensured');
  return row.id;
}

/**
 * Takes the lease if it is free, expired or ours; each taking by a new holder raises the epoch, which fences the loser. It
 * lasts by the database's clock, which all pollers share.
 */
export async function claimMailbox(
  database: Database,
  mailboxId: MailboxId,
  holder: string,
  leaseMs: number,
): Promise<MailboxLease | undefined> {
  const { rows } = await database.query<{ lease_epoch: number }>(
    `update mailboxes set
       lease_epoch = case when lease_holder = $2 then lease_epoch else lease_epoch + 1 end,
       lease_holder = $2, lease_until = epoch_ms() + $3
     where id = $1 and (lease_holder = $2 or lease_holder is null or lease_until < epoch_ms())
     returning lease_epoch`,
    [mailboxId, holder, leaseMs],
  );
  const row = rows[0];
  return row && { mailboxId, epoch: row.lease_epoch };
}

/** Gives the lease back at once; nothing happens where it has gone to another poller. */
export async function releaseMailbox(database: Database, lease: MailboxLease): Promise<void> {
  await database.query('update mailboxes set lease_holder = null, lease_until = 0 where id = $1 and lease_epoch = $2', [
    lease.mailboxId,
    lease.epoch,
  ]);
}

/** The mailbox's row, locked until commit, beside rows that name the mailbox (a foreign key); undefined where the lease has gone to another poller. */
export async function lockMailbox(tx: Tx, lease: MailboxLease): Promise<LockedMailbox | undefined> {
  const { rows } = await tx.query<{ uid_validity: number | null; sync_from: number }>(
    'select uid_validity, sync_from from mailboxes where id = $1 and lease_epoch = $2 for no key update',
    [lease.mailboxId, lease.epoch],
  );
  const row = rows[0];
  return row && { uidValidity: row.uid_validity ?? undefined, syncFrom: row.sync_from };
}

/** What is known of a mailbox without a lock; no UIDVALIDITY where none of its mail was ever read. */
export async function findMailboxPast(database: Database, mailboxId: MailboxId): Promise<MailboxPast> {
  const { rows } = await database.query<{
    uid_validity: number | null;
    sync_from: number;
    old_mails: string[];
    last_good_poll_at: number | null;
  }>('select uid_validity, sync_from, old_mails, last_good_poll_at from mailboxes where id = $1', [mailboxId]);
  const row = rows[0];
  return {
    uidValidity: row?.uid_validity ?? undefined,
    syncFrom: row?.sync_from ?? 0,
    oldMails: row?.old_mails ?? [],
    lastGoodPollAt: row?.last_good_poll_at ?? undefined,
  };
}

/** Which uidEpoch we read now; what is left out stays as it is. To be called under `lockMailbox`. */
export async function markMailbox(
  tx: Tx,
  mailboxId: MailboxId,
  cursor: { uidValidity: number; syncFrom?: EpochMs; oldMails?: string[]; leftAlone?: number },
): Promise<void> {
  await tx.query(
    `update mailboxes set uid_validity = $2, sync_from = coalesce($3, sync_from), old_mails = coalesce($4, old_mails),
       left_alone = coalesce($5, left_alone)
     where id = $1`,
    [mailboxId, cursor.uidValidity, cursor.syncFrom ?? null, cursor.oldMails ?? null, cursor.leftAlone ?? null],
  );
}

/** What a person wants to know who has just started the desk; undefined before the role `poll` has begun. */
export async function findFirstLook(
  database: Database,
  source: string,
): Promise<
  | { polled: boolean; lastError: string | undefined; leftAlone: number; openTickets: number; allTickets: number }
  | undefined
> {
  const { rows } = await database.query<{
    polled: boolean;
    last_error: string | null;
    left_alone: number;
    open: number;
    all: number;
  }>(
    `select last_good_poll_at is not null and last_error is null as polled, last_error, left_alone,
       (select count(*)::int from tickets where status <> 'closed') as open, (select count(*)::int from tickets) as all
     from mailboxes where source = $1`,
    [source],
  );
  const row = rows[0];
  return (
    row && {
      polled: row.polled,
      lastError: row.last_error ?? undefined,
      leftAlone: row.left_alone,
      openTickets: row.open,
      allTickets: row.all,
    }
  );
}

/** Notes how a look into the mailbox ended; `error` undefined: all was well. */
export async function markPolled(
  database: Database,
  mailboxId: MailboxId,
  at: EpochMs,
  error: string | undefined,
): Promise<void> {
  await database.query(
    'update mailboxes set last_good_poll_at = case when $3::text is null then $2 else last_good_poll_at end, last_error = $3 where id = $1',
    [mailboxId, at, error ?? null],
  );
}

export async function listMailboxes(
  database: Database,
): Promise<(MailboxRow & { lastGoodPollAt: EpochMs | undefined; lastError: string | undefined })[]> {
  const { rows } = await database.query<{
    id: MailboxId;
    source: string;
    address: string | null;
    last_good_poll_at: number | null;
    last_error: string | null;
  }>('select id, source, address, last_good_poll_at, last_error from mailboxes order by id');
  return rows.map((row) => ({
    id: row.id,
    source: row.source,
    address: row.address ?? undefined,
    lastGoodPollAt: row.last_good_poll_at ?? undefined,
    lastError: row.last_error ?? undefined,
  }));
}
