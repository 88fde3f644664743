/**
 * `npm run bench`: mails per second from IMAP to a committed ticket with its receipt and its notification handed to SMTP, CPU,
 * statements, commits, WAL and memory for it, and the time a single mail takes on an idle desk; beside a bare pipeline of
 * the same work (bare-pipeline.ts), in one run; for small and large mails, on both queue backends, and with many tickets there.
 *
 *   npm run bench -- --mails 300 --large 60 --single 20 --filled 1000000
 *   npm run bench -- --large 0 --single 0 --statements   # which statements of Postgres it is that cost
 *
 * The desk is one child process with all roles, as `turnmail up` runs it; so is the bare pipeline, with a parser process each.
 * The IMAP server and the SMTP sink run in this process, on the same cores, so rates are those of a whole machine that does everything.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { startDevMailServer } from '../../src/dev/dev-mail-server.ts';
import { startEmbeddedPostgres } from '../../src/runtime/embedded-postgres/embedded-postgres.ts';
import { migrate } from '../../src/store/migrate.ts';
import { fillDesk } from '../support/filled-desk.ts';
import { startRedis } from '../support/redis.ts';
import { available } from '../support/servers.ts';
import { startSmtpSink } from '../support/smtp-sink.ts';
import { createMailWriter } from './bench-mails.ts';
import { quantile, round } from './figures.ts';
import { type Counts, countPostgres, listStatements, type Meter, startMeter } from './meter.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const { values } = parseArgs({
  options: {
    mails: { type: 'string', default: '300' },
    large: { type: 'string', default: '60' },
    single: { type: 'string', default: '20' },
    filled: { type: 'string', default: '0' },
    queue: { type: 'string', default: 'redis,postgres' },
    connections: { type: 'string', default: '4' },
    statements: { type: 'boolean', default: false },
  },
});

type Shape = { size: string; bytes: number; count: number };
const SHAPES: Shape[] = [
  { size: '4 KiB', bytes: 4 * 1024, count: Number(values.mails) },
  { size: '200 KiB attached', bytes: 200 * 1024, count: Number(values.large) },
].filter((shape) => shape.count > 0);

/** A desk that has been at work for a while: Postgres knows how many rows its tables have, and plans by it. */
const USUAL_TICKETS = 1_000;

/** What does the work: the desk on a queue, or the bare pipeline. */
type Worker = 'redis' | 'postgres' | 'bare';
type Row = Record<string, string | number>;

const writeMail = createMailWriter(1);

async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'turnmail-bench-'));
  const settings = {
    shared_preload_libraries: 'pg_stat_statements',
    'pg_stat_statements.track': 'top',
    'pg_stat_statements.track_planning': 'on',
  };
  const postgres = await startEmbeddedPostgres({ dataDir: folder, database: 'bench', settings });
  const queues = values.queue
    .split(',')
    .filter((queue): queue is 'redis' | 'postgres' => queue === 'postgres' || available('redis-server'));
  describeMachine();
  const rows: Row[] = [];
  const report = (row: Row) => {
    rows.push(row);
    console.table([row]);
  };
  try {
    for (const shape of SHAPES) {
      const bare = await measure(postgres.url, 'bare', shape, 0);
      report(bare);
      for (const queue of queues) report(beside(await measure(postgres.url, queue, shape, USUAL_TICKETS), bare));
    }
    const filled = Number(values.filled);
    const [small] = SHAPES;
    if (filled > 0 && small) {
      for (const queue of queues) {
        const before = rows.find((row) => row['worker'] === `desk, ${queue}` && row['mail'] === small.size);
        report(grown(await measure(postgres.url, queue, small, filled), before));
      }
    }
  } finally {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
  console.log(`load ${loadavg()[0]?.toFixed(1)} at the end`);
}

