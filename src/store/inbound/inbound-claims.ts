import type { EpochMs, InboundId, MailboxId } from '../../domain/ticket/ids.ts';
import type { Database, Tx } from '../database.ts';

/** A mail claimed for deciding. */
export type WaitingMail = {
  id: InboundId;
  mailboxId: MailboxId;
  receivedAt: EpochMs;
  storedAt: EpochMs;
  size: number;
  /** undefined where the caller has them, or there are none */
  raw: Buffer | undefined;
  hasRaw: boolean;
  sha256: Buffer | undefined;
  orderKey: string;
  attempts: number;
};

/** How many mails may be claimed, and how many bytes: the last of them may go beyond. */
export type ClaimRoom = { mails: number; bytes: number };

/**
 * Claims waiting mails for `leaseMs`, oldest first. Mails of one sender are decided in order: a mail waits while an
 * earlier one of the same sender is in other hands or put off. Claims exclude each other by an advisory lock, which
 * makes that rule exact and costs a millisecond. Earlier ones are found by an index that only this statement names, see the schema. Leases and due times are by the database's clock, which all processes share.
 * @param atHand mails whose bytes the caller has: they come without
 */
export async function claimInboundMails(
  tx: Tx,
  leaseMs: number,
  room: ClaimRoom,
  atHand: InboundId[] = [],
): Promise<WaitingMail[]> {
  await tx.query(`select pg_advisory_xact_lock(hashtext('turnmail claim inbound'))`);
  const { rows } = await tx.query<WaitingRow>(
    `update inbound_mails claimed set lease_until = epoch_ms() + $1, attempts = attempts + 1
     from (
       select id, sum(bytes) over (order by id) - bytes as bytes_before
       from (
         select id, case when raw is null then 0 else size end as bytes from inbound_mails mail
         where disposition is null and next_attempt_at <= epoch_ms() and lease_until <= epoch_ms()
           and (
             select true from inbound_mails earlier
             where (earlier.disposition is null or earlier.id < 0) and earlier.id < mail.id and earlier.order_key = mail.order_key
               and (earlier.lease_until > epoch_ms() or earlier.next_attempt_at > epoch_ms())
             order by earlier.order_key, earlier.id limit 1) is null
         order by id limit $2
       ) first_ones
     ) due
     where claimed.id = due.id and due.bytes_before < $3
     returning claimed.id, mailbox_id, received_at, stored_at, size, case when claimed.id <> all($4::bigint[]) then raw end as raw,
       raw is not null as has_raw, raw_sha256, order_key, attempts`,
    [leaseMs, room.mails, room.bytes, atHand],
  );
  return rows.sort((a, b) => a.id - b.id).map(readWaitingRow);
}

type WaitingRow = {
  id: InboundId;
  mailbox_id: MailboxId;
  received_at: number;
  stored_at: number;
  size: number;
  raw: Buffer | null;
  /** the row has bytes, whether they were asked for or not */
  has_raw: boolean;
  raw_sha256: Buffer | null;
  order_key: string;
  attempts: number;
};

function readWaitingRow(row: WaitingRow): WaitingMail {
  return {
    id: row.id,
    mailboxId: row.mailbox_id,
    receivedAt: row.received_at,
    storedAt: row.stored_at,
    size: row.size,
    raw: row.raw ?? undefined,
    hasRaw: row.has_raw,
    sha256: row.raw_sha256 ?? undefined,
    orderKey: row.order_key,
    attempts: row.attempts,
  };
}

/** Puts a claimed mail off after an attempt that failed. */
export async function releaseInboundMail(database: Database, id: InboundId, pauseMs: number): Promise<void> {
  await database.query(
    'update inbound_mails set lease_until = 0, next_attempt_at = epoch_ms() + $2 where id = $1 and disposition is null',
    [id, pauseMs],
  );
}

/** Gives claimed mails back that nobody looked at: due as before, and not an attempt. */
export async function giveBackInboundMails(database: Database, ids: InboundId[]): Promise<void> {
  if (ids.length === 0) return;
  await database.query(
    'update inbound_mails set lease_until = 0, attempts = attempts - 1 where id = any($1) and disposition is null',
    [ids],
  );
}

/** Keeps claimed mails ours while they are worked on. Rows that are locked are about to be decided, perhaps by us. */
export async function renewInboundLeases(database: Database, ids: InboundId[], leaseMs: number): Promise<void> {
  if (ids.length === 0) return;
  await database.query(
    `update inbound_mails set lease_until = epoch_ms() + $2
     where id in (select id from inbound_mails where id = any($1) and disposition is null for update skip locked)`,
    [ids, leaseMs],
  );
}

/** A stored mail as if it were claimed, whatever became of it. */
export async function findMailAsClaimed(database: Database, id: InboundId): Promise<WaitingMail | undefined> {
  const { rows } = await database.query<WaitingRow>(
    `select id, mailbox_id, received_at, stored_at, size, raw, raw is not null as has_raw, raw_sha256, order_key, attempts
     from inbound_mails where id = $1`,
    [id],
  );
  return rows[0] && readWaitingRow(rows[0]);
}
