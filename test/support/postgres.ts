import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';
import { PATIENCE_MS } from './wait-for.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** the folder of this run, see global-setup.ts */
    postgresFolder: string;
  }
}

/** A test file makes this file when it wants a database ... */
export const WISH_FILE = 'wanted';
/** ... and finds here where the server is, or why there is none. */
export const ANSWER_FILE = 'answer.json';
export const TEMPLATE_DATABASE = 'turnmail_template';
export type ClusterAnswer = { host: string; port: number; user: string } | { failed: string };

export type TestDatabase = { url: string; drop(): Promise<void> };

/**
 * A database of this test's own with the newest schema, copied from a template (some 20 ms). Make one for each test file
 * in `beforeAll`, and drop it in `afterAll`; what is still connected then is cut off.
 */
export async function createDatabase(): Promise<TestDatabase> {
  const { host, port, user } = await findCluster(inject('postgresFolder'));
  const database = `test_${process.pid}_${randomBytes(5).toString('hex')}`;
  const administer = async (statement: string) => {
    const client = new pg.Client({ host, port, user, database: 'postgres' });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  };
  await administer(`create database ${database} template ${TEMPLATE_DATABASE}`);
  return {
    url: `postgresql://${user}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`,
    drop: () => administer(`drop database if exists ${database} with (force)`),
  };
}

/** Asks one thing over a connection of its own. */
export async function askDatabase(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

async function findCluster(folder: string): Promise<{ host: string; port: number; user: string }> {
  await writeFile(path.join(folder, WISH_FILE), '');
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; ) {
    const text = await readFile(path.join(folder, ANSWER_FILE), 'utf8').catch(() => undefined);
    if (text !== undefined) {
      const answer = JSON.parse(text) as ClusterAnswer;
      if ('failed' in answer) throw new Error(`the Postgres of the tests did not start: ${answer.failed}`);
      return answer;
    }
    // Fixed pause: between two looks.
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('the Postgres of the tests did not start in time');
}
