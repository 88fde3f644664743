import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';
import { PATIENCE_MS, waitFor } from '../../support/wait-for.ts';

/** A side of a connection as the test sees it: what it heard, and how it ended. */
type Side = { socket: Socket; heard(): string; ended(): 'no' | 'fin' | 'rst' };

let server: Server;
let proxy: TcpProxy;
let accepted: Side[];
let sockets: Socket[];

beforeEach(async () => {
  accepted = [];
  sockets = [];
  server = createServer({ allowHalfOpen: true }, (socket) => accepted.push(listen(socket)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  proxy = await startTcpProxy({ port: address.port });
});
afterEach(async () => {
  await proxy.stop();
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

function listen(socket: Socket): Side {
  let heard = '';
  let ended: 'no' | 'fin' | 'rst' = 'no';
  sockets.push(socket);
  socket.on('data', (chunk) => {
    heard += chunk.toString();
  });
  socket.on('end', () => {
    ended = 'fin';
  });
  socket.on('error', () => {
    ended = 'rst';
  });
  return { socket, heard: () => heard, ended: () => ended };
}

/** A client that has reached the server through the proxy. */
async function connect(): Promise<{ client: Side; host: Side }> {
  const socket = dial({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
  const client = listen(socket);
  const before = accepted.length;
  await once(socket, 'connect');
  await waitFor(
    () => accepted.length > before,
    PATIENCE_MS,
    () => 'the server to be reached',
  );
  const host = accepted[before];
  if (!host) throw new Error('nobody has come');
  return { client, host };
}

const hears = (side: Side, text: string) =>
  waitFor(
    () => side.heard() === text,
    PATIENCE_MS,
    () => `"${text}", where "${side.heard()}" was heard`,
  );
const ends = (side: Side, how: 'fin' | 'rst') =>
  waitFor(
    () => side.ended() === how,
    PATIENCE_MS,
    () => `the end ${how}, where it is ${side.ended()}`,
  );

test('passes bytes and the end of them, both ways', async () => {
  const { client, host } = await connect();
  client.socket.end('question');
  await hears(host, 'question');
  await ends(host, 'fin');
  host.socket.end('answer');
  await hears(client, 'answer');
  await ends(client, 'fin');
  await waitFor(
    () => proxy.open() === 0,
    PATIENCE_MS,
    () => 'the connection to be over',
  );
});

test('passes many bytes, also where the reader is slow', async () => {
  const { client, host } = await connect();
  host.socket.pause();
  client.socket.end(Buffer.alloc(8 * 1024 * 1024, 'x'));
  // Fixed pause: the reader is slow.
  await sleep(100);
  host.socket.resume();
  await ends(host, 'fin');
  expect(host.heard().length).toBe(8 * 1024 * 1024);
});

test('a cut is a reset or an end, and new connections pass as before', async () => {
  for (const how of ['rst', 'fin'] as const) {
    const { client, host } = await connect();
    proxy.cut(how);
    await ends(client, how);
    await ends(host, how);
  }
  const { client, host } = await connect();
  client.socket.write('still here');
  await hears(host, 'still here');
});

test('a stalled connection stays open and goes on where it was, its end included', async () => {
  const { client, host } = await connect();
  proxy.flow({ toServer: 'stall' });
  client.socket.end('held');
  host.socket.write('the other way passes');
  await hears(client, 'the other way passes');
  // Fixed pause: that nothing comes is seen only by waiting.
  await sleep(100);
  expect([host.heard(), host.ended()]).toEqual(['', 'no']);
  proxy.flow({ toServer: 'pass' });
  await hears(host, 'held');
  await ends(host, 'fin');
});

test('half-open: the bytes and the end of one way are lost for good', async () => {
  const { client, host } = await connect();
  proxy.flow({ toClient: 'swallow' });
  client.socket.write('do you hear me');
  await hears(host, 'do you hear me');
  host.socket.write('yes');
  // Fixed pause: that nothing comes is seen only by waiting.
  await sleep(100);
  host.socket.resetAndDestroy();
  await sleep(100);
  proxy.flow({ toClient: 'pass' });
  await ends(client, 'rst');
  expect(client.heard()).toBe('');
});

test('drips so many bytes in each tick', async () => {
  const { client, host } = await connect();
  proxy.flow({ toServer: { bytes: 2, everyMs: 50 } });
  const began = performance.now();
  client.socket.end('12345678');
  await hears(host, '12345678');
  await ends(host, 'fin');
  expect(performance.now() - began).toBeGreaterThan(140);
});

test('refuses as a machine with nothing on that port does, until it accepts again', async () => {
  const { client, host } = await connect();
  await proxy.refuse();
  const refused = dial(proxy.port, '127.0.0.1');
  const [error] = (await once(refused, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNREFUSED');
  client.socket.write('an open connection stays');
  await hears(host, 'an open connection stays');
  await proxy.accept();
  await connect();
});

test('cuts after so many bytes of one connection', async () => {
  const done = proxy.cutOnce({ way: 'toClient', bytes: 7 });
  const { client, host } = await connect();
  host.socket.write('12345');
  await hears(client, '12345');
  host.socket.write('6789');
  await done;
  await hears(client, '1234567');
  await ends(client, 'fin');
  await ends(host, 'rst');
});

test('cuts when a text has passed, in one piece or in several; the receiver has all of it and can act on it', async () => {
  for (const pieces of [['before COMMIT after'], ['before COM', 'MI', 'T after']]) {
    const { client, host } = await connect();
    const done = proxy.cutOnce({ way: 'toServer', text: 'COMMIT' });
    for (const piece of pieces) {
      client.socket.write(piece);
      // Fixed pause: so that the pieces are no one piece.
      await sleep(20);
    }
    await done;
    await hears(host, 'before COMMIT');
    await ends(host, 'fin');
    await ends(client, 'rst');
  }
});

test('a text may have to come after another one, in the same connection', async () => {
  for (const pieces of [['COMMIT, insert, COMMIT after'], ['COMMIT, ins', 'ert, COM', 'MIT after']]) {
    const [one, other] = [await connect(), await connect()];
    const done = proxy.cutOnce({ way: 'toServer', text: 'COMMIT', after: 'insert' });
    other.client.socket.write('COMMIT');
    await hears(other.host, 'COMMIT');
    for (const piece of pieces) {
      one.client.socket.write(piece);
      // Fixed pause: so that the pieces are no one piece.
      await sleep(20);
    }
    await done;
    await hears(one.host, 'COMMIT, insert, COMMIT');
    await ends(one.client, 'rst');
    other.client.socket.write(' again');
    await hears(other.host, 'COMMIT again');
  }
});

test('a trigger cuts one connection only, and none when it is disarmed', async () => {
  const one = await connect();
  const other = await connect();
  void proxy.cutOnce({ way: 'toServer', text: 'x' });
  one.client.socket.write('x');
  await ends(one.client, 'rst');
  other.client.socket.write('x');
  await hears(other.host, 'x');
  void proxy.cutOnce({ way: 'toServer', text: 'y' });
  proxy.disarm();
  other.client.socket.write('y');
  await hears(other.host, 'xy');
  expect(other.client.ended()).toBe('no');
});

test('stands before a Unix socket too', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'turnmail-proxy-'));
  const behind = createServer({ allowHalfOpen: true }, (socket) => accepted.push(listen(socket)));
  await new Promise<void>((resolve) => behind.listen(path.join(folder, 'socket'), resolve));
  await proxy.stop();
  proxy = await startTcpProxy({ path: path.join(folder, 'socket') });
  for (const how of ['rst', 'fin'] as const) {
    const { client, host } = await connect();
    client.socket.write('question');
    await hears(host, 'question');
    proxy.cut(how);
    await ends(client, how);
  }
  const { client, host } = await connect();
  client.socket.resetAndDestroy();
  await ends(host, 'fin');
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => behind.close(resolve));
  await rm(folder, { recursive: true });
});

test('where the server is away, the client is reset', async () => {
  await new Promise<void>((resolve) => server.close(() => resolve()));
  const client = listen(dial(proxy.port, '127.0.0.1'));
  await ends(client, 'rst');
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
