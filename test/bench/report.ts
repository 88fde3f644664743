/**
 * What a report costs on a desk that has been at work for years: a thousand tickets a day, so a million are 2.7 years, or as many a
 * day as `--a-day` says. Afterwards it names the tables that Postgres read from one end to the other for it, with the rows of each; the
 * report of one mailbox and the board's list are measured too.
 *
 *     npx node test/bench/report.ts --tickets 1000000
 */
import { parseArgs } from 'node:util';
import type { OfMailboxes } from '../../src/domain/desk/mailboxes.ts';
import type { MailboxId } from '../../src/domain/ticket/ids.ts';
import { makeReport } from '../../src/flows/report/make-report.ts';
import { openDatabase } from '../../src/store/database.ts';
import { listBoardRows } from '../../src/store/report/board-rows.ts';
import { FIRST_AT, fillDesk } from '../support/filled-desk.ts';
import { startOwnPostgres } from '../support/own-postgres.ts';

const { values } = parseArgs({
  options: { tickets: { type: 'string', default: '1000000' }, 'a-day': { type: 'string', default: '1000' } },
});
const tickets = Number(values.tickets);
const DAY = 86_400_000;
const ROUNDS = 5;
const EVERY_MS = Math.round(DAY / Number(values['a-day']));
const LAST = FIRST_AT + tickets * EVERY_MS;

const postgres = await startOwnPostgres({ max_wal_size: '8GB' });
const made = await postgres.createDatabase();
const database = openDatabase(made.url, { max: 1, onError: () => {} });
try {
  await fillDesk(database, tickets, EVERY_MS);
  console.log(`filled in ${Math.round(performance.now() / 1000)} s`);
  // A thousand of them wait, as on a desk that is behind.
  await database.query(
    `update tickets set status = 'in_process', last_response = null, feedback = null where id > 1000000 + $1 - 1000`,
    [tickets],
  );
  await database.query('update ticket_mail set closed_at = null where ticket_id > 1000000 + $1 - 1000', [tickets]);
  const [mailbox] = await mailboxIds();
  const desk = { database, clock: { now: () => LAST } };
  // As the server does by itself within a minute.
  await database.query('vacuum analyze tickets, ticket_mail');
  const before = await scans();
  for (const [name, days, of] of [
    ['a day', 1, undefined],
    ['a week', 7, undefined],
    ['a month', 30, undefined],
    ['a quarter', 91, undefined],
    ['a year', 365, undefined],
    ['a week of one mailbox', 7, { ids: mailbox === undefined ? [] : [mailbox], orNone: true }],
  ] as const) {
    console.log(`${name}: ${await timed(desk, days, of)}`);
  }
  const started = performance.now();
  const { total } = await listBoardRows(database, undefined, 500, true);
  console.log(`the board's list: ${total} open tickets, ${Math.round(performance.now() - started)} ms`);
  const read = (await scans()).map(({ table, rows }, at) => ({ table, rows: rows - (before[at]?.rows ?? 0) }));
  const whole = read.filter(({ rows }) => rows > 0).map(({ table, rows }) => `${table} (${rows} rows)`);
  console.log(`tables that were read whole: ${whole.join(', ') || 'none'}`);
} finally {
  await database.end();
  await postgres.stop();
}

/** A report is given up after 20 seconds; the others are measured all the same. */
async function timed(desk: Parameters<typeof makeReport>[0], days: number, of: OfMailboxes): Promise<string> {
  const times: number[] = [];
  let came = 0;
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const started = performance.now();
      ({ came } = await makeReport(desk, { from: LAST - days * DAY, to: LAST, mailbox: undefined }, of, 'UTC'));
      times.push(performance.now() - started);
    }
  } catch (error) {
    return `given up: ${error instanceof Error ? error.message : String(error)}`;
  }
  times.sort((a, b) => a - b);
  return `${came} tickets of ${tickets}, median ${Math.round(times[2] ?? 0)} ms, slowest ${Math.round(times.at(-1) ?? 0)} ms`;
}

async function mailboxIds(): Promise<MailboxId[]> {
  const { rows } = await database.query<{ id: MailboxId }>('select id from mailboxes order by id');
  return rows.map(({ id }) => id);
}

/** Rows that sequential scans have read, for each table. The one connection hands in what it has counted. */
async function scans(): Promise<{ table: string; rows: number }[]> {
  await database.query('select pg_stat_force_next_flush()');
  await database.query('select 1');
  const { rows } = await database.query<{ table: string; rows: number }>(
    `select relname::text as "table", seq_tup_read as rows from pg_stat_user_tables order by relname`,
  );
  return rows;
}
