import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { Fault } from '../../domain/fault.ts';
import { type ClusterPlace, findClusterPlace, hasCode } from './embedded-postgres-files.ts';
import {
  clearStaleLocks,
  joinUsers,
  keepOthersOut,
  probeServer,
  type ServerClient,
  serverProcesses,
  shutDown,
} from './embedded-postgres-process.ts';
import { DATABASE_USER, ensureCluster, findProgram, SOCKET_PORT, spawnServer } from './embedded-postgres-program.ts';

/**
 * A real PostgreSQL from an npm package, on a Unix socket only. It belongs to a data folder, not to a process:
 *
 *   nobody listens -> (make the cluster) -> (clear stale lock files) -> start the server ─┐
 *   a server of this folder answers -> adopt it ──────────────────────────────────────────┴-> join its users -> ready
 *
 * Every process that uses it holds a shared advisory lock for as long as it lives. `stop()` leaves, and the last one to
 * leave shuts the server down, also where another started it: so a server that a killed process left behind does not run for ever,
 * and none is pulled away from under another process. There is no lock file of ours: the cluster is built aside and
 * renamed, PostgreSQL's own lock lets one server win, and those that lose adopt it.
 */
export type EmbeddedPostgres = {
  /** for pg as connectionString */
  url: string;
  /** the folder of the socket */
  host: string;
  port: number;
  user: string;
  /** true when the server ran already */
  adopted: boolean;
  /** Leaves the server; fast shutdown when no other process uses it. Close pools first. Twice is once. */
  stop(): Promise<void>;
};

export type EmbeddedPostgresOptions = {
  /** where the cluster lives, or where a file says where it lives (see findClusterPlace); made when missing */
  dataDir: string;
  /** made when missing */
  database: string;
  /** PostgreSQL settings over ours, for example fsync=off in tests; a server that is adopted keeps its own */
  settings?: Record<string, string>;
  log?(line: string): void;
};

/** How long a server may take to come up; recovery after a crash is part of it. */
const START_TIMEOUT_MS = 120_000;
/** How long processes of a server may live on without anybody answering. */
const SILENCE_TIMEOUT_MS = 20_000;

/**
 * Starts or adopts the embedded database of `dataDir`.
 * @throws Fault settings-invalid (no place, no program for this platform), database-unavailable (it does not come up)
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => {});
  if (process.platform === 'win32') {
    throw new Fault(
      'settings-invalid',
      'the embedded PostgreSQL needs Unix sockets, which Node has not on Windows; set DATABASE_URL',
    );
  }
  const place = await findClusterPlace(options.dataDir, log);
  const { client, socketFolder, adopted } = await reachServer(place, options.settings ?? {}, log);
  try {
    await ensureDatabase(client, options.database);
    // The connection that says "we use it" must not keep a finished process alive.
    client.unref();
  } catch (error) {
    await client.end();
    throw error;
  }
  let stopping: Promise<void> | undefined;
  return {
    url: `postgresql://${DATABASE_USER}@localhost:${SOCKET_PORT}/${encodeURIComponent(options.database)}?host=${encodeURIComponent(socketFolder)}`,
    host: socketFolder,
    port: SOCKET_PORT,
    user: DATABASE_USER,
    adopted,
    stop: () => {
      stopping ??= leaveServer(place, client, log);
      return stopping;
    },
  };
}

async function reachServer(
  place: ClusterPlace,
  settings: Record<string, string>,
  log: (line: string) => void,
): Promise<{ client: ServerClient; socketFolder: string; adopted: boolean }> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  let silentSince: number | undefined;
  let child: ChildProcess | undefined;
  let program: string | undefined;
  for (let starts = 0; Date.now() < deadline; ) {
    const probe = await probeServer(place);
    if (probe.state === 'answers') {
      if (await joinUsers(probe.client)) {
        const adopted = !(child && child.exitCode === null && child.signalCode === null);
        return { client: probe.client, socketFolder: probe.socketFolder, adopted };
      }
      await probe.client.end().catch(() => {});
    }
    const running = child && child.exitCode === null && child.signalCode === null;
    if (probe.state === 'absent' && !running) {
      if ((await serverProcesses(place)).length > 0) {
        // A server that starts in another process, or what a killed one has left and that is about to end.
        silentSince ??= Date.now();
        if (Date.now() - silentSince > SILENCE_TIMEOUT_MS) break;
      } else if (program === undefined) {
        // This takes a while; look again afterwards.
        program = await findProgram(place, log);
        await ensureCluster(place, program, { sync: settings['fsync'] !== 'off' });
        continue;
      } else {
        if (starts === 3) break;
        starts += 1;
        silentSince = undefined;
        await clearStaleLocks(place);
        child = await spawnServer(place, program, settings);
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  throw new Fault(
    'database-unavailable',
    `the embedded database in ${place.home} does not come up: ${await lastLogLines(place)}`,
  );
}

async function ensureDatabase(client: pg.Client, name: string): Promise<void> {
  const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
  if (rowCount !== 0) return;
  try {
    await client.query(`create database ${pg.escapeIdentifier(name)}`);
  } catch (error) {
    // 42P04 and 23505: another process made it at the same moment.
    if (!hasCode(error, '42P04') && !hasCode(error, '23505')) throw error;
  }
}

async function leaveServer(place: ClusterPlace, ours: ServerClient, log: (line: string) => void): Promise<void> {
  try {
    ours.ref();
    await stopUnlessUsed(place, ours, log);
  } catch {
    // Our connection broke, perhaps because the server did: look whether one is there now.
    const probe = await probeServer(place);
    if (probe.state === 'answers') await stopUnlessUsed(place, probe.client, log);
  }
}

async function stopUnlessUsed(place: ClusterPlace, client: pg.Client, log: (line: string) => void): Promise<void> {
  try {
    if (await keepOthersOut(client)) await shutDown(place);
    else log(`the database in ${place.home} stays up: another process uses it`);
  } finally {
    await client.end().catch(() => {});
  }
}

async function lastLogLines(place: ClusterPlace): Promise<string> {
  const text = await readFile(place.logFile, 'utf8').catch(() => '');
  const lines = text.trim().split('\n').slice(-3).join(' | ');
  return lines === '' ? 'it says nothing' : `${lines} (from ${place.logFile})`;
}
