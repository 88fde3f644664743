import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { learnWaiting } from '../../../src/flows/answers/learn-answer.ts';
import { erasePerson } from '../../../src/flows/people/erase-person.ts';
import { dropOldBytes } from '../../../src/flows/time/drop-old-bytes.ts';
import { type Database, openDatabase } from '../../../src/store/database.ts';
import { missingRights, WANTED_RIGHTS } from '../../../src/store/rights.ts';
import { address } from '../../support/decisions.ts';
import { type DeskWorld, startDeskWorld } from '../../support/desk-world.ts';
import { ALICE, DESK } from '../../support/played-desk.ts';
import { writeMail, writeReply } from '../../support/sent-mail.ts';
import { testDesk } from '../../support/test-desk.ts';
import { PATIENCE_MS, waitFor } from '../../support/wait-for.ts';
import { runTurnmail } from '../cli/run-turnmail.ts';

const JO = 'jo@customer.example';
const SUFFIX = randomBytes(4).toString('hex');
const OWNER = `turnmail_owner_${SUFFIX}`;
const WORKER = `turnmail_worker_${SUFFIX}`;
const DATABASE = `turnmail_${SUFFIX}`;

let world: DeskWorld;
let worker: Database;

/** The statements of docs/operations.md under this comment, with names of this test's own: roles belong to the cluster. */
async function statements(title: string): Promise<string> {
  const page = await readFile(new URL('../../../docs/operations.md', import.meta.url), 'utf8');
  const block = page.match(/```sql\n[\s\S]*?```/g)?.find((one) => one.includes(`-- ${title}`));
  if (!block) throw new Error(`docs/operations.md has no statements "${title}"`);
  return block
    .replace(/```(sql)?/g, '')
    .replaceAll('turnmail_owner', OWNER)
    .replaceAll('turnmail_worker', WORKER)
    .replace('create database turnmail ', `create database ${DATABASE} `);
}

const urlFor = (user: string, database: string) => {
  const url = new URL(world.env['DATABASE_URL'] ?? '');
  url.username = user;
  url.pathname = `/${database}`;
  return url.href;
};

async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    // One by one: a database is not made inside a transaction.
    for (const statement of sql.replace(/--.*/g, '').split(';'))
      if (statement.trim() !== '') await client.query(statement);
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  world = await startDeskWorld();
  const superuser = urlFor(new URL(world.env['DATABASE_URL'] ?? '').username, 'postgres');
  await run(superuser, await statements('roles: once'));
  world.onStop(async () => {
    await run(superuser, `drop database ${DATABASE} with (force); drop role ${OWNER}; drop role ${WORKER}`);
  });
  const migrated = await runTurnmail(['migrate'], { ...world.env, DATABASE_URL: urlFor(OWNER, DATABASE) });
  expect(migrated).toMatchObject({ code: 0, err: '' });
  await run(urlFor(OWNER, DATABASE), await statements('grants: as'));
  worker = openDatabase(urlFor(WORKER, DATABASE), { max: 3, onError: () => {} });
  world.onStop(() => worker.end());
});
afterAll(() => world?.stop());

test('a desk works whole under the lesser role: a conversation, past answers, retention, erasing', async () => {
  const app = await world.start(undefined, { DATABASE_URL: urlFor(WORKER, DATABASE) });
  const ask = async (sql: string) => Object.values((await worker.query(sql)).rows[0] ?? {})[0];
  await waitFor(
    async () => (await ask('select count(*)::int from mailboxes where last_good_poll_at is not null')) === 1,
    PATIENCE_MS,
    () => 'a poll',
  );
  await world.deliver(writeMail({ from: JO, to: DESK, text: 'My printer burns.' }));
  await world.mailTo(JO);
  const toAlice = await world.mailTo('alice@desk.example');
  await world.deliver(writeReply(toAlice, ALICE, 'Pour water on it.'));
  await world.deliver(writeReply(await world.mailTo(JO, 2), JO, 'It worked.'));
  await world.mailTo('alice@desk.example', 2);
  // Out of turn: what was remembered of it is forgotten again.
  await world.deliver(writeReply(await world.mailTo(JO, 2), JO, 'And one thing more.'));
  await world.mailTo(JO, 3);
  expect(await ask(`select count(*)::int from inbound_mails where disposition = 'held'`)).toBe(1);
  await world.deliver(writeReply(await world.mailTo('alice@desk.example', 3), ALICE, '/close'));
  await world.mailTo(JO, 4);
  const desk = { ...testDesk(world, Date.now()), database: worker };
  await learnWaiting(desk);
  await waitFor(
    async () => (await ask('select count(*)::int from answer_tickets')) === 1,
    PATIENCE_MS,
    () => 'a lesson',
  );
  // What another version of the code learned is forgotten, which empties tables.
  await worker.query('update answer_totals set features_version = 0');
  await learnWaiting(desk);
  expect(await ask('select count(*)::int from answer_tickets')).toBe(1);
  await waitFor(
    async () => (await ask(`select count(*)::int from outbox where state in ('pending', 'claimed', 'sending')`)) === 0,
    PATIENCE_MS,
    () => 'mails',
  );
  const later = { ...desk, clock: { now: () => Date.now() + 40 * 86_400_000 } };
  expect(await dropOldBytes(later, 30)).toBeGreaterThan(3);
  expect(await erasePerson(desk, address(JO))).toMatchObject({ tickets: 1, busy: [] });
  expect(await ask('select email from tickets')).toBe('erased-1@erased.invalid');
  expect((await app.health()).checks.filter(({ ok }) => !ok)).toEqual([]);
  await app.stop();
});

test('and cannot do what a desk never does', async () => {
  for (const statement of [
    'drop table tickets',
    'alter table responses disable trigger responses_are_turns',
    'create table mine (id int)',
    'truncate tickets cascade',
    'delete from tickets',
    'delete from responses',
    'delete from inbound_mails',
    'delete from outbox',
    `update audit_log set action = 'closed'`,
    'delete from audit_log',
    `update turnmail_schema set digest = ''`,
    'create role another',
  ]) {
    await expect(worker.query(statement), statement).rejects.toThrow(/permission denied|must be owner/);
  }
});

test('a right that is taken away while the desk runs parks and loses nothing, is named, and when it is back the work goes on', async () => {
  const app = await world.start(undefined, { DATABASE_URL: urlFor(WORKER, DATABASE) });
  const owner = urlFor(OWNER, DATABASE);
  const count = async (sql: string) =>
    Object.values((await worker.query(`select count(*)::int from ${sql}`)).rows[0])[0];
  const healthy = async () => (await app.health()).ok;
  await waitFor(healthy, PATIENCE_MS, () => 'a desk that is well');
  await run(owner, `revoke insert on outbox from ${WORKER}`);
  await world.deliver(writeMail({ from: 'kim@customer.example', to: DESK, text: 'My scanner hums.' }));
  await waitFor(
    async () => (await count('inbound_mails where attempts > 1 and disposition is null')) === 1,
    PATIENCE_MS,
    () => 'tries',
  );
  const { detail } = (await app.health()).checks.find(({ name }) => name === 'database') ?? {};
  expect(detail).toBe(`the database role ${WORKER} lacks INSERT on outbox; docs/operations.md has the grants`);
  expect(await count(`inbound_mails where disposition = 'parked'`)).toBe(0);
  await run(owner, `grant insert on outbox to ${WORKER}`);
  await world.mailTo('kim@customer.example');
  await waitFor(healthy, PATIENCE_MS, () => 'a desk that is well again');
  await app.stop();
});

test('a role that may only read starts no desk: one sentence names what it lacks, and nothing is touched', async () => {
  const owner = urlFor(OWNER, DATABASE);
  await run(owner, `revoke insert, update on all tables in schema public from ${WORKER}`);
  const before = await worker.query('table inbound_mails');
  await expect(world.start(undefined, { DATABASE_URL: urlFor(WORKER, DATABASE) })).rejects.toThrow(
    `the database role ${WORKER} lacks INSERT on tickets, UPDATE on tickets, INSERT on responses and 53 more; docs/operations.md has the grants`,
  );
  expect((await worker.query('table inbound_mails')).rows).toEqual(before.rows);
  await run(owner, await statements('grants: as'));
});

test('a role that lacks any one right starts no desk, and no table of the schema is forgotten', async () => {
  const owner = urlFor(OWNER, DATABASE);
  const known = new Set(WANTED_RIGHTS.map(({ table }) => table));
  const { rows } = await worker.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public' and table_name <> 'turnmail_migrations'`,
  );
  expect(rows.map(({ name }) => name).filter((name) => !known.has(name))).toEqual([]);
  for (const { table, right } of WANTED_RIGHTS) {
    await run(owner, `revoke ${right} on ${table} from ${WORKER}`);
    expect(await missingRights(worker)).toContain(`lacks ${right} on ${table};`);
    await run(owner, `grant ${right} on ${table} to ${WORKER}`);
  }
  expect(await missingRights(worker)).toBeUndefined();
});

test('a schema that is behind is no work for the lesser role: it says so', async () => {
  await run(urlFor(OWNER, DATABASE), `delete from turnmail_schema where name = '0001_schema'`);
  await expect(world.start(['sweep'], { DATABASE_URL: urlFor(WORKER, DATABASE) })).rejects.toThrow(
    /permission denied|lacks/,
  );
});
