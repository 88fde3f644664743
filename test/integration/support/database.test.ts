import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../../support/postgres.ts';

let database: TestDatabase;
let other: TestDatabase;
beforeAll(async () => {
  [database, other] = await Promise.all([createDatabase(), createDatabase()]);
});
afterAll(async () => {
  await database.drop();
  await other.drop();
});

async function ask(url: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

it('gives each caller a migrated database that the others do not see', async () => {
  await ask(database.url, 'create table mine (id int)');
  expect(await ask(database.url, `select to_regclass('turnmail_schema') is not null as migrated`)).toEqual([
    { migrated: true },
  ]);
  expect(await ask(other.url, `select to_regclass('mine') as there`)).toEqual([{ there: null }]);
});
