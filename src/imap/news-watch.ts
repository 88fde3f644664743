import type { ImapFlow } from 'imapflow';

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
  const wakers = new Set<() => void>();
  const wake = () => {
    for (const waker of [...wakers]) waker();
  };
  client.on('exists', ({ count, prevCount }) => {
    if (count <= prevCount) return;
    announced += count - prevCount;
    unseen = true;
    wake();
  });
  client.on('error', (error) => {
    lastError = error;
  });
  client.on('close', wake);

  const lost = () => lastError ?? Object.assign(new Error('The server ended the connection'), { code: 'ECONNRESET' });

  /** Resolves on anything that may have changed, or when the time is up. */
  const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
    let stop = () => {};
    const woken = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wakers.add(resolve);
      const aborted = () => resolve();
      signal.addEventListener('abort', aborted);
      stop = () => {
        clearTimeout(timer);
        wakers.delete(resolve);
        signal.removeEventListener('abort', aborted);
      };
    });
    let waiting = true;
    const idle = async () => {
      while (waiting && client.usable) {
        await client.idle().catch(() => undefined);
        if (waiting) await Promise.race([woken, new Promise<void>((resolve) => setTimeout(resolve, AGAIN_MS).unref())]);
      }
    };
    void idle();
    await woken;
    waiting = false;
    stop();
  };

  /** Ends IDLE and shows that the server is there. */
  const probe = async (): Promise<void> => {
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(Object.assign(new Error('The server did not answer in time'), { code: 'ETIMEDOUT' }));
        client.close();
      }, answerMs);
    });
    try {
      await Promise.race([client.noop(), silence]);
    } finally {
      clearTimeout(timer);
    }
  };

  const wait = async (timeoutMs: number, signal: AbortSignal): Promise<News> => {
    const until = performance.now() + timeoutMs;
    for (;;) {
      if (signal.aborted) return 'aborted';
      if (!client.usable) throw lost();
      if (unseen) {
        unseen = false;
        return 'news';
      }
      const left = until - performance.now();
      if (left <= 0) return 'timeout';
      await pause(Math.min(left, renewMs), signal);
      if (!unseen && !signal.aborted && client.usable) await probe();
    }
  };

  return {
    seen: () => {
      unseen = false;
    },
    hasNews: () => unseen,
    announced: () => announced,
    wait,
  };
}
