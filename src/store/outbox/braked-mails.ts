import type { HeldBy } from '../../domain/ticket/outbox-item.ts';
import type { Database } from '../database.ts';

/**
 * Automatic mails to people outside the desk that were sent in the last `windowMs`, by the database's clock: how many went to somebody who had had one,
 * and which of the recipients asked about (lower case) had one.
 */
export async function countRepeats(
  database: Database,
  windowMs: number,
  recipients: string[],
): Promise<{ repeats: number; had: string[] }> {
  const { rows } = await database.query<{ repeats: number; had: string[] | null }>(
    `select (count(*) - count(distinct lower(recipient)))::int as repeats,
       array_agg(distinct lower(recipient)) filter (where lower(recipient) = any($2)) as had
     from outbox where state = 'sent' and audience = 'customer' and kind <> 'response'
       and ended_at between epoch_ms() - $1::bigint and epoch_ms()`,
    [windowMs, recipients],
  );
  return { repeats: rows[0]?.repeats ?? 0, had: rows[0]?.had ?? [] };
}

/** How many mails wait for this. */
export async function countHeldBack(database: Database, heldBy: HeldBy): Promise<number> {
  const { rows } = await database.query<{ count: number }>(
    `select count(*)::int as count from outbox where state = 'pending' and held_by = $1`,
    [heldBy],
  );
  return rows[0]?.count ?? 0;
}
