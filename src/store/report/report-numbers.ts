import type { OfMailboxes } from '../../domain/desk/mailboxes.ts';
import { AGE_GROUPS, type ReportNumbers, type ReportScope, type Spread } from '../../domain/desk/report.ts';
import type { EpochMs } from '../../domain/ticket/ids.ts';
import type { Tx } from '../database.ts';

/** Past answers that are listed. */
const MAX_ANSWERS = 5;
/** Responses of one ticket from which on they are counted together. */
const MANY_RESPONSES = 5;

type Row = {
  came: number;
  answered: number;
  closed: number;
  responses: number;
  with_customers: number;
  kept_back: number;
  first_median: number | null;
  first_p90: number | null;
  close_median: number | null;
  close_p90: number | null;
  satisfied: number;
  not_satisfied: number;
  days: { day: number; came: number; answered: number; closed: number }[] | null;
  waiting: Record<string, number> | null;
  turns: { responses: number; tickets: number }[] | null;
  used: { answer: string; used: number }[] | null;
  parked: { reason: string; mails: number }[] | null;
};

/**
 * The desk in numbers, in one statement that sees one moment. Tickets and responses of the time are found by their BRIN
 * indexes, so the cost grows with the time that is looked at and not with the desk.
 * @param of the mailboxes whose tickets count; undefined: all
 * @param days every day of the time, each with the moment at which it begins
 */
export async function findReportNumbers(
  tx: Tx,
  scope: ReportScope,
  of: OfMailboxes,
  days: readonly { day: string; from: EpochMs }[],
  now: EpochMs,
): Promise<ReportNumbers> {
  const { rows } = await tx.query<Row>(REPORT, [
    scope.from,
    scope.to,
    of?.ids ?? null,
    days.map(({ from }) => from),
    now,
    MANY_RESPONSES,
    MAX_ANSWERS,
    of?.orNone ?? false,
  ]);
  const row = rows[0];
  if (!row) throw new Error('a select without from returned no row');
  const spread = (count: number, median: number | null, p90: number | null): Spread => ({
    count,
    medianMs: median ?? undefined,
    p90Ms: p90 ?? undefined,
  });
  return {
    scope,
    came: row.came,
    answered: row.answered,
    closed: row.closed,
    responses: row.responses,
    days: days.map(({ day }, at) => {
      const { came = 0, answered = 0, closed = 0 } = row.days?.find((one) => one.day === at + 1) ?? {};
      return { day, came, answered, closed };
    }),
    waiting: AGE_GROUPS.map((group) => ({ ...group, tickets: row.waiting?.[String(group.fromMs)] ?? 0 })),
    withCustomers: row.with_customers,
    firstResponse: spread(row.answered, row.first_median, row.first_p90),
    toClose: spread(row.closed, row.close_median, row.close_p90),
    turns: row.turns ?? [],
    feedback: {
      satisfied: row.satisfied,
      notSatisfied: row.not_satisfied,
      none: row.closed - row.satisfied - row.not_satisfied,
    },
    usedAnswers: row.used ?? [],
    parked: row.parked ?? [],
    keptBack: row.kept_back,
  };
}

/**
 * $3 are mailboxes, and $8 says whether tickets of none count too; null is all. Spam is no work of the desk and counts nowhere.
 * There is little of it, so it is left out by its own small index, and ticket_mail is read for each ticket only where mailboxes
 * are asked for.
 */
const ofMailbox = (ticketId: string) => `${ticketId} not in (select ticket_id from ticket_mail where spam)
    and ($3::bigint[] is null or exists (
      select from ticket_mail mine where mine.ticket_id = ${ticketId}
        and (mine.mailbox_id = any($3) or (mine.mailbox_id is null and $8))))`;
const AGES = AGE_GROUPS.map(({ fromMs }) => fromMs).toReversed();
const AGE_OF = `case ${AGES.map((fromMs) => `when $5::bigint - v.desk_since >= ${fromMs} then ${fromMs}`).join(' ')} else 0 end`;
/** Which of the days that begin at $4 a moment belongs to, counted from 1. */
const dayBucket = (at: string) => `width_bucket(${at}, $4::bigint[])`;

/** Row by row by the primary key, whatever the planner thinks of their number: tickets are never read from one end to the other. */
const ticketOf = (id: string) =>
  `cross join lateral (select created_time, status, feedback from tickets where id = ${id} offset 0) t`;

/**
 * Most tickets that are answered or closed in the time came in it too, and are in memory by then; only those that are older are looked
 * up one by one.
 */
