import type { EpochMs, OutboxId } from '../../domain/ticket/ids.ts';
import type { OutboxState } from '../../domain/ticket/outbox-item.ts';
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

/** One parameter a cell: the bytes of each mail are one of their own, which travels in binary and not as hex in an array. */
const BEGINNING = ['bigint', 'integer', 'bigint', 'bigint', 'text', 'text', 'bytea', 'bytea'];
const placeholders = (count: number, after: number) =>
  Array.from({ length: count }, (_row, row) => {
    const cells = BEGINNING.map((type, cell) => `$${after + row * BEGINNING.length + cell + 1}::${type}`);
    return `(${cells.join(', ')})`;
  }).join(', ');

const ENDS = `
  said as (
    select * from unnest($1::bigint[], $2::bigint[], $3::integer[], $4::text[], $5::text[], $6::outbox_state[], $7::bigint[])
      as s(ended_at, id, number, outcome, reply, state, pause_ms)),
  ended as (
    update outbox o set state = s.state, lease_until = 0, next_attempt_at = coalesce(epoch_ms() + s.pause_ms, o.next_attempt_at),
      ended_at = case when s.state in ('sent', 'failed', 'unknown', 'cancelled') then epoch_ms() end,
      last_error = case when s.state = 'sent' then null else s.reply end
    from said s
    where o.id = s.id and o.attempts = s.number and (o.state = 'sending' or o.state = 'unknown' and s.state = 'sent')
    returning o.id),
  results as (
    update outbox_attempts a set ended_at = s.ended_at, outcome = s.outcome, server_reply = s.reply
    from said s join ended e on e.id = s.id
    where a.outbox_id = s.id and a.number = s.number returning a.outbox_id as id)`;
const ENDS_PARAMETERS = 7;

const begins = (count: number, after: number) => `
  begun as (
    select * from (values ${placeholders(count, after)})
      as b(id, earlier, started_at, lease_ms, message_id, envelope_from, sealed_ids, raw)),
  sending as (
    update outbox o set state = 'sending', held_by = null, attempts = o.attempts + 1, lease_until = epoch_ms() + b.lease_ms,
      message_id = coalesce(o.message_id, b.message_id), envelope_from = coalesce(o.envelope_from, b.envelope_from),
      sealed_ids = coalesce(o.sealed_ids, b.sealed_ids), raw = coalesce(o.raw, b.raw)
    from begun b where o.id = b.id and o.state = 'claimed' and o.attempts = b.earlier
    returning o.id, o.attempts, b.started_at),
  numbered as (
    insert into outbox_attempts (outbox_id, number, started_at) select id, attempts, started_at from sending
    returning outbox_id as id, number)`;

const ENDED_ROWS = 'select id, null::integer as number from results';
const BEGUN_ROWS = 'select id, number from numbered';

function writeText(hasEnds: boolean, begun: number): string {
  if (begun === 0) return `with ${ENDS} ${ENDED_ROWS}`;
  if (!hasEnds) return `with ${begins(begun, 0)} ${BEGUN_ROWS}`;
  return `with ${ENDS}, ${begins(begun, ENDS_PARAMETERS)} ${ENDED_ROWS} union all ${BEGUN_ROWS}`;
}

/** One text for each number of rows, which is at most the number of connections. */
const texts = new Map<string, string>();

function textFor(hasEnds: boolean, begun: number): string {
  const key = `${hasEnds} ${begun}`;
  const text = texts.get(key) ?? writeText(hasEnds, begun);
  texts.set(key, text);
  return text;
}

export type AttemptResult = {
  outcome: 'accepted' | 'rejected' | 'sender-refused' | 'deferred' | 'not-sent' | 'unknown';
  state: OutboxState;
  serverReply: string;
  /** until it is tried again; undefined where that was the last attempt */
  pauseMs: number | undefined;
};

export type Ending = { id: OutboxId; number: number; result: AttemptResult; endedAt: EpochMs };

export type Written = {
  /** the rows whose attempt it ended; not among them are those that had an end */
  ended: Set<OutboxId>;
  /** the number of each attempt that began; none for a row whose claim was lost */
  begun: Map<OutboxId, number>;
};

/**
 * Records what became of attempts and writes others down that begin now, with the bytes of mails whose first it is, in one
 * statement: nothing fallible stands between the server's 250 and this. From here on a crash leaves those that began `sending`, which the
 * sweep turns into `unknown`. A yes that comes late (a process that was frozen, a clock that jumped) still ends an attempt that was
 * given up as unknown.
 */
export async function writeAttempts(client: Database | Tx, ended: Ending[], begun: Beginning[]): Promise<Written> {
  if (ended.length === 0 && begun.length === 0) return { ended: new Set(), begun: new Map() };
  const { rows } = await client.query<{ id: OutboxId; number: number | null }>(
    textFor(ended.length > 0, begun.length),
    [...(ended.length > 0 ? endsParameters(ended) : []), ...begun.flatMap(beginningParameters)],
  );
  return {
    ended: new Set(rows.flatMap((row) => (row.number === null ? [row.id] : []))),
    begun: new Map(rows.flatMap((row) => (row.number === null ? [] : [[row.id, row.number] as const]))),
  };
}

function endsParameters(ended: Ending[]): unknown[] {
  return [
    ended.map(({ endedAt }) => endedAt),
    ended.map(({ id }) => id),
    ended.map(({ number }) => number),
    ended.map(({ result }) => result.outcome),
    ended.map(({ result }) => result.serverReply),
    ended.map(({ result }) => result.state),
    ended.map(({ result }) => result.pauseMs ?? null),
  ];
}

function beginningParameters({ id, earlier, startedAt, leaseMs, mail }: Beginning): unknown[] {
  const bytes = [mail?.messageId ?? null, mail?.envelopeFrom ?? null, mail?.ids ?? null, mail?.raw ?? null];
  return [id, earlier, startedAt, leaseMs, ...bytes];
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
