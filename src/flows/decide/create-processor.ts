import { createBell } from './bell.ts';
import { type News, type ProcessingDesk, processWaiting } from './process-waiting.ts';

/**
 * The one place of a process where waiting mails are decided, whoever asks for it: who comes while it is under way only says
 * that there may be more. So several hints at once do not multiply PROCESS_CONCURRENCY or the bounds of what is in hand.
 * @returns what each hint runs; it resolves when nothing is due, or at once where another is at it
 */
export function createProcessor(desk: ProcessingDesk): (stop: AbortSignal) => Promise<number> {
  let isRunning = false;
  const news: News = { told: false, bell: createBell() };
  return async (stop) => {
    news.told = true;
    news.bell.ring();
    if (isRunning) return 0;
    isRunning = true;
    let decided = 0;
    try {
      while (news.told && !stop.aborted) decided += await processWaiting(desk, stop, news);
      return decided;
    } finally {
      isRunning = false;
    }
  };
}
