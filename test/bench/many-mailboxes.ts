/**
 * What many mailboxes cost one process, on a real Dovecot and a real Postgres:
 *
 *   npx node test/bench/many-mailboxes.ts [--mailboxes 1,200] [--role poll] [--idle 60]
 *
 * Each number of mailboxes is a desk of its own. Memory is the resident size of the process that polls, at its highest and when
 * it idles, without the parsers, which are processes of their own. `arrives` is the time from a mail in the last mailbox to its row; beyond
 * fs.inotify.max_user_instances (128) mailboxes Dovecot does not hear of a mail and looks for it every half a minute.
 */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type DeskWorld, startDeskWorld } from '../support/desk-world.ts';
import { startOwnPostgres } from '../support/own-postgres.ts';
import { startRole } from '../support/role-processes.ts';
import { writeMail } from '../support/sent-mail.ts';
import { treeUsage } from './process-tree.ts';

const { values } = parseArgs({
  options: {
    mailboxes: { type: 'string', default: '1,200' },
    role: { type: 'string', default: 'poll' },
    idle: { type: 'string', default: '60' },
  },
});

// As bin/turnmail does it for an operator.
process.env['NODE_COMPILE_CACHE'] ??= path.join(import.meta.dirname, '../../node_modules/.cache/turnmail');

const LONG_MS = 300_000;
const SETTLE_MS = 10_000;
const IDLE_MS = Number(values.idle) * 1000;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function memoryOf(pid: number, what: 'VmRSS' | 'VmHWM'): number {
  const kilobytes = new RegExp(`^${what}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kilobytes ?? 0) / 1024);
}

async function withMailboxes<Result>(count: number, work: (world: DeskWorld) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(path.join(tmpdir(), 'turnmail-bench-'));
  const postgres = await startOwnPostgres();
  const file = path.join(folder, 'mailboxes.yaml');
  const world = await startDeskWorld({
    mailbox: 'dovecot',
    env: { SUPPORT_ADDRESS: '', IMAP_URL: '', SMTP_URL: '', MAILBOXES_FILE: file, POLL_SECONDS: '30' },
    database: await postgres.createDatabase(),
  });
  try {
    const entries = Array.from(
      { length: count },
      (_, n) => `  - address: box${n}@desk.example
    imap_url: ${world.dovecot?.imapUrl(`box${n}`)}
    smtp_url: ${world.sink.url}
`,
    );
    await writeFile(file, `mailboxes:\n${entries.join('')}`);
    return await work(world);
  } finally {
    await world.stop();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function statements(world: DeskWorld): Promise<number> {
  const [row] = await world.rows<{ n: number }>(
    'select (xact_commit + xact_rollback)::float8 as n from pg_stat_database where datname = current_database()',
  );
  return row?.n ?? 0;
}

async function measure(count: number) {
  return await withMailboxes(count, async (world) => {
    const began = performance.now();
    const polling = await startRole(world, values.role === 'all' ? 'all' : 'poll');
    const polled = `select count(*) = ${count} from mailboxes where last_good_poll_at is not null`;
    await world.until(polled, LONG_MS);
    const readySeconds = (performance.now() - began) / 1000;
    await pause(SETTLE_MS);
    const before = { cpu: treeUsage(polling.pid).cpuSeconds, statements: await statements(world) };
    await pause(IDLE_MS);
    const minutes = IDLE_MS / 60_000;
    const cpuMs = (treeUsage(polling.pid).cpuSeconds - before.cpu) * 1000;
    const asked = (await statements(world)) - before.statements;
    const sent = performance.now();
    await world.dovecot?.deliver(
      `box${count - 1}`,
      writeMail({ from: 'jo@customer.example', to: `box${count - 1}@desk.example` }),
    );
    await world.until('select count(*) = 1 from inbound_mails', LONG_MS);
    const arrives = Math.round(performance.now() - sent);
    return {
      mailboxes: count,
      role: values.role,
      'all read after s': readySeconds.toFixed(1),
      'peak MB': memoryOf(polling.pid, 'VmHWM'),
      'idle MB': memoryOf(polling.pid, 'VmRSS'),
      'CPU ms a minute': Math.round(cpuMs / minutes),
      'of each': (cpuMs / minutes / count).toFixed(1),
      'transactions a minute': Math.round(asked / minutes),
      'arrives ms': arrives,
    };
  });
}

const rows = [];
for (const count of values.mailboxes.split(',').map(Number)) rows.push(await measure(count));
console.log(`${cpus()[0]?.model}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}`);
console.table(rows);
