/**
 * Measures answers from the past on an embedded Postgres of its own: `npm run bench:suggest -- FOLDER...`, each folder with
 * labelled questions (train.jsonl, test.jsonl, perhaps oos.jsonl). Then time on made-up history: `--tickets 100000
 * --answers 1500` (0 tickets: leave it out). `--every 4` asks only every fourth question.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { importTickets } from '../../src/flows/import-tickets.ts';
import { learnBatch } from '../../src/flows/learn-answer.ts';
import { type Suggestion, trySuggesting } from '../../src/flows/suggest-answers.ts';
import { startEmbeddedPostgres } from '../../src/runtime/embedded-postgres.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { type BenchData, makeHistory, readLabelled } from './suggest-rows.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tickets: { type: 'string', default: '100000' },
    answers: { type: 'string', default: '1500' },
    every: { type: 'string', default: '1' },
  },
});
const log = pino({ level: 'silent' });
const LESSONS_TIMED = 200;
const QUESTIONS_TIMED = 1_000;

const cpu = cpus()[0]?.model ?? 'unknown';
console.log(`machine: ${cpus().length} x ${cpu}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`);
if (positionals.length === 0) console.log('no folder with labelled questions was given: only time is measured');
for (const folder of positionals) await onItsOwn((database) => judge(database, folder));
const tickets = Number(values.tickets);
if (tickets > 0) await onItsOwn((database) => clock(database, tickets, Number(values.answers)));

async function onItsOwn(work: (database: Database) => Promise<void>): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'turnmail-bench-'));
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
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function load(database: Database, data: BenchData): Promise<void> {
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

async function judge(database: Database, folder: string): Promise<void> {
  console.log(`${basename(folder)}:`);
  const data = readLabelled(folder);
  await load(database, data);
  const asked = await askAll(
    database,
    data.questions.filter((_, at) => at % Number(values.every) === 0),
  );
  const known = asked.filter(({ right }) => right !== undefined);
  const strange = asked.length - known.length;
  const at = ({ found, right }: Asked) => found.findIndex(({ answer }) => answer === right);
  const share = (count: number, of: number) => `${((100 * count) / Math.max(1, of)).toFixed(1)} %`;
  const first = known.filter((one) => at(one) === 0).length;
  const three = known.filter((one) => at(one) >= 0).length;
  console.log(`  right answer first ${share(first, known.length)}, among three ${share(three, known.length)}`);
  if (strange > 0) {
    const shown = asked.filter(({ right, found }) => right === undefined && found.length > 0).length;
    console.log(`  shown to ${share(shown, strange)} of ${strange} questions that no answer fits`);
    console.log(`  coverage at 95 % precision of the first answer ${share(coverage(asked), known.length)}`);
  }
  printTimes(asked);
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
  await load(database, data);
  printTimes(await askAll(database, data.questions));
  await database.query(
    `update tickets set feedback = case when feedback is null then 'satisfied'::ticket_feedback end
     where id in (select id from tickets order by md5(id::text) limit $1)`,
    [LESSONS_TIMED],
  );
  const times: number[] = [];
  // As the sweep does it, but one by one.
  for (;;) {
    const started = performance.now();
    if ((await learnBatch({ database, log }, 1)) === 0) break;
    times.push(performance.now() - started);
  }
  console.log(`  unlearning and learning a ticket: ${percentiles(times)}`);
}

function printTimes(asked: Asked[]): void {
  // The first questions warm caches and compilers.
  console.log(`  suggesting: ${percentiles(asked.slice(20).map(({ ms }) => ms))}`);
}

function percentiles(times: number[]): string {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1);
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms of ${sorted.length}`;
}

function seconds(started: number): string {
  return ((performance.now() - started) / 1000).toFixed(1);
}
