/**
 * Measures answers from the past on an embedded Postgres of its own: `npm run bench:suggest -- FOLDER...`, each folder with
 * labelled questions (train.jsonl, test.jsonl, perhaps oos.jsonl). `--as typos|mails|strangers` changes them first, `--desk 60` asks
 * ten young desks of 60 tickets drawn from them instead (see suggest-variants.ts). Then time on made-up history: `--tickets 100000
 * --answers 1500` (0 tickets: leave it out). `--every 4` asks only every fourth question. `--keep DIR` keeps the made-up
 * history there: the first run fills the folder, one that was broken off is filled further, later ones only measure.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { learnBatch } from '../../src/flows/answers/learn-answer.ts';
import { type Suggestion, trySuggesting } from '../../src/flows/answers/suggest-answers.ts';
import { importTickets } from '../../src/flows/people/import-tickets.ts';
import { startEmbeddedPostgres } from '../../src/runtime/embedded-postgres/embedded-postgres.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { type BenchData, makeHistory, readLabelled, withAnswers } from './suggest-rows.ts';
import { asMails, misspelt, type Questions, smallDesks, withStrangers } from './suggest-variants.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tickets: { type: 'string', default: '100000' },
    answers: { type: 'string', default: '1500' },
    every: { type: 'string', default: '1' },
    as: { type: 'string', default: 'is' },
    desk: { type: 'string' },
    keep: { type: 'string' },
  },
});
const log = pino({ level: 'silent' });
const LESSONS_TIMED = 200;
const QUESTIONS_TIMED = 1_000;
const DESKS = 10;

const VARIANTS: Record<string, (questions: Questions) => Questions> = {
  is: (questions) => questions,
  typos: misspelt,
  mails: asMails,
  strangers: withStrangers,
};

const cpu = cpus()[0]?.model ?? 'unknown';
console.log(`machine: ${cpus().length} x ${cpu}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`);
if (positionals.length === 0) console.log('no folder with labelled questions was given: only time is measured');
for (const folder of positionals) await judge(folder);
const tickets = Number(values.tickets);
if (tickets > 0) await onItsOwn((database) => clock(database, tickets, Number(values.answers)), values.keep);

async function onItsOwn(work: (database: Database) => Promise<void>, kept?: string): Promise<void> {
  if (kept !== undefined) mkdirSync(kept, { recursive: true });
  const dataDir = kept ?? mkdtempSync(join(tmpdir(), 'turnmail-bench-'));
  const postgres = await startEmbeddedPostgres({ dataDir, database: 'turnmail', log: () => {} });
  try {
    await migrate(postgres.url);
    const database = openDatabase(postgres.url, { max: 3, onError: () => {} });
    try {
      await work(database);
    } finally {
      await database.end();
    }
  } finally {
    await postgres.stop();
    if (kept === undefined) rmSync(dataDir, { recursive: true, force: true });
  }
}

async function load(database: Database, data: BenchData, told = true): Promise<void> {
  async function* lines() {
    let at = 0;
    for (const { query, answer } of data.past) {
      const created_time = 1_767_225_600_000 + ++at * 60_000;
      const feedback = at % 3 === 0 ? null : 'satisfied';
      yield JSON.stringify({ email: `c${at}@example.org`, query, last_response: answer, feedback, created_time });
    }
  }
  const started = performance.now();
  let calibrating = started;
  const desk = { database, log, clock: { now: () => Date.now() }, locale: 'en' };
  const { imported } = await importTickets(desk, lines(), {
    bad: (line, why) => console.log(`line ${line}: ${why}`),
    step: (what) => {
      if (what !== 'calibrating') calibrating = performance.now();
    },
  });
  if (!told) return;
  const learned = ((calibrating - started) / 1000).toFixed(1);
  console.log(
    `  ${imported} closed tickets imported and learned in ${learned} s, calibrated in ${seconds(calibrating)} s`,
  );
}

type Asked = { found: Suggestion[]; right: string | undefined; ms: number };

async function askAll(database: Database, questions: BenchData['questions']): Promise<Asked[]> {
  const asked: Asked[] = [];
  for (const { query, answer } of questions) {
    const started = performance.now();
    const found = (await trySuggesting({ database, log }, query, 60_000)) ?? [];
    asked.push({ found, right: answer, ms: performance.now() - started });
  }
  return asked;
}

async function judge(folder: string): Promise<void> {
  const change = VARIANTS[values.as];
  if (change === undefined) throw new Error(`--as is one of ${Object.keys(VARIANTS).join(', ')}`);
  const questions = change(readLabelled(folder));
  const size = values.desk === undefined ? undefined : Number(values.desk);
  console.log(
    `${basename(folder)}, as ${values.as}${size === undefined ? '' : `, ${DESKS} desks of ${size} tickets`}:`,
  );
  const asked: Asked[] = [];
  for (const one of size === undefined ? [questions] : smallDesks(questions, size, DESKS)) {
    const { past, questions: all } = withAnswers(one);
    const wanted = all.filter((_, at) => at % Number(values.every) === 0);
    await onItsOwn(async (database) => {
      await load(database, { past, questions: wanted }, size === undefined);
      asked.push(...(await askAll(database, wanted)));
    });
  }
  printShares(asked);
  printTimes(asked);
}

function printShares(asked: Asked[]): void {
  const known = printRights(asked);
  const strange = asked.length - known.length;
  if (strange === 0) return;
  const shown = asked.filter(({ right, found }) => right === undefined && found.length > 0).length;
  console.log(`  shown to ${share(shown, strange)} of ${strange} questions that no answer fits`);
  console.log(`  coverage at 95 % precision of the first answer ${share(coverage(asked), known.length)}`);
}

/** @returns the questions that have an answer */
function printRights(asked: Asked[]): Asked[] {
  const known = asked.filter(({ right }) => right !== undefined);
  const at = ({ found, right }: Asked) => found.findIndex(({ answer }) => answer === right);
  const first = known.filter((one) => at(one) === 0).length;
  const three = known.filter((one) => at(one) >= 0).length;
  console.log(`  right answer first ${share(first, known.length)}, among three ${share(three, known.length)}`);
  return known;
}

