import type { TicketId } from '../../domain/ticket/ids.ts';
import type { Feedback } from '../../domain/ticket/ticket.ts';
import { byteaArray } from '../binary-arrays.ts';
import type { Database, Tx } from '../database.ts';

/** Learning and unlearning closed tickets: additions to the profiles of answers, exact in both directions. */

/** Serialises learners, so that the totals are right and nobody deadlocks. Held until commit. */
export async function lockLearning(tx: Tx): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtext('turnmail answers'))`);
}

/**
 * The same for learning what the queue names: what a crash takes back stands in the queue again, so no commit waits for the
 * disk. The statements that follow find rows by their keys whatever is asked, so planning them each time is of no use.
 */
export async function lockLearningOfQueue(tx: Tx): Promise<void> {
  await tx.query(
    `select pg_advisory_xact_lock(hashtext('turnmail answers')), set_config('synchronous_commit', 'off', true),
       set_config('plan_cache_mode', 'force_generic_plan', true)`,
  );
}

/**
 * Takes the oldest rows from the queue. @returns how many they were, the tickets that they named, each once, and whether what
 * is known was learned by other code
 */
export async function takeTicketsToLearn(
  tx: Tx,
  limit: number,
  version: number,
): Promise<{ taken: number; ticketIds: TicketId[]; outdated: boolean }> {
  const { rows } = await tx.query<{ ticket_id: TicketId; outdated: boolean }>(
    `with taken as (delete from answers_to_learn where id in
                      (select id from answers_to_learn order by id limit $1 for update skip locked) returning id, ticket_id)
     select ticket_id, (select features_version <> $2 from answer_totals) as outdated from taken order by id`,
    [limit, version],
  );
  return {
    taken: rows.length,
    ticketIds: [...new Set(rows.map((row) => row.ticket_id))],
    outdated: rows[0]?.outdated ?? false,
  };
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
  /** what it taught before, with the digest of that answer */
  learned: { answerId: number; digest: Buffer; weight: number; features: Buffer } | undefined;
};

/** Tickets as they are now, with what was learned from them before. */
export async function listTicketsToLearn(tx: Tx, ids: readonly TicketId[]): Promise<TicketToLearn[]> {
  const { rows } = await tx.query(
    `select t.id, t.status = 'closed' as closed, t.query, t.last_response, t.feedback,
       coalesce(m.closed_at, t.last_updated_on) as closed_at, coalesce(m.spam, false) as spam,
       l.answer_id, a.digest, l.weight, l.features
     from tickets t left join ticket_mail m on m.ticket_id = t.id
     left join answer_tickets l on l.ticket_id = t.id left join answers a on a.id = l.answer_id
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
      row.answer_id === null
        ? undefined
        : { answerId: row.answer_id, digest: row.digest, weight: row.weight, features: row.features },
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
    [byteaArray(digests)],
  );
  return rows.map((row) => row.id);
}

export type LearnedRow = { ticketId: TicketId; answerId: number; weight: number; closedAt: number; features: Buffer };

export async function deleteLearnedTickets(tx: Tx, ids: readonly TicketId[]): Promise<void> {
  await tx.query('delete from answer_tickets where ticket_id = any($1)', [ids]);
}

/** Writes what tickets teach, over what they taught before. */
export async function writeLearnedTickets(tx: Tx, learned: readonly LearnedRow[]): Promise<void> {
  await tx.query(
    `insert into answer_tickets (ticket_id, answer_id, weight, closed_at, features)
     select * from unnest($1::bigint[], $2::int[], $3::smallint[], $4::bigint[], $5::bytea[])
     on conflict (ticket_id) do update set answer_id = excluded.answer_id, weight = excluded.weight,
       closed_at = excluded.closed_at, features = excluded.features`,
    [
      learned.map((row) => row.ticketId),
      learned.map((row) => row.answerId),
      learned.map((row) => row.weight),
      learned.map((row) => row.closedAt),
      byteaArray(learned.map((row) => row.features)),
    ],
  );
}

/** Adds to answers and to the desk as a whole; a change may be negative. */
export async function changeSizes(
  tx: Tx,
  answers: readonly { answerId: number; weight: number; mass: number }[],
  { tickets, features }: { tickets: number; features: number },
): Promise<void> {
  await tx.query(
    `with changed as (select * from unnest($1::int[], $2::bigint[], $3::bigint[]) as c(id, weight, mass)),
       done as (update answers a set weight = a.weight + c.weight, mass = a.mass + c.mass from changed c where a.id = c.id)
     update answer_totals t set tickets = t.tickets + $4, features = t.features + $5,
       weight = t.weight + c.weight, mass = t.mass + c.mass
     from (select coalesce(sum(weight), 0)::bigint as weight, coalesce(sum(mass), 0)::bigint as mass from changed) c`,
    [
      answers.map((one) => one.answerId),
      answers.map((one) => one.weight),
      answers.map((one) => one.mass),
      tickets,
      features,
    ],
  );
}

/** What the planner and index-only scans know is stale after many new rows. */
export async function vacuumAnswers(database: Database): Promise<void> {
  await database.query('vacuum analyze answer_features, answers');
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
  await tx.query('truncate answer_features, answer_tickets, answer_calibrations');
  await tx.query('update answers set weight = 0, mass = 0 where weight <> 0');
  await tx.query(`insert into answers_to_learn (ticket_id) select id from tickets where status = 'closed' order by id`);
  return true;
}
