import { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { type DeskWorld, startDeskWorld } from '../support/desk-world.ts';
import { DESK, SETTLED } from '../support/played-desk.ts';
import { startRedis } from '../support/redis.ts';
import { startRole } from '../support/role-processes.ts';
import { writeMail } from '../support/sent-mail.ts';
import { describeWith } from '../support/servers.ts';

const POLLED = 'select count(*) = 1 from mailboxes where last_good_poll_at is not null';

async function flush(world: DeskWorld): Promise<void> {
  if (!world.redis) {
    await world.rows('delete from bullmq.job');
    return;
  }
  const redis = new Redis(world.redis.url);
  await redis.flushall();
  redis.disconnect();
}

function lostHintSuite(queue: 'postgres' | 'redis'): void {
  test('mails whose hints were lost are found by the sweep', { timeout: 300_000 }, async () => {
    const world = await startDeskWorld({ queue });
    try {
      const [worker] = await Promise.all([
        startRole(world, 'process'),
        startRole(world, 'send'),
        startRole(world, 'poll'),
      ]);
      await world.until(POLLED);
      process.kill(worker.pid, 'SIGSTOP');
      for (const name of ['a', 'b', 'c']) {
        await world.deliver(writeMail({ from: `${name}@customer.example`, to: DESK }));
      }
      await world.until('select count(*) = 3 from inbound_mails');
      await flush(world);
      process.kill(worker.pid, 'SIGCONT');
      await startRole(world, 'sweep');
      await world.until('select count(*) = 3 from tickets');
      await world.until(SETTLED);
      for (const name of ['a', 'b', 'c']) expect(world.countTo(`${name}@customer.example`)).toBe(1);
    } finally {
      await world.stop();
    }
  });
}

describe('the queue on Postgres', () => lostHintSuite('postgres'));
describeWith('redis-server', 'the queue on Redis', () => {
  lostHintSuite('redis');

  test('Redis away for some seconds loses nothing', { timeout: 300_000 }, async () => {
    const world = await startDeskWorld({ queue: 'redis' });
    try {
      const all = await startRole(world, 'all');
      await world.until(POLLED);
      const port = world.redis?.port ?? 0;
      await world.redis?.stop();
      for (let n = 1; n <= 8; n++) {
        await world.deliver(writeMail({ from: `c${n}@customer.example`, to: DESK }));
      }
      await world.until('select count(*) = 8 from inbound_mails');
      const redis = await startRedis({ port });
      world.onStop(() => redis.stop());
      await world.until('select count(*) = 8 from tickets');
      await world.until(SETTLED);
      for (let n = 1; n <= 8; n++) expect(world.countTo(`c${n}@customer.example`)).toBe(1);
      expect(await all.terminate()).toBe(0);
    } finally {
      await world.stop();
    }
  });
});
