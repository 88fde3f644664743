import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../../src/runtime/embedded-postgres/embedded-postgres.ts';
import { askDatabase } from '../../support/postgres.ts';
import { PATIENCE_MS, waitFor } from '../../support/wait-for.ts';

const PROGRAM = fileURLToPath(new URL('../../support/embedded-postgres-process.ts', import.meta.url));
const asRoot = process.getuid?.() === 0;

let folder: string;
let dataDir: string;
let open: EmbeddedPostgres[];
let children: ChildProcess[];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'turnmail-embedded-'));
  await chmod(folder, 0o755);
  dataDir = path.join(folder, 'data');
  open = [];
  children = [];
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  for (const server of open) await server.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
});

const lines: string[] = [];
async function start(at = dataDir): Promise<EmbeddedPostgres> {
  lines.length = 0;
  const log = (line: string) => lines.push(line);
  const server = await startEmbeddedPostgres({ dataDir: at, database: 'turnmail', settings: { fsync: 'off' }, log });
  open.push(server);
  return server;
}

/** Another process that uses the database; resolves when it says so. */
async function startProcess(): Promise<{ child: ChildProcess; url: string; adopted: boolean }> {
  const child = spawn(process.execPath, [PROGRAM, dataDir], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, ...JSON.parse(line) };
}

async function postmasterPid(): Promise<number> {
  return Number((await readFile(path.join(dataDir, 'postgres/pgdata/postmaster.pid'), 'utf8')).split('\n')[0]);
}

