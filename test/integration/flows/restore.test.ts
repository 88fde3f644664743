import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import { type DeskWorld, startDeskWorld } from '../../support/desk-world.ts';
import { ask, BOB, DESK, hand, respond, SETTLED } from '../../support/played-desk.ts';
import { writeMail, writeReply } from '../../support/sent-mail.ts';
import { PATIENCE_MS, waitFor } from '../../support/wait-for.ts';

let world: DeskWorld;
afterEach(() => world?.stop());

const PEOPLE = ['jo@customer.example', 'kim@customer.example', 'lou@customer.example'] as const;
const [JO, KIM, LOU] = PEOPLE;

/** The statements of docs/operations.md that begin with this comment. */
async function statements(title: string): Promise<string> {
  const page = await readFile(new URL('../../../docs/operations.md', import.meta.url), 'utf8');
  const block = page.match(/```sql\n[\s\S]*?```/g)?.find((one) => one.includes(`-- ${title}`));
  if (!block) throw new Error(`docs/operations.md has no statements "${title}"`);
  return block.replace(/```(sql)?/g, '');
}

/** A copy of the desk's database as it is now: what a dump taken now would restore. */
async function dump(): Promise<string> {
  const url = new URL(world.env['DATABASE_URL'] ?? '');
  const now = url.pathname.slice(1);
  const copy = `${now}_${randomBytes(3).toString('hex')}`;
  url.pathname = '/postgres';
  const administer = async (...sql: string[]) => {
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    for (const statement of sql) await client.query(statement);
    await client.end();
  };
  await administer(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${now}'`,
    `create database ${copy} template ${now}`,
  );
  world.onStop(() => administer(`drop database if exists ${copy} with (force)`));
  return Object.assign(new URL(url), { pathname: `/${copy}` }).href;
}

/** What goes on between the dump and the failure; the mails are what the mailbox holds of it. */
async function playOn(asked: Awaited<ReturnType<typeof ask>>[], response: Awaited<ReturnType<typeof respond>>) {
  const [, kim] = asked;
  if (!kim) throw new Error('nobody asked');
  await hand(world, writeReply(response, JO, 'It worked.'));
  await ask(world, LOU);
  await respond(world, kim, 'Try sand.');
}

test.each([
  { what: 'the mailbox counts on', countsAnew: false },
  { what: 'the mailbox counts anew', countsAnew: true },
])('a restored desk goes on with the mailbox, nothing lost, nothing doubled: $what', async ({ countsAnew }) => {
  world = await startDeskWorld();
  const before = await world.start();
  await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
  const jo = await ask(world, JO);
  const kim = await ask(world, KIM);
  const response = await respond(world, jo, 'Pour water on it.');
  await before.stop();
  const restored = await dump();
  const later = await world.start();
  await playOn([jo, kim], response);
  await later.stop();
  const lost = { inbound: await world.rows('select id from inbound_mails'), sent: world.sink.mails.length };
  const had = PEOPLE.map((person) => world.countTo(person));
  if (countsAnew) world.devServer?.changeUidValidity(DESK);

  const client = new pg.Client({ connectionString: restored });
  await client.connect();
  const query = async (sql: string) => (await client.query(sql)).rows as Record<string, unknown>[];
  const until = (sql: string) =>
    waitFor(
      async () => Object.values((await query(sql))[0] ?? {})[0] === true,
      PATIENCE_MS,
      () => sql,
    );
  world.onStop(() => client.end());
  const env = { DATABASE_URL: restored };
  await client.query(await statements('restore: before the first start'));
  const allIsRead = await statements('restore: whether all is read');
  expect(await query(allIsRead), 'nothing was read yet').toEqual([{ all_is_read: false }]);
  const reader = await world.start(['poll', 'process'], env);
  await until(allIsRead);
  await reader.stop();
  expect((await query('select id from inbound_mails')).length).toBeGreaterThanOrEqual(lost.inbound.length);
  expect(world.sink.mails).toHaveLength(lost.sent);
  await client.query(await statements('restore: after reading, before sending'));
  const desk = await world.start(undefined, env);
  await until(SETTLED);

  // Every mail of the mailbox has one row and one effect.
  expect(
    await query(`select count(*)::int as mails from inbound_mails where disposition not in ('duplicate', 'loop')`),
  ).toEqual([{ mails: lost.inbound.length }]);
  expect(await query('select email from tickets order by id')).toEqual([{ email: JO }, { email: KIM }, { email: LOU }]);
  expect(await query('select response_sent, response_received from responses order by id')).toEqual([
    { response_sent: 'Pour water on it.', response_received: 'It worked.' },
    { response_sent: 'Try sand.', response_received: null },
  ]);
  // Nobody outside the desk has anything twice; the agents have what they need to go on.
  expect(PEOPLE.map((person) => world.countTo(person))).toEqual(had);
  await until(`select count(*) > 0 from outbox where recipient = '${BOB}' and state = 'sent' and id > 100000`);

  // And it goes on: numbers and Message-IDs of the time between are not used again.
  await world.deliver(writeMail({ from: 'new@customer.example', to: DESK }));
  await world.mailTo('new@customer.example');
  const answer = await world.mailTo(KIM, world.countTo(KIM));
  await world.deliver(writeReply(answer, KIM, 'Sand it is.', { address: false }));
  await until(
    `select count(*) = 1 from responses where response_sent = 'Try sand.' and response_received = 'Sand it is.'`,
  );
  await until(SETTLED);
  const ids = world.sink.mails.map((mail) => /^Message-ID: (\S+)/im.exec(mail.raw.toString('latin1'))?.[1]);
  expect(new Set(ids).size).toBe(ids.length);
  await desk.stop();
});
