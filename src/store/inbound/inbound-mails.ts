import type { AgentId, EpochMs, InboundId, MailboxId, ResponseId, TicketId } from '../../domain/ids.ts';
import type { Disposition, Reason } from '../../domain/reasons.ts';
import { storedId } from '../../domain/stored-id.ts';
import type { Database, Tx } from '../database.ts';
import { type AuditEntry, auditColumns, insertingAudit } from '../tickets/ticket-records.ts';

export type NewInboundMail = {
  uid: number;
  receivedAt: EpochMs;
  size: number;
  /** undefined where the mail was too large to fetch */
  raw: Buffer | undefined;
  sha256: Buffer | undefined;
  orderKey: string;
};

/** A mail claimed for deciding. */
export type WaitingMail = {
  id: InboundId;
  mailboxId: MailboxId;
  receivedAt: EpochMs;
  storedAt: EpochMs;
  size: number;
  raw: Buffer | undefined;
  sha256: Buffer | undefined;
  orderKey: string;
  attempts: number;
};

/**
 * Stores a batch in one statement; a mail that is there already (same mailbox, UIDVALIDITY and UID) is left alone, but for
 * one that was parked since the server withheld it: it gets its bytes and waits to be decided like a new one.
 * @returns the ids of the rows that are new or new to be decided, in UID order
 */
export async function insertInboundMails(
  tx: Tx,
  mailboxId: MailboxId,
  uidValidity: number,
  mails: NewInboundMail[],
  storedAt: EpochMs,
): Promise<InboundId[]> {
  const { rows } = await tx.query<{ id: InboundId }>(
    `insert into inbound_mails as old (mailbox_id, uid_validity, uid, received_at, stored_at, size, raw, raw_sha256, order_key)
     select $1, $2, m.uid, m.received_at, $3, m.size, m.raw, m.sha256, m.order_key
     from unnest($4::bigint[], $5::bigint[], $6::int[], $7::bytea[], $8::bytea[], $9::text[])
       as m(uid, received_at, size, raw, sha256, order_key)
     order by m.uid
     on conflict (mailbox_id, uid_validity, uid) do update set
       raw = excluded.raw, raw_sha256 = excluded.raw_sha256, size = excluded.size, order_key = excluded.order_key,
       disposition = null, reason = null, decided_at = null, attempts = 0, next_attempt_at = 0, lease_until = 0
     where old.raw is null and old.reason = 'withheld-by-server' and old.disposition = 'parked' and excluded.raw is not null
       and old.raw_removed_at is null
     returning id`,
    [
      mailboxId,
      uidValidity,
      storedAt,
      mails.map((mail) => mail.uid),
      mails.map((mail) => mail.receivedAt),
      mails.map((mail) => mail.size),
      mails.map((mail) => mail.raw ?? null),
      mails.map((mail) => mail.sha256 ?? null),
      mails.map((mail) => mail.orderKey),
    ],
  );
  return rows.map((row) => row.id);
}

/** How many mails may be claimed, and how many bytes: the last of them may go beyond. */
export type ClaimRoom = { mails: number; bytes: number };

/**
 * Claims waiting mails for `leaseMs`, oldest first. Mails of one sender are decided in order: a mail waits while an
 * earlier one of the same sender is in other hands or put off. Claims exclude each other by an advisory lock, which
 * makes that rule exact and costs a millisecond.
 */
export async function claimInboundMails(
  tx: Tx,
  now: EpochMs,
  leaseUntil: EpochMs,
  room: ClaimRoom,
): Promise<WaitingMail[]> {
  await tx.query(`select pg_advisory_xact_lock(hashtext('turnmail claim inbound'))`);
  const { rows } = await tx.query<WaitingRow>(
    `update inbound_mails claimed set lease_until = $2, attempts = attempts + 1
     from (
       select id, sum(bytes) over (order by id) - bytes as bytes_before
       from (
         select id, case when raw is null then 0 else size end as bytes from inbound_mails mail
         where disposition is null and next_attempt_at <= $1 and lease_until <= $1
           and not exists (
             select from inbound_mails earlier
             where earlier.disposition is null and earlier.id < mail.id and earlier.order_key = mail.order_key
               and (earlier.lease_until > $1 or earlier.next_attempt_at > $1))
         order by id limit $3
       ) first_ones
     ) due
     where claimed.id = due.id and due.bytes_before < $4
     returning claimed.id, mailbox_id, received_at, stored_at, size, raw, raw_sha256, order_key, attempts`,
    [now, leaseUntil, room.mails, room.bytes],
  );
  return rows.sort((a, b) => a.id - b.id).map(readWaitingRow);
}

export type WaitingRow = {
  id: InboundId;
  mailbox_id: MailboxId;
  received_at: number;
  stored_at: number;
  size: number;
  raw: Buffer | null;
  raw_sha256: Buffer | null;
  order_key: string;
  attempts: number;
};

export function readWaitingRow(row: WaitingRow): WaitingMail {
  return {
    id: row.id,
    mailboxId: row.mailbox_id,
    receivedAt: row.received_at,
    storedAt: row.stored_at,
    size: row.size,
    raw: row.raw ?? undefined,
    sha256: row.raw_sha256 ?? undefined,
    orderKey: row.order_key,
    attempts: row.attempts,
  };
}

