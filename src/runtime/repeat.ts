import type { Logger } from './logger.ts';

/** Runs `work` again and again, never twice at once; a failure is logged and comes again. */
export function repeat(
  log: Logger,
  everyMs: number,
  work: () => Promise<unknown>,
  closers: (() => Promise<void>)[],
): void {
  let running: Promise<unknown> | undefined;
  const timer = setInterval(() => {
    running ??= work()
      .catch((err: unknown) => log.warn({ err }, 'the sweep failed; it comes again'))
      .finally(() => {
        running = undefined;
      });
  }, everyMs);
  closers.push(async () => {
    clearInterval(timer);
    await running;
  });
}
