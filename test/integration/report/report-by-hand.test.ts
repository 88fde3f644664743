import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startOfDay } from '../../../src/decide/report/report-days.ts';
import { AGE_GROUPS, type ReportNumbers } from '../../../src/domain/desk/report.ts';
import type { MailboxId } from '../../../src/domain/ticket/ids.ts';
import { makeReport } from '../../../src/flows/report/make-report.ts';
import { seededDice } from '../../faults/seeded-random.ts';
import { type StoreWorld, startStoreWorld } from '../../support/store-world.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const BERLIN = 'Europe/Berlin';
/** Three weeks, in the middle of which the clocks of Berlin are put back; the desk has tickets of before and after. */
const FROM = startOfDay('2026-10-12', BERLIN) ?? 0;
const TO = startOfDay('2026-11-02', BERLIN) ?? 0;
const NOW = TO + 36 * HOUR;

let world: StoreWorld;
let mailboxes: MailboxId[];

/** What may become of a ticket, one after the other. */
const FATES = [
  'new',
  'answered',
  'replied',
  'closed',
  'satisfied',
  'changed',
  'reopened',
  'spam',
  'moved',
  'closed-silently',
];

/** Sixty tickets of all fates, at moments that a seed draws; the rows are what the desk itself would have written. */
async function fillDesk(): Promise<void> {
  const dice = seededDice(15);
  // Tens of milliseconds: then halves and tenths of them are whole, and nothing is rounded.
  const some = (most: number) => dice.whole(0, most / 10 - 1) * 10;
  for (let n = 0; n < 60; n++) {
    const fate = FATES[n % FATES.length] ?? 'new';
    const came = FROM - 5 * DAY + some(28 * DAY);
    const id = await world.ticket(came);
    if (n % 3 === 1) await world.sql('update ticket_mail set mailbox_id = $2 where ticket_id = $1', [id, mailboxes[1]]);
    if (n % 17 === 5) await world.sql('update ticket_mail set mailbox_id = null where ticket_id = $1', [id]);
    if (fate === 'moved')
      await world.sql('update ticket_mail set mailbox_id = $2 where ticket_id = $1', [id, mailboxes[2]]);
    let at = came;
    const isSilent = fate === 'new' || fate === 'spam' || fate === 'closed-silently';
    for (let turn = isSilent ? 0 : dice.whole(1, 7); turn > 0; turn--) {
      at += 10 + some(2 * DAY);
      const response = await world.response(id, `Answer ${id}-${turn}`, at);
      if (fate === 'answered' && turn === 1) break;
      at += 10 + some(DAY);
      await world.sql(`update responses set response_received = 'Thanks', rec_time = $2 where id = $1`, [response, at]);
    }
    if (!['new', 'answered', 'replied', 'moved'].includes(fate)) await close(id, fate, at + some(3 * DAY));
  }
}

async function close(id: number, fate: string, at: number): Promise<void> {
  await world.sql(
    `update tickets set status = 'closed', last_updated_on = $2, feedback = $3::ticket_feedback, last_response =
       (select response_sent from responses where ticket_id = $1 order by sent_time desc, id desc limit 1) where id = $1`,
    [id, at, fate === 'satisfied' || fate === 'changed' ? 'satisfied' : null],
  );
  await world.sql('update ticket_mail set closed_at = $2, spam = $3 where ticket_id = $1', [id, at, fate === 'spam']);
  if (fate === 'changed') await world.sql(`update tickets set feedback = 'not_satisfied' where id = $1`, [id]);
  if (fate !== 'reopened') return;
  await world.sql(`update tickets set status = 'in_process', last_response = null where id = $1`, [id]);
  await world.sql('update ticket_mail set closed_at = null, reopened_at = $2 where ticket_id = $1', [id, at + HOUR]);
}

/** The tickets that count: no spam, and of the mailboxes asked for. */
const ours = (mailbox: string) =>
  `(select t.* , m.closed_at, m.reopened_at from tickets t, ticket_mail m where m.ticket_id = t.id and not m.spam and ${mailbox})`;

/** The middle of a list, or the mean of its two middles; and the value that nine of ten are not above, on the line between two. */
const quantile = (share: number, of: string) => `(
  with sorted as (select x, row_number() over (order by x) - 1 as place from (${of}) v(x)),
       here as (select ${share} * (count(*) - 1) as at from sorted)
  select round(low.x + (high.x - low.x) * (here.at - floor(here.at))) from here
    join sorted low on low.place = floor(here.at) join sorted high on high.place = ceil(here.at))::bigint`;

const FIRST = (
  tickets: string,
) => `select (select min(sent_time) from responses r where r.ticket_id = t.id) - t.created_time
  from ${tickets} t where (select min(sent_time) from responses r where r.ticket_id = t.id) between ${FROM} and ${TO - 1}`;
const CLOSED = (tickets: string) =>
  `from ${tickets} t where t.status = 'closed' and t.closed_at between ${FROM} and ${TO - 1}`;