/** The desk's figures with what share of the bare pipeline's rate it has, and how many times its CPU. */
function beside(row: Row, bare: Row): Row {
  return {
    ...row,
    'rate / bare': round(Number(row['mails/s']) / Number(bare['mails/s']), 2),
    'CPU / bare': round(cpuOf(row) / cpuOf(bare), 1),
  };
}

/** The cost of a mail among many tickets over that among a thousand. */
function grown(row: Row, before: Row | undefined): Row {
  return before === undefined ? row : { ...row, 'CPU / usual desk': round(cpuOf(row) / cpuOf(before), 2) };
}

function cpuOf(row: Row): number {
  return Number(row['CPU ms/mail']) + Number(row['postgres CPU ms/mail']);
}

function describeMachine(): void {
  const model = cpus()[0]?.model ?? 'unknown processor';
  const memory = Math.round(totalmem() / 2 ** 30);
  console.log(
    `${cpus().length} x ${model}, ${memory} GiB, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}, fsync on`,
  );
}

async function measure(adminUrl: string, worker: Worker, { size, bytes, count }: Shape, tickets: number): Promise<Row> {
  const database = `bench_${randomBytes(4).toString('hex')}`;
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query('create extension if not exists pg_stat_statements');
  await admin.query(`create database ${database}`);
  const url = adminUrl.replace('/bench?', `/${database}?`);
  if (worker !== 'bare') await fill(url, tickets);
  const sink = await startSmtpSink();
  const mail = await startDevMailServer({ users: [{ address: 'support@desk.example', password: 'secret' }] });
  const redis = worker === 'redis' ? await startRedis() : undefined;
  const child = startWorker(worker, {
    DATABASE_URL: url,
    IMAP_URL: `imap://support%40desk.example:secret@127.0.0.1:${mail.imapPort}/INBOX`,
    SMTP_URL: sink.url,
    ...(redis ? { QUEUE_URL: redis.url } : {}),
  });
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  pool.on('error', () => {});
  try {
    const deliver = (name: string) => mail.store.deliver('support@desk.example', writeMail(name, bytes));
    await untilReady(worker, child, pool);
    // Some mails first, so that connections, parser, plans and templates are warm, as on a desk that has been up for a while.
    for (let n = 0; n < 10; n++) deliver(`warm${n}`);
    await sent(child, sink, 20);
    const meter = startMeter(child.pid ?? 0, admin);
    const before = await countPostgres(admin, database);
    const start = performance.now();
    for (let n = 0; n < count; n++) deliver(`burst${n}`);
    await sent(child, sink, 2 * (count + 10));
    const seconds = (performance.now() - start) / 1000;
    await pause(50);
    const used = meter.read();
    const counts = await countPostgres(admin, database);
    if (values.statements && worker !== 'bare') console.table(await listStatements(admin, database, count + 10));
    return {
      worker: worker === 'bare' ? 'bare pipeline' : `desk, ${worker}`,
      mail: size,
      mails: count,
      ...(tickets > 0 ? { tickets } : {}),
      'mails/s': round(count / seconds, 1),
      'CPU ms/mail': round((used.worker / count) * 1000, 2),
      'of it main, parsers': used.parts.map((part) => round((part / count) * 1000, 2)).join(', '),
      'postgres CPU ms/mail': round((used.postgres / count) * 1000, 2),
      ...eachMail(before, counts, count),
      'peak MB': round(used.peakMb),
      ...(worker === 'bare' ? {} : await atRest(meter)),
      ...(worker === 'bare' ? {} : await oneByOne(Number(values.single), deliver, sink, pool, child)),
    };
  } finally {
    await pool.end();
    await stop(child);
    await redis?.stop();
    await mail.stop();
    await sink.stop();
    await admin.query(`drop database ${database} with (force)`);
    await admin.end();
  }
}

async function fill(url: string, tickets: number): Promise<void> {
  await migrate(url);
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  await fillDesk(pool, tickets);
  await pool.end();
}

