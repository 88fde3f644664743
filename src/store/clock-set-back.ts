import type { EpochMs } from '../domain/ids.ts';
import type { Database } from './database.ts';

/**
 * Times that lie further ahead than anybody could have meant: they were written before a clock was set back. Without
 * this a desk whose clock was a day ahead for a minute would leave the rows of that minute alone for a day. Each
 * function returns how many rows it brought back.
 */

/** Mails that wait to be sent. `latest` holds by number of attempts (the last repeats) when one may at most be due. */
export async function bringBackPending(database: Database, latest: EpochMs[], now: EpochMs): Promise<number> {
  const { rowCount } = await database.query(
    `update outbox set next_attempt_at = $2
     where state = 'pending' and next_attempt_at > ($1::bigint[])[1]
       and next_attempt_at > ($1::bigint[])[least(attempts + 1, cardinality($1::bigint[]))]`,
    [latest, now],
  );
  return rowCount ?? 0;
}

/** Claims on them, which are harmless to end. */
export async function bringBackClaims(database: Database, latest: EpochMs): Promise<number> {
  const { rowCount } = await database.query(
    `update outbox set state = 'pending', lease_until = 0 where state = 'claimed' and lease_until > $1`,
    [latest],
  );
  return rowCount ?? 0;
}

/** Attempts under way: they cannot have begun later than now, and keep the length of their lease. */
export async function bringBackAttempts(database: Database, latest: EpochMs, now: EpochMs): Promise<number> {
  const { rowCount } = await database.query(
    `with early as (
       select o.id, o.attempts, a.started_at from outbox o join outbox_attempts a on a.outbox_id = o.id and a.number = o.attempts
       where o.state = 'sending' and o.lease_until > $1 and a.started_at > $1 for update of o skip locked),
     begun as (
       update outbox_attempts a set started_at = $2 from early where a.outbox_id = early.id and a.number = early.attempts)
     update outbox o set lease_until = $2 + o.lease_until - early.started_at from early where o.id = early.id`,
    [latest, now],
  );
  return rowCount ?? 0;
}
