import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/runtime/embedded-postgres/embedded-postgres.ts';
import { migrate } from '../../src/store/migrate.ts';
import { ANSWER_FILE, type ClusterAnswer, TEMPLATE_DATABASE, WISH_FILE } from './postgres.ts';

/**
 * One Postgres for a whole run of vitest, started when the first test file asks for a database: a run of unit tests
 * starts none. Test files run in other processes, so the wish and the answer are files in a folder of this run.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'turnmail-test-'));
  await chmod(folder, 0o755);
  project.provide('postgresFolder', folder);
  // The suite starts some hundreds of our processes, each of which would strip the types of the same two hundred files.
  process.env['NODE_COMPILE_CACHE'] ??= path.join(folder, 'compiled');

  let starting: Promise<EmbeddedPostgres | undefined> | undefined;
  const watch = setInterval(async () => {
    if (starting || !(await stat(path.join(folder, WISH_FILE)).catch(() => undefined))) return;
    starting ??= startAndAnswer(folder);
    clearInterval(watch);
  }, 25);
  watch.unref();
  // A run that is cut short takes its server with it.
  const cutShort = () => stopByPidFile(path.join(folder, 'data/postgres/pgdata/postmaster.pid'));
  process.once('exit', cutShort);

  return async () => {
    clearInterval(watch);
    const server = await starting;
    await server?.stop();
    process.removeListener('exit', cutShort);
    // A process that is just ending may still write down what it has compiled.
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
}

async function startAndAnswer(folder: string): Promise<EmbeddedPostgres | undefined> {
  let server: EmbeddedPostgres | undefined;
  let answer: ClusterAnswer;
  try {
    server = await startEmbeddedPostgres({
      dataDir: path.join(folder, 'data'),
      database: TEMPLATE_DATABASE,
      settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' },
    });
    await makeTemplate(server);
    answer = { host: server.host, port: server.port, user: server.user };
  } catch (error) {
    answer = { failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  // Renamed into place, so that nobody reads half of it.
  await writeFile(path.join(folder, `${ANSWER_FILE}.draft`), JSON.stringify(answer));
  await rename(path.join(folder, `${ANSWER_FILE}.draft`), path.join(folder, ANSWER_FILE));
  return server;
}

/** The migrated database that every test database is a copy of. Nobody may stay connected to it. */
async function makeTemplate(server: EmbeddedPostgres): Promise<void> {
  await migrate(server.url);
  const client = new pg.Client({ host: server.host, port: server.port, user: server.user, database: 'postgres' });
  await client.connect();
  await client.query(`alter database ${TEMPLATE_DATABASE} with is_template true allow_connections false`);
  await client.end();
}

function stopByPidFile(file: string): void {
  try {
    process.kill(Number(readFileSync(file, 'utf8').split('\n')[0]), 'SIGINT');
  } catch {
    // It has gone already, or never ran.
  }
}
