import type { EpochMs, TicketId } from '../domain/ticket/ids.ts';
import type { Database } from './database.ts';

/** The two tables of the desk as anybody sees them with a SELECT: column names and values as they are. */

export const SELECT_TICKETS = 'select * from tickets order by id';
export const SELECT_RESPONSES = 'select * from responses order by id';

export type TicketTableRow = {
  id: TicketId;
  email: string;
  created_time: EpochMs;
  last_updated_on: EpochMs;
  status: string;
  query: string;
  feedback: string | null;
  last_response: string | null;
};

export type ResponseTableRow = {
  id: number;
  response_sent: string;
  response_received: string | null;
  ticket_id: TicketId;
  sent_time: EpochMs;
  rec_time: EpochMs | null;
};

export type DeskTables = { tickets: TicketTableRow[]; responses: ResponseTableRow[] };

export async function selectDeskTables(database: Database): Promise<DeskTables> {
  const tickets = await database.query<TicketTableRow>(SELECT_TICKETS);
  const responses = await database.query<ResponseTableRow>(SELECT_RESPONSES);
  return { tickets: tickets.rows, responses: responses.rows };
}
