import { execFile } from 'node:child_process';
import { readdir, readFile, readlink, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { Fault, messageOf } from '../../domain/fault.ts';
import { type ClusterPlace, hasCode, isAlive } from './embedded-postgres-files.ts';
import { DATABASE_USER, SOCKET_PORT } from './embedded-postgres-program.ts';

/** Every process that uses the server holds this lock, shared, in the database `postgres`; who stops it takes it alone. */
const USERS_LOCK = 0x7475726e;

const run = promisify(execFile);

/** What the server writes about itself in its data folder (PostgreSQL's `pidfile.h`). */
type PidFile = { text: string; pid: number; socketFolder: string | undefined };

async function readPidFile(place: ClusterPlace): Promise<PidFile | undefined> {
  try {
    const text = await readFile(path.join(place.pgdata, 'postmaster.pid'), 'utf8');
    const lines = text.split('\n');
    return { text, pid: Number(lines[0]), socketFolder: lines[4]?.trim() || undefined };
  } catch {
    return undefined;
  }
}

/** pg has ref and unref as sockets have them; its published types do not. */
export type ServerClient = pg.Client & { ref(): void; unref(): void };

/** `answers`: a connection to it. `busy`: starting or stopping. `absent`: nobody listens. */
export type Probe =
  | { state: 'answers'; client: ServerClient; socketFolder: string }
  | { state: 'busy' }
  | { state: 'absent' };

/** Asks the cluster's server, where there is one, for a connection to the database `postgres`. */
export async function probeServer(place: ClusterPlace): Promise<Probe> {
  const socketFolder = (await readPidFile(place))?.socketFolder ?? place.socketFolder;
  const client = new pg.Client({
    host: socketFolder,
    port: SOCKET_PORT,
    user: DATABASE_USER,
    database: 'postgres',
    connectionTimeoutMillis: 5000,
    application_name: 'turnmail embedded',
  }) as ServerClient;
  // A server that goes away ends this connection; the next caller that needs one connects again.
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('show data_directory');
    if (rows[0]?.data_directory === place.pgdata) return { state: 'answers', client, socketFolder };
  } catch (error) {
    await client.end().catch(() => {});
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ECONNREFUSED')) return { state: 'absent' };
    if (isGoingAway(error)) return { state: 'busy' };
    throw new Fault(
      'database-unavailable',
      `the embedded database in ${place.home} does not let us in: ${messageOf(error)}`,
      { cause: error },
    );
  }
  await client.end();
  throw new Fault('settings-invalid', `another PostgreSQL listens in ${socketFolder}, not the one of ${place.pgdata}`);
}

/** 57P0x: the server starts, stops or was told to end us; a connection that breaks means the same. */
function isGoingAway(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^(57P|ECONNRESET|EPIPE)/.test(code) || /Connection terminated/.test(messageOf(error));
}

/** Says that this connection's process uses the server, until the connection ends. False when it is being stopped. */
export async function joinUsers(client: pg.Client): Promise<boolean> {
  try {
    const { rows } = await client.query<{ joined: boolean }>('select pg_try_advisory_lock_shared($1) as joined', [
      USERS_LOCK,
    ]);
    return rows[0]?.joined === true;
  } catch (error) {
    if (isGoingAway(error)) return false;
    throw error;
  }
}

/** Leaves the users. True when no other process uses the server; then none can join until this connection ends. */
export async function keepOthersOut(client: pg.Client): Promise<boolean> {
  await client.query('select pg_advisory_unlock_all()');
  const { rows } = await client.query<{ alone: boolean }>('select pg_try_advisory_lock($1) as alone', [USERS_LOCK]);
  return rows[0]?.alone === true;
}

/** The pids of PostgreSQL processes that work in this cluster, by their working directory: pids and names lie. */
export async function serverProcesses(place: ClusterPlace): Promise<number[]> {
  if (process.platform !== 'linux') return serverProcessByPidFile(place);
  const found: number[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      if ((await readlink(`/proc/${entry}/cwd`)) !== place.pgdata) continue;
      if ((await readFile(`/proc/${entry}/comm`, 'utf8')).startsWith('postgres')) found.push(Number(entry));
    } catch {
      // It ended meanwhile, is dead and not collected, or is none of ours.
    }
  }
  return found;
}

/** Where there is no /proc: the process the pid file names, if it is a live PostgreSQL. */
async function serverProcessByPidFile(place: ClusterPlace): Promise<number[]> {
  const pid = (await readPidFile(place))?.pid;
  if (pid === undefined || !isAlive(pid)) return [];
  const { stdout } = await run('ps', ['-o', 'stat=,comm=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return /^[^Z\s]\S*\s.*postgres/.test(stdout.trim()) ? [pid] : [];
}

/**
 * Removes the lock files of a server that is gone, where PostgreSQL itself would not: the pid in them is alive, but as
 * another program, or as a dead process that nobody has collected.
 * The order matters. A server enters its folder before it writes the file, so the owner of a file that was read before
 * the search is found by the search, or is gone.
 */
export async function clearStaleLocks(place: ClusterPlace): Promise<void> {
  const files = [
    path.join(place.pgdata, 'postmaster.pid'),
    path.join(place.socketFolder, `.s.PGSQL.${SOCKET_PORT}.lock`),
  ];
  const locks: { file: string; text: string }[] = [];
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (isAlive(Number(text.split('\n')[0]))) locks.push({ file, text });
  }
  if (locks.length === 0 || (await serverProcesses(place)).length > 0) return;
  for (const { file, text } of locks) await removeIfStill(file, text);
}

/** Removes a file whose text we know; a file that a new server has put in its place meanwhile goes back. */
async function removeIfStill(file: string, text: string): Promise<void> {
  const aside = `${file}.stale.${process.pid}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  if ((await readFile(aside, 'utf8')) === text) await rm(aside, { force: true });
  else await rename(aside, file);
}

/**
 * Stops the server: fast shutdown (SIGINT: sessions end, everything is on disk), and after `patienceMs` at once (SIGQUIT:
 * the next start recovers).
 */
export async function shutDown(place: ClusterPlace, patienceMs = 30_000): Promise<void> {
  const pid = (await readPidFile(place))?.pid;
  if (pid === undefined) return;
  const send = (signal: NodeJS.Signals) => {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if (!hasCode(error, 'ESRCH')) throw error;
    }
  };
  send('SIGINT');
  let deadline = Date.now() + patienceMs;
  while ((await serverProcesses(place)).includes(pid)) {
    if (Date.now() > deadline) {
      send('SIGQUIT');
      deadline = Date.now() + patienceMs;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
