import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort, retryStart, spawnServer, untilUp } from './child-process.ts';
import { requireServer } from './servers.ts';

export type TestRedis = { url: string; port: number; stop(): Promise<void>; process: ChildProcess };
export type TestRedisOptions = {
  /** a fixed port, to bring a server back where it was; default: a free one */
  port?: number;
  /** asked of every client; it stands in the url */
  password?: string;
  maxmemoryPolicy?: string;
};

/** A Redis of this test's own on a free loopback port, keeping nothing on disk. */
export async function startRedis(options: TestRedisOptions = {}): Promise<TestRedis> {
  const binary = requireServer('redis-server');
  return options.port === undefined ? retryStart(() => startOnce(binary, options)) : startOnce(binary, options);
}

async function startOnce(binary: string, options: TestRedisOptions): Promise<TestRedis> {
  const port = options.port ?? (await freePort());
  const folder = await mkdtemp(path.join(tmpdir(), 'turnmail-redis-'));
  const server = spawnServer(binary, [
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder],
    ...['--save', '', '--appendonly', 'no', '--maxmemory-policy', options.maxmemoryPolicy ?? 'noeviction'],
    ...(options.password === undefined ? [] : ['--requirepass', options.password]),
  ]);
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await untilUp(server, () => answersPing(port));
  } catch (error) {
    await stop();
    throw error;
  }
  const credentials = options.password === undefined ? '' : `:${encodeURIComponent(options.password)}@`;
  return { url: `redis://${credentials}127.0.0.1:${port}/0`, port, stop, process: server.child };
}

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.once('data', (data) => {
      socket.destroy();
      resolve(/^(\+PONG|-NOAUTH)/.test(data.toString()));
    });
    socket.once('error', () => resolve(false));
    socket.setTimeout(500, () => {
      socket.destroy();
      resolve(false);
    });
  });
}