function eachMail(before: Counts, after: Counts, count: number): Row {
  return {
    'statements/mail': round((after.statements - before.statements) / count, 2),
    'commits/mail': round((after.commits - before.commits) / count, 2),
    'WAL KiB/mail': round((after.walBytes - before.walBytes) / 1024 / count, 1),
  };
}

const REST_SECONDS = 12;

/** What a desk costs that has nothing to do: two sweeps and the polls, as milliseconds of CPU a second. */
async function atRest(meter: Meter): Promise<Row> {
  const before = meter.read();
  await pause(REST_SECONDS * 1000);
  const after = meter.read();
  const each = (from: number, to: number) => round(((to - from) / REST_SECONDS) * 1000, 1);
  return {
    'at rest ms/s desk, postgres': `${each(before.worker, after.worker)}, ${each(before.postgres, after.postgres)}`,
  };
}

function startWorker(worker: Worker, env: Record<string, string>): ChildProcess {
  const program = worker === 'bare' ? 'test/bench/bare-pipeline.ts' : 'workers/all.ts';
  return spawn(process.execPath, [...(process.env['BENCH_NODE']?.split(' ') ?? []), path.join(ROOT, program)], {
    stdio: ['ignore', 'inherit', 'inherit'],
    cwd: tmpdir(),
    env: {
      PATH: process.env['PATH'],
      SUPPORT_ADDRESS: 'support@desk.example',
      SEND_BRAKE: '0',
      NOTICES_PER_DOMAIN: '0',
      SENDER_TRUST: 'none',
      AGENTS: 'alice@desk.example',
      SECRET: randomBytes(32).toString('hex'),
      HTTP_PORT: '0',
      LOG_LEVEL: process.env['BENCH_LOG'] ?? 'warn',
      SEND_CONNECTIONS: values.connections,
      ...env,
    },
  });
}

/** Mail that lies in the mailbox before the first start of a desk is left alone, so it must have looked. */
async function untilReady(worker: Worker, child: ChildProcess, pool: pg.Pool): Promise<void> {
  const looked =
    worker === 'bare'
      ? 'select from bare_tickets limit 0'
      : 'select from mailboxes where last_good_poll_at is not null';
  for (const deadline = Date.now() + 120_000; ; await pause(100)) {
    const found = await pool.query(looked).catch(() => undefined);
    if (found && (worker === 'bare' || found.rowCount === 1)) return;
    if (child.exitCode !== null || Date.now() > deadline) throw new Error('the worker did not start');
  }
}

type Sink = Awaited<ReturnType<typeof startSmtpSink>>;

async function sent(child: ChildProcess, sink: Sink, count: number): Promise<void> {
  for (const deadline = Date.now() + 300_000; sink.mails.length < count; await pause(5)) {
    if (child.exitCode !== null) throw new Error('the worker has ended');
    if (Date.now() > deadline) throw new Error(`${sink.mails.length} of ${count} mails after five minutes`);
  }
}

/** One mail at a time on an idle desk: from delivery into the mailbox to the ticket, and to the receipt. */
async function oneByOne(
  count: number,
  deliver: (name: string) => void,
  sink: Sink,
  pool: pg.Pool,
  child: ChildProcess,
): Promise<Row> {
  if (count === 0) return {};
  const toTicket: number[] = [];
  const toReceipt: number[] = [];
  for (let n = 0; n < count; n++) {
    const already = sink.mails.length;
    const at = Date.now();
    deliver(`single${n}`);
    await sent(child, sink, already + 2);
    toReceipt.push(Date.now() - at);
    const { rows } = await pool.query<{ created_time: string }>(
      'select created_time from tickets order by id desc limit 1',
    );
    toTicket.push(Number(rows[0]?.created_time) - at);
    await pause(150);
  }
  return {
    'ticket p50/p95 ms': `${quantile(toTicket, 0.5)} / ${quantile(toTicket, 0.95)}`,
    'both sent p50/p95 ms': `${quantile(toReceipt, 0.5)} / ${quantile(toReceipt, 0.95)}`,
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

await main();
