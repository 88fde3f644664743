import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { findClusterPlace } from '../../src/runtime/embedded-postgres/embedded-postgres-files.ts';
import {
  DATABASE_USER,
  ensureCluster,
  findProgram,
  SOCKET_PORT,
  spawnServer,
} from '../../src/runtime/embedded-postgres/embedded-postgres-program.ts';

const run = promisify(execFile);

/** A Postgres of one test file's own, to be stopped, filled up and broken. */
export type BreakablePostgres = {
  /** where clients connect, for a proxy */
  socketPath: string;
  /** the database `desk` as somebody who is nobody special; `port` puts a TCP proxy in between */
  urlBy(port?: number): string;
  /** one statement as the superuser */
  administer<T extends pg.QueryResultRow = Record<string, unknown>>(statement: string): Promise<T[]>;
  /** how PostgreSQL names it: `fast` rolls back what runs, `immediate` is a crash */
  stop(how: 'fast' | 'immediate'): Promise<void>;
  start(): Promise<void>;
  /** the folder that holds all of it, a small file system of its own where that was asked for */
  folder: string;
  end(): Promise<void>;
};

export type BreakablePostgresOptions = {
  settings?: Record<string, string>;
  /** puts the cluster on a file system of this size, where `canMount` */
  megabytes?: number;
};

/** root can, where it has CAP_SYS_ADMIN: in a container it mostly has not. Elsewhere than on Linux nobody is asked to. */
export function canMount(): boolean {
  if (process.platform !== 'linux') return false;
  const rights = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  const sysAdmin = 21n;
  return ((BigInt(`0x${rights}`) >> sysAdmin) & 1n) === 1n;
}

const SMALL = {
  fsync: 'off',
  full_page_writes: 'off',
  min_wal_size: '32MB',
  max_wal_size: '32MB',
  shared_buffers: '16MB',
};

export async function startBreakablePostgres(options: BreakablePostgresOptions = {}): Promise<BreakablePostgres> {
  const folder = await mkdtemp(path.join(tmpdir(), 'turnmail-postgres-'));
  if (options.megabytes !== undefined) {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${options.megabytes}m,mode=0755`, 'tmpfs', folder]);
  }
  await chmod(folder, 0o755);
  const place = await findClusterPlace(path.join(folder, 'data'), () => {});
  const program = await findProgram(place, () => {});
  await ensureCluster(place, program, { sync: false });
  const local = { host: place.socketFolder, port: SOCKET_PORT };
  let server: Awaited<ReturnType<typeof spawnServer>> | undefined;
  const administer = async <T extends pg.QueryResultRow>(statement: string, database = 'desk'): Promise<T[]> => {
    const client = new pg.Client({ ...local, user: DATABASE_USER, database });
    client.on('error', () => {});
    await client.connect();
    try {
      return (await client.query<T>(statement)).rows;
    } finally {
      await client.end();
    }
  };
  const start = async () => {
    server = await spawnServer(place, program, { ...SMALL, ...options.settings });
    for (const deadline = Date.now() + 60_000; ; ) {
      try {
        await administer('select 1', 'postgres');
        return;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        // Fixed pause: between two tries.
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  };
  const stop = async (how: 'fast' | 'immediate') => {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, 'exit');
    server.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT');
    await gone;
  };
  const cutShort = () => server?.kill('SIGQUIT');
  process.once('exit', cutShort);
  await start();
  // A desk is no superuser, so limits hold for it.
  await administer('create role nobody_special login', 'postgres');
  await administer('create database desk owner nobody_special', 'postgres');
  const query = `host=${encodeURIComponent(place.socketFolder)}`;
  return {
    socketPath: `${place.socketFolder}/.s.PGSQL.${SOCKET_PORT}`,
    urlBy: (port) =>
      port === undefined
        ? `postgresql://nobody_special@localhost:${SOCKET_PORT}/desk?${query}`
        : `postgresql://nobody_special@127.0.0.1:${port}/desk`,
    administer,
    stop,
    start,
    folder,
    end: async () => {
      await stop('fast');
      process.removeListener('exit', cutShort);
      if (options.megabytes !== undefined) await run('umount', [folder]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
