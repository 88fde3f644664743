import type { ImapFlow } from 'imapflow';

/**
 * Bounds a command as a whole. imapflow's own time-out is for silence, which is normal in IDLE; and a server that
 * sends one byte a second is never silent. After the deadline the connection is over, since an answer that comes too
 * late belongs to nobody.
 */
export async function withDeadline<T>(client: ImapFlow, ms: number, step: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(Object.assign(new Error('The server did not answer in time'), { code: 'ETIMEDOUT' }));
      client.close();
    }, ms);
  });
  try {
    return await Promise.race([step(), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
