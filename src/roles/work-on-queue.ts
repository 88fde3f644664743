import type { Desk } from '../flows/desk.ts';
import type { HintQueue, QueueName } from '../queue/queue.ts';
import { repeat } from '../runtime/repeat.ts';

/**
 * A worker of the queue whose handler drains what is due; and one first look, for what waited while nobody ran. Closing
 * tells the handler to end with what it has in hand: a backlog may be longer than a supervisor's patience.
 */
export async function workOnQueue(
  desk: Desk,
  queue: HintQueue,
  name: QueueName,
  { hintsAtOnce, lookEveryMs }: { hintsAtOnce: number; lookEveryMs: number },
  drain: (stop: AbortSignal) => Promise<unknown>,
  closers: (() => Promise<void>)[],
) {
  const stop = new AbortController();
  const worker = await queue.work(name, hintsAtOnce, async () => {
    await drain(stop.signal);
  });
  // While the queue is away nobody hears of rows, so they are looked for.
  const withoutQueue = async () => {
    await queue.ping().catch(() => drain(stop.signal));
  };
  repeat(desk.log, `look for ${name}`, lookEveryMs, withoutQueue, closers);
  closers.push(() => {
    stop.abort();
    return worker.close();
  });
  await desk.queue.hint(name);
}
