import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, inTransaction, isDatabaseAway, openDatabase } from '../../../src/store/database.ts';
import { claimInboundMails } from '../../../src/store/inbound/inbound-claims.ts';
import { checkSchema, migrate } from '../../../src/store/migrate.ts';
import { createDatabase, type TestDatabase } from '../../support/postgres.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';
import { PATIENCE_MS } from '../../support/wait-for.ts';

let made: TestDatabase;
let proxy: TcpProxy;
let database: Database;
let far: Database;
beforeAll(async () => {
  made = await createDatabase();
  const url = new URL(made.url);
  proxy = await startTcpProxy({ path: `${url.searchParams.get('host')}/.s.PGSQL.${url.port}` });
  farUrl = `postgresql://${url.username}@127.0.0.1:${proxy.port}${url.pathname}`;
  database = openDatabase(made.url, { max: 4, onError: () => {}, timeoutMs: 1_000 });
  far = openDatabase(farUrl, { max: 4, onError: () => {}, timeoutMs: 1_000 });
});
afterAll(async () => {
  proxy?.flow({ toClient: 'pass', toServer: 'pass' });
  proxy?.cut();
  await database?.end();
  await far?.end();
  await proxy?.stop();
  await made?.drop();
});
let farUrl = '';

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

test('a statement that takes too long is ended by the server, and time may heal it', async () => {
  // Fixed pause: a statement that is longer than the time-out; it is not waited for.
  const error = await failure(database.query('select pg_sleep(3000)'));
  expect(error).toMatchObject({ code: '57014' });
  expect(isDatabaseAway(error)).toBe(true);
});

test('a process that is frozen inside a transaction keeps its locks for a bounded time', async () => {
  const locked = Promise.withResolvers<void>();
  const woken = Promise.withResolvers<void>();
  const asleep = inTransaction(database, async (tx) => {
    await claimInboundMails(tx, 1, { mails: 1, bytes: 1 });
    locked.resolve();
    await woken.promise;
    await tx.query('select 1');
  });
  const ended = failure(asleep);
  await locked.promise;
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    // Its own patience is as long as the frozen one's locks, so a second try may be needed.
    const error = await failure(inTransaction(database, (tx) => claimInboundMails(tx, 1, { mails: 1, bytes: 1 })));
    if (error === undefined) break;
    expect(isDatabaseAway(error)).toBe(true);
    expect(performance.now() < deadline, 'the locks are let go').toBe(true);
  }
  woken.resolve();
  expect(isDatabaseAway(await ended)).toBe(true);
});

test.each(['stall', 'swallow'] as const)(
  'a server that falls silent (%s) is given up, and a new connection is made',
  async (flow) => {
    await far.query('select 1');
    proxy.flow({ toClient: flow });
    // Without a time-out it would be waited for until TCP gives it up, in a quarter of an hour.
    const errors = await Promise.all([
      failure(far.query('select 1')),
      failure(inTransaction(far, (tx) => tx.query('select $1::int', [1]))),
    ]);
    for (const error of errors) expect(isDatabaseAway(error), String(error)).toBe(true);
    proxy.flow({ toClient: 'pass' });
    expect((await far.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  },
);

test('migrating and checking over a connection that breaks reject, and end no process', async () => {
  for (const work of [migrate, checkSchema]) {
    const cut = proxy.cutOnce({ way: 'toServer', text: 'turnmail_schema' });
    const error = await failure(work(farUrl));
    await cut;
    expect(isDatabaseAway(error), String(error)).toBe(true);
  }
  await migrate(farUrl);
  await checkSchema(farUrl);
});

test('a column that a newer version adds does not break what is prepared', async () => {
  const look = () => inTransaction(database, (tx) => tx.query('select * from notes where id = $1', [0]));
  await look();
  await database.query('alter table notes add column later text');
  const errors: unknown[] = [];
  for (let n = 0; n < 6; n++) errors.push(await failure(look()));
  // Whoever asks for all columns is refused once on each connection, which is then thrown away.
  const refusals = errors.filter((error) => error !== undefined);
  expect(refusals.length).toBeGreaterThan(0);
  expect(refusals.every(isDatabaseAway)).toBe(true);
  expect(errors.at(-1)).toBeUndefined();
});
