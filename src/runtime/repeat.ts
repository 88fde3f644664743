import type { Logger } from './logger.ts';

/** Runs `work` again and again, never twice at once; a failure is logged under `name`, and its turn comes again. */
export function repeat(
  log: Logger,
  name: string,
  everyMs: number,
  work: () => Promise<unknown>,
  closers: (() => Promise<void>)[],
): void {
  let running: Promise<unknown> | undefined;
  const timer = setInterval(() => {
    running ??= work()
      .catch((err: unknown) => log.warn({ err, work: name }, 'work that comes again and again failed'))
      .finally(() => {
        running = undefined;
      });
  }, everyMs);
  closers.push(async () => {
    clearInterval(timer);
    await running;
  });
}
