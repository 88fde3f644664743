import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BreakablePostgres, startBreakablePostgres } from '../support/breakable-postgres.ts';
import { type DeskWorld, startDeskWorld } from '../support/desk-world.ts';
import { DESK } from '../support/played-desk.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { PATIENCE_MS, waitFor } from '../support/wait-for.ts';
import { COMMIT } from './soak-faults.ts';
import { startWatchedDesk, type WatchedDesk } from './watched-desk.ts';

/** The Sync message that ends a statement which is a transaction of its own. */
const END_OF_STATEMENT = 'S\0\0\0\u0004';

/** Everything on one Postgres, the queue too; each test ends with everybody served once, by the same process. */
describe('a desk whose Postgres', () => {
  let postgres: BreakablePostgres;
  let proxy: TcpProxy;
  let world: DeskWorld;
  let desk: WatchedDesk;
  beforeAll(async () => {
    postgres = await startBreakablePostgres({ settings: { max_connections: '60' } });
    proxy = await startTcpProxy({ path: postgres.socketPath });
    world = await startDeskWorld({
      database: { url: postgres.urlBy(), drop: async () => {} },
      // Two seconds stand for a minute: the same settings of the same connections.
      env: { AGENTS: 'alice@desk.example', DATABASE_TIMEOUT_SECONDS: '2' },
    });
    desk = await startWatchedDesk(world, { DATABASE_URL: postgres.urlBy(proxy.port) });
  });
  afterAll(async () => {
    await world?.stop();
    await proxy?.stop();
    await postgres?.end();
  });

  test.each(['fast', 'immediate'] as const)('is restarted (%s) in a burst', { timeout: 300_000 }, async (how) => {
    await desk.write(8);
    await postgres.stop(how);
    await desk.write(4);
    await desk.red(/"database","ok":false/);
    await postgres.start();
    await desk.served();
    await desk.green();
  });

  test('is read-only acknowledges and sends nothing, and goes on by itself', { timeout: 300_000 }, async () => {
    await postgres.administer('alter system set default_transaction_read_only = on');
    await postgres.administer('select pg_reload_conf()');
    const sent = world.sink.mails.length;
    // What the mail server is told of a mail that is stored is a flag.
    const flagged = () => world.devServer?.store.folder(DESK).mails.filter((mail) => mail.flags.size > 0).length ?? 0;
    const told = flagged();
    const [stored] = await world.rows('select count(*)::int as mails from inbound_mails');
    await desk.write(6);
    await desk.red(/read-only/);
    await waitFor(
      () => /could not be read[\s\S]*read-only transaction/.test(desk.process.output()),
      PATIENCE_MS,
      () => `a poll to fail on it; ${desk.process.output()}`,
    );
    expect(await world.rows('select count(*)::int as mails from inbound_mails')).toEqual([stored]);
    expect(world.sink.mails).toHaveLength(sent);
    expect(flagged()).toBe(told);
    await postgres.administer('alter system reset default_transaction_read_only');
    await postgres.administer('select pg_reload_conf()');
    await desk.served();
    await desk.green();
    await waitFor(
      () => flagged() === told + 6,
      PATIENCE_MS,
      () => 'the mail server to be told of six mails that are stored',
    );
  });

  test('has no connection left', { timeout: 300_000 }, async () => {
    const guests: pg.Client[] = [];
    const crowd = async () => {
      for (;;) {
        const guest = new pg.Client({ connectionString: postgres.urlBy() });
        guest.on('error', () => {});
        try {
          await guest.connect();
        } catch (error) {
          expect(error).toMatchObject({ code: '53300' });
          return;
        }
        guests.push(guest);
      }
    };
    await crowd();
    // Whoever reconnects first after this is one of them or of us; it is full all the time.
    await postgres.administer(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name in ('turnmail', 'turnmail queue')`,
    );
    await crowd();
    await desk.write(6);
    await desk.red(/too many clients|remaining connection slots|no answer within/);
    for (const guest of guests) await guest.end();
    await desk.served();
    await desk.green();
  });

  test('takes a COMMIT whose answer never arrives: the rig cuts behind it, not in it', {
    timeout: 300_000,
  }, async () => {
    await postgres.administer('create table rigged (n int)');
    await postgres.administer('grant all on rigged to public');
    const client = new pg.Client({ connectionString: postgres.urlBy(proxy.port) });
    client.on('error', () => {});
    await client.connect();
    await client.query('begin; insert into rigged values (1)');
    const cut = proxy.cutOnce({ way: 'toServer', text: COMMIT, after: 'commit' });
    await client.query(`select 'commit'`);
    await expect(client.query('commit')).rejects.toThrow();
    await cut;
    await world.until('select count(*) = 1 from rigged');
    await postgres.administer('drop table rigged');
  });

  // What our side then does not know: whether the mails are stored, the ticket is made, the attempt or the relay's yes is written
  // down.
  test.each([
    ['of storing a mail', 'From: c', COMMIT],
    ['of a decision', 'receipt', COMMIT],
    ['of an attempt that begins', 'insert into outbox_attempts', END_OF_STATEMENT],
    ['of a yes of the relay', 'accepted', END_OF_STATEMENT],
  ])(
    'takes a COMMIT %s whose answer never arrives: each effect is there once',
    {
      timeout: 300_000,
    },
    async (_what, after, text) => {
      for (let cuts = 0; cuts < 4; cuts++) {
        // A statement's text passes once a connection, when it is prepared: only new connections say it again.
        await desk.served();
        proxy.cut();
        const cut = proxy.cutOnce({ way: 'toServer', text, after });
        await desk.write(1);
        await cut;
      }
      await desk.served();
      await desk.green();
    },
  );

  test('falls silent with connections open: it is noticed, and nobody waits for them', {
    timeout: 300_000,
  }, async () => {
    await desk.write(4);
    proxy.flow({ toClient: 'swallow' });
    await desk.write(4);
    await desk.red(/"database","ok":false,"detail":"(no answer within|Query read timeout|timeout)/);
    proxy.flow({ toClient: 'pass' });
    // What was lost in the silence is given up; without that they would be waited for until TCP gives them up, in a quarter of an hour.
    await desk.served();
    await desk.green();
    expect(await desk.process.terminate()).toBe(0);
  });
});
