import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmod,
  chown,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { Fault, messageOf } from '../../domain/fault.ts';

/** The account that PostgreSQL runs as; undefined means our own. PostgreSQL refuses to run as root. */
export type ServerAccount = { uid: number; gid: number } | undefined;

/** Where one cluster lives. All paths are absolute and free of symbolic links. */
export type ClusterPlace = {
  /** ours: holds everything below but the sockets of a long path */
  home: string;
  /** the cluster itself; belongs to the account */
  pgdata: string;
  socketFolder: string;
  logFile: string;
  account: ServerAccount;
};

/** In DATA_DIR, when the cluster could not live there: one line, the folder where it does. */
const POINTER = 'postgres.location';
/** Where clusters of root go when the server's account cannot reach DATA_DIR. */
const SYSTEM_FOLDER = '/var/lib/turnmail';
/** Bytes that fit into sockaddr_un.sun_path with its final zero: 108 on Linux, 104 on macOS. */
const MAX_SOCKET_PATH = process.platform === 'linux' ? 107 : 103;

/**
 * Finds, or makes, the folders of the cluster that belongs to `dataDir`. As an ordinary user that is
 * `<dataDir>/postgres`. As root the server runs as `postgres` or `nobody`, and where that account cannot pass the
 * folders above `dataDir` (a checkout below /root) the cluster goes to /var/lib/turnmail and a file in `dataDir` says so.
 * @throws Fault settings-invalid when no place can be used, or the place of an existing cluster cannot
 */
export async function findClusterPlace(dataDir: string, log: (line: string) => void): Promise<ClusterPlace> {
  const wanted = path.resolve(dataDir);
  try {
    await mkdir(wanted, { recursive: true });
  } catch (error) {
    throw new Fault('settings-invalid', `DATA_DIR ${wanted} cannot be made: ${messageOf(error)}`, { cause: error });
  }
  const folder = await realpath(wanted);
  const { home, account } = process.getuid?.() === 0 ? await placeForRoot(folder, log) : await placeForUser(folder);
  return completePlace(home, account);
}

async function placeForUser(folder: string): Promise<{ home: string; account: ServerAccount }> {
  const home = path.join(folder, 'postgres');
  const owner = await ownerOf(path.join(home, 'pgdata'));
  if (owner && owner.uid !== process.getuid?.()) {
    throw new Fault(
      'settings-invalid',
      `the database in ${home} belongs to another account (uid ${owner.uid}); run as that account or as root, or set another DATA_DIR`,
    );
  }
  try {
    await mkdir(home, { recursive: true });
  } catch (error) {
    throw new Fault('settings-invalid', `DATA_DIR ${folder} cannot be written: ${messageOf(error)}`, { cause: error });
  }
  return { home, account: undefined };
}

async function placeForRoot(
  folder: string,
  log: (line: string) => void,
): Promise<{ home: string; account: ServerAccount }> {
  const pointed = await readPointer(folder);
  const home = pointed ?? path.join(folder, 'postgres');
  const owner = await ownerOf(path.join(home, 'pgdata'));
  if (owner?.uid === 0) {
    throw new Fault(
      'settings-invalid',
      `${home}/pgdata belongs to root, as which PostgreSQL does not run; give it back: chown -R ${accountForRoot().name}: ${home}/pgdata`,
    );
  }
  // An existing cluster keeps the account that made it.
  const account = owner ?? accountForRoot();
  if (pointed) return { home, account };
  if (canEnter(folder, account)) {
    await mkdir(home, { recursive: true });
    await chmod(home, 0o755);
    return { home, account };
  }
  if (canEnter(path.dirname(folder), account)) {
    // Only DATA_DIR itself is shut. It is ours alone, so let the server pass through it; nobody may list it.
    await chmod(folder, ((await stat(folder)).mode & 0o777) | 0o011);
    log(`${folder} was shut to the account of PostgreSQL; it may now be passed through, not listed`);
    return placeForRoot(folder, log);
  }
  if (owner) {
    throw new Fault(
      'settings-invalid',
      `the database in ${home} cannot be reached by its account (uid ${owner.uid}): a folder above it is shut; open it (chmod o+x) or move DATA_DIR`,
    );
  }
  const elsewhere = await placeInSystemFolder(folder);
  log(`PostgreSQL does not run as root and its account cannot reach ${folder}: the database is kept in ${elsewhere}`);
  return { home: elsewhere, account };
}

async function readPointer(folder: string): Promise<string | undefined> {
  let home: string;
  try {
    home = (await readFile(path.join(folder, POINTER), 'utf8')).trim();
  } catch {
    return undefined;
  }
  if (await ownerOf(home)) return home;
  throw new Fault(
    'settings-invalid',
    `${path.join(folder, POINTER)} says that the database is in ${home}, but that is gone; bring it back, or delete the file to start with an empty desk`,
  );
}

