import type { EpochMs } from '../domain/ticket/ids.ts';
import type { Database } from './database.ts';

/**
 * Mails that wait to be sent, and lie further ahead than anybody could have meant: they were written before a clock was set
 * back. Without this a desk whose clock was a day ahead for a minute would leave the rows of that minute alone for a day.
 * @param latest by number of attempts (the last repeats) when one may at most be due
 * @returns how many it brought back
 */
export async function bringBackPending(database: Database, latest: EpochMs[], now: EpochMs): Promise<number> {
  const { rowCount } = await database.query(
    `update outbox set next_attempt_at = $2
     where state = 'pending' and next_attempt_at > ($1::bigint[])[1]
       and next_attempt_at > ($1::bigint[])[least(attempts + 1, cardinality($1::bigint[]))]`,
    [latest, now],
  );
  return rowCount ?? 0;
}
