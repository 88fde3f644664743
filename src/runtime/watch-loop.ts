import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Logger } from './logger.ts';

const LOOK_EVERY_MS = 10_000;
const MAX_HELD_MS = 500;

/**
 * Says in the log when something held this process up for more than half a second: nothing else was done meanwhile. A process
 * with the role `web` shows the same in /metrics; the others have nobody who could ask them.
 */
export function watchLoop(log: Logger): void {
  const delays = monitorEventLoopDelay({ resolution: 10 });
  delays.enable();
  setInterval(() => {
    const heldMs = Math.round(delays.max / 1e6);
    if (heldMs > MAX_HELD_MS) log.warn({ heldMs, p99Ms: Math.round(delays.percentile(99) / 1e6) }, HELD_UP);
    delays.reset();
  }, LOOK_EVERY_MS).unref();
}

/** The words of that line, for those who look for it. */
export const HELD_UP = 'something held this process up';
