import type { EpochMs } from '../../domain/ids.ts';
import type { Database } from '../database.ts';

/** The source of the mailbox that a person names by it or by a part of it; undefined where none or several fit. */
export async function findMailboxSource(database: Database, named: string): Promise<string | undefined> {
  const { rows } = await database.query<{ source: string }>(
    'select source from mailboxes where source = $1 or strpos(lower(source), lower($1)) > 0 order by source = $1 desc, id limit 2',
    [named],
  );
  const [first, second] = rows;
  return first !== undefined && (second === undefined || first.source === named) ? first.source : undefined;
}

/** Whether the desk had a ticket before a moment. */
export async function hadTickets(database: Database, before: EpochMs): Promise<boolean> {
  const { rows } = await database.query<{ had: boolean }>(
    'select exists (select from tickets where id = (select min(id) from tickets) and created_time < $1) as had',
    [before],
  );
  return rows[0]?.had ?? false;
}
