import { describe, expect, test } from 'vitest';
import { type DeskWorld, startDeskWorld } from '../support/desk-world.ts';
import { startDoor } from '../support/door.ts';
import { DESK, SETTLED } from '../support/played-desk.ts';
import { startRole } from '../support/role-processes.ts';
import { writeMail } from '../support/sent-mail.ts';
import { describeWith } from '../support/servers.ts';
import { PATIENCE_MS, waitFor } from '../support/wait-for.ts';

const MAILS = 60;
const CUT = `select count(pg_terminate_backend(pid)) from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid() and application_name like 'turnmail%'`;
const DUE_MAILS = 'update inbound_mails set lease_until = 1 where disposition is null';
const DUE_ROWS = `update outbox set lease_until = 1 where state = 'claimed'`;
const DEADLOCK = '40P01';

/** How many connections of the desk were cut. */
async function cutAll(world: DeskWorld): Promise<number> {
  const [row] = await world.rows<{ count: string }>(CUT);
  return Number(row?.count);
}

function cutSuite(queue: 'postgres' | 'redis'): void {
  test('connections to Postgres that break in a burst lose no mail and end no process', {
    timeout: 300_000,
  }, async () => {
    const world = await startDeskWorld({ queue, env: { AGENTS: 'alice@desk.example', SEND_TIMEOUT_SECONDS: '5' } });
    try {
      const workers = await Promise.all(
        (['poll', 'process', 'send', 'sweep'] as const).map((role) => startRole(world, role)),
      );
      await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
      let cut = 0;
      for (let n = 1; n <= MAILS; n++) {
        await world.deliver(writeMail({ from: `c${n}@customer.example`, to: DESK }));
        if (n % 15 !== 0) continue;
        // In the middle of the burst, wherever each process is just then.
        await world.until(`select count(*) > ${n - 15} from inbound_mails`);
        cut += await cutAll(world);
        await world.until(`select count(*) >= ${n - 15} from inbound_mails where disposition is not null`);
        cut += await cutAll(world);
      }
      expect(cut).toBeGreaterThan(10);
      // What a broken connection left claimed is due again when its lease is over; the test does not wait for that.
      await world.until(`select count(*) = ${MAILS} from inbound_mails`);
      const settled = async () => {
        for (const due of [DUE_MAILS, DUE_ROWS])
          await world.rows(due).catch((error: { code?: string }) => {
            // A worker that locks the same rows in another order: Postgres ends one of the two, and we come again.
            if (error.code !== DEADLOCK) throw error;
          });
        return Object.values((await world.rows(SETTLED))[0] ?? {})[0] === true;
      };
      await waitFor(settled, 90_000, () => 'an end of every mail and row');
      expect(await world.rows('select disposition, count(*)::int as n from inbound_mails group by 1')).toEqual([
        { disposition: 'ticket', n: MAILS },
      ]);
      const rows = await world.rows<{ recipient: string; state: string }>(
        `select recipient, state from outbox where kind = 'receipt'`,
      );
      expect(rows).toHaveLength(MAILS);
      for (const row of rows) {
        expect(['sent', 'unknown'], row.recipient).toContain(row.state);
        expect(world.countTo(row.recipient), `${row.state}: ${row.recipient}`).toBe(1);
      }
      expect(await Promise.all(workers.map((worker) => worker.terminate()))).toEqual(workers.map(() => 0));
    } finally {
      await world.stop();
    }
  });
}

function awaySuite(queue: 'postgres' | 'redis'): void {
  test('Postgres away for some seconds: nothing is lost, nothing ends, and all goes on by itself', {
    timeout: 300_000,
  }, async () => {
    const world = await startDeskWorld({ queue, env: { AGENTS: 'alice@desk.example' } });
    try {
      const url = new URL(world.env['DATABASE_URL'] ?? '');
      const door = await startDoor(`${url.searchParams.get('host')}/.s.PGSQL.${url.port}`);
      world.onStop(() => door.shut());
      const all = await startRole(world, 'all', {
        DATABASE_URL: `postgresql://${url.username}@127.0.0.1:${door.port}${url.pathname}`,
      });
      await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null');
      let shutAt = 0;
      for (let n = 1; n <= 20; n++) {
        await world.deliver(writeMail({ from: `c${n}@customer.example`, to: DESK }));
        if (n === 10) {
          await world.until('select count(*) > 0 from inbound_mails');
          await door.shut();
          shutAt = performance.now();
        }
      }
      await waitFor(
        () => all.everything().includes('ECONNREFUSED'),
        PATIENCE_MS,
        () => `the worker to find Postgres away: ${all.output()}`,
      );
      // Fixed pause: it is away for some seconds, in which it is tried again and again.
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, 4_000 - (performance.now() - shutAt))));
      await door.open();
      await world.until('select count(*) = 20 from tickets');
      await world.until(SETTLED);
      const rows = await world.rows<{ recipient: string; state: string }>(
        `select recipient, state from outbox where kind = 'receipt'`,
      );
      expect(rows.map((row) => row.state)).toEqual(Array.from({ length: 20 }, () => 'sent'));
      for (const row of rows) expect(world.countTo(row.recipient), row.recipient).toBe(1);
      expect(await all.terminate()).toBe(0);
    } finally {
      await world.stop();
    }
  });
}

describe('the queue on the same Postgres', () => {
  cutSuite('postgres');
  awaySuite('postgres');
});
describeWith('redis-server', 'the queue on Redis', () => {
  cutSuite('redis');
  awaySuite('redis');
});
