import type { OfMailboxes } from '../../domain/desk/mailboxes.ts';
import type { BoardRow } from '../../domain/desk/report.ts';
import type { EpochMs, TicketId } from '../../domain/ticket/ids.ts';
import type { TicketStatus } from '../../domain/ticket/ticket.ts';
import type { Database } from '../database.ts';

type Row = {
  id: TicketId;
  status: TicketStatus;
  desk_since: EpochMs | null;
  sent_time: EpochMs | null;
  subject: string;
  email: string;
  assignee: string | null;
  total: number;
};

/** Open tickets of these mailboxes, or of all: those that wait for the desk first, each kind the longest waiting first. */
export async function listBoardRows(
  database: Database,
  of: OfMailboxes,
  limit: number,
  names: boolean,
): Promise<{ rows: BoardRow[]; total: number }> {
  const { rows } = await database.query<Row>(
    `select t.id, t.status, v.desk_since, v.sent_time, m.subject, t.email, coalesce(nullif(a.name, ''), a.email) as assignee,
       count(*) over ()::int as total
     from tickets t join ticket_mail m on m.ticket_id = t.id join ticket_moves v on v.ticket_id = t.id
     left join agents a on a.id = m.assignee_id
     where t.status <> 'closed'
       and ($2::bigint[] is null or m.mailbox_id = any($2) or (m.mailbox_id is null and $3))
     order by v.desk_since is null, coalesce(v.desk_since, v.sent_time), t.id limit $1`,
    [limit, of?.ids ?? null, of?.orNone ?? false],
  );
  return {
    rows: rows.map((row) => ({
      ticketId: row.id,
      status: row.status,
      since: row.desk_since ?? row.sent_time ?? 0,
      move: row.desk_since === null ? 'customer' : 'desk',
      subject: names ? row.subject : undefined,
      customer: names ? row.email : undefined,
      assignee: names ? (row.assignee ?? undefined) : undefined,
    })),
    total: rows[0]?.total ?? 0,
  };
}
