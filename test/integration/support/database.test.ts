import { afterAll, beforeAll, expect, it } from 'vitest';
import { askDatabase, createDatabase, type TestDatabase } from '../../support/postgres.ts';

let database: TestDatabase;
let other: TestDatabase;
beforeAll(async () => {
  [database, other] = await Promise.all([createDatabase(), createDatabase()]);
});
afterAll(async () => {
  await database.drop();
  await other.drop();
});

it('gives each caller a migrated database that the others do not see', async () => {
  await askDatabase(database.url, 'create table mine (id int)');
  expect(await askDatabase(database.url, `select to_regclass('turnmail_schema') is not null as migrated`)).toEqual([
    { migrated: true },
  ]);
  expect(await askDatabase(other.url, `select to_regclass('mine') as there`)).toEqual([{ there: null }]);
});
