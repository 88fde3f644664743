import type { EpochMs, TicketId } from '../../domain/ticket/ids.ts';
import type { Database } from '../database.ts';
import type { TicketTableRow } from '../desk-tables.ts';

/** A ticket as `turnmail ticket` shows it: the columns of its row, and what people ask for beside them. */
export type ListedTicket = TicketTableRow & {
  subject: string;
  /** name or address */
  assignee: string | null;
  /** whose move it is; nobody's once it is closed */
  turn: 'desk' | 'customer' | null;
  /** since when it is that one's move */
  since: EpochMs;
  responses: number;
  held: number;
};

const LISTED = `
  select t.*, m.subject, coalesce(nullif(a.name, ''), a.email) as assignee,
    case when t.status = 'closed' then null
         when w.desk_since is not null then 'desk' else 'customer' end as turn,
    case when t.status = 'closed' then coalesce(m.closed_at, t.last_updated_on)
         else coalesce(w.desk_since, w.sent_time) end as since,
    (select count(*)::int from responses r where r.ticket_id = t.id) as responses,
    (select count(*)::int from inbound_mails h where h.ticket_id = t.id and h.disposition = 'held') as held
  from tickets t
  join ticket_mail m on m.ticket_id = t.id
  join ticket_moves w on w.ticket_id = t.id
  left join agents a on a.id = m.assignee_id`;

/** What waits for the desk first, longest first; then what waits for customers; closed ones last, newest first. */
export async function listTickets(database: Database, closedToo: boolean, limit: number): Promise<ListedTicket[]> {
  const { rows } = await database.query<ListedTicket>(
    `select * from (${LISTED}) listed
     where $1 or status <> 'closed'
     order by turn = 'desk' desc nulls last, case when turn is null then -since else since end, id limit $2`,
    [closedToo, limit],
  );
  return rows;
}

export async function findListedTicket(database: Database, id: TicketId): Promise<ListedTicket | undefined> {
  const { rows } = await database.query<ListedTicket>(`select * from (${LISTED}) listed where id = $1`, [id]);
  return rows[0];
}
