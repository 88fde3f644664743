import type { SmtpSession } from './smtp-session.ts';

const MAILS_PER_SESSION = 100;

type Seat = 'seated' | 'busy' | 'closed';

/**
 * A bounded number of seats for senders (`enter`, `leave`; first come, first served) and the idle sessions that they
 * leave behind (`putBack`, `takeIdle`; newest first, so that the others grow old enough to be closed).
 */
export function createSeats(seats: number, idleMs: number) {
  const idle: { session: SmtpSession; timer: NodeJS.Timeout }[] = [];
  const waiting: ((seat: Seat) => void)[] = [];
  const emptied: (() => void)[] = [];
  let taken = 0;
  let closed = false;

  const takeIdle = (): SmtpSession | undefined => {
    for (let entry = idle.pop(); entry !== undefined; entry = idle.pop()) {
      clearTimeout(entry.timer);
      if (entry.session.usable()) return entry.session;
      entry.session.destroy();
    }
    return undefined;
  };

  return {
    takeIdle,
    enter: (waitMs: number): Promise<Seat> => {
      if (closed) return Promise.resolve('closed');
      if (taken < seats) {
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
      const next = waiting.shift();
      if (next !== undefined) {
        next('seated');
        return;
      }
      taken -= 1;
      if (taken === 0) for (const resolve of emptied.splice(0)) resolve();
    },
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
    close: async (): Promise<void> => {
      closed = true;
      for (const resolve of waiting.splice(0)) resolve('closed');
      for (let session = takeIdle(); session !== undefined; session = takeIdle()) session.quit();
      if (taken > 0) await new Promise<void>((resolve) => emptied.push(resolve));
    },
  };
}
