import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkSchema, knownMigrations, migrate } from '../../../src/store/migrate.ts';
import { createDatabase, type TestDatabase } from '../../support/postgres.ts';

const MIGRATIONS = fileURLToPath(new URL('../../../migrations/', import.meta.url));
const KNOWN = knownMigrations().map((migration) => migration.name);

let database: TestDatabase;
let folder: string;
beforeEach(async () => {
  database = await createDatabase();
  folder = await mkdtemp(path.join(tmpdir(), 'turnmail-migrations-'));
  await cp(MIGRATIONS, folder, { recursive: true });
});
afterEach(async () => {
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

async function ask<T extends pg.QueryResultRow>(statement: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query<T>(statement)).rows;
  } finally {
    await client.end();
  }
}

const empty = () => ask('drop schema public cascade; create schema public');
const applied = () => ask('select name, digest from turnmail_schema order by name');

test('an empty database gets every migration once, by two processes at once too', async () => {
  await empty();
  const both = await Promise.all([migrate(database.url), migrate(database.url)]);
  expect(both.sort((a, b) => b.length - a.length)).toEqual([KNOWN, []]);
  expect(await applied()).toEqual(knownMigrations());
  await checkSchema(database.url);
});

test('a migrated database is left as it is', async () => {
  expect(await migrate(database.url)).toEqual([]);
});

test('a database that was never migrated is refused, with the command that helps', async () => {
  await empty();
  await expect(checkSchema(database.url)).rejects.toMatchObject({
    code: 'schema-behind',
    message: expect.stringContaining('turnmail migrate'),
  });
});

test('a migration that was edited after it was applied is refused, and nothing is applied', async () => {
  const [name] = KNOWN;
  const file = path.join(folder, `${name}.sql`);
  await writeFile(file, `${await readFile(file, 'utf8')}\n-- one more thought\n`);
  await writeFile(path.join(folder, '9000_later.sql'), 'create table later (id int);');
  await expect(migrate(database.url, folder)).rejects.toMatchObject({
    code: 'schema-changed',
    message: expect.stringContaining(`${name} was edited`),
  });
  expect(await ask(`select to_regclass('later') as later`)).toEqual([{ later: null }]);
});

test('a database that newer code has migrated is refused by older code, to run and to migrate', async () => {
  await writeFile(path.join(folder, '9000_later.sql'), 'create table later (id int);');
  expect(await migrate(database.url, folder)).toEqual(['9000_later']);
  const refusal = { code: 'schema-ahead', message: expect.stringContaining('9000_later') };
  await expect(migrate(database.url)).rejects.toMatchObject(refusal);
  await expect(checkSchema(database.url)).rejects.toMatchObject(refusal);
});

test('a migration that fails halfway leaves nothing of itself', async () => {
  await writeFile(path.join(folder, '9000_broken.sql'), 'create table half (id int); select 1 / 0;');
  await expect(migrate(database.url, folder)).rejects.toThrow(/division by zero/);
  expect(await ask(`select to_regclass('half') as half`)).toEqual([{ half: null }]);
  expect(await applied()).toEqual(knownMigrations());
});

test('files that are no migrations are not run', async () => {
  await writeFile(path.join(folder, 'notes.sql'), 'this is no SQL');
  await writeFile(path.join(folder, '0002_Draft.sql.bak'), 'nor is this');
  expect(await migrate(database.url, folder)).toEqual([]);
});
