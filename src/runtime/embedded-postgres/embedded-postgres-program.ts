import type { ChildProcess } from 'node:child_process';
import { execFile, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { chmod, cp, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { Fault, messageOf } from '../../domain/fault.ts';
import {
  buildAside,
  type ClusterPlace,
  hasCode,
  renameUnlessThere,
  type ServerAccount,
} from './embedded-postgres-files.ts';

/** The name of the database's only role; it owns everything. */
export const DATABASE_USER = 'turnmail';
/** The server listens on no TCP port; the number is only part of the socket's name. */
export const SOCKET_PORT = 5432;

const run = promisify(execFile);
const require = createRequire(import.meta.url);

/** Nothing of our environment reaches the server: no PG* variable, no locale, no library path. */
const ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' };

const SERVER_SETTINGS: Record<string, string> = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '100',
  shared_buffers: '64MB',
  max_wal_size: '512MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Statements of a mail desk are short: compiling them costs more than it saves.
  jit: 'off',
  log_checkpoints: 'off',
  // A row that is refused is quoted in the detail, a statement as it came: words and addresses of people.
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
};

/** The server's log grows by a few lines a start; beyond this size the next start puts it aside, over the one before. */
const LARGE_LOG_BYTES = 10 * 1024 * 1024;

/**
 * The folder with PostgreSQL's bin, lib and share that the server's account can run: the npm package where it lies, or,
 * when the account cannot read the checkout, a copy beside the cluster.
 * @throws Fault settings-invalid where this platform has no package, or its programs do not run here
 */
export async function findProgram(place: ClusterPlace, log: (line: string) => void): Promise<string> {
  const { folder: installed, version } = await findPackage();
  const linked = await linkLibraries(installed).then(
    () => true,
    () => false,
  );
  if (linked && (await whyNotRunning(installed, place.account)) === undefined) return path.join(installed, 'native');

  const copy = path.join(place.home, `postgresql-${version}`);
  if (!(await stat(copy).catch(() => undefined))) {
    log(`PostgreSQL's account cannot run the programs in ${installed}: copying them to ${copy}`);
    const draft = `${copy}.${process.pid}`;
    await cp(installed, draft, { recursive: true, verbatimSymlinks: true });
    await chmod(draft, 0o755);
    await linkLibraries(draft);
    if (!(await renameUnlessThere(draft, copy))) await rm(draft, { recursive: true, force: true });
  }
  const trouble = await whyNotRunning(copy, place.account);
  if (trouble !== undefined) {
    throw new Fault(
      'settings-invalid',
      `the embedded PostgreSQL does not run here (${trouble}); set DATABASE_URL to a Postgres of yours`,
    );
  }
  return path.join(copy, 'native');
}

async function findPackage(): Promise<{ folder: string; version: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const folder = path.resolve(path.dirname(require.resolve(name)), '..');
    const { version } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as { version: string };
    return { folder, version };
  } catch (error) {
    throw new Fault(
      'settings-invalid',
      `the embedded PostgreSQL for ${process.platform}-${process.arch} is not installed (${name}); set DATABASE_URL to a Postgres of yours`,
      { cause: error },
    );
  }
}

/**
 * Makes the symbolic links of the shared libraries, which npm packages cannot carry. The package would do it in an
 * install script; we run none.
 */
async function linkLibraries(folder: string): Promise<void> {
  const list = await readFile(path.join(folder, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = path.join(folder, target);
    try {
      await symlink(path.relative(path.dirname(link), path.join(folder, source)), link);
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
  }
}

async function whyNotRunning(folder: string, account: ServerAccount): Promise<string | undefined> {
  for (const program of ['initdb', 'postgres']) {
    try {
      await run(path.join(folder, 'native', 'bin', program), ['--version'], { cwd: '/', env: ENVIRONMENT, ...account });
    } catch (error) {
      return messageOf(error);
    }
  }
  return undefined;
}

/**
 * Makes the cluster unless it is there: UTF-8 with PostgreSQL's own C.UTF-8, so that the machine's locales do not matter,
 * and no password, since only the server's account may enter the socket's folder.
 * @throws Fault settings-invalid for a cluster of another major version, database-unavailable when initdb fails
 */
export async function ensureCluster(place: ClusterPlace, program: string, options: { sync: boolean }): Promise<void> {
  const made = await readFile(path.join(place.pgdata, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (made === undefined) {
    await buildAside(place, (draft) => initialise(draft, place, program, options));
    return;
  }
  const { stdout } = await run(path.join(program, 'bin', 'postgres'), ['--version'], {
    cwd: '/',
    env: ENVIRONMENT,
    ...place.account,
  });
  const ours = /\) (\d+)/.exec(stdout)?.[1];
  if (ours !== made.trim()) {
    throw new Fault(
      'settings-invalid',
      `${place.pgdata} was made by PostgreSQL ${made.trim()}, this is ${ours}: export with the version that made it and import here`,
    );
  }
}

async function initialise(
  draft: string,
  place: ClusterPlace,
  program: string,
  options: { sync: boolean },
): Promise<void> {
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const access = [`--username=${DATABASE_USER}`, '--auth-local=trust', '--auth-host=reject'];
  const args = ['-D', draft, ...locale, ...access, '--no-instructions', ...(options.sync ? [] : ['--no-sync'])];
  try {
    await run(path.join(program, 'bin', 'initdb'), args, { cwd: '/', env: ENVIRONMENT, ...place.account });
  } catch (error) {
    const said =
      error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n').slice(-3).join(' ') : '';
    throw new Fault(
      'database-unavailable',
      `the embedded database could not be made in ${place.home}: ${said || messageOf(error)}`,
      {
        cause: error,
      },
    );
  }
}

/**
 * Starts the server in a session of its own, so that Ctrl-C in a terminal reaches us and not it. It outlives us unless it
 * is stopped; the next start takes it over.
 */
export async function spawnServer(
  place: ClusterPlace,
  program: string,
  settings: Record<string, string>,
): Promise<ChildProcess> {
  const args = ['-D', place.pgdata, '-k', place.socketFolder, '-p', String(SOCKET_PORT)];
  for (const [name, value] of Object.entries({ ...SERVER_SETTINGS, ...settings })) args.push('-c', `${name}=${value}`);
  const { size } = await stat(place.logFile).catch(() => ({ size: 0 }));
  if (size > LARGE_LOG_BYTES) await rename(place.logFile, `${place.logFile}.1`);
  const logFile = openSync(place.logFile, 'a', 0o600);
  try {
    const child = spawn(path.join(program, 'bin', 'postgres'), args, {
      cwd: '/',
      detached: true,
      env: ENVIRONMENT,
      stdio: ['ignore', logFile, logFile],
      ...place.account,
    });
    child.on('error', () => {});
    child.unref();
    return child;
  } finally {
    closeSync(logFile);
  }
}
