/**
 * `npm run bench`: mails per second from IMAP to a committed ticket and a receipt handed to SMTP, CPU and memory for it,
 * and the time a single mail takes on an idle desk; for small and large mails, on both queue backends, in one run.
 *
 *   npm run bench -- --mails 300 --large 60 --single 20
 *
 * The desk is one child process with all roles, as `turnmail up` runs it. The IMAP server and the SMTP sink run in this
 * process, on the same cores, so the figures are those of a whole machine that does everything.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { startDevMailServer } from '../../src/dev/dev-mail-server.ts';
import { startEmbeddedPostgres } from '../../src/runtime/embedded-postgres.ts';
import { startRedis } from '../support/redis.ts';
import { available } from '../support/servers.ts';
import { startSmtpSink } from '../support/smtp-sink.ts';
import { treeUsage, type Usage } from './process-tree.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const { values } = parseArgs({
  options: {
    mails: { type: 'string', default: '300' },
    large: { type: 'string', default: '60' },
    single: { type: 'string', default: '20' },
  },
});

type Row = Record<string, string | number>;

async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'turnmail-bench-'));
  const postgres = await startEmbeddedPostgres({ dataDir: folder, database: 'bench' });
  const backends = available('redis-server') ? (['postgres', 'redis'] as const) : (['postgres'] as const);
  describeMachine();
  const rows: Row[] = [];
  try {
    for (const backend of backends) {
      rows.push(await measure(postgres.url, backend, '4 KiB', Number(values.mails), 4 * 1024));
      rows.push(await measure(postgres.url, backend, '200 KiB attached', Number(values.large), 200 * 1024));
    }
  } finally {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
  console.table(rows);
  if (backends.length === 1) console.log('redis-server is not installed: measured on the Postgres queue only');
}

function describeMachine(): void {
  const model = cpus()[0]?.model ?? 'unknown processor';
  const memory = Math.round(totalmem() / 2 ** 30);
  console.log(
    `${cpus().length} x ${model}, ${memory} GiB, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}, fsync on`,
  );
}

async function measure(
  adminUrl: string,
  backend: 'postgres' | 'redis',
  size: string,
  count: number,
  bytes: number,
): Promise<Row> {
  const database = `bench_${randomBytes(4).toString('hex')}`;
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query(`create database ${database}`);
  const url = adminUrl.replace('/bench?', `/${database}?`);
  const sink = await startSmtpSink();
  const mail = await startDevMailServer({ users: [{ address: 'support@desk.example', password: 'secret' }] });
  const redis = backend === 'redis' ? await startRedis() : undefined;
  const desk = startDesk({
    DATABASE_URL: url,
    IMAP_URL: `imap://support%40desk.example:secret@127.0.0.1:${mail.imapPort}/INBOX`,
    SMTP_URL: sink.url,
    ...(redis ? { QUEUE_URL: redis.url } : {}),
  });
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  pool.on('error', () => {});
  try {
    await untilReady(desk, pool);
    const deliver = (name: string) => mail.store.deliver('support@desk.example', writeMail(name, bytes));
    // One mail first, so that connections, parser and templates are warm, as on a desk that has been up for a while.
    deliver('warm');
    await receipts(sink, 1);
    const before = usageOf(desk, admin);
    const start = performance.now();
    for (let n = 0; n < count; n++) deliver(`burst${n}`);
    await receipts(sink, count + 1);
    const seconds = (performance.now() - start) / 1000;
    const after = usageOf(desk, admin);
    const single = await oneByOne(Number(values.single), deliver, sink, pool);
    return {
      queue: backend,
      mail: size,
      mails: count,
      'mails/s': round(count / seconds),
      'desk CPU ms/mail': round(((after.desk.cpuSeconds - before.desk.cpuSeconds) / count) * 1000, 1),
      'postgres CPU ms/mail': round(((after.postgres.cpuSeconds - before.postgres.cpuSeconds) / count) * 1000, 1),
      'peak MB': round(after.desk.peakMb),
      ...single,
    };
  } finally {
    await pool.end();
    await stop(desk);
    await redis?.stop();
    await mail.stop();
    await sink.stop();
    await admin.query(`drop database ${database} with (force)`);
    await admin.end();
  }
}

function startDesk(env: Record<string, string>): ChildProcess {
  return spawn(
    process.execPath,
    [...(process.env['BENCH_NODE']?.split(' ') ?? []), path.join(ROOT, 'workers/all.ts')],
    {
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
        ...env,
      },
    },
  );
}

async function untilReady(desk: ChildProcess, pool: pg.Pool): Promise<void> {
  for (const deadline = Date.now() + 60_000; ; await pause(100)) {
    const polled = await pool
      .query('select 1 from mailboxes where last_good_poll_at is not null')
      .catch(() => ({ rowCount: 0 }));
    if (polled.rowCount === 1) return;
    if (desk.exitCode !== null || Date.now() > deadline) throw new Error('the desk did not start');
  }
}

type Sink = Awaited<ReturnType<typeof startSmtpSink>>;

function receiptsIn(sink: Sink): number {
  return sink.mails.filter((mail) => mail.envelope.to[0]?.endsWith('@customer.example')).length;
}

async function receipts(sink: Sink, count: number): Promise<void> {
  for (const deadline = Date.now() + 300_000; receiptsIn(sink) < count; await pause(5)) {
    if (Date.now() > deadline) throw new Error(`${receiptsIn(sink)} of ${count} receipts after five minutes`);
  }
}

/** One mail at a time on an idle desk: from delivery into the mailbox to the ticket, and to the receipt. */
async function oneByOne(count: number, deliver: (name: string) => void, sink: Sink, pool: pg.Pool): Promise<Row> {
  const toTicket: number[] = [];
  const toReceipt: number[] = [];
  for (let n = 0; n < count; n++) {
    const already = receiptsIn(sink);
    const at = Date.now();
    deliver(`single${n}`);
    await receipts(sink, already + 1);
    toReceipt.push(Date.now() - at);
    const { rows } = await pool.query<{ created_time: string }>(
      'select created_time from tickets order by id desc limit 1',
    );
    toTicket.push(Number(rows[0]?.created_time) - at);
    await pause(150);
  }
  return {
    'ticket p50/p95 ms': `${quantile(toTicket, 0.5)} / ${quantile(toTicket, 0.95)}`,
    'receipt p50/p95 ms': `${quantile(toReceipt, 0.5)} / ${quantile(toReceipt, 0.95)}`,
  };
}

