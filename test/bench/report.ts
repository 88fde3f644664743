/**
 * What a report costs on a desk that has been at work for years. One ticket a second, so the last week of the desk holds
 * 604,800 of the million, and the month all of it: more than any desk has.
 *
 *     npx node test/bench/report.ts --tickets 1000000
 */
import { parseArgs } from 'node:util';
import { makeReport } from '../../src/flows/report/make-report.ts';
import { openDatabase } from '../../src/store/database.ts';
import { fillDesk } from '../support/filled-desk.ts';
import { startOwnPostgres } from '../support/own-postgres.ts';

const { values } = parseArgs({ options: { tickets: { type: 'string', default: '1000000' } } });
const tickets = Number(values.tickets);
const DAY = 86_400_000;
const ROUNDS = 5;
const LAST = 1_700_000_000_000 + tickets * 1_000;

const postgres = await startOwnPostgres();
const made = await postgres.createDatabase();
const database = openDatabase(made.url, { max: 3, onError: () => {} });
try {
  await fillDesk(database, tickets);
  // A thousand of them wait, as on a desk that is behind.
  await database.query(
    `update tickets set status = 'in_process', last_response = null, feedback = null where id > 1000000 + $1 - 1000`,
    [tickets],
  );
  await database.query('update ticket_mail set closed_at = null where ticket_id > 1000000 + $1 - 1000', [tickets]);
  const desk = { database, clock: { now: () => LAST } };
  for (const [name, days] of [
    ['a day', 1],
    ['a week', 7],
    ['a month', 30],
  ] as const) {
    const times: number[] = [];
    let came = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const started = performance.now();
      ({ came } = await makeReport(desk, { from: LAST - days * DAY, to: LAST, mailbox: undefined }, undefined, 'UTC'));
      times.push(performance.now() - started);
    }
    times.sort((a, b) => a - b);
    console.log(
      `${name}: ${came} tickets of ${tickets}, median ${Math.round(times[2] ?? 0)} ms, slowest ${Math.round(times.at(-1) ?? 0)} ms`,
    );
  }
} finally {
  await database.end();
  await postgres.stop();
}
