import type { ResponseId, TicketId } from '../../domain/ticket/ids.ts';
import { intArray } from '../binary-arrays.ts';
import type { Database, Tx } from '../database.ts';
import { jsonbOf } from '../jsonb.ts';

/** Reading what was learned from closed tickets, for ranking answers (see migrations/0001_schema.sql). */

/**
 * For this transaction: a statement ends after `withinMs`, and no plan is compiled. Rows are few and found by key, so
 * compiling would take longer than running.
 */
export async function setStatementTimeout(tx: Tx, withinMs?: number): Promise<void> {
  const limit = withinMs === undefined ? '' : `set local statement_timeout = ${Math.ceil(withinMs)}; `;
  await tx.query(`${limit}set local jit = off`);
}

export type AnswerTotals = { weight: number; mass: number; features: number; tickets: number; gate: unknown };

/** The past as a whole, with the gate of the newest calibration, null before the first. */
export async function findTotals(client: Database | Tx): Promise<AnswerTotals> {
  const { rows } = await client.query<AnswerTotals>(
    `select weight, mass, features, tickets, (select gate from answer_calibrations order by id desc limit 1) as gate
     from answer_totals`,
  );
  const row = rows[0];
  if (!row) throw new Error('answer_totals has lost its row');
  return row;
}

/** Weight and mass of those answers that have any. */
export async function listAnswerSizes(
  tx: Tx,
  ids: readonly number[],
): Promise<{ answerId: number; weight: number; mass: number }[]> {
  const { rows } = await tx.query<{ answerId: number; weight: number; mass: number }>({
    name: 'answers-sizes',
    text: `select a.id as "answerId", a.weight, a.mass from unnest($1::int[]) as wanted(id)
           cross join lateral (select * from answers a where a.id = wanted.id offset 0) a where a.weight > 0`,
    values: [intArray(ids)],
  });
  return rows;
}

/** Past tickets of an answer, newest first; the features of all of them one behind the other. */
export type LessonRows = {
  answerId: number;
  tickets: { ticketId: TicketId; weight: number; closedAt: number; bytes: number }[];
  features: Buffer;
};

/** The newest past tickets of each answer, as many as stay below both limits. */
export async function listLessons(
  tx: Tx,
  answerIds: readonly number[],
  limits: { tickets: number; bytes: number },
): Promise<LessonRows[]> {
  const { rows } = await tx.query<{ id: number; tickets: [TicketId, number, number, number][]; features: Buffer }>({
    name: 'answers-lessons',
    text: `select a.id, t.tickets, t.features
           from unnest($1::int[]) with ordinality as a(id, position)
           cross join lateral (
             select json_agg(json_build_array(ticket_id, weight, closed_at, length(features)) order by place) as tickets,
               string_agg(features, '' order by place) as features
             from (select *, row_number() over newest as place, sum(length(features)) over newest as bytes
                   from (select * from answer_tickets where answer_id = a.id order by closed_at desc, ticket_id desc limit $2) n
                   window newest as (order by closed_at desc, ticket_id desc)) t
             where t.bytes <= $3 or t.place = 1) t
           where t.tickets is not null
           order by a.position`,
    values: [answerIds, limits.tickets, limits.bytes],
  });
  return rows.map(({ id, tickets, features }) => ({
    answerId: id,
    tickets: tickets.map(([ticketId, weight, closedAt, bytes]) => ({ ticketId, weight, closedAt, bytes })),
    features,
  }));
}

export type Wording = { ticketId: TicketId; responseId: ResponseId; question: string; answer: string };

/** Question and newest response of past tickets. */
export async function listWordings(client: Database | Tx, ticketIds: readonly TicketId[]): Promise<Wording[]> {
  const { rows } = await client.query<Wording>({
    name: 'answers-wordings',
    text: `select t.id as "ticketId", r.id as "responseId", t.query as question, r.response_sent as answer
           from unnest($1::bigint[]) as wanted(id)
           join tickets t on t.id = wanted.id
           cross join lateral (select id, response_sent from responses
                               where ticket_id = t.id order by sent_time desc, id desc limit 1) r`,
    values: [ticketIds],
  });
  return rows;
}

/** To whom and by whom an answer was written, and equal answers to other customers. */
export type AnswerOrigin = {
  responseId: ResponseId;
  customer: string;
  customerNames: string[];
  agentName: string;
  others: string[];
};

const MAX_OTHERS = 20;

export async function listAnswerOrigins(tx: Tx, responseIds: readonly ResponseId[]): Promise<AnswerOrigin[]> {
  const { rows } = await tx.query<AnswerOrigin>({
    name: 'answers-origins',
    text: `select r.id as "responseId", t.email as customer,
             array(select distinct i.from_name from inbound_mails i
                   where i.ticket_id = t.id and i.from_name <> '' and lower(i.from_address) = lower(t.email)) as "customerNames",
             coalesce((select a.name from inbound_mails i join agents a on a.id = i.agent_id
                       where i.response_id = r.id and i.disposition = 'response'), '') as "agentName",
             array(select other.last_response from (
                     select ticket_id from answer_tickets where answer_id = l.answer_id
                     order by closed_at desc, ticket_id desc limit 5 * ${MAX_OTHERS}) equal
                   join tickets other on other.id = equal.ticket_id
                   where lower(other.email) <> lower(t.email) and other.last_response is not null
                   limit ${MAX_OTHERS}) as others
           from unnest($1::bigint[]) as wanted(id) join responses r on r.id = wanted.id
           join tickets t on t.id = r.ticket_id left join answer_tickets l on l.ticket_id = t.id`,
    values: [responseIds],
  });
  return rows;
}

/** How many tickets there were when the desk last calibrated. */
export async function findCalibratedTickets(database: Database): Promise<number | undefined> {
  const { rows } = await database.query<{ tickets: number }>(
    'select tickets from answer_calibrations order by id desc limit 1',
  );
  return rows[0]?.tickets;
}

export async function insertCalibration(
  database: Database,
  row: { madeAt: number; tickets: number; gate: object },
): Promise<void> {
  await database.query('insert into answer_calibrations (made_at, tickets, gate) values ($1, $2, $3)', [
    row.madeAt,
    row.tickets,
    jsonbOf(row.gate),
  ]);
}

/** Past tickets to try suggestions on, spread evenly over the newest `among`. */
export async function listTrialTickets(
  database: Database,
  count: number,
  among: number,
): Promise<{ ticketId: TicketId; answerId: number; weight: number; features: Buffer; query: string }[]> {
  const { rows } = await database.query(
    `with newest as (select ticket_id, row_number() over (order by ticket_id desc) as place, count(*) over () as n
                     from (select ticket_id from answer_tickets order by ticket_id desc limit $2) t)
     select l.ticket_id as "ticketId", l.answer_id as "answerId", l.weight, l.features, t.query
     from newest join answer_tickets l using (ticket_id) join tickets t on t.id = l.ticket_id
     where place % greatest(1, n / $1) = 0 order by place limit $1`,
    [count, among],
  );
  return rows;
}