function usageOf(desk: ChildProcess, admin: pg.Client): { desk: Usage; postgres: Usage } {
  const backend = 'processID' in admin ? Number(admin.processID) : 0;
  const postmaster = Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${backend}/status`, 'utf8'))?.[1]);
  return { desk: treeUsage(desk.pid ?? 0), postgres: treeUsage(postmaster) };
}

let written = 0;

function writeMail(name: string, bytes: number): Buffer {
  written++;
  const head = [
    `From: Customer ${name} <${name}-${written}@customer.example>`,
    'To: support@desk.example',
    `Subject: Question of ${name}`,
    `Message-ID: <${name}-${written}@customer.example>`,
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    'MIME-Version: 1.0',
  ];
  const words = `Hello,\r\n\r\nthis is question ${written} of ${name}.\r\n`;
  if (bytes < 64 * 1024) {
    const filler = 'The printer on the second floor prints everything twice since Monday.\r\n'.repeat(
      Math.ceil(bytes / 71),
    );
    return Buffer.from(
      [...head, 'Content-Type: text/plain; charset=utf-8', '', words + filler.slice(0, bytes)].join('\r\n'),
    );
  }
  const file = randomBytes(bytes)
    .toString('base64')
    .replace(/(.{76})/g, '$1\r\n');
  return Buffer.from(
    [
      ...head,
      'Content-Type: multipart/mixed; boundary="b"',
      '',
      '--b',
      'Content-Type: text/plain; charset=utf-8',
      '',
      words,
      '--b',
      'Content-Type: application/pdf; name="scan.pdf"',
      'Content-Disposition: attachment; filename="scan.pdf"',
      'Content-Transfer-Encoding: base64',
      '',
      file,
      '--b--',
      '',
    ].join('\r\n'),
  );
}

async function stop(desk: ChildProcess): Promise<void> {
  if (desk.exitCode !== null) return;
  const gone = new Promise((resolve) => desk.once('exit', resolve));
  desk.kill('SIGTERM');
  await gone;
}

function quantile(numbers: number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function round(number: number, digits = 0): number {
  return Number(number.toFixed(digits));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

await main();
