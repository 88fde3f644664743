import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { connectQueue } from '../../../src/queue/connect-queue.ts';
import type { HintQueue } from '../../../src/queue/queue.ts';
import { freePort } from '../../support/child-process.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { describeWith } from '../../support/servers.ts';
import { describesAQueueOfHints, eventually } from './hint-suite.ts';

describeWith('redis-server', 'hints on Redis', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis({ password: 'p/w:é' });
  });
  afterAll(() => redis.stop());

  describesAQueueOfHints(() => ({ queueUrl: redis.url.replace(/0$/, '3'), databaseUrl: 'postgresql://unused' }));
});

describeWith('redis-server', 'a Redis that comes and goes', () => {
  let queue: HintQueue;
  const running: TestRedis[] = [];
  const errors: Error[] = [];
  const connect = (port: number) =>
    connectQueue({ queueUrl: `redis://127.0.0.1:${port}`, databaseUrl: '', onError: (error) => errors.push(error) });
  const start = async (port: number) => {
    const redis = await startRedis({ port });
    running.push(redis);
    return redis;
  };
  afterEach(async () => {
    await queue.close();
    for (const redis of running.splice(0)) await redis.stop();
    errors.length = 0;
  });

  it('may be away at the start: hints are lost within a second, then all works by itself', async () => {
    const port = await freePort();
    queue = await connect(port);
    let seen = 0;
    await queue.work('process', 1, async () => {
      seen += 1;
    });
    await queue.hint('process');
    await queue.hint('process');
    await queue.hint('process');
    await expect(queue.ping()).rejects.toThrow(/away/);
    expect(errors.map(({ message }) => message)).toContain('a hint to process was lost: Redis is away');

    await start(port);
    await eventually(() =>
      queue.ping().then(
        () => true,
        () => false,
      ),
    );
    await queue.hint('process');
    await eventually(() => seen > 0);
    expect(seen).toBe(1);
  });

  it('may restart: the worker comes back and takes the next hint', async () => {
    const port = await freePort();
    const first = await start(port);
    queue = await connect(port);
    let seen = 0;
    await queue.work('send', 1, async () => {
      seen += 1;
    });
    await queue.hint('send');
    await eventually(() => seen === 1);
    await first.stop();
    await queue.hint('send');
    await start(port);
    await eventually(() =>
      queue.ping().then(
        () => true,
        () => false,
      ),
    );
    const before = seen;
    await queue.hint('send');
    await eventually(() => seen > before);
  });

  it('may hang: a hint gives up after a second', async () => {
    const port = await freePort();
    const redis = await start(port);
    queue = await connect(port);
    await queue.hint('send');
    redis.process.kill('SIGSTOP');
    try {
      await queue.hint('send');
      await expect(queue.ping()).rejects.toThrow();
      expect(errors.some(({ message }) => /a hint to send was lost/.test(message))).toBe(true);
    } finally {
      redis.process.kill('SIGCONT');
    }
  });

  it('may be gone at the end: closing does not wait for it', async () => {
    const port = await freePort();
    const redis = await start(port);
    queue = await connect(port);
    await queue.work('send', 1, async () => {});
    await queue.hint('send');
    await redis.stop();
    // It would wait for ever.
    await queue.close();
  });

  it('may be told to evict: that is said once', async () => {
    const redis = await startRedis({ maxmemoryPolicy: 'allkeys-lru' });
    running.push(redis);
    queue = await connect(redis.port);
    const said = () => errors.filter(({ message }) => /maxmemory-policy is allkeys-lru/.test(message));
    await eventually(() => said().length > 0);
    // A connection that is lost and made again asks once more.
    const admin = new Redis(redis.port);
    await admin.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    admin.disconnect();
    await eventually(() =>
      queue.ping().then(
        () => true,
        () => false,
      ),
    );
    await queue.hint('send');
    expect(said()).toHaveLength(1);
  });
});

it('a QUEUE_URL that is none is refused without repeating it', async () => {
  for (const queueUrl of ['http://user:hidden@host', 'redis://:hidden@host/zero', 'hidden']) {
    const attempt = connectQueue({ queueUrl, databaseUrl: '', onError: () => {} });
    await expect(attempt).rejects.toMatchObject({
      code: 'settings-invalid',
      message: expect.not.stringContaining('hidden'),
    });
  }
});