const REPORT = `
  with came as materialized (
    select t.id, t.created_time, t.status, t.feedback from tickets t
    where t.created_time >= $1 and t.created_time < $2 and ${ofMailbox('t.id')}),
  said as materialized (
    select r.ticket_id, min(r.sent_time) as first_time, count(*)::int as responses from responses r
    where r.sent_time >= $1 and r.sent_time < $2 and ${ofMailbox('r.ticket_id')} group by r.ticket_id),
  said_to_older as materialized (
    select s.ticket_id, s.first_time from said s where not exists (select from came c where c.id = s.ticket_id)),
  -- A ticket that came in the time has its first response in it too; of an older one there may be one from before.
  first as materialized (
    select s.first_time, c.created_time from said s join came c on c.id = s.ticket_id
    union all
    select s.first_time, t.created_time from said_to_older s ${ticketOf('s.ticket_id')}
    where not exists (select from responses e where e.ticket_id = s.ticket_id and e.sent_time < $1)),
  ended as materialized (
    select m.ticket_id, m.closed_at from ticket_mail m
    where m.closed_at >= $1 and m.closed_at < $2 and ${ofMailbox('m.ticket_id')}),
  ended_of_older as materialized (
    select e.ticket_id, e.closed_at from ended e where not exists (select from came c where c.id = e.ticket_id)),
  closed as materialized (
    select e.closed_at, c.created_time, c.feedback, coalesce(s.responses, 0) as responses
    from ended e join came c on c.id = e.ticket_id left join said s on s.ticket_id = e.ticket_id where c.status = 'closed'
    union all
    select e.closed_at, t.created_time, t.feedback, (select count(*)::int from responses r where r.ticket_id = e.ticket_id)
    from ended_of_older e ${ticketOf('e.ticket_id')} where t.status = 'closed'),
  turns as (select least($6::int, responses) as responses from closed),
  first_spread as (
    select percentile_cont(array[0.5, 0.9]) within group (order by first_time - created_time) as at from first),
  close_spread as (
    select percentile_cont(array[0.5, 0.9]) within group (order by closed_at - created_time) as at from closed),
  moves as materialized (
    select v.desk_since, ${AGE_OF} as age from tickets t join ticket_moves v on v.ticket_id = t.id
    where t.status <> 'closed' and ${ofMailbox('t.id')}),
  days as (
    select day, sum(came)::int as came, sum(answered)::int as answered, sum(closed)::int as closed from (
      select ${dayBucket('created_time')} as day, count(*) as came, 0 as answered, 0 as closed from came group by 1
      union all select ${dayBucket('first_time')}, 0, count(*), 0 from first group by 1
      union all select ${dayBucket('closed_at')}, 0, 0, count(*) from closed group by 1) d
    group by day order by day)
  select
    (select count(*)::int from came) as came,
    (select count(*)::int from first) as answered,
    (select count(*)::int from closed) as closed,
    (select coalesce(sum(responses), 0)::int from said) as responses,
    (select count(*)::int from moves where desk_since is null) as with_customers,
    (select round(at[1])::bigint from first_spread) as first_median,
    (select round(at[2])::bigint from first_spread) as first_p90,
    (select round(at[1])::bigint from close_spread) as close_median,
    (select round(at[2])::bigint from close_spread) as close_p90,
    (select count(*)::int from closed where feedback = 'satisfied') as satisfied,
    (select count(*)::int from closed where feedback = 'not_satisfied') as not_satisfied,
    (select jsonb_agg(to_jsonb(days)) from days) as days,
    (select jsonb_object_agg(age, n) from (select age, count(*) as n from moves where desk_since is not null group by age) a) as waiting,
    (select jsonb_agg(to_jsonb(t)) from (
       select responses, count(*)::int as tickets from turns group by responses order by responses) t) as turns,
    (select jsonb_agg(to_jsonb(u)) from (
       select left(r.response_sent, 2000) as answer, used.used from (
         select s.answer_id, max(s.source_response_id) as response_id, count(*)::int as used from shown_answers s
         where s.used_at >= $1 and s.used_at < $2 and ${ofMailbox('s.ticket_id')}
         group by s.answer_id order by count(*) desc, s.answer_id limit $7) used
       join responses r on r.id = used.response_id order by used.used desc, used.answer_id) u) as used,
    (select jsonb_agg(to_jsonb(p)) from (
       select i.reason, count(*)::int as mails from inbound_mails i
       where i.disposition = 'parked' and i.decided_at >= $1 and i.decided_at < $2
         and ($3::bigint[] is null or i.mailbox_id = any($3))
       group by i.reason order by count(*) desc, i.reason) p) as parked,
    (select count(*)::int from outbox o where o.state = 'cancelled' and o.held_by is not null
       and o.created_at >= $1 and o.created_at < $2
       and (o.ticket_id is null and $3::bigint[] is null or ${ofMailbox('o.ticket_id')})) as kept_back`;
