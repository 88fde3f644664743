import type { EpochMs, MailboxId } from '../../domain/ticket/ids.ts';
import type { Database } from '../database.ts';

/** The mailbox that was read from the server that a person names, or a part of whose name; undefined where none or several fit. */
export async function findMailboxBySource(database: Database, named: string): Promise<MailboxId | undefined> {
  const { rows } = await database.query<{ id: MailboxId; source: string }>(
    'select id, source from mailboxes where source = $1 or strpos(lower(source), lower($1)) > 0 order by source = $1 desc, id limit 2',
    [named],
  );
  const [first, second] = rows;
  return first !== undefined && (second === undefined || first.source === named) ? first.id : undefined;
}

/** Whether the desk had a ticket before a moment. */
export async function hadTickets(database: Database, before: EpochMs): Promise<boolean> {
  const { rows } = await database.query<{ had: boolean }>(
    'select exists (select from tickets where id = (select min(id) from tickets) and created_time < $1) as had',
    [before],
  );
  return rows[0]?.had ?? false;
}
