import type { EpochMs } from '../../domain/ticket/ids.ts';
import type { AnswerRow, NewResponseRow } from '../../domain/ticket/planned-rows.ts';
import type { Tx } from '../database.ts';

/** A response opens a turn. Its id was reserved, its time stands behind those of the ticket's earlier responses. */
export async function insertResponses(tx: Tx, responses: NewResponseRow[]): Promise<void> {
  if (responses.length === 0) return;
  await tx.query(
    `insert into responses (id, ticket_id, response_sent, sent_time) overriding system value
     select * from unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[])`,
    [
      responses.map((one) => one.id),
      responses.map((one) => one.ticketId),
      responses.map((one) => one.words),
      responses.map((one) => one.sentTime),
    ],
  );
}

/** Compare-and-set: of two answers to one response exactly one is taken. @returns how many were */
export async function takeTurns(tx: Tx, answers: AnswerRow[], now: EpochMs): Promise<number> {
  if (answers.length === 0) return 0;
  const { rowCount } = await tx.query(
    `update responses r set response_received = a.words, rec_time = $3::bigint
     from unnest($1::bigint[], $2::text[]) as a(id, words)
     where r.id = a.id and r.response_received is null`,
    [answers.map((one) => one.responseId), answers.map((one) => one.words), now],
  );
  return rowCount ?? 0;
}
