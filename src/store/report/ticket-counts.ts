import { AGE_GROUPS } from '../../domain/desk/report.ts';
import type { EpochMs } from '../../domain/ticket/ids.ts';
import type { Database } from '../database.ts';

export type OpenTickets = { status: 'open' | 'in_process'; move: 'desk' | 'customer'; fromMs: number; tickets: number };

const AGES = AGE_GROUPS.map(({ fromMs }) => fromMs).toReversed();
const AGE_OF = `case ${AGES.map((fromMs) => `when $1::bigint - since >= ${fromMs} then ${fromMs}`).join(' ')} else 0 end`;

/** Tickets that are not closed; there are few of them beside the closed, and an index of their own finds them. */
export async function countOpenTickets(database: Database, now: EpochMs): Promise<OpenTickets[]> {
  const { rows } = await database.query<OpenTickets>(
    `select status, move, ${AGE_OF} as "fromMs", count(*)::int as tickets from (
       select t.status::text, case when v.desk_since is null then 'customer' else 'desk' end as move,
         coalesce(v.desk_since, v.sent_time, t.created_time) as since
       from tickets t join ticket_moves v on v.ticket_id = t.id where t.status <> 'closed') open
     group by 1, 2, 3`,
    [now],
  );
  return rows;
}

/** Tickets closed since a moment, and what customers said since another. */
export async function countFeedbackSince(
  database: Database,
  closedSince: EpochMs,
  saidSince: EpochMs,
): Promise<{ closed: number; satisfied: number; notSatisfied: number }> {
  const { rows } = await database.query<{ closed: number; satisfied: number; notSatisfied: number }>(
    `select (select count(*)::int from ticket_mail m where m.closed_at >= $1 and not m.spam) as closed,
       count(*) filter (where t.feedback = 'satisfied')::int as satisfied,
       count(*) filter (where t.feedback = 'not_satisfied')::int as "notSatisfied"
     from ticket_mail m join tickets t on t.id = m.ticket_id where m.feedback_at >= $2`,
    [closedSince, saidSince],
  );
  const [row] = rows;
  if (!row) throw new Error('a count returned no row');
  return row;
}
