import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import { Fault, messageOf } from '../domain/fault.ts';
import { missingRights } from './rights.ts';

const FOLDER = fileURLToPath(new URL('../../migrations/', import.meta.url));
const TABLE = 'turnmail_migrations';

/**
 * One connection outside the pool. @throws Fault database-unavailable, which names the server and no password. One that breaks tells so by the statement that fails; with nobody listening for its
 * error, Node would end the process instead.
 */
async function connectTo(databaseUrl: string, name: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: name,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (cause) {
    const where = `${client.database ?? ''} at ${client.host}:${client.port}`;
    throw new Fault('database-unavailable', `the database ${where} cannot be reached: ${messageOf(cause)}`, { cause });
  }
  return client;
}

/** The migrations this code knows, in order, with the digest of each file. */
export function knownMigrations(folder = FOLDER): { name: string; digest: string }[] {
  return readdirSync(folder)
    .filter((file) => /^\d{4}_[a-z0-9_]+\.sql$/.test(file))
    .sort()
    .map((file) => ({
      name: path.basename(file, '.sql'),
      digest: createHash('sha256')
        .update(readFileSync(path.join(folder, file)))
        .digest('hex'),
    }));
}

/**
 * Refuses to start a desk whose role cannot write what it must: a mail that was taken could not be worked on.
 * @throws Fault rights-missing, which names the role and what it lacks
 */
export async function checkRights(databaseUrl: string): Promise<void> {
  const client = await connectTo(databaseUrl, 'turnmail rights');
  try {
    const missing = await missingRights(client);
    if (missing !== undefined) throw new Fault('rights-missing', missing);
  } finally {
    await client.end();
  }
}

/**
 * Brings the schema up to this code: plain SQL files, each once, in order, one transaction each, under an advisory lock
 * (node-pg-migrate). Several processes may call it at once.
 * @returns the names of the migrations that were applied now
 * @throws Fault schema-ahead or schema-changed where the database was made by other code
 */
export async function migrate(databaseUrl: string, folder = FOLDER): Promise<string[]> {
  const client = await connectTo(databaseUrl, 'turnmail migrate');
  try {
    // Where nothing is to be done nothing is asked for: the role of a running desk may not own its tables.
    if (await isUpToDate(client, folder)) return [];
    // The library's own lock refuses the second process instead of letting it wait; this one waits.
    await client.query(`select pg_advisory_lock(hashtext('turnmail migrate'))`);
    await client.query(
      'create table if not exists turnmail_schema (name text primary key, digest text not null, applied_at timestamptz not null default now())',
    );
    refuseForeignSchema(await appliedMigrations(client), knownMigrations(folder));
    const applied = await runner({
      dbClient: client,
      dir: folder,
      ignorePattern: '(?!\\d{4}_[a-z0-9_]+\\.sql$).*',
      direction: 'up',
      migrationsTable: TABLE,
      singleTransaction: false,
      checkOrder: true,
      log: () => {},
    });
    // Every applied file gets its digest, also one whose process died between the two statements.
    const { rows } = await client.query<{ name: string }>(`select name from ${TABLE}`);
    for (const { name, digest } of knownMigrations(folder)) {
      if (!rows.some((row) => row.name === name)) continue;
      await client.query('insert into turnmail_schema (name, digest) values ($1, $2) on conflict (name) do nothing', [
        name,
        digest,
      ]);
    }
    return applied.map((migration) => migration.name);
  } finally {
    await client.end();
  }
}

/**
 * Refuses to work on a schema that is not the one this code was written for.
 * @throws Fault schema-behind, schema-ahead or schema-changed, each saying what to do
 */
export async function checkSchema(databaseUrl: string): Promise<void> {
  const client = await connectTo(databaseUrl, 'turnmail check');
  try {
    const exists = await client.query(`select to_regclass('turnmail_schema') is not null as there`);
    const applied = exists.rows[0]?.there === true ? await appliedMigrations(client) : new Map<string, string>();
    const known = knownMigrations();
    refuseForeignSchema(applied, known);
    const missing = known.filter((migration) => !applied.has(migration.name));
    if (missing.length > 0) {
      const lacks = missing.length === known.length ? 'every table' : missing.map(({ name }) => name).join(', ');
      throw new Fault('schema-behind', `the database lacks ${lacks}; run: turnmail migrate`);
    }
  } finally {
    await client.end();
  }
}

/** Nothing of ours was ever put into it. */
export async function isEmptyDatabase(databaseUrl: string): Promise<boolean> {
  const client = await connectTo(databaseUrl, 'turnmail check');
  try {
    const { rows } = await client.query(`select to_regclass('turnmail_schema') is null as empty`);
    return rows[0]?.empty === true;
  } finally {
    await client.end();
  }
}

async function isUpToDate(client: pg.Client, folder: string): Promise<boolean> {
  const exists = await client.query(`select to_regclass('turnmail_schema') is not null as there`);
  if (exists.rows[0]?.there !== true) return false;
  const applied = await appliedMigrations(client);
  const known = knownMigrations(folder);
  refuseForeignSchema(applied, known);
  return known.every(({ name }) => applied.has(name));
}

async function appliedMigrations(client: pg.Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; digest: string }>('select name, digest from turnmail_schema');
  return new Map(rows.map((row) => [row.name, row.digest]));
}

function refuseForeignSchema(applied: Map<string, string>, known: { name: string; digest: string }[]): void {
  for (const [name, digest] of applied) {
    const ours = known.find((migration) => migration.name === name);
    if (!ours)
      throw new Fault('schema-ahead', `the database was migrated by newer code (${name}); install that version`);
    if (ours.digest !== digest) {
      throw new Fault(
        'schema-changed',
        `migration ${name} was edited after it was applied to this database; restore the file`,
      );
    }
  }
}
