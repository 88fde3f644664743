import type { EpochMs, ResponseId, TicketId } from '../../domain/ids.ts';
import type { ShownAnswer } from '../../domain/ticket.ts';
import type { Database, Tx } from '../database.ts';

/** What the agents were shown for a ticket: the same to all of them, so that `/use 2` means one thing. */

export type NewShownAnswer = { number: number; answerId: number; responseId: ResponseId; score: number };

/** @returns false where a concurrent notification of the same ticket was first; its answers count */
export async function insertShowing(
  tx: Tx,
  ticketId: TicketId,
  answers: NewShownAnswer[],
  now: EpochMs,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    'insert into answer_showings (ticket_id, shown_at) values ($1, $2) on conflict (ticket_id) do nothing',
    [ticketId, now],
  );
  if (rowCount !== 1) return false;
  await tx.query(
    `insert into shown_answers (ticket_id, number, answer_id, source_response_id, score)
     select $1, a.number, a.answer_id, a.response_id, a.score
     from unnest($2::smallint[], $3::int[], $4::bigint[], $5::real[]) as a(number, answer_id, response_id, score)`,
    [
      ticketId,
      answers.map((answer) => answer.number),
      answers.map((answer) => answer.answerId),
      answers.map((answer) => answer.responseId),
      answers.map((answer) => answer.score),
    ],
  );
  return true;
}

/**
 * Whether somebody has looked for answers for the ticket that `ticket` names, and those that are shown. A desk that has
 * learned nothing has none, and need not look.
 */
export function shownFor(ticket: string): { looked: string; shown: string } {
  return {
    looked: `(exists (select from answer_showings where ticket_id = ${ticket})
         or not exists (select from answer_totals where tickets > 0))`,
    shown: `(select jsonb_agg(jsonb_build_object('number', s.number, 'answer', r.response_sent, 'question', t.query,
          'score', s.score) order by s.number)
        from shown_answers s join responses r on r.id = s.source_response_id join tickets t on t.id = r.ticket_id
        where s.ticket_id = ${ticket})`,
  };
}

const OF_ONE = shownFor('$1');
const OF_MANY = shownFor('asked.id');

/** The answers shown for a ticket; undefined where nobody has looked yet. */
export async function findShownAnswers(client: Database | Tx, ticketId: TicketId): Promise<ShownAnswer[] | undefined> {
  const { rows } = await client.query<{ looked: boolean; shown: ShownAnswer[] | null }>(
    `select ${OF_ONE.looked} as looked, ${OF_ONE.shown} as shown`,
    [ticketId],
  );
  return rows[0]?.looked ? (rows[0].shown ?? []) : undefined;
}

/** The same for several tickets: those for which somebody has looked. */
export async function listShownAnswers(tx: Tx, ticketIds: TicketId[]): Promise<Map<TicketId, ShownAnswer[]>> {
  if (ticketIds.length === 0) return new Map();
  const { rows } = await tx.query<{ id: TicketId; shown: ShownAnswer[] | null }>(
    `select asked.id, ${OF_MANY.shown} as shown from unnest($1::bigint[]) as asked(id) where ${OF_MANY.looked}`,
    [ticketIds],
  );
  return new Map(rows.map((row) => [row.id, row.shown ?? []]));
}

export async function markAnswersUsed(
  tx: Tx,
  used: { ticketId: TicketId; number: number }[],
  now: EpochMs,
): Promise<void> {
  if (used.length === 0) return;
  await tx.query(
    `update shown_answers s set used_at = coalesce(used_at, $3)
     from unnest($1::bigint[], $2::int[]) as u(ticket_id, number) where s.ticket_id = u.ticket_id and s.number = u.number`,
    [used.map((one) => one.ticketId), used.map((one) => one.number), now],
  );
}
