import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectQueue } from '../../../src/queue/connect-queue.ts';
import { createDatabase, type TestDatabase } from '../../support/postgres.ts';
import { describesAQueueOfHints, eventually } from './hint-suite.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());

describe('hints on Postgres', () => {
  describesAQueueOfHints(() => ({ queueUrl: undefined, databaseUrl: database.url }));

  it('lives in a schema of its own, whatever search path the url asks for', async () => {
    const databaseUrl = `${database.url}&options=${encodeURIComponent('-c statement_timeout=60000')}`;
    const queues = await Promise.all(
      [1, 2].map(() => connectQueue({ queueUrl: undefined, databaseUrl, onError: () => {} })),
    );
    await Promise.all(queues.map((queue) => queue.close()));
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query(
      `select table_schema from information_schema.tables where table_name = 'bullmq_jobs' or table_schema = 'bullmq' group by 1`,
    );
    await client.end();
    expect(rows).toEqual([{ table_schema: 'bullmq' }]);
  });

  it('works on after every one of its connections was cut', async () => {
    const errors: Error[] = [];
    const queue = await connectQueue({
      queueUrl: undefined,
      databaseUrl: database.url,
      prefix: 'cut',
      onError: (e) => errors.push(e),
    });
    let seen = 0;
    await queue.work('process', 2, async () => {
      seen += 1;
    });
    await queue.hint('process');
    await eventually(() => seen === 1);
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    await client.end();
    // A hint may be lost with its connection; the sweep gives another.
    await eventually(async () => {
      await queue.hint('process');
      return seen > 1;
    });
    await queue.close();
    expect(errors.length).toBeGreaterThan(0);
  });

  it('refuses to start where Postgres is away', async () => {
    const databaseUrl = 'postgresql://nobody@localhost:5432/none?host=%2Fnonexistent';
    await expect(connectQueue({ queueUrl: undefined, databaseUrl, onError: () => {} })).rejects.toMatchObject({
      code: 'database-unavailable',
    });
  });
});