async function killAndCollect(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

describe('the embedded Postgres', () => {
  it('writes no row and no statement that it refuses into its log', async () => {
    const { url } = await start();
    const refused = `create temporary table mails (words text check (words = '')); insert into mails values ('jo@secret.example')`;
    await expect(askDatabase(url, refused)).rejects.toMatchObject({
      detail: expect.stringContaining('jo@secret.example'),
    });
    const log = await readFile(path.join(dataDir, 'postgres/postgres.log'), 'utf8');
    expect(log).toContain('violates check constraint');
    expect(log).not.toContain('secret');
  });

  it('is a UTF-8 database on a socket only, that a user other than root runs', async () => {
    const server = await start();
    const [row] = await askDatabase(
      server.url,
      `select current_setting('listen_addresses') as tcp, current_setting('server_encoding') as encoding,
              lower('ÅÉ') as lower, current_database() as name`,
    );
    expect(row).toEqual({ tcp: '', encoding: 'UTF8', lower: 'åé', name: 'turnmail' });
    expect((await stat(path.join(dataDir, 'postgres/pgdata'))).uid).not.toBe(0);
    expect((await stat(server.host)).mode & 0o777).toBe(0o700);
    expect(server.adopted).toBe(false);
  });

  it('keeps its data over a stop, after which nothing of it runs', async () => {
    const first = await start();
    await askDatabase(first.url, `create table kept as select 'words' as said`);
    const pid = await postmasterPid();
    await first.stop();
    await expect(askDatabase(first.url, 'select 1')).rejects.toThrow();
    expect(await stat(`/proc/${pid}/cwd`).catch(() => 'gone')).toBe('gone');
    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await askDatabase(second.url, 'select * from kept')).toEqual([{ said: 'words' }]);
  });

  it('is shared by those who start it again, and ends with the last of them', async () => {
    const first = await start();
    const second = await start();
    expect(second).toMatchObject({ adopted: true, url: first.url });
    await first.stop();
    expect(await askDatabase(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await second.stop();
    await expect(askDatabase(second.url, 'select 1')).rejects.toThrow();
  });

  it('starts once when three processes start it at once on an empty folder', async () => {
    const processes = await Promise.all([startProcess(), startProcess(), startProcess()]);
    expect(processes.map(({ adopted }) => adopted).sort()).toEqual([false, true, true]);
    expect((await readdir(path.join(dataDir, 'postgres'))).filter((name) => name.includes('init'))).toEqual([]);
    for (const { child } of processes) {
      const gone = once(child, 'exit');
      child.stdin?.end();
      await gone;
    }
    await expect(askDatabase(processes[0]?.url ?? '', 'select 1')).rejects.toThrow();
  });

  it('outlives a killed process, is adopted by the next and ends with it', async () => {
    const { child, url } = await startProcess();
    await askDatabase(url, `create table kept as select 'words' as said`);
    await killAndCollect(child);
    const server = await start();
    expect(server.adopted).toBe(true);
    expect(await askDatabase(server.url, 'select * from kept')).toEqual([{ said: 'words' }]);
    await server.stop();
    await expect(askDatabase(url, 'select 1')).rejects.toThrow();
  });

  it('recovers when it was killed together with its process', async () => {
    const { child, url } = await startProcess();
    await askDatabase(url, `create table kept as select 'words' as said`);
    await killAndCollect(child);
    process.kill(await postmasterPid(), 'SIGKILL');
    const server = await start();
    expect(server.adopted).toBe(false);
    expect(await askDatabase(server.url, 'select * from kept')).toEqual([{ said: 'words' }]);
  });

  it('starts over lock files that name a process of somebody else', async () => {
    const first = await start();
    const pidFile = path.join(dataDir, 'postgres/pgdata/postmaster.pid');
    const text = await readFile(pidFile, 'utf8');
    await first.stop();
    const stranger = spawn('sleep', ['60']);
    children.push(stranger);
    const recycled = text.replace(/^\d+/, String(stranger.pid));
    await writeFile(pidFile, recycled);
    await writeFile(path.join(first.host, '.s.PGSQL.5432.lock'), recycled.split('\n').slice(0, 5).join('\n'));
    const second = await start();
    expect(await askDatabase(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(stranger.exitCode).toBeNull();
  });

  it('starts after a process that was killed while it made the cluster', async () => {
    const child = spawn(process.execPath, [PROGRAM, dataDir], { stdio: ['pipe', 'ignore', 'inherit'] });
    children.push(child);
    const home = path.join(dataDir, 'postgres');
    await waitFor(
      async () => (await readdir(home).catch(() => [])).some((name) => name.startsWith('pgdata.init')),
      PATIENCE_MS,
      () => 'a cluster to be begun',
    );
    await killAndCollect(child);
    const server = await start();
    expect(await askDatabase(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('puts its socket elsewhere when the path would be too long for one', async () => {
    const server = await start(path.join(folder, 'a-folder-with-a-name-that-goes-on'.repeat(4)));
    expect(server.host).toMatch(/^\/tmp\/turnmail-[0-9a-f]{16}$/);
    expect(await askDatabase(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await server.stop();
    await rm(server.host, { recursive: true });
  });

  it('says in one sentence that a cluster is of another version', async () => {
    await (await start()).stop();
    await writeFile(path.join(dataDir, 'postgres/pgdata/PG_VERSION'), '17\n');
    await expect(start()).rejects.toMatchObject({
      code: 'settings-invalid',
      message: /made by PostgreSQL 17, this is 18/,
    });
  });

  it('says in one sentence that DATA_DIR cannot be made', async () => {
    await writeFile(dataDir, 'a file');
    await expect(start()).rejects.toMatchObject({ code: 'settings-invalid', message: /^DATA_DIR .* cannot be made/ });
  });
});

describe.runIf(asRoot)('the embedded Postgres of root', () => {
  it('passes through a DATA_DIR that only root may enter, which nobody else may list then', async () => {
    await mkdir(dataDir, { mode: 0o700 });
    await start();
    expect((await stat(dataDir)).mode & 0o777).toBe(0o711);
    expect(lines[0]).toContain('passed through');
  });

  it('lives in /var/lib/turnmail when a folder above DATA_DIR is shut, and is found there again', async () => {
    await chmod(folder, 0o700);
    const first = await start();
    const home = (await readFile(path.join(dataDir, 'postgres.location'), 'utf8')).trim();
    try {
      expect(lines[0]).toContain(`the database is kept in ${home}`);
      expect(home).toMatch(/^\/var\/lib\/turnmail\/[0-9a-f]{16}$/);
      await askDatabase(first.url, `create table kept as select 'words' as said`);
      await first.stop();
      const second = await start();
      expect(await askDatabase(second.url, 'select * from kept')).toEqual([{ said: 'words' }]);
    } finally {
      for (const server of open) await server.stop();
      await rm(home, { recursive: true });
    }
    await expect(start()).rejects.toMatchObject({
      code: 'settings-invalid',
      message: expect.stringContaining('that is gone'),
    });
  });
});
