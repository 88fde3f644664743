import { connect } from 'node:net';

/** One answer as it came over the wire. */
export type Answer = { status: number; head: string; body: string };
export type Exchange = { answers: Answer[]; ended: 'by-server' | 'by-us'; tookMs: number; rest: string };

const PATIENCE_MS = 60_000;
/** After an answer, nothing more within this time means that nothing more comes. */
const QUIET_MS = 1_500;

/**
 * Writes the pieces on one TCP connection, each after its pause, and reads whatever comes back until the server ends the
 * connection or has answered and is quiet. Nothing is corrected: what is sent are the bytes of the file.
 */
export function speakHttp(
  to: { port: number; from: string },
  pieces: { pauseMs: number; bytes: Buffer }[],
): Promise<Exchange> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const socket = connect({ port: to.port, host: '127.0.0.1', localAddress: to.from });
    let heard = '';
    let quiet: NodeJS.Timeout | undefined;
    let writing = true;
    const finish = (ended: Exchange['ended']) => {
      clearTimeout(patience);
      clearTimeout(quiet);
      socket.destroy();
      const { answers, rest } = readAnswers(heard);
      resolve({ answers, rest, ended, tookMs: performance.now() - startedAt });
    };
    // Time bound: what is neither answered nor ended shows as such.
    const patience = setTimeout(() => finish('by-us'), PATIENCE_MS);
    // Fixed pause: that nothing more comes is seen only by waiting.
    const listen = () => {
      clearTimeout(quiet);
      if (!writing && readAnswers(heard).answers.length > 0) quiet = setTimeout(() => finish('by-us'), QUIET_MS);
    };
    socket.on('data', (data) => {
      heard += data.toString('latin1');
      listen();
    });
    socket.on('close', () => finish('by-server'));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // Reset and broken pipe are ways in which the server ends a connection.
      if (error.code === 'ECONNREFUSED' || error.code === 'EADDRNOTAVAIL') reject(error);
    });
    const write = async () => {
      for (const { pauseMs, bytes } of pieces) {
        // Fixed pause: the attack is slow.
        await new Promise((go) => setTimeout(go, pauseMs));
        if (socket.destroyed) return;
        socket.write(bytes);
      }
      writing = false;
      listen();
    };
    socket.once('connect', () => void write());
  });
}

/** The whole answers at the beginning of a text, and what follows them. */
export function readAnswers(heard: string): { answers: Answer[]; rest: string } {
  const answers: Answer[] = [];
  let rest = heard;
  for (;;) {
    const end = rest.indexOf('\r\n\r\n');
    const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(rest)?.[1]);
    if (end < 0 || Number.isNaN(status)) return { answers, rest };
    const head = rest.slice(0, end);
    const declared = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
    const body = rest.slice(end + 4, end + 4 + declared);
    // An answer to HEAD names the length of a body that does not come.
    const bodiless = body === '' || body.startsWith('HTTP/1.');
    if (!bodiless && body.length < declared) return { answers, rest };
    answers.push({ status, head, body: bodiless ? '' : body });
    rest = rest.slice(end + 4 + (bodiless ? 0 : declared));
  }
}