/** Every figure by a question of its own, written without a look at the report's statement. */
async function byHand(mailbox: string): Promise<Record<string, unknown>> {
  const t = ours(mailbox);
  const [row] = await world.sql(`select
    (select count(*) from ${t} t where created_time between ${FROM} and ${TO - 1})::int as came,
    (select count(*) from (${FIRST(t)}) f)::int as answered,
    (select count(*) ${CLOSED(t)})::int as closed,
    (select count(*) from responses r join ${t} t on t.id = r.ticket_id where sent_time between ${FROM} and ${TO - 1})::int as responses,
    ${quantile(0.5, FIRST(t))} as first_median, ${quantile(0.9, FIRST(t))} as first_p90,
    ${quantile(0.5, `select closed_at - created_time ${CLOSED(t)}`)} as close_median,
    ${quantile(0.9, `select closed_at - created_time ${CLOSED(t)}`)} as close_p90,
    (select count(*) ${CLOSED(t)} and feedback = 'satisfied')::int as satisfied,
    (select count(*) ${CLOSED(t)} and feedback = 'not_satisfied')::int as not_satisfied,
    (select count(*) ${CLOSED(t)} and feedback is null)::int as none`);
  const turns = await world.sql(`select least(n, 5)::int as responses, count(*)::int as tickets from (
    select (select count(*) from responses r where r.ticket_id = t.id) as n ${CLOSED(t)}) x group by 1 order by 1`);
  return { ...row, turns };
}

/** The same figures as the report gives them. */
const asReported = (numbers: ReportNumbers) => ({
  came: numbers.came,
  answered: numbers.answered,
  closed: numbers.closed,
  responses: numbers.responses,
  first_median: numbers.firstResponse.medianMs ?? null,
  first_p90: numbers.firstResponse.p90Ms ?? null,
  close_median: numbers.toClose.medianMs ?? null,
  close_p90: numbers.toClose.p90Ms ?? null,
  satisfied: numbers.feedback.satisfied,
  not_satisfied: numbers.feedback.notSatisfied,
  none: numbers.feedback.none,
  turns: numbers.turns,
});

const report = (of?: { ids: MailboxId[]; orNone: boolean }) =>
  makeReport(
    { database: world.database, clock: { now: () => NOW } },
    { from: FROM, to: TO, mailbox: undefined },
    of,
    BERLIN,
  );

describe('the report says what SQL by hand says of a desk with sixty tickets', () => {
  beforeAll(async () => {
    world = await startStoreWorld();
    const more = await world.sql<{ id: MailboxId }>(
      `insert into mailboxes (source, created_at) values ('imap://b/INBOX', 0), ('imap://c/INBOX', 0) returning id`,
    );
    mailboxes = [world.mailboxId, ...more.map(({ id }) => id)];
    await fillDesk();
  });
  afterAll(() => world?.stop());

  test('of all mailboxes', async () => {
    const counted = await byHand('true');
    expect(counted).toMatchObject({ came: expect.any(Number), turns: expect.any(Array) });
    expect(Number(counted['answered'])).toBeGreaterThan(20);
    expect(Number(counted['not_satisfied'])).toBeGreaterThan(1);
    expect(asReported(await report())).toEqual(counted);
  });

  test('of one mailbox, of two, and of one with the tickets that have none', async () => {
    for (const ids of [[0], [1], [2], [0, 2]].map((places) => places.map((at) => mailboxes[at] ?? (0 as MailboxId)))) {
      const these = `m.mailbox_id in (${ids.join()})`;
      expect(asReported(await report({ ids, orNone: false })), these).toEqual(await byHand(these));
      const orNone = `(${these} or m.mailbox_id is null)`;
      expect(asReported(await report({ ids, orNone: true })), orNone).toEqual(await byHand(orNone));
    }
  });

  test('an even and an odd number of tickets have the middle of a list, not a neighbour of it', async () => {
    const counts = new Set<number>();
    for (const id of mailboxes) counts.add((await report({ ids: [id], orNone: false })).firstResponse.count % 2);
    counts.add((await report()).firstResponse.count % 2);
    expect([...counts].sort()).toEqual([0, 1]);
  });

  test('day by day in the time of Berlin, also on the day of 25 hours', async () => {
    const { days } = await report();
    const on = (column: string) =>
      `(select count(*)::int from x where to_char(to_timestamp(${column} / 1000.0) at time zone '${BERLIN}', 'YYYY-MM-DD') = d.day)`;
    const counted = await world.sql(`with x as (
        select created_time as came, (select min(sent_time) from responses r where r.ticket_id = t.id) as answered,
          case when status = 'closed' then closed_at end as closed from ${ours('true')} t),
      d as (select to_char(n, 'YYYY-MM-DD') as day from generate_series(date '2026-10-12', date '2026-11-01', interval '1 day') n)
      select day, ${on('came')} as came, ${on('answered')} as answered, ${on('closed')} as closed from d order by day`);
    expect(days).toEqual(counted);
    expect((startOfDay('2026-10-26', BERLIN) ?? 0) - (startOfDay('2026-10-25', BERLIN) ?? 0)).toBe(25 * HOUR);
  });

  test('what waits now, by age, and whose move it is', async () => {
    const { waiting, withCustomers } = await report();
    const open = await world.sql<{ since: number | null }>(`select case
        when newest is null then coalesce(reopened_at, created_time)
        else nullif(least(
          (select min(rec_time) from responses r where ticket_id = x.id and (sent_time = newest or rec_time >= newest)),
          case when reopened_at > newest then reopened_at end), null) end as since
      from (select t.*, (select max(sent_time) from responses r where r.ticket_id = t.id) as newest from ${ours('true')} t
            where status <> 'closed') x`);
    const ages = open.filter(({ since }) => since !== null).map(({ since }) => NOW - Number(since));
    const groups = AGE_GROUPS.map(({ fromMs }, at) => {
      const until = AGE_GROUPS[at + 1]?.fromMs ?? Number.POSITIVE_INFINITY;
      return ages.filter((age) => (age >= fromMs || at === 0) && age < until).length;
    });
    expect(waiting.map(({ tickets }) => tickets)).toEqual(groups);
    expect(withCustomers).toBe(open.filter(({ since }) => since === null).length);
    expect(withCustomers).toBeGreaterThan(0);
  });
});
