import type { SmtpSession } from './smtp-session.ts';

const MAILS_PER_SESSION = 100;

/** After this long one connection more is tried again. */
const MORE_AFTER_MS = 60_000;

type Seat = 'seated' | 'busy' | 'closed';

/**
 * A bounded number of seats for senders (`enter`, `leave`; first come, first served). A relay that takes fewer connections than
 * there are seats makes them fewer (`fewer`), for a while.
 */
export function createSeats(seats: number) {
  const waiting: ((seat: Seat) => void)[] = [];
  const emptied: (() => void)[] = [];
  let taken = 0;
  let closed = false;
  let limit = seats;
  let more: NodeJS.Timeout | undefined;

  const admitWaiting = () => {
    while (waiting.length > 0 && taken < limit) {
      taken += 1;
      waiting.shift()?.('seated');
    }
  };
  const growAgain = () => {
    clearTimeout(more);
    more = setTimeout(() => {
      limit += 1;
      admitWaiting();
      if (limit < seats && !closed) growAgain();
    }, MORE_AFTER_MS);
    more.unref();
  };

  return {
    limit: (): number => limit,
    /** The relay took this many connections and refused one more. */
    fewer: (took: number): void => {
      limit = Math.max(1, Math.min(limit, took));
      if (limit < seats && !closed) growAgain();
    },
    enter: (waitMs: number): Promise<Seat> => {
      if (closed) return Promise.resolve('closed');
      if (taken < limit) {
        taken += 1;
        return Promise.resolve('seated');
      }
      return new Promise((resolve) => {
        const admit = (seat: Seat) => {
          clearTimeout(timer);
          resolve(seat);
        };
        const timer = setTimeout(() => {
          waiting.splice(waiting.indexOf(admit), 1);
          resolve('busy');
        }, waitMs);
        waiting.push(admit);
      });
    },
    leave: (): void => {
      taken -= 1;
      admitWaiting();
      if (taken === 0) for (const resolve of emptied.splice(0)) resolve();
    },
    /** Admits nobody any more, and resolves when the last has left. */
    close: async (): Promise<void> => {
      closed = true;
      clearTimeout(more);
      for (const resolve of waiting.splice(0)) resolve('closed');
      if (taken > 0) await new Promise<void>((resolve) => emptied.push(resolve));
    },
  };
}

/** Sessions that nobody uses now; the newest is taken first, so that the others grow old enough to be closed. */
export function createIdleSessions(idleMs: number) {
  const idle: { session: SmtpSession; timer: NodeJS.Timeout }[] = [];
  let closed = false;

  const take = (): SmtpSession | undefined => {
    for (let entry = idle.pop(); entry !== undefined; entry = idle.pop()) {
      clearTimeout(entry.timer);
      if (entry.session.usable()) return entry.session;
      entry.session.destroy();
    }
    return undefined;
  };

  return {
    take,
    putBack: (session: SmtpSession): void => {
      if (!session.usable()) {
        session.destroy();
        return;
      }
      if (closed || session.mailsSent >= MAILS_PER_SESSION) {
        session.quit();
        return;
      }
      const timer = setTimeout(() => {
        const at = idle.findIndex((entry) => entry.session === session);
        if (at >= 0) idle.splice(at, 1);
        session.quit();
      }, idleMs);
      timer.unref();
      idle.push({ session, timer });
    },
    close: (): void => {
      closed = true;
      for (let session = take(); session !== undefined; session = take()) session.quit();
    },
  };
}
