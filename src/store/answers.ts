import type { ResponseId, TicketId } from '../domain/ids.ts';
import type { Database, Tx } from './database.ts';

/** Reading what was learned from closed tickets, for ranking answers (see migrations/0002_answers.sql). */

export type AnswerTotals = { weight: number; mass: number; features: number; tickets: number };
export type KnownFeature = { feature: number; weight: number; answers: number };

/** The desk as a whole, and those of the features that some past ticket has. */
export async function findKnownFeatures(
  tx: Tx,
  features: readonly number[],
): Promise<{ totals: AnswerTotals; known: KnownFeature[] }> {
  const { rows } = await tx.query<AnswerTotals & { known: [number, number, number][] | null }>({
    name: 'answers-known-features',
    text: `select t.weight, t.mass, t.features, t.tickets, k.known
           from answer_totals t, lateral (
             select json_agg(json_build_array(f.feature, f.weight, f.answers)) as known
             from unnest($1::int[]) as asked(feature)
             cross join lateral (select * from answer_feature_totals f where f.feature = asked.feature offset 0) f) k`,
    values: [features],
  });
  const row = rows[0];
  if (!row) throw new Error('answer_totals has lost its row');
  const known = (row.known ?? []).map(([feature, weight, answers]) => ({ feature, weight, answers }));
  return { totals: row, known };
}

export async function findTotals(client: Database | Tx): Promise<AnswerTotals> {
  const { rows } = await client.query<AnswerTotals>('select weight, mass, features, tickets from answer_totals');
  const row = rows[0];
  if (!row) throw new Error('answer_totals has lost its row');
  return row;
}

export type ProfileRow = { answerId: number; weight: number; mass: number; features: Map<number, number> };

/**
 * The answers in which the picked features are most telling, best first, each with its weights of all asked features.
 * The order is that of complement naive Bayes over the picked features alone.
 */
export async function listProfiles(
  tx: Tx,
  picked: readonly { feature: number; weight: number; rarity: number }[],
  asked: readonly number[],
  options: { smoothing: number; totals: AnswerTotals; limit: number },
): Promise<ProfileRow[]> {
  const { smoothing, totals, limit } = options;
  const { rows } = await tx.query<{ id: number; weight: number; mass: number; features: [number, number][] | null }>({
    name: 'answers-profiles',
    text: `with picked as (select * from unnest($1::int[], $2::float8[], $3::float8[]) as p(feature, total, rarity)),
             found as (
               select f.answer_id, sum(p.rarity * (ln((f.weight + $5::float8) / $5)
                                        - ln((greatest(p.total - f.weight, 0) + $5) / (p.total + $5)))) as gain
               from picked p
               cross join lateral (select * from answer_features f where f.feature = p.feature offset 0) f
               group by f.answer_id),
             -- only those with a gain that the size of an answer can still change are looked up
             best as (
               select a.id, a.weight, a.mass, f.gain - (select sum(rarity) from picked)
                 * (ln(a.mass + $6::float8) - ln(greatest($7::float8 - a.mass, 0) + $6)) as score
               from (select * from found order by gain desc limit 1000) f
               cross join lateral (select * from answers a where a.id = f.answer_id offset 0) a
               where a.weight > 0
               order by score desc, a.id limit $8)
           select b.id, b.weight, b.mass, p.features from best b
           cross join lateral (
             select json_agg(json_build_array(f.feature, f.weight)) as features from unnest($4::int[]) as q(feature)
             cross join lateral (select * from answer_features f where f.feature = q.feature and f.answer_id = b.id offset 0) f) p
           order by b.score desc`,
    values: [
      picked.map(({ feature }) => feature),
      picked.map(({ weight }) => weight),
      picked.map(({ rarity }) => rarity),
      asked,
      smoothing,
      smoothing * totals.features,
      totals.mass,
      limit,
    ],
  });
  return rows.map((row) => ({
    answerId: row.id,
    weight: row.weight,
    mass: row.mass,
    features: new Map(row.features ?? []),
  }));
}

export type LessonRow = { answerId: number; ticketId: TicketId; weight: number; closedAt: number; features: Buffer };

/** The newest past tickets of each answer, newest first, as many as stay below both limits. */
export async function listLessons(
  tx: Tx,
  answerIds: readonly number[],
  limits: { tickets: number; bytes: number },
): Promise<LessonRow[]> {
  const { rows } = await tx.query<LessonRow>({
    name: 'answers-lessons',
    text: `select a.id as "answerId", t.ticket_id as "ticketId", t.weight, t.closed_at as "closedAt", t.features
           from unnest($1::int[]) with ordinality as a(id, position)
           cross join lateral (
             select *, sum(length(features)) over (order by closed_at desc, ticket_id desc) as bytes
             from (select * from answer_tickets where answer_id = a.id order by closed_at desc, ticket_id desc limit $2) n) t
           where t.bytes <= $3 or t.bytes = length(t.features)
           order by a.position, t.closed_at desc, t.ticket_id desc`,
    values: [answerIds, limits.tickets, limits.bytes],
  });
  return rows;
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

export async function findCalibration(client: Database | Tx): Promise<{ tickets: number; gate: unknown } | undefined> {
  const { rows } = await client.query<{ tickets: number; gate: unknown }>(
    'select tickets, gate from answer_calibrations order by id desc limit 1',
  );
  return rows[0];
}

export async function insertCalibration(
  database: Database,
  row: { madeAt: number; tickets: number; gate: object },
): Promise<void> {
  await database.query('insert into answer_calibrations (made_at, tickets, gate) values ($1, $2, $3)', [
    row.madeAt,
    row.tickets,
    JSON.stringify(row.gate),
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
