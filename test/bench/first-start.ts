/**
 * What reading a mailbox costs, on a real Dovecot and a real Postgres, with the roles as an operator runs them:
 *
 *   npx node test/bench/first-start.ts [--old 100000] [--waiting 10000] [--week 1000] [--large 50,300] [--only NAME]
 *
 * `new` and `date`: the first start on a mailbox of old mails, by a poll process alone. `all`: that many waiting mails, from
 * start to the last committed ticket, with all roles in one process. `week`: mails that came while the desk was stopped.
 * `renumbered`: the mailbox of `all` under a new UIDVALIDITY. `large`: mails of so many MB for a poll process with a heap of
 * 256 MB. `ten-large`: ten mails of 50 MB at once, up to their tickets, for a desk in one process with that heap. Memory is the
 * highest resident size of the process and its children.
 */
import { cpus, loadavg } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ImapFlow } from 'imapflow';
import { type DeskWorld, startDeskWorld } from '../support/desk-world.ts';
import { startOwnPostgres } from '../support/own-postgres.ts';
import { type RoleProcess, startRole } from '../support/role-processes.ts';
import { treeUsage } from './process-tree.ts';

const { values } = parseArgs({
  options: {
    old: { type: 'string', default: '100000' },
    waiting: { type: 'string', default: '10000' },
    week: { type: 'string', default: '1000' },
    large: { type: 'string', default: '50,300' },
    only: { type: 'string' },
  },
});

// As bin/turnmail does it for an operator.
process.env['NODE_COMPILE_CACHE'] ??= path.join(import.meta.dirname, '../../node_modules/.cache/turnmail');

const DAY_MS = 86_400_000;
const POLLED = 'select count(*) = 1 from mailboxes where last_good_poll_at is not null';
const LONG_MS = 900_000;
const WORDS = 'My printer burns, and pouring water on it did not help at all.\r\n'.repeat(20);

type Row = Record<string, string | number>;

function mailOf(name: string, subject: string): string {
  return [
    `From: ${name}@customer.example`,
    'To: support@desk.example',
    `Subject: ${subject}`,
    `Message-ID: <${name}@customer.example>`,
    '',
    `${name}: ${WORDS}`,
  ].join('\r\n');
}

/** `count` mails, evenly over the days from `fromDays` ago until `toDays` ago, oldest first. */
function* mails(prefix: string, count: number, fromDays: number, toDays: number) {
  const start = Date.now() - fromDays * DAY_MS;
  const step = ((fromDays - toDays) * DAY_MS) / count;
  for (let n = 0; n < count; n++) {
    yield { raw: mailOf(`${prefix}-${n}`, `${prefix} ${n}`), at: Math.floor((start + n * step) / 1000) * 1000 };
  }
}

function dovecotOf(world: DeskWorld) {
  if (!world.dovecot) throw new Error('there is no Dovecot');
  return world.dovecot;
}

/** A mailbox that has been in use has its index; without this the server's first look would be measured. */
async function openOnce(world: DeskWorld): Promise<number> {
  const { imapPort: port, password: pass } = dovecotOf(world);
  const client = new ImapFlow({
    host: '127.0.0.1',
    port,
    secure: false,
    auth: { user: 'support', pass },
    logger: false,
  });
  await client.connect();
  const { exists } = await client.mailboxOpen('INBOX');
  await client.logout();
  return exists;
}

async function withWorld(env: Record<string, string>, work: (world: DeskWorld) => Promise<Row>): Promise<Row> {
  const postgres = await startOwnPostgres();
  const world = await startDeskWorld({
    mailbox: 'dovecot',
    env: { POLL_SECONDS: '5', PARSERS: '2', NODE_OPTIONS: process.env['BENCH_NODE'] ?? '', ...env },
    database: await postgres.createDatabase(),
  });
  try {
    return await work(world);
  } finally {
    await world.stop();
    await postgres.stop();
  }
}

async function count(world: DeskWorld, table: string): Promise<number> {
  const [row] = await world.rows<{ n: number }>(`select count(*)::int as n from ${table}`);
  return row?.n ?? 0;
}

async function figures(world: DeskWorld, since: number, process: RoleProcess): Promise<Row> {
  const { peakMb, cpuSeconds } = treeUsage(process.pid);
  return {
    seconds: ((performance.now() - since) / 1000).toFixed(1),
    'peak MB': Math.round(peakMb),
    'CPU s': cpuSeconds.toFixed(1),
    stored: await count(world, 'inbound_mails'),
    tickets: await count(world, 'tickets'),
    outbox: await count(world, 'outbox'),
  };
}

function firstStart(initialSync: string, name: string): Promise<Row> {
  return withWorld({ INITIAL_SYNC: initialSync }, async (world) => {
    const old = Number(values.old);
    await dovecotOf(world).fill('support', [...mails('old', old, 1000, 1)]);
    const exists = await openOnce(world);
    const since = performance.now();
    const poll = await startRole(world, 'poll');
    await world.until(POLLED, LONG_MS);
    return { what: `${name}: ${exists} old mails`, ...(await figures(world, since, poll)) };
  });
}

/** Old mail that is all of today, as after a move to this server that did not keep the dates. */
function movedIn(): Promise<Row> {
  return withWorld({}, async (world) => {
    await dovecotOf(world).fill('support', [...mails('old', Number(values.old), 0.001, 0)]);
    const exists = await openOnce(world);
    const since = performance.now();
    const poll = await startRole(world, 'poll');
    await world.until(POLLED, LONG_MS);
    return { what: `new: ${exists} mails, all of the last minutes`, ...(await figures(world, since, poll)) };
  });
}

