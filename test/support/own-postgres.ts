import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/runtime/embedded-postgres/embedded-postgres.ts';
import { migrate } from '../../src/store/migrate.ts';
import type { TestDatabase } from './postgres.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** A Postgres of its own for programs that run outside of vitest, with fsync as an operator has it. */
export async function startOwnPostgres(
  settings: Record<string, string> = {},
): Promise<{ createDatabase(): Promise<TestDatabase>; stop(): Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'turnmail-own-'));
  const server = await startEmbeddedPostgres({
    dataDir: folder,
    database: 'own',
    settings: { max_connections: '200', ...settings },
  });
  const end = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  // A program that is interrupted stops its server, and by process.exit() its other children too (child-process.ts).
  const interrupt = () => void end().finally(() => process.exit(1));
  for (const signal of SIGNALS) process.once(signal, interrupt);
  const stop = async () => {
    for (const signal of SIGNALS) process.removeListener(signal, interrupt);
    await end();
  };
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