/** Puts a claimed mail off after an attempt that failed. */
export async function releaseInboundMail(database: Database, id: InboundId, nextAttemptAt: EpochMs): Promise<void> {
  await database.query(
    'update inbound_mails set lease_until = 0, next_attempt_at = $2 where id = $1 and disposition is null',
    [id, nextAttemptAt],
  );
}

/** Gives a claimed mail back that nobody looked at: due as before, and not an attempt. */
export async function giveBackInboundMail(database: Database, id: InboundId): Promise<void> {
  await database.query(
    'update inbound_mails set lease_until = 0, attempts = attempts - 1 where id = $1 and disposition is null',
    [id],
  );
}

/** Keeps claimed mails ours while they are worked on. */
export async function renewInboundLeases(database: Database, ids: InboundId[], leaseUntil: EpochMs): Promise<void> {
  await database.query('update inbound_mails set lease_until = $2 where id = any($1) and disposition is null', [
    ids,
    leaseUntil,
  ]);
}

/** What deciding wrote about a mail. */
export type InboundFate = {
  disposition: Disposition;
  reason: Reason;
  kind: string | undefined;
  kindReason: string | undefined;
  messageId: string | undefined;
  fromAddress: string | undefined;
  fromName: string | undefined;
  subject: string | undefined;
  words: string | undefined;
  ticketId: TicketId | undefined;
  responseId: ResponseId | undefined;
  agentId: AgentId | undefined;
  duplicateOf: InboundId | undefined;
};

/**
 * Ends a waiting mail and writes down in the audit log what came of it, which is one round trip less in every mail.
 * @returns false where another process has ended it meanwhile; the caller must then roll back
 */
export async function markDecided(
  tx: Tx,
  id: InboundId,
  fate: InboundFate,
  audit: AuditEntry[],
  now: EpochMs,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `with noted as (${insertingAudit(13, 16)})
     update inbound_mails set disposition = $2, reason = $3, kind = $4, message_id = $5, from_address = $6, subject = $7,
       words = $8, ticket_id = $9, response_id = $10, agent_id = $11, duplicate_of = $12, decided_at = $13::bigint,
       kind_reason = $14, from_name = $15, lease_until = 0
     where id = $1 and disposition is null`,
    [
      id,
      fate.disposition,
      fate.reason,
      fate.kind ?? null,
      fate.messageId === undefined ? null : storedId(fate.messageId),
      fate.fromAddress ?? null,
      fate.subject ?? null,
      fate.words ?? null,
      fate.ticketId ?? null,
      fate.responseId ?? null,
      fate.agentId ?? null,
      fate.duplicateOf ?? null,
      now,
      fate.kindReason ?? null,
      fate.fromName ?? null,
      ...auditColumns(audit),
    ],
  );
  return rowCount === 1;
}

/**
 * Writes down that a mail was seen: its bytes, and its Message-ID with its content. The first mail to write a digest
 * owns it; a concurrent second one waits for the first to commit.
 * @returns for each digest the mail that owns it, in the order given
 */
export async function takeSeen(tx: Tx, id: InboundId, digests: Buffer[]): Promise<InboundId[]> {
  const { rows } = await tx.query<{ digest: Buffer; inbound_id: InboundId }>(
    `insert into inbound_seen as seen (digest, inbound_id) select unnest($2::bytea[]), $1
     on conflict (digest) do update set inbound_id = seen.inbound_id
     returning digest, inbound_id`,
    [id, digests],
  );
  return digests.map((digest) => rows.find((row) => row.digest.equals(digest))?.inbound_id ?? id);
}

/** Takes back what `takeSeen` wrote, if it was this mail that wrote it. */
export async function releaseSeen(tx: Tx, id: InboundId, digest: Buffer): Promise<void> {
  await tx.query('delete from inbound_seen where digest = $1 and inbound_id = $2', [digest, id]);
}

/** The bytes of a mail; undefined where they were removed, never fetched, or there is no such mail. */
export async function findRawMail(database: Database, id: InboundId): Promise<Buffer | undefined> {
  const { rows } = await database.query<{ raw: Buffer | null }>('select raw from inbound_mails where id = $1', [id]);
  return rows[0]?.raw ?? undefined;
}

/** What waits, for the sweep and for readiness. */
export async function countWaiting(
  database: Database,
  now: EpochMs,
): Promise<{ waiting: number; due: number; oldestStoredAt: EpochMs | undefined }> {
  const { rows } = await database.query<{ waiting: number; due: number; oldest: number | null }>(
    `select count(*)::int as waiting, count(*) filter (where next_attempt_at <= $1 and lease_until <= $1)::int as due,
       min(stored_at) as oldest
     from inbound_mails where disposition is null`,
    [now],
  );
  return { waiting: rows[0]?.waiting ?? 0, due: rows[0]?.due ?? 0, oldestStoredAt: rows[0]?.oldest ?? undefined };
}
