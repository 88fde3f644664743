import type SMTPConnection from 'nodemailer/lib/smtp-connection';

/**
 * Time limits of a dialogue. A process that was frozen wakes up with its timers expired, and Node runs them before it reads
 * what came meanwhile. So each limit lets the sockets be read once before it judges: a "250" that has arrived counts.
 */

/**
 * Bounds the whole of a step. nodemailer's socket time-out counts silence only, so a peer that sends one byte a second
 * would hold us for ever.
 */
export async function withDialogueDeadline<T>(
  until: number,
  connection: SMTPConnection,
  step: () => Promise<T>,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let over = false;
  const tooLate = new Promise<never>((_resolve, reject) => {
    const giveUp = () => {
      if (over) return;
      reject(Object.assign(new Error('too slow as a whole'), { code: 'ETIMEDOUT' }));
      connection.close();
    };
    timer = setTimeout(afterReading, Math.max(0, until - performance.now()), giveUp);
  });
  try {
    return await Promise.race([step(), tooLate]);
  } finally {
    over = true;
    clearTimeout(timer);
  }
}

/** Makes the time-out for silence, on the socket that a session is going to use, wait until that socket was read. */
export function readBeforeTimeout(connection: SMTPConnection): void {
  const socket = connection._socket;
  if (!socket) return;
  const judges = socket.listeners('timeout') as (() => void)[];
  socket.removeAllListeners('timeout');
  socket.on('timeout', () => {
    const heard = socket.bytesRead;
    afterReading(() => {
      // What was read has started the time-out anew.
      if (socket.bytesRead !== heard || connection.destroyed) return;
      for (const judge of judges) judge.call(socket);
    });
  });
}

/** Timers run right before the loop looks at sockets, and setImmediate() right after. */
function afterReading(then: () => void): void {
  setImmediate(then);
}
