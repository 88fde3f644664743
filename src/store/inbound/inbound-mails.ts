import type { EpochMs, InboundId, MailboxId } from '../../domain/ticket/ids.ts';
import type { FateRow } from '../../domain/ticket/planned-rows.ts';
import { storedId } from '../../domain/ticket/stored-id.ts';
import { byteaArray } from '../binary-arrays.ts';
import type { Database, Tx } from '../database.ts';

export type NewInboundMail = {
  uid: number;
  receivedAt: EpochMs;
  size: number;
  /** undefined where the mail was too large to fetch */
  raw: Buffer | undefined;
  sha256: Buffer | undefined;
  orderKey: string;
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
      byteaArray(mails.map((mail) => mail.raw)),
      byteaArray(mails.map((mail) => mail.sha256)),
      mails.map((mail) => mail.orderKey),
    ],
  );
  return rows.map((row) => row.id);
}

/**
 * Ends waiting mails.
 * @returns those that it ended: the others have an end by another process, and the caller must then roll back
 */
export async function markDecided(tx: Tx, fates: FateRow[], now: EpochMs): Promise<InboundId[]> {
  if (fates.length === 0) return [];
  const { rows } = await tx.query<{ id: InboundId }>(
    `update inbound_mails m set disposition = f.disposition, reason = f.reason, kind = f.kind, kind_reason = f.kind_reason,
       message_id = f.message_id, from_address = f.from_address, from_name = f.from_name, subject = f.subject,
       words = f.words, words_html = f.words_html, ticket_id = f.ticket_id, response_id = f.response_id, agent_id = f.agent_id,
       duplicate_of = f.duplicate_of, token_before = f.token_before,
       copied = coalesce(string_to_array(f.copied, ' '), '{}'), decided_at = $1::bigint, lease_until = 0
     from unnest($2::bigint[], $3::disposition[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
       $10::text[], $11::text[], $12::text[], $13::bigint[], $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[],
       $18::text[])
       as f(id, disposition, reason, kind, kind_reason, message_id, from_address, from_name, subject, words, words_html,
         ticket_id, response_id, agent_id, duplicate_of, token_before, copied)
     where m.id = f.id and m.disposition is null
     returning m.id`,
    [
      now,
      fates.map((fate) => fate.id),
      fates.map((fate) => fate.disposition),
      fates.map((fate) => fate.reason),
      fates.map((fate) => fate.kind ?? null),
      fates.map((fate) => fate.kindReason ?? null),
      fates.map((fate) => (fate.messageId === undefined ? null : storedId(fate.messageId))),
      fates.map((fate) => fate.fromAddress ?? null),
      fates.map((fate) => fate.fromName ?? null),
      fates.map((fate) => fate.subject ?? null),
      fates.map((fate) => fate.words ?? null),
      fates.map((fate) => fate.formatted ?? null),
      fates.map((fate) => fate.ticketId ?? null),
      fates.map((fate) => fate.responseId ?? null),
      fates.map((fate) => fate.agentId ?? null),
      fates.map((fate) => fate.duplicateOf ?? null),
      fates.map((fate) => fate.tokenBefore ?? null),
      // No address of ours holds a blank; arrays of arrays must be of one length.
      fates.map((fate) => (fate.copied.length === 0 ? null : fate.copied.join(' '))),
    ],
  );
  return rows.map((row) => row.id);
}

/** The bytes of a mail; undefined where they were removed, never fetched, or there is no such mail. */
export async function findRawMail(database: Database, id: InboundId): Promise<Buffer | undefined> {
  const { rows } = await database.query<{ raw: Buffer | null }>('select raw from inbound_mails where id = $1', [id]);
  return rows[0]?.raw ?? undefined;
}

/** What waits, for the sweep and for readiness. */
export async function countWaiting(
  database: Database,
): Promise<{ waiting: number; due: number; oldestStoredAt: EpochMs | undefined }> {
  const { rows } = await database.query<{ waiting: number; due: number; oldest: number | null }>(
    `select count(*)::int as waiting, count(*) filter (where next_attempt_at <= epoch_ms() and lease_until <= epoch_ms())::int as due,
       min(stored_at) as oldest
     from inbound_mails where disposition is null`,
  );
  return { waiting: rows[0]?.waiting ?? 0, due: rows[0]?.due ?? 0, oldestStoredAt: rows[0]?.oldest ?? undefined };
}
