import type { EpochMs, OutboxId } from '../../domain/ids.ts';
import type { OutboxState } from '../../domain/outbox-item.ts';
import type { Database, Tx } from '../database.ts';

/** Attempts to send: written down before the network is touched, and ended when the server has spoken. */

/** The bytes of a mail as they are kept, see mail/compose/sealed-mail.ts. */
export type StoredMail = { messageId: string; envelopeFrom: string; ids: Buffer; raw: Buffer };

export type Beginning = {
  id: OutboxId;
  /**
   * the attempts there were when the row was claimed: one more since means that the claim expired and went to another
   * process, whose bytes are the row's now
   */
  earlier: number;
  /** with the first attempt; undefined where the row has its bytes */
  mail: StoredMail | undefined;
  startedAt: EpochMs;
  /** by the database's clock, which all processes share */
  leaseMs: number;
};

/** $1::bigint and so on: the bytes of each mail are a parameter of their own, which travels in binary and not as hex in an array. */
const BEGINNING = ['bigint', 'integer', 'bigint', 'bigint', 'text', 'text', 'bytea', 'bytea'];
const placeholders = (count: number) =>
  Array.from({ length: count }, (_row, row) => {
    const cells = BEGINNING.map((type, cell) => `$${row * BEGINNING.length + cell + 1}::${type}`);
    return `(${cells.join(', ')})`;
  }).join(', ');

/** One text for each number of rows, which is at most the number of connections. */
const texts = new Map<number, string>();

function textFor(count: number): string {
  const text =
    texts.get(count) ??
    `with begun as (
       select * from (values ${placeholders(count)})
         as b(id, earlier, started_at, lease_ms, message_id, envelope_from, sealed_ids, raw)),
     sending as (
       update outbox o set state = 'sending', held_by = null, attempts = o.attempts + 1, lease_until = epoch_ms() + b.lease_ms,
         message_id = coalesce(o.message_id, b.message_id), envelope_from = coalesce(o.envelope_from, b.envelope_from),
         sealed_ids = coalesce(o.sealed_ids, b.sealed_ids), raw = coalesce(o.raw, b.raw)
       from begun b where o.id = b.id and o.state = 'claimed' and o.attempts = b.earlier
       returning o.id, o.attempts, b.started_at)
     insert into outbox_attempts (outbox_id, number, started_at) select id, attempts, started_at from sending
     returning outbox_id as id, number`;
  texts.set(count, text);
  return text;
}

/**
 * Writes attempts down that begin now, with the bytes of mails whose first it is, in one statement. From here on a crash
 * leaves `sending`, which the sweep turns into `unknown`.
 * @returns the number of each attempt; none for a row whose claim was lost
 */
export async function markSending(database: Database, begun: Beginning[]): Promise<Map<OutboxId, number>> {
  if (begun.length === 0) return new Map();
  const { rows } = await database.query<{ id: OutboxId; number: number }>(
    textFor(begun.length),
    begun.flatMap(({ id, earlier, startedAt, leaseMs, mail }) => [
      id,
      earlier,
      startedAt,
      leaseMs,
      mail?.messageId ?? null,
      mail?.envelopeFrom ?? null,
      mail?.ids ?? null,
      mail?.raw ?? null,
    ]),
  );
  return new Map(rows.map((row) => [row.id, row.number]));
}

export type AttemptResult = {
  outcome: 'accepted' | 'rejected' | 'sender-refused' | 'deferred' | 'not-sent' | 'unknown';
  state: OutboxState;
  serverReply: string;
  nextAttemptAt: EpochMs | undefined;
};

export type Ending = { id: OutboxId; number: number; result: AttemptResult; endedAt: EpochMs };

/**
 * Records what became of attempts, in one statement: nothing fallible stands between the server's 250 and this. A yes that
 * comes late (a process that was frozen, a clock that jumped) still ends an attempt that was given up as unknown.
 * @returns the rows that it ended; not among them are those that had an end
 */
export async function markAttempts(client: Database | Tx, ended: Ending[]): Promise<Set<OutboxId>> {
  if (ended.length === 0) return new Set();
  const { rows } = await client.query<{ id: OutboxId }>(
    `with said as (
       select * from unnest($1::bigint[], $2::bigint[], $3::integer[], $4::text[], $5::text[], $6::outbox_state[], $7::bigint[])
         as s(ended_at, id, number, outcome, reply, state, next_attempt_at)),
     ended as (
       update outbox o set state = s.state, lease_until = 0, next_attempt_at = coalesce(s.next_attempt_at, o.next_attempt_at),
         ended_at = case when s.state in ('sent', 'failed', 'unknown', 'cancelled') then s.ended_at end,
         last_error = case when s.state = 'sent' then null else s.reply end
       from said s
       where o.id = s.id and o.attempts = s.number and (o.state = 'sending' or o.state = 'unknown' and s.state = 'sent')
       returning o.id)
     update outbox_attempts a set ended_at = s.ended_at, outcome = s.outcome, server_reply = s.reply
     from said s join ended e on e.id = s.id
     where a.outbox_id = s.id and a.number = s.number returning a.outbox_id as id`,
    [
      ended.map(({ endedAt }) => endedAt),
      ended.map(({ id }) => id),
      ended.map(({ number }) => number),
      ended.map(({ result }) => result.outcome),
      ended.map(({ result }) => result.serverReply),
      ended.map(({ result }) => result.state),
      ended.map(({ result }) => result.nextAttemptAt ?? null),
    ],
  );
  return new Set(rows.map((row) => row.id));
}

/** What is kept of a mail that was composed before, as it was sealed; undefined where its bytes were removed. */
export async function findStoredMail(
  database: Database,
  id: OutboxId,
): Promise<{ raw: Buffer; ids: Buffer } | undefined> {
  const { rows } = await database.query<{ raw: Buffer | null; ids: Buffer | null }>(
    'select raw, sealed_ids as ids from outbox where id = $1',
    [id],
  );
  const [row] = rows;
  return row?.raw && row.ids ? { raw: row.raw, ids: row.ids } : undefined;
}
