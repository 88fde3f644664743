import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runTurnmail } from '../integration/cli/run-turnmail.ts';
import { type DeskWorld, startDeskWorld } from '../support/desk-world.ts';
import { startRedis } from '../support/redis.ts';
import { describeWith } from '../support/servers.ts';
import { startWatchedDesk, type WatchedDesk } from './watched-desk.ts';

/** What breaks is the Redis under a whole desk; each test ends with everything served once, by the same process. */
describeWith('redis-server', 'a desk whose Redis', () => {
  let world: DeskWorld;
  let desk: WatchedDesk;
  let redis: Redis;
  beforeAll(async () => {
    world = await startDeskWorld({ queue: 'redis', env: { AGENTS: 'alice@desk.example' } });
    redis = new Redis(world.redis?.url ?? '', { retryStrategy: () => 200 });
    redis.on('error', () => {});
    desk = await startWatchedDesk(world);
  });
  afterAll(async () => {
    redis?.disconnect();
    await world?.stop();
  });

  test('is emptied again and again in a burst serves everybody', { timeout: 300_000 }, async () => {
    for (let round = 0; round < 4; round++) {
      await desk.write(4);
      await redis.flushall();
    }
    await desk.served();
    await desk.green();
  });

  test('is full takes no hint, says so, and the mails are served all the same', { timeout: 300_000 }, async () => {
    await redis.config('SET', 'maxmemory', '1');
    await desk.write(6);
    await desk.red(/OOM command not allowed/);
    // While it is still full: rows are looked for.
    await desk.served();
    await redis.config('SET', 'maxmemory', '0');
    await desk.green();
    await desk.write(2);
    await desk.served();
  });

  // Ten seconds stand for a minute: a hint gives up after one second, readiness after two, and then rows are looked for
  // every ten seconds, however long it lasts.
  test('is frozen keeps nobody waiting for it, and is used again when it wakes up', { timeout: 300_000 }, async () => {
    const server = world.redis?.process;
    server?.kill('SIGSTOP');
    try {
      await desk.write(6);
      await desk.red(/no answer within|Command timed out/);
      await desk.served();
    } finally {
      server?.kill('SIGCONT');
    }
    await desk.green();
    await desk.write(2);
    await desk.served();
  });

  test('is gone and comes back empty is missed by nobody', { timeout: 300_000 }, async () => {
    const port = world.redis?.port ?? 0;
    await world.redis?.stop();
    await desk.write(6);
    await desk.red(/Redis is away/);
    await desk.served();
    const again = await startRedis({ port, maxmemoryPolicy: 'allkeys-lru' });
    world.onStop(() => again.stop());
    await desk.green();
    await desk.write(2);
    await desk.served();
    // This one may evict jobs, which is said when it is met.
    expect(desk.process.output()).toContain('its maxmemory-policy is allkeys-lru, it should be noeviction');
    const doctor = await runTurnmail(['doctor', '--json'], world.env);
    const { checks } = JSON.parse(doctor.out) as { checks: { name: string; state: string; todo: string | null }[] };
    expect(checks.find(({ name }) => name === 'queue')).toMatchObject({
      state: 'warn',
      todo: 'redis-cli config set maxmemory-policy noeviction',
    });
    expect(await desk.process.terminate()).toBe(0);
  });
});
