import type { ProcessingDesk } from '../flows/decide/process-waiting.ts';
import type { Desk } from '../flows/desk.ts';
import type { HintQueue } from '../queue/queue.ts';
import type { Config } from '../runtime/settings/config.ts';
import { workOnQueue } from './work-on-queue.ts';

const MEGABYTE = 1024 * 1024;

/** Understands and decides stored mails. */
export async function startProcess(
  { settings, mailboxes }: Config,
  desk: Desk & Pick<ProcessingDesk, 'parser' | 'authenticate' | 'fresh'>,
  queue: HintQueue,
  closers: (() => Promise<void>)[],
) {
  const { loadGuesser } = await import('../mail/words/guess-language.ts');
  const { createProcessor } = await import('../flows/decide/create-processor.ts');
  if (mailboxes.some(({ identity }) => identity.guessLocale)) await loadGuesser();
  const processing = {
    ...desk,
    concurrency: settings.PROCESS_CONCURRENCY,
    maxMailBytes: settings.MAX_MAIL_MB * MEGABYTE,
  };
  // The first hint does the work; the next says that there is more, and is done.
  const pace = { hintsAtOnce: 2, lookEveryMs: settings.SWEEP_SECONDS * 1000 };
  await workOnQueue(desk, queue, 'process', pace, createProcessor(processing), closers);
}
