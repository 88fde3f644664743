import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/runtime/embedded-postgres/embedded-postgres.ts';
import { migrate } from '../../src/store/migrate.ts';
import type { TestDatabase } from './postgres.ts';

/** A Postgres of its own for programs that run outside of vitest, with fsync as an operator has it. */
export async function startOwnPostgres(): Promise<{ createDatabase(): Promise<TestDatabase>; stop(): Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'turnmail-own-'));
  const server = await startEmbeddedPostgres({
    dataDir: folder,
    database: 'own',
    settings: { max_connections: '200' },
  });
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  // A program that is cut short takes its server with it, and by ending in order its other children too.
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void stop().finally(() => process.exit(1)));
  const administer = async (statement: string) => {
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  };
  return {
    createDatabase: async () => {
      const database = `own_${randomBytes(5).toString('hex')}`;
      await administer(`create database ${database}`);
      const url = server.url.replace('/own?', `/${database}?`);
      await migrate(url);
      return {
        url,
        drop: () => administer(`drop database if exists ${database} with (force)`),
      };
    },
    stop,
  };
}
