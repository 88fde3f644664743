import type { EpochMs, ResponseId, TicketId } from '../../domain/ids.ts';
import type { Tx } from '../database.ts';

/** A response opens a turn. sent_time never stands before an earlier response of the ticket, whatever the clock says. */
export async function insertResponse(tx: Tx, ticketId: TicketId, words: string, now: EpochMs): Promise<ResponseId> {
  const { rows } = await tx.query<{ id: ResponseId }>(
    `insert into responses (response_sent, ticket_id, sent_time)
     select $2, $1, greatest($3::bigint, (select max(sent_time) + 1 from responses where ticket_id = $1)) returning id`,
    [ticketId, words, now],
  );
  const row = rows[0];
  if (!row) throw new Error('a response was inserted and returned no row');
  return row.id;
}

/** Compare-and-set: of two answers exactly one gets true. */
export async function takeTurn(tx: Tx, id: ResponseId, words: string, now: EpochMs): Promise<boolean> {
  const { rowCount } = await tx.query(
    'update responses set response_received = $2, rec_time = $3 where id = $1 and response_received is null',
    [id, words, now],
  );
  return rowCount === 1;
}