function share(count: number, of: number): string {
  return `${((100 * count) / Math.max(1, of)).toFixed(1)} %`;
}

/** How many answerable questions stand above the lowest score at which 95 % of the first answers are right. */
function coverage(asked: Asked[]): number {
  const shown = asked
    .flatMap(({ found, right }) => (found[0] ? [{ score: found[0].score, right, answer: found[0].answer }] : []))
    .sort((one, other) => other.score - one.score);
  let rights = 0;
  let known = 0;
  let best = 0;
  for (const [at, { right, answer }] of shown.entries()) {
    if (right === answer) rights++;
    if (right !== undefined) known++;
    if (rights / (at + 1) >= 0.95) best = known;
  }
  return best;
}

async function clock(database: Database, tickets: number, answers: number): Promise<void> {
  console.log(`made-up history, ${tickets} tickets, ${answers} answers:`);
  const data = makeHistory(tickets, answers, QUESTIONS_TIMED);
  if (await isFilled(database, tickets)) console.log('  kept from an earlier run');
  else await load(database, data);
  let asked: Asked[] = [];
  await timed(database, data.questions.length, async () => {
    asked = await askAll(database, data.questions);
    printTimes(asked);
  });
  printRights(asked);
  await timeLessons(database, 'learning a ticket that was closed', async (ids) => {
    const { rows } = await database.query<{ id: number; last_response: string }>(
      `with closed as (select id, last_response from tickets where id = any($1))
       update tickets t set status = 'in_process', last_response = null, feedback = null
       from closed where t.id = closed.id returning t.id, closed.last_response`,
      [ids],
    );
    while ((await learnBatch({ database, log }, LESSONS_TIMED)) > 0);
    await database.query(
      `update tickets t set status = 'closed', last_response = c.last_response
       from unnest($1::bigint[], $2::text[]) as c(id, last_response) where t.id = c.id`,
      [rows.map(({ id }) => id), rows.map((row) => row.last_response)],
    );
  });
  await timeLessons(database, 'unlearning and learning one whose feedback changed', async (ids) => {
    await database.query(
      `update tickets set feedback = case when feedback is null then 'satisfied'::ticket_feedback end where id = any($1)`,
      [ids],
    );
  });
}

/** Times what the sweep learns after `change` of some tickets, one by one. */
async function timeLessons(
  database: Database,
  what: string,
  change: (ticketIds: number[]) => Promise<void>,
): Promise<void> {
  const { rows } = await database.query<{ id: number }>('select id from tickets order by random() limit $1', [
    LESSONS_TIMED,
  ]);
  await change(rows.map(({ id }) => id));
  const times: number[] = [];
  await timed(database, LESSONS_TIMED, async () => {
    for (;;) {
      const started = performance.now();
      if ((await learnBatch({ database, log }, 1)) === 0) break;
      times.push(performance.now() - started);
    }
    console.log(`  ${what}: ${percentiles(times)}`);
  });
}

/** True where an import has gone to its end: it calibrates last. */
async function isFilled(database: Database, tickets: number): Promise<boolean> {
  const { rows } = await database.query<{ filled: boolean }>(
    `select (select count(*) from tickets) >= $1 and exists (select from answer_calibrations)
       and not exists (select from answers_to_learn) as filled`,
    [tickets],
  );
  return rows[0]?.filled ?? false;
}

/** Prints what each of `count` pieces of work took of the processors: on a busy machine that says more than the clock. */
async function timed(database: Database, count: number, work: () => Promise<void>): Promise<void> {
  const serverBefore = await serverTime(database);
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  const server = (await serverTime(database)) - serverBefore;
  const each = (ms: number) => `${(ms / count).toFixed(1)} ms`;
  console.log(`    processor time of each: Node ${each((user + system) / 1000)}, Postgres ${each(server)}`);
}

/** Milliseconds of processor time that the server processes of our connections have used, where the system tells. */
async function serverTime(database: Database): Promise<number> {
  const { rows } = await database.query<{ pid: number }>(
    `select pid from pg_stat_activity where datname = current_database()`,
  );
  const ticks = rows.map(({ pid }) => {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return Number(fields[11]) + Number(fields[12]);
    } catch {
      return 0;
    }
  });
  return 10 * ticks.reduce((sum, one) => sum + one, 0);
}

function printTimes(asked: Asked[]): void {
  // The first questions warm caches and compilers.
  console.log(`  suggesting: ${percentiles(asked.slice(20).map(({ ms }) => ms))}`);
}

function percentiles(times: number[]): string {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1);
  return `p10 ${at(0.1)}, p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)} ms of ${sorted.length}`;
}

function seconds(started: number): string {
  return ((performance.now() - started) / 1000).toFixed(1);
}
