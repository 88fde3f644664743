import type { EpochMs } from '../../domain/ids.ts';
import { AGE_GROUPS, type ReportNumbers, type ReportScope, type Spread } from '../../domain/report.ts';
import type { Database } from '../database.ts';

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
  days: { day: string; came: number; answered: number; closed: number }[] | null;
  waiting: Record<string, number> | null;
  turns: { responses: number; tickets: number }[] | null;
  used: { answer: string; used: number }[] | null;
  parked: { reason: string; mails: number }[] | null;
};

/**
 * The desk in numbers, in one statement that sees one moment. Tickets and responses of the time are found by their BRIN
 * indexes, so the cost grows with the time that is looked at and not with the desk. Days are those of `timeZone`.
 */
export async function findReportNumbers(
  database: Database,
  scope: ReportScope,
  timeZone: string,
  now: EpochMs,
): Promise<ReportNumbers> {
  const { rows } = await database.query<Row>(REPORT, [
    scope.from,
    scope.to,
    scope.mailbox ?? null,
    timeZone,
    now,
    MANY_RESPONSES,
    MAX_ANSWERS,
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
    days: row.days ?? [],
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

/** $3 is the mailbox's support address or source; null is all. Spam is no work of the desk and counts nowhere. */
const OF_MAILBOX = `m.spam is not true and ($3::text is null or m.mailbox_id in (select id from mailboxes where source = $3))`;
const DAY = (at: string) => `to_char(to_timestamp(${at} / 1000.0) at time zone $4, 'YYYY-MM-DD')`;
const AGES = AGE_GROUPS.map(({ fromMs }) => fromMs).toReversed();
const AGE_OF = `case ${AGES.map((fromMs) => `when $5::bigint - v.desk_since >= ${fromMs} then ${fromMs}`).join(' ')} else 0 end`;

const REPORT = `
  with came as materialized (
    select t.id, t.created_time from tickets t join ticket_mail m on m.ticket_id = t.id
    where t.created_time >= $1 and t.created_time < $2 and ${OF_MAILBOX}),
  said as materialized (
    select r.id, r.ticket_id, r.sent_time, t.created_time,
      not exists (select from responses e where e.ticket_id = r.ticket_id and (e.sent_time, e.id) < (r.sent_time, r.id)) as is_first
    from responses r join tickets t on t.id = r.ticket_id join ticket_mail m on m.ticket_id = r.ticket_id
    where r.sent_time >= $1 and r.sent_time < $2 and ${OF_MAILBOX}),
  closed as materialized (
    select t.id, t.created_time, t.feedback, m.closed_at,
      least($6::int, (select count(*) from responses r where r.ticket_id = t.id))::int as responses
    from ticket_mail m join tickets t on t.id = m.ticket_id
    where m.closed_at >= $1 and m.closed_at < $2 and t.status = 'closed' and ${OF_MAILBOX}),
  moves as materialized (
    select v.desk_since, ${AGE_OF} as age from tickets t join ticket_mail m on m.ticket_id = t.id
    join ticket_moves v on v.ticket_id = t.id where t.status <> 'closed' and ${OF_MAILBOX}),
  days as (
    select day, sum(came)::int as came, sum(answered)::int as answered, sum(closed)::int as closed from (
      select ${DAY('created_time')} as day, 1 as came, 0 as answered, 0 as closed from came
      union all select ${DAY('sent_time')}, 0, 1, 0 from said where is_first
      union all select ${DAY('closed_at')}, 0, 0, 1 from closed) d
    group by day order by day)
  select
    (select count(*)::int from came) as came,
    (select count(*)::int from said where is_first) as answered,
    (select count(*)::int from closed) as closed,
    (select count(*)::int from said) as responses,
    (select count(*)::int from moves where desk_since is null) as with_customers,
    (select round(percentile_cont(0.5) within group (order by sent_time - created_time))::bigint from said where is_first) as first_median,
    (select round(percentile_cont(0.9) within group (order by sent_time - created_time))::bigint from said where is_first) as first_p90,
    (select round(percentile_cont(0.5) within group (order by closed_at - created_time))::bigint from closed) as close_median,
    (select round(percentile_cont(0.9) within group (order by closed_at - created_time))::bigint from closed) as close_p90,
    (select count(*)::int from closed where feedback = 'satisfied') as satisfied,
    (select count(*)::int from closed where feedback = 'not_satisfied') as not_satisfied,
    (select jsonb_agg(to_jsonb(days)) from days) as days,
    (select jsonb_object_agg(age, n) from (select age, count(*) as n from moves where desk_since is not null group by age) a) as waiting,
    (select jsonb_agg(to_jsonb(t)) from (
       select responses, count(*)::int as tickets from closed group by responses order by responses) t) as turns,
    (select jsonb_agg(to_jsonb(u)) from (
       select left(r.response_sent, 2000) as answer, used.used from (
         select s.answer_id, max(s.source_response_id) as response_id, count(*)::int as used
         from shown_answers s join ticket_mail m on m.ticket_id = s.ticket_id
         where s.used_at >= $1 and s.used_at < $2 and ${OF_MAILBOX}
         group by s.answer_id order by count(*) desc, s.answer_id limit $7) used
       join responses r on r.id = used.response_id order by used.used desc, used.answer_id) u) as used,
    (select jsonb_agg(to_jsonb(p)) from (
       select i.reason, count(*)::int as mails from inbound_mails i
       where i.disposition = 'parked' and i.decided_at >= $1 and i.decided_at < $2
         and ($3::text is null or i.mailbox_id in (select id from mailboxes where source = $3))
       group by i.reason order by count(*) desc, i.reason) p) as parked,
    (select count(*)::int from outbox o left join ticket_mail m on m.ticket_id = o.ticket_id
     where o.state = 'cancelled' and o.created_at >= $1 and o.created_at < $2 and ${OF_MAILBOX}) as kept_back`;
