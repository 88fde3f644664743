import type { TicketId } from '../domain/ids.ts';
import type { Feedback } from '../domain/ticket.ts';
import type { Database, Tx } from './database.ts';

/** Learning and unlearning closed tickets: additions to the profiles of answers, exact in both directions. */

/** Serialises learners, so that the totals are right and nobody deadlocks. Held until commit. */
export async function lockLearning(tx: Tx): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtext('turnmail answers'))`);
}

/** The oldest tickets of the queue, each once, with the rows that named them; the rows are locked until commit. */
export async function claimTicketsToLearn(
  tx: Tx,
  limit: number,
): Promise<{ queueIds: number[]; ticketIds: TicketId[] }> {
  const { rows } = await tx.query<{ id: number; ticket_id: TicketId }>(
    'select id, ticket_id from answers_to_learn order by id limit $1 for update skip locked',
    [limit],
  );
  return { queueIds: rows.map((row) => row.id), ticketIds: [...new Set(rows.map((row) => row.ticket_id))] };
}

export async function deleteLearned(client: Database | Tx, queueIds: readonly number[]): Promise<void> {
  await client.query('delete from answers_to_learn where id = any($1)', [queueIds]);
}

export async function countToLearn(database: Database): Promise<number> {
  const { rows } = await database.query<{ count: number }>('select count(*) as count from answers_to_learn');
  return rows[0]?.count ?? 0;
}

export type TicketToLearn = {
  ticketId: TicketId;
  closed: boolean;
  query: string;
  lastResponse: string | undefined;
  feedback: Feedback | undefined;
  closedAt: number;
  spam: boolean;
  learned: { answerId: number; weight: number; features: Buffer } | undefined;
};

/** Tickets as they are now, with what was learned from them before. */
export async function listTicketsToLearn(tx: Tx, ids: readonly TicketId[]): Promise<TicketToLearn[]> {
  const { rows } = await tx.query(
    `select t.id, t.status = 'closed' as closed, t.query, t.last_response, t.feedback,
       coalesce(m.closed_at, t.last_updated_on) as closed_at, coalesce(m.spam, false) as spam,
       l.answer_id, l.weight, l.features
     from tickets t left join ticket_mail m on m.ticket_id = t.id left join answer_tickets l on l.ticket_id = t.id
     where t.id = any($1) order by t.id`,
    [ids],
  );
  return rows.map((row) => ({
    ticketId: row.id,
    closed: row.closed,
    query: row.query,
    lastResponse: row.last_response ?? undefined,
    feedback: row.feedback ?? undefined,
    closedAt: row.closed_at,
    spam: row.spam,
    learned:
      row.answer_id === null ? undefined : { answerId: row.answer_id, weight: row.weight, features: row.features },
  }));
}

/** The ids of answers by digest, made where they are new; in the order of the digests. */
export async function ensureAnswers(tx: Tx, digests: readonly Buffer[]): Promise<number[]> {
  const { rows } = await tx.query<{ id: number }>(
    `with wanted as (select * from unnest($1::bytea[]) with ordinality as w(digest, position)),
       made as (insert into answers (digest) select digest from wanted
                where not exists (select from answers a where a.digest = wanted.digest)
                order by position on conflict do nothing returning id, digest)
     select coalesce(a.id, m.id) as id from wanted w
     left join answers a on a.digest = w.digest left join made m on m.digest = w.digest order by w.position`,
    [digests],
  );
  return rows.map((row) => row.id);
}

export type LearnedRow = { ticketId: TicketId; answerId: number; weight: number; closedAt: number; features: Buffer };

export async function writeLearnedTickets(
  tx: Tx,
  gone: readonly TicketId[],
  learned: readonly LearnedRow[],
): Promise<void> {
  if (gone.length > 0) await tx.query('delete from answer_tickets where ticket_id = any($1)', [gone]);
  if (learned.length === 0) return;
  await tx.query(
    `insert into answer_tickets (ticket_id, answer_id, weight, closed_at, features)
     select * from unnest($1::bigint[], $2::int[], $3::smallint[], $4::bigint[], $5::bytea[])`,
    [
      learned.map((row) => row.ticketId),
      learned.map((row) => row.answerId),
      learned.map((row) => row.weight),
      learned.map((row) => row.closedAt),
      learned.map((row) => row.features),
    ],
  );
}

/** What a batch of tickets changes, summed up; a change may be negative, never zero. */
export type Changes = {
  pairs: { feature: number; answerId: number; weight: number }[];
  answers: { answerId: number; weight: number; mass: number }[];
  tickets: number;
};

export async function applyChanges(tx: Tx, { pairs, answers, tickets }: Changes): Promise<void> {
  await changeAnswers(tx, answers);
  const fresh = await changePairs(tx, pairs);
  const gone = pairs.some(({ weight }) => weight < 0) ? await deleteEmptyPairs(tx, pairs) : [];
  const features = await changeTotals(tx, pairs, fresh, gone);
  await tx.query(
    `update answer_totals set tickets = tickets + $1, weight = weight + $2, mass = mass + $3, features = features + $4`,
    [
      tickets,
      answers.reduce((sum, { weight }) => sum + weight, 0),
      answers.reduce((sum, { mass }) => sum + mass, 0),
      features,
    ],
  );
}

async function changeAnswers(tx: Tx, answers: Changes['answers']): Promise<void> {
  await tx.query(
    `update answers a set weight = a.weight + c.weight, mass = a.mass + c.mass
     from unnest($1::int[], $2::bigint[], $3::bigint[]) as c(id, weight, mass) where a.id = c.id`,
    [answers.map((one) => one.answerId), answers.map((one) => one.weight), answers.map((one) => one.mass)],
  );
}

/** @returns the features of the pairs that are new */
async function changePairs(tx: Tx, pairs: Changes['pairs']): Promise<number[]> {
  const { rows } = await tx.query<{ fresh: number[] | null }>(
    `with changed as (
       insert into answer_features as f (feature, answer_id, weight)
       select * from unnest($1::int[], $2::int[], $3::int[])
       on conflict (feature, answer_id) do update set weight = f.weight + excluded.weight
       returning feature, xmax = 0 as fresh)
     select array_agg(feature) filter (where fresh) as fresh from changed`,
    [pairs.map((pair) => pair.feature), pairs.map((pair) => pair.answerId), pairs.map((pair) => pair.weight)],
  );
  return rows[0]?.fresh ?? [];
}

async function deleteEmptyPairs(tx: Tx, pairs: Changes['pairs']): Promise<number[]> {
  const less = pairs.filter(({ weight }) => weight < 0);
  const { rows } = await tx.query<{ feature: number }>(
    `delete from answer_features f using unnest($1::int[], $2::int[]) as c(feature, answer_id)
     where f.feature = c.feature and f.answer_id = c.answer_id and f.weight = 0 returning f.feature`,
    [less.map((pair) => pair.feature), less.map((pair) => pair.answerId)],
  );
  return rows.map((row) => row.feature);
}

/** @returns by how many the number of distinct features changed */
async function changeTotals(tx: Tx, pairs: Changes['pairs'], fresh: number[], gone: number[]): Promise<number> {
  const changes = new Map<number, { weight: number; answers: number }>();
  const at = (feature: number) => {
    const known = changes.get(feature) ?? { weight: 0, answers: 0 };
    changes.set(feature, known);
    return known;
  };
  for (const { feature, weight } of pairs) at(feature).weight += weight;
  for (const feature of fresh) at(feature).answers++;
  for (const feature of gone) at(feature).answers--;
  const list = [...changes].sort(([one], [other]) => one - other);
  const { rows } = await tx.query<{ fresh: number }>(
    `with changed as (
       insert into answer_feature_totals as f (feature, weight, answers)
       select * from unnest($1::int[], $2::bigint[], $3::int[])
       on conflict (feature) do update set weight = f.weight + excluded.weight, answers = f.answers + excluded.answers
       returning xmax = 0 as fresh)
     select count(*) filter (where fresh) as fresh from changed`,
    [list.map(([feature]) => feature), list.map(([, change]) => change.weight), list.map(([, { answers }]) => answers)],
  );
  const added = rows[0]?.fresh ?? 0;
  if (gone.length === 0) return added;
  const { rowCount } = await tx.query(
    'delete from answer_feature_totals where feature = any($1) and weight = 0 and answers = 0',
    [gone],
  );
  return added - (rowCount ?? 0);
}

/** Answers that no ticket holds any more: not even their digests are kept. The caller holds no other lock. */
export async function deleteUnusedAnswers(tx: Tx): Promise<void> {
  await lockLearning(tx);
  await tx.query(
    'delete from answers a where weight = 0 and not exists (select from answer_tickets t where t.answer_id = a.id)',
  );
}

/** Where what is known was learned by other code, forgets it all and queues every closed ticket. @returns if it did */
export async function relearnWhenChanged(tx: Tx, version: number): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update answer_totals set features_version = $1, tickets = 0, weight = 0, mass = 0, features = 0
     where features_version <> $1`,
    [version],
  );
  if (rowCount === 0) return false;
  await tx.query('truncate answer_features, answer_feature_totals, answer_tickets, answer_calibrations');
  await tx.query('update answers set weight = 0, mass = 0 where weight <> 0');
  await tx.query(`insert into answers_to_learn (ticket_id) select id from tickets where status = 'closed' order by id`);
  return true;
}