async function waitingMails(): Promise<Row[]> {
  const rows: Row[] = [];
  await withWorld({ INITIAL_SYNC: 'all', SENDER_TRUST: 'none' }, async (world) => {
    const waiting = Number(values.waiting);
    await dovecotOf(world).fill('support', [...mails('all', waiting, 400, 14)]);
    await openOnce(world);
    let since = performance.now();
    const desk = await startRole(world, 'all');
    await world.until(`select count(*) = ${waiting} from tickets`, LONG_MS);
    rows.push({ what: `all: ${waiting} waiting mails`, ...(await figures(world, since, desk)) });
    await desk.kill();
    // The lease of the desk that was killed runs out in half a minute, which is no part of this.
    await world.rows('update mailboxes set lease_until = 0');
    const week = Number(values.week);
    await dovecotOf(world).fill('support', [...mails('week', week, 7, 0)]);
    since = performance.now();
    const again = await startRole(world, 'all');
    await world.until(`select count(*) = ${waiting + week} from tickets`, LONG_MS);
    const [order] = await world.rows<{ out_of_order: number }>(
      `select count(*)::int as out_of_order from (
         select uid < lag(uid) over (order by id) as wrong from inbound_mails) as ids where wrong`,
    );
    const found = order?.out_of_order ?? -1;
    rows.push({ what: `week: ${week} mails, ${found} out of order`, ...(await figures(world, since, again)) });
    await again.kill();
    await world.rows('update mailboxes set lease_until = 0');
    rows.push(await renumbered(world));
    return {};
  });
  return rows;
}

async function renumbered(world: DeskWorld): Promise<Row> {
  await world.rows(`update mailboxes set uid_validity = 1; update mailbox_places set uid_validity = 1;
    update inbound_mails set uid_validity = 1`);
  const before = await count(world, 'inbound_mails');
  const since = performance.now();
  const poll = await startRole(world, 'poll');
  await world.until('select count(*) = 2 from mailbox_places', LONG_MS);
  await world.rows('update mailboxes set last_good_poll_at = null');
  await world.until(POLLED, LONG_MS);
  const again = (await count(world, 'inbound_mails')) - before;
  return { what: `renumbered: ${again} of ${before} fetched again`, ...(await figures(world, since, poll)) };
}

function largeMail(megabytes: number): Promise<Row> {
  const env = { INITIAL_SYNC: 'all', MAX_MAIL_MB: String(Math.min(500, Math.max(50, megabytes + 1))) };
  return withWorld(megabytes > 100 ? { INITIAL_SYNC: 'all' } : env, async (world) => {
    const line = Buffer.from(`${'x'.repeat(74)}\r\n`);
    const raw = Buffer.concat([
      Buffer.from(mailOf('large', 'large')),
      Buffer.alloc(megabytes * 1024 * 1024, line),
      Buffer.from('\r\n'),
    ]);
    const at = Date.now() - 60_000;
    const small = [...mails('small', 20, 0.01, 0.005)];
    await dovecotOf(world).fill('support', [...small.slice(0, 10), { raw, at }, ...small.slice(10)]);
    const since = performance.now();
    const poll = await startRole(world, 'poll', { NODE_OPTIONS: '--max-old-space-size=256' });
    await world.until('select count(*) = 21 from inbound_mails', LONG_MS);
    await world.until(POLLED, LONG_MS);
    const [row] = await world.rows<{ stored: boolean }>(
      `select raw is not null as stored from inbound_mails where size > 1000000`,
    );
    const end = row?.stored === true ? 'stored' : 'left there by its size';
    return { what: `large: ${megabytes} MB, ${end}`, ...(await figures(world, since, poll)) };
  });
}

function tenLarge(): Promise<Row> {
  return withWorld({ INITIAL_SYNC: 'all', MAX_MAIL_MB: '51' }, async (world) => {
    const body = Buffer.alloc(50 * 1024 * 1024, Buffer.from(`${'x'.repeat(74)}\r\n`));
    const at = Date.now() - 60_000;
    for (let n = 1; n <= 10; n++) {
      const raw = Buffer.concat([Buffer.from(mailOf(`large-${n}`, 'large')), body, Buffer.from('\r\n')]);
      await dovecotOf(world).fill('support', [{ raw, at: at + n }]);
    }
    await dovecotOf(world).fill('support', [...mails('small', 20, 0.01, 0.005)]);
    const since = performance.now();
    const desk = await startRole(world, 'all', { NODE_OPTIONS: '--max-old-space-size=256' });
    await world.until('select count(*) = 30 from inbound_mails where disposition is not null', LONG_MS);
    const fates = await world.rows<{ fate: string }>(`select string_agg(fate, ', ') as fate from (
      select count(*) || ' ' || disposition as fate from inbound_mails where size > 1000000 group by disposition) of_large`);
    return { what: `ten of 50 MB at once: ${fates[0]?.fate}`, ...(await figures(world, since, desk)) };
  });
}

const BENCHES: Record<string, () => Promise<Row | Row[]>> = {
  new: () => firstStart('new', 'new'),
  moved: movedIn,
  date: () =>
    firstStart(new Date(Date.now() - 10 * DAY_MS).toISOString().slice(0, 10), 'date (the last 10 of 1000 days)'),
  all: waitingMails,
  large: async () => {
    const rows: Row[] = [];
    for (const megabytes of (values.large ?? '').split(',').map(Number)) rows.push(await largeMail(megabytes));
    return rows;
  },
  'ten-large': tenLarge,
};

console.log(`${cpus().length} x ${cpus()[0]?.model}, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}`);
const rows: Row[] = [];
for (const [name, bench] of Object.entries(BENCHES)) {
  if (values.only === undefined || values.only === name) rows.push(...[await bench()].flat());
}
console.table(rows);
process.exit(0);
