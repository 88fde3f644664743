import { afterEach, beforeEach, expect, it } from 'vitest';
import { connectQueue } from '../../../src/queue/connect-queue.ts';
import type { HintQueue } from '../../../src/queue/queue.ts';
import { PATIENCE_MS } from '../../support/wait-for.ts';

/** Asks again until `look` gives something. */
export async function eventually<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = PATIENCE_MS,
): Promise<T> {
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; ) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    // Fixed pause: between two looks.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`it did not come true within ${timeoutMs} ms`);
}

/** What both backends must do alike. `place` gives the settings of a backend that this suite has for itself. */
export function describesAQueueOfHints(place: () => { queueUrl: string | undefined; databaseUrl: string }): void {
  let queue: HintQueue;
  let errors: Error[];
  let test = 0;
  const connect = (prefix: string) => connectQueue({ ...place(), prefix, onError: (error) => errors.push(error) });
  beforeEach(async () => {
    errors = [];
    test += 1;
    queue = await connect(`test${test}`);
  });
  afterEach(() => queue.close());

  it('hands each hint to a worker once and forgets it then', async () => {
    let seen = 0;
    await queue.work('process', 4, async () => {
      seen += 1;
    });
    for (let hint = 1; hint <= 20; hint += 1) await queue.hint('process');
    await eventually(() => seen >= 20);
    await eventually(async () => (await queue.counts()).process.active === 0);
    expect(seen).toBe(20);
    expect((await queue.counts()).process).toEqual({ waiting: 0, active: 0, delayed: 0, failed: 0 });
    expect(errors).toEqual([]);
  });

  it('keeps the two queues apart and counts what waits', async () => {
    await queue.hint('send');
    await queue.hint('send', { delayMs: 60_000 });
    expect(await queue.counts()).toEqual({
      process: { waiting: 0, active: 0, delayed: 0, failed: 0 },
      send: { waiting: 1, active: 0, delayed: 1, failed: 0 },
    });
  });

  it('keeps a delayed hint back for its time', async () => {
    const given = Date.now();
    const came: number[] = [];
    await queue.work('send', 1, async () => {
      came.push(Date.now());
    });
    await queue.hint('send', { delayMs: 400 });
    const [at = 0] = await eventually(() => came.length > 0 && came);
    expect(at - given).toBeGreaterThan(350);
  });

  it('runs no more handlers at once than it was told', async () => {
    let running = 0;
    let most = 0;
    let done = 0;
    await queue.work('process', 3, async () => {
      running += 1;
      most = Math.max(most, running);
      // Fixed pause: work that lasts, so that one more beside it would be seen.
      await new Promise((resolve) => setTimeout(resolve, 50));
      running -= 1;
      done += 1;
    });
    await Promise.all(Array.from({ length: 12 }, () => queue.hint('process')));
    await eventually(() => done === 12);
    expect(most).toBe(3);
  });

  it('brings a hint again whose handler threw, and says so', async () => {
    let attempts = 0;
    await queue.work('process', 1, async () => {
      attempts += 1;
      if (attempts < 3) throw new Error('the database blinked');
    });
    await queue.hint('process');
    await eventually(() => attempts === 3);
    await eventually(async () => (await queue.counts()).process.active === 0);
    expect(errors.map(({ message }) => message)).toEqual([
      'the work for process failed (attempt 1 of 5): the database blinked',
    ]);
  });

  it('keeps hints for a worker that comes later, also across a restart', async () => {
    await queue.hint('process');
    await queue.close();
    queue = await connect(`test${test}`);
    let seen = 0;
    await queue.work('process', 1, async () => {
      seen += 1;
    });
    await eventually(() => seen === 1);
  });

  it('ends only when the running handler has ended', async () => {
    let ended = false;
    let began = false;
    await queue.work('process', 1, async () => {
      began = true;
      // Fixed pause: longer than a close that does not wait for it.
      await new Promise((resolve) => setTimeout(resolve, 300));
      ended = true;
    });
    await queue.hint('process');
    await eventually(() => began);
    await queue.close();
    expect(ended).toBe(true);
    expect(errors).toEqual([]);
  });

  it('answers a ping', async () => {
    await expect(queue.ping()).resolves.toBeUndefined();
  });
}