/** Of several processes that come here at once, one writes the pointer and the others follow it. */
async function placeInSystemFolder(folder: string): Promise<string> {
  const home = path.join(SYSTEM_FOLDER, randomBytes(8).toString('hex'));
  const draft = path.join(folder, `${POINTER}.${path.basename(home)}`);
  try {
    await mkdir(SYSTEM_FOLDER, { recursive: true });
    await chmod(SYSTEM_FOLDER, 0o755);
    await mkdir(home);
    await chmod(home, 0o755);
    await writeFile(path.join(home, 'data-dir'), `${folder}\n`);
    await writeFile(draft, `${home}\n`);
    await link(draft, path.join(folder, POINTER));
    return home;
  } catch (error) {
    await rm(home, { recursive: true, force: true });
    const winner = hasCode(error, 'EEXIST') ? await readPointer(folder) : undefined;
    if (winner) return winner;
    throw new Fault(
      'settings-invalid',
      `PostgreSQL does not run as root, its account cannot reach ${folder}, and ${SYSTEM_FOLDER} cannot be used (${messageOf(error)}); set DATA_DIR to a folder that others may pass, or run as another user`,
      { cause: error },
    );
  } finally {
    await rm(draft, { force: true });
  }
}

async function completePlace(home: string, account: ServerAccount): Promise<ClusterPlace> {
  const pgdata = path.join(home, 'pgdata');
  let socketFolder = path.join(home, 'socket');
  if (Buffer.byteLength(`${socketFolder}/.s.PGSQL.5432`) > MAX_SOCKET_PATH) {
    socketFolder = `/tmp/turnmail-${createHash('sha256').update(pgdata).digest('hex').slice(0, 16)}`;
  }
  await makePrivateFolder(socketFolder, account);
  return { home, pgdata, socketFolder, logFile: path.join(home, 'postgres.log'), account };
}

/**
 * A folder that only the server's account (and root) may enter: the socket asks for no password, so this is the door.
 * @throws Fault settings-invalid when somebody else made it (it may lie in /tmp)
 */
async function makePrivateFolder(folder: string, account: ServerAccount): Promise<void> {
  const uid = account?.uid ?? process.getuid?.() ?? 0;
  try {
    await mkdir(folder, { mode: 0o700 });
    if (account) await chown(folder, account.uid, account.gid);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    const there = await lstat(folder);
    // Root may have made it a moment ago (in another process) and not given it away yet.
    if (there.isDirectory() && there.uid === 0 && account) await chown(folder, account.uid, account.gid);
    else if (!there.isDirectory() || there.uid !== uid || (there.mode & 0o077) !== 0) {
      throw new Fault('settings-invalid', `${folder} belongs to somebody else; remove it or set a shorter DATA_DIR`);
    }
  }
}

/** The account for a server started by root: `postgres` where the machine has one, else `nobody`. None is created. */
function accountForRoot(): { uid: number; gid: number; name: string } {
  for (const name of ['postgres', 'nobody']) {
    try {
      const ask = (flag: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }));
      return { uid: ask('-u'), gid: ask('-g'), name };
    } catch {
      // Not on this machine; try the next.
    }
  }
  throw new Fault(
    'settings-invalid',
    'PostgreSQL does not run as root, and there is neither an account postgres nor nobody; run as another user',
  );
}

/** Asks the kernel, as that account, whether a folder can be entered: modes alone do not know of ACLs and mounts. */
function canEnter(folder: string, account: { uid: number; gid: number }): boolean {
  const { uid, gid } = account;
  return spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { cwd: '/', uid, gid, stdio: 'ignore' }).status === 0;
}

async function ownerOf(file: string): Promise<{ uid: number; gid: number } | undefined> {
  try {
    const { uid, gid } = await stat(file);
    return { uid, gid };
  } catch {
    return undefined;
  }
}

const draftsInWork = new Set<string>();

/**
 * Lets `build` make a cluster in a folder of its own and gives it the final name when it is whole, so that a process
 * killed in between leaves no half cluster. When another process was faster, its cluster stands.
 */
export async function buildAside(place: ClusterPlace, build: (draft: string) => Promise<void>): Promise<void> {
  await removeAbandonedDrafts(place);
  const draft = `${place.pgdata}.init.${process.pid}.${randomBytes(4).toString('hex')}`;
  draftsInWork.add(draft);
  try {
    await mkdir(draft, { mode: 0o700 });
    if (place.account) await chown(draft, place.account.uid, place.account.gid);
    await build(draft);
    await renameUnlessThere(draft, place.pgdata);
  } finally {
    draftsInWork.delete(draft);
    await rm(draft, { recursive: true, force: true });
  }
}

/** Renames a folder; false when the name is already taken by a folder that is not empty. */
export async function renameUnlessThere(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOTEMPTY') || hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

async function removeAbandonedDrafts({ home, pgdata }: ClusterPlace): Promise<void> {
  const prefix = `${path.basename(pgdata)}.init.`;
  for (const name of await readdir(home)) {
    const draft = path.join(home, name);
    if (!name.startsWith(prefix) || draftsInWork.has(draft)) continue;
    const maker = Number(name.slice(prefix.length).split('.')[0]);
    if (maker !== process.pid && isAlive(maker)) continue;
    // An initdb whose parent was killed may still be writing into it; then the next start removes the rest.
    await rm(draft, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
  }
}

/** True when some process has this pid, even one of another account or a dead one that nobody has collected. */
export function isAlive(pid: number): boolean {
  // Zero and less name groups of processes.
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
