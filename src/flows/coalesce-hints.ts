import type { HintQueue, QueueName } from '../queue/queue.ts';

/** A burst of rows makes a hint each; a worker drains all that is due, so one in this time is enough. */
const PAUSE_MS = 100;

/**
 * The same queue, whose hints of one name go out at most once in a pause: the first at once, so that a single mail does
 * not wait, and what comes in the pause together at its end. Hints are only hints, so nothing can be lost by it.
 */
export function coalesceHints(queue: HintQueue): HintQueue {
  const pauses = new Map<QueueName, { asked: boolean; timer: NodeJS.Timeout }>();
  const begin = (name: QueueName) => {
    const timer = setTimeout(() => {
      const pause = pauses.get(name);
      pauses.delete(name);
      if (!pause?.asked) return;
      begin(name);
      void queue.hint(name);
    }, PAUSE_MS);
    pauses.set(name, { asked: false, timer });
  };
  return {
    ...queue,
    hint: async (name, options) => {
      if (options?.delayMs !== undefined) return await queue.hint(name, options);
      const pause = pauses.get(name);
      if (!pause) {
        begin(name);
        return await queue.hint(name);
      }
      pause.asked = true;
    },
    close: async () => {
      for (const { timer } of pauses.values()) clearTimeout(timer);
      await queue.close();
    },
  };
}
