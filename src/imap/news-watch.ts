import type { ImapFlow } from 'imapflow';
import { withDeadline } from './deadline.ts';

export type News = 'news' | 'timeout' | 'aborted';

/**
 * Listens for new mail with IDLE (RFC 2177), or with the library's NOOPs where a server has no IDLE.
 *
 * IDLE is a promise that the server will speak; a connection that is half open looks the same as a quiet one. So the
 * wait is cut into pieces of at most RENEW_MS, each ended by a NOOP that must be answered within the time-out: a dead
 * connection is noticed within RENEW_MS and that time, and no server sees an IDLE near its 29 minutes.
 */
export type NewsWatch = {
  /** All that was announced until now is about to be fetched. */
  seen(): void;
  /** Something was announced since. */
  hasNews(): boolean;
  /** How many mails have been announced since the folder was opened. */
  announced(): number;
  wait(timeoutMs: number, signal: AbortSignal): Promise<News>;
};

const RENEW_MS = 4 * 60_000;
/** Pause before IDLE is tried again after the server ended it. */
const AGAIN_MS = 5_000;

/** `answerMs`: how long a NOOP may take to be answered. */
export function createNewsWatch(client: ImapFlow, answerMs: number, renewMs = RENEW_MS): NewsWatch {
  let announced = 0;
  let unseen = false;
  let lastError: Error | undefined;
  const sleepers = new Set<() => void>();
  const wakeAll = () => {
    for (const wake of [...sleepers]) wake();
  };
  client.on('exists', ({ count, prevCount }) => {
    if (count <= prevCount) return;
    announced += count - prevCount;
    unseen = true;
    wakeAll();
  });
  client.on('error', (error) => {
    lastError = error;
  });
  client.on('close', wakeAll);

  const wait = async (timeoutMs: number, signal: AbortSignal): Promise<News> => {
    const until = performance.now() + timeoutMs;
    for (;;) {
      if (signal.aborted) return 'aborted';
      if (!client.usable) {
        throw lastError ?? Object.assign(new Error('The server ended the connection'), { code: 'ECONNRESET' });
      }
      if (unseen) {
        unseen = false;
        return 'news';
      }
      const left = until - performance.now();
      if (left <= 0) return 'timeout';
      await idleUntilWoken(client, sleepers, Math.min(left, renewMs), signal);
      // Ends the IDLE and shows that the server is there. News and aborts need neither: the next command ends it.
      if (!unseen && !signal.aborted && client.usable) await withDeadline(client, answerMs, () => client.noop());
    }
  };
  const seen = () => {
    unseen = false;
  };
  return { seen, hasNews: () => unseen, announced: () => announced, wait };
}

/** Resolves when somebody wakes the sleepers, on abort, or after `ms`; IDLE stays on meanwhile, and after. */
async function idleUntilWoken(
  client: ImapFlow,
  sleepers: Set<() => void>,
  ms: number,
  signal: AbortSignal,
): Promise<void> {
  let waiting = true;
  let tidy = () => {};
  const woken = new Promise<void>((resolve) => {
    const wake = () => resolve();
    const timer = setTimeout(wake, ms);
    sleepers.add(wake);
    signal.addEventListener('abort', wake);
    tidy = () => {
      clearTimeout(timer);
      sleepers.delete(wake);
      signal.removeEventListener('abort', wake);
    };
  });
  const keepIdling = async () => {
    while (waiting && client.usable) {
      // A server that ends or refuses IDLE is no reason to end the wait.
      await client.idle().catch(() => undefined);
      if (waiting) await Promise.race([woken, new Promise<void>((resolve) => setTimeout(resolve, AGAIN_MS).unref())]);
    }
  };
  void keepIdling();
  await woken;
  waiting = false;
  tidy();
}
