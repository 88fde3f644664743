import { connect, type Socket } from 'node:net';
import { createServer } from 'node:tls';
import getTLSOptions from 'smtp-server/lib/tls-options.js';
import { afterEach, expect, test } from 'vitest';
import { type DevMailServer, startDevMailServer } from '../../../src/dev/dev-mail-server.ts';
import { connectMailbox, type MailboxOptions } from '../../../src/imap/mailbox-connection.ts';

/** `127.1` is this machine, too, but by another name than those that we trust without a certificate. */
const OTHER_NAME = '127.1';
const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function start(): Promise<{ server: DevMailServer; tlsPort: number; said: string[] }> {
  const server = await startDevMailServer({ users: [{ address: 'desk@acme.test', password: 'secret' }] });
  stops.push(server.stop);
  const said: string[] = [];
  const sockets = new Set<Socket>();
  // The certificate that smtp-server carries for tests: nobody signed it, and it has expired.
  const front = createServer(getTLSOptions({}), (socket) => {
    const inner = connect(server.imapPort, '127.0.0.1');
    sockets.add(inner);
    socket.on('data', (chunk) => said.push(chunk.toString()));
    for (const end of [socket, inner]) end.on('error', () => undefined);
    socket.pipe(inner).pipe(socket);
  });
  front.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  stops.push(
    () =>
      new Promise((resolve) => {
        front.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  );
  const address = front.address();
  return { server, tlsPort: typeof address === 'object' && address !== null ? address.port : 0, said };
}

async function status(url: string, options: Partial<MailboxOptions> = {}) {
  const connection = await connectMailbox({ url, timeoutMs: 5000, ...options });
  const found = connection.status();
  await connection.close();
  return found;
}

test('imaps: talks TLS, and on this machine any certificate will do', async () => {
  const { tlsPort, said } = await start();
  expect(await status(`imaps://desk%40acme.test:secret@127.0.0.1:${tlsPort}`)).toMatchObject({ exists: 0 });
  expect(said.join('')).toContain('LOGOUT');
});

test('a host that is not known to be this machine must show a good certificate', async () => {
  const { tlsPort, said } = await start();
  const url = `imaps://desk%40acme.test:secret@${OTHER_NAME}:${tlsPort}`;
  await expect(status(url)).rejects.toMatchObject({ kind: 'network', message: expect.stringMatching(/certificate/i) });
  await expect(status(url, { allowPlaintext: true })).rejects.toMatchObject({ kind: 'network' });
  expect(said.join('')).toBe('');
});

test('and gets no password without TLS, unless the operator allows it', async () => {
  const { server } = await start();
  const url = `imap://desk%40acme.test:secret@${OTHER_NAME}:${server.imapPort}`;
  await expect(status(url)).rejects.toThrow(/STARTTLS/);
  expect(await status(url, { allowPlaintext: true })).toMatchObject({ exists: 0 });
});
