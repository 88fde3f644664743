import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OfMailboxes } from '../../../src/domain/desk/mailboxes.ts';
import type { ReportScope } from '../../../src/domain/desk/report.ts';
import type { MailboxId } from '../../../src/domain/ticket/ids.ts';
import { makeReport } from '../../../src/flows/report/make-report.ts';
import { type StoreWorld, startStoreWorld } from '../../support/store-world.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MONDAY = Date.parse('2026-11-23T00:00:00Z');
const NOW = MONDAY + 7 * DAY;
const WEEK: ReportScope = { from: MONDAY, to: NOW, mailbox: undefined };

let world: StoreWorld;
beforeAll(async () => {
  world = await startStoreWorld();
});
afterAll(() => world?.stop());

/** A ticket that came at `came`; its responses at `said`; closed at `closed`, with the feedback. */
async function ticket(came: number, said: number[], closed?: number, feedback?: string): Promise<number> {
  const id = await world.ticket(came);
  for (const at of said) await world.response(id, `Answer of ${at}`, at);
  if (closed !== undefined) {
    await world.sql(
      `update tickets set status = 'closed', feedback = $3::ticket_feedback, last_updated_on = $2,
         last_response = (select response_sent from responses where ticket_id = $1 order by sent_time desc limit 1) where id = $1`,
      [id, closed, feedback ?? null],
    );
    await world.sql('update ticket_mail set closed_at = $2 where ticket_id = $1', [id, closed]);
  }
  return id;
}

const report = (scope = WEEK, timeZone = 'UTC', of?: OfMailboxes) =>
  makeReport({ database: world.database, clock: { now: () => NOW } }, scope, of, timeZone);

describe('the desk in numbers', () => {
  beforeAll(async () => {
    // Before the week: came on Sunday, first answered on Monday, closed on Tuesday.
    await ticket(MONDAY - 2 * HOUR, [MONDAY + HOUR], MONDAY + DAY, 'satisfied');
    // In it: answered after one, two and ten hours; the second has two responses and is closed, the third was not satisfied.
    await ticket(MONDAY + 5 * HOUR, [MONDAY + 6 * HOUR]);
    await ticket(MONDAY + DAY, [MONDAY + DAY + 2 * HOUR, MONDAY + 2 * DAY], MONDAY + 3 * DAY);
    await ticket(MONDAY + 2 * DAY, [MONDAY + 2 * DAY + 10 * HOUR], MONDAY + 4 * DAY, 'not_satisfied');
    // Waiting: two hours, two days, six days.
    await ticket(NOW - 2 * HOUR, []);
    await ticket(NOW - 2 * DAY, []);
    await ticket(MONDAY + DAY, []);
    // Spam counts nowhere; the next week's ticket is not this week's.
    const spam = await ticket(MONDAY + DAY, [], MONDAY + DAY + HOUR);
    await world.sql('update ticket_mail set spam = true where ticket_id = $1', [spam]);
    await ticket(NOW + HOUR, []);
  });

  test('counts what came, was answered and closed in the time, and nothing of before, after, or spam', async () => {
    const numbers = await report();
    expect({
      came: numbers.came,
      answered: numbers.answered,
      closed: numbers.closed,
      responses: numbers.responses,
    }).toEqual({
      came: 6,
      answered: 4,
      closed: 3,
      responses: 5,
    });
    expect(numbers.feedback).toEqual({ satisfied: 1, notSatisfied: 1, none: 1 });
    expect(numbers.turns).toEqual([
      { responses: 1, tickets: 2 },
      { responses: 2, tickets: 1 },
    ]);
  });

  test('says how long people waited for the first response, half of them and nine of ten', async () => {
    const { firstResponse, toClose } = await report();
    // 1, 2, 3 and 10 hours; percentile_cont interpolates, as numpy and spreadsheets do.
    expect(firstResponse).toEqual({ count: 4, medianMs: 2.5 * HOUR, p90Ms: 7.9 * HOUR });
    expect(toClose).toEqual({ count: 3, medianMs: 2 * DAY, p90Ms: 2 * DAY });
  });

  test('shows what waits for the desk now by its age, and what waits for customers', async () => {
    const { waiting, withCustomers } = await report();
    expect(waiting.map(({ label, tickets }) => [label, tickets])).toEqual([
      // The ticket of next week has not begun to wait.
      ['under 4 hours', 2],
      ['4 to 24 hours', 0],
      ['1 to 3 days', 1],
      ['3 to 7 days', 1],
      ['over a week', 0],
    ]);
    expect(withCustomers).toBe(1);
  });

  test('has every day of the time zone, those on which nothing happened too', async () => {
    const { days } = await report();
    expect(days.map(({ day }) => day)).toEqual(
      ['23', '24', '25', '26', '27', '28', '29'].map((day) => `2026-11-${day}`),
    );
    expect(days[0]).toEqual({ day: '2026-11-23', came: 1, answered: 2, closed: 0 });
    expect(days[4]).toEqual({ day: '2026-11-27', came: 0, answered: 0, closed: 1 });
    // Auckland is 13 hours ahead: what came on Monday at 5:00 UTC came there at 18:00 of the same day, Tuesday's at 13:00.
    const { days: there } = await report(WEEK, 'Pacific/Auckland');
    expect(there.at(-1)?.day).toBe('2026-11-30');
    expect(there.reduce((sum, { came }) => sum + came, 0)).toBe(6);
  });

  test('counts the tickets of some mailboxes, and those of none where the first is among them', async () => {
    const ids = async (sql: string) => (await world.sql<{ id: MailboxId }>(sql)).map(({ id }) => id);
    const mine = await ids('select id from mailboxes');
    const other = await ids("insert into mailboxes (source, created_at) values ('imap://other/INBOX', 0) returning id");
    const came = async (some: MailboxId[], orNone = false) => (await report(WEEK, 'UTC', { ids: some, orNone })).came;
    expect([await came(mine), await came(other), await came([...mine, ...other])]).toEqual([6, 0, 6]);
    await world.sql(
      `update ticket_mail set mailbox_id = null where ticket_id = (select min(id) from tickets where created_time >= ${MONDAY})`,
    );
    expect([await came(mine), await came(mine, true), await came(other)]).toEqual([5, 6, 0]);
  });
});
