import type { EpochMs, ResponseId, TicketId } from '../../domain/ticket/ids.ts';
import type { Passage } from '../../domain/ticket/past-answer.ts';
import type { ShownAnswer } from '../../domain/ticket/ticket.ts';
import type { Database, Tx } from '../database.ts';
import { jsonbOf } from '../jsonb.ts';

/** What the agents were shown for a ticket: the same to all of them, so that `/use 2` means one thing. */

export type NewShownAnswer = {
  number: number;
  answerId: number;
  responseId: ResponseId;
  score: number;
  passage: Passage;
};

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
    `insert into shown_answers (ticket_id, number, answer_id, source_response_id, score, passage)
     select $1, a.number, a.answer_id, a.response_id, a.score, a.passage
     from unnest($2::smallint[], $3::int[], $4::bigint[], $5::real[], $6::jsonb[])
       as a(number, answer_id, response_id, score, passage)`,
    [
      ticketId,
      answers.map((answer) => answer.number),
      answers.map((answer) => answer.answerId),
      answers.map((answer) => answer.responseId),
      answers.map((answer) => answer.score),
      answers.map((answer) => jsonbOf(answer.passage)),
    ],
  );
  return true;
}

/**
 * Whether somebody has looked for answers for the ticket that `ticket` names, and those that are shown. A desk that has
 * learned nothing has none, and need not look.
 */
export function shownFor(ticket: string, more = ''): { looked: string; shown: string } {
  return {
    looked: `(exists (select from answer_showings where ticket_id = ${ticket})
         or not exists (select from answer_totals where tickets > 0))`,
    shown: `(select jsonb_agg(jsonb_build_object('number', s.number, 'answer', r.response_sent, 'question', t.query,
          'score', s.score, 'passage', s.passage${more}) order by s.number)
        from shown_answers s join responses r on r.id = s.source_response_id join tickets t on t.id = r.ticket_id
        where s.ticket_id = ${ticket})`,
  };
}

const OF_ONE = shownFor('$1');
/** With the formatting of those without a mark, which `/use` may send. */
const OF_MANY = shownFor(
  'asked.id',
  `, 'formatted', case when s.passage->'marks' = '[]' then
          (select i.words_html from inbound_mails i where i.response_id = r.id and i.disposition = 'response') end`,
);

/** The answers shown for a ticket; undefined where nobody has looked yet. */
export async function findShownAnswers(client: Database | Tx, ticketId: TicketId): Promise<ShownAnswer[] | undefined> {
  const { rows } = await client.query<{ looked: boolean; shown: ShownAnswer[] | null }>(
    `select ${OF_ONE.looked} as looked, ${OF_ONE.shown} as shown`,
    [ticketId],
  );
  return rows[0]?.looked ? (rows[0].shown ?? []) : undefined;
}

/** The answers shown for a ticket, and the name in its customer's newest mail, which an answer is greeted with. */
export type ShownForTicket = { answers: ShownAnswer[]; customerName: string };

/** Of several tickets those for which somebody has looked. */
export async function listShownAnswers(tx: Tx, ticketIds: TicketId[]): Promise<Map<TicketId, ShownForTicket>> {
  if (ticketIds.length === 0) return new Map();
  const { rows } = await tx.query<{ id: TicketId; shown: ShownAnswer[] | null; customer_name: string | null }>(
    `select asked.id, ${OF_MANY.shown} as shown,
       (select i.from_name from tickets t join inbound_mails i on i.ticket_id = t.id
        where t.id = asked.id and i.from_name <> '' and lower(i.from_address) = lower(t.email)
          and exists (select from shown_answers s where s.ticket_id = t.id)
        order by i.id desc limit 1) as customer_name
     from unnest($1::bigint[]) as asked(id) where ${OF_MANY.looked}`,
    [ticketIds],
  );
  return new Map(rows.map((row) => [row.id, { answers: row.shown ?? [], customerName: row.customer_name ?? '' }]));
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
