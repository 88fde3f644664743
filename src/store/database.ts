import { createHash } from 'node:crypto';
import pg from 'pg';
import { Fault } from '../domain/fault.ts';

/** A pool on the desk's database. Statements run on it stand alone; anything of two statements needs a Tx. */
export type Database = pg.Pool;

declare const brand: unique symbol;
/** A client inside a transaction; only inTransaction() hands one out. */
export type Tx = pg.PoolClient & { readonly [brand]: 'Tx' };

const INT8 = 20;

/** bigint columns are ids and milliseconds: numbers as long as they are exact, a bug beyond. */
function readBigint(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw new Fault('impossible-state', `a bigint of the database does not fit: ${text}`);
  return value;
}

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8 ? readBigint : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

/**
 * Statements with parameters are prepared once per connection: parsing and planning cost more than running most of
 * ours. Their texts are constants of this folder, so there are few; the name is a digest of the text.
 */
class PreparingClient extends pg.Client {
  // biome-ignore lint/suspicious/noExplicitAny: pg overloads query seven ways; this passes all of them on.
  override query(...args: any[]): any {
    const [text, values, ...rest] = args;
    const prepares = typeof text === 'string' && Array.isArray(values) && values.length > 0;
    const pass = super.query as (...passed: unknown[]) => unknown;
    return prepares ? pass.call(this, { name: statementName(text), text, values }, ...rest) : pass.apply(this, args);
  }
}

const names = new Map<string, string>();

function statementName(text: string): string {
  const name = names.get(text) ?? createHash('sha256').update(text).digest('hex').slice(0, 24);
  names.set(text, name);
  return name;
}

export type DatabaseOptions = {
  /** connections of this process */
  max: number;
  onError(error: Error): void;
  name?: string;
  /**
   * Longest wait for the answer to a statement; unset: for ever. The server ends a statement, and a transaction that
   * nothing is asked of (its process may be frozen, and holds locks), after this time; where the server is silent, we
   * give the connection up a little later.
   */
  timeoutMs?: number;
};

/** The server, which speaks first where it can, gets this much longer. */
const SILENCE_MS = 2_000;

/** Said when the connection stands and not in its first packet: poolers such as PgBouncer refuse one that says it. */
function setTimeouts(timeoutMs: number): (client: pg.ClientBase) => Promise<void> {
  const statements = `set statement_timeout = ${timeoutMs}; set idle_in_transaction_session_timeout = ${timeoutMs}`;
  return async (client) => {
    await client.query(statements);
  };
}

/** Opens a pool. Connections are made when first needed, so a database that is away is noticed by the first statement. */
export function openDatabase(url: string, options: DatabaseOptions): Database {
  const { timeoutMs } = options;
  const pool = new pg.Pool({
    Client: PreparingClient,
    connectionString: url,
    max: options.max,
    types,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    // Without a delay of ours the kernel asks a silent peer for the first time after two hours.
    keepAliveInitialDelayMillis: 10_000,
    ...(timeoutMs === undefined ? {} : { query_timeout: timeoutMs + SILENCE_MS, onConnect: setTimeouts(timeoutMs) }),
    application_name: options.name ?? 'turnmail',
  });
  pool.on('error', options.onError);
  // A connection that breaks while it is borrowed also tells its borrower, by the statement that fails. With
  // nobody listening Node would end the process instead.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** Such as `17.5`. @throws where it does not answer */
export async function findServerVersion(database: Database): Promise<string> {
  const { rows } = await database.query<{ version: string }>(`select current_setting('server_version') as version`);
  return rows[0]?.version.split(' ')[0] ?? '';
}

/** A standby, or a server that was told to take no writes. @throws where it does not answer */
export async function isReadOnly(database: Database): Promise<boolean> {
  const { rows } = await database.query<{ on: boolean }>(
    `select current_setting('transaction_read_only') = 'on' as on`,
  );
  return rows[0]?.on ?? false;
}

/** SQLSTATE classes and codes; 42501 is a right that was taken from our role, 57014 is a statement that took too long, 25P03 a transaction that was idle too long. */
const CONNECTION_TROUBLE = /^(08|53|57P|42501|57014|25006|25P03|58)/;

/**
 * True where time may heal it: no connection, too many, a server that stops or is silent, a read-only standby, a right
 * that an operator gives back, a full
 * disk, a table that a newer version has changed under a prepared statement.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  if (CONNECTION_TROUBLE.test(code)) return true;
  if (['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'].includes(code))
    return true;
  return LOST.test(error.message) || isSilent(error) || isOutdatedPlan(error);
}

const LOST =
  /Connection terminated|timeout exceeded when trying to connect|timeout expired|is not queryable|Client was closed/;

/** No answer came: whatever is asked next on this connection would wait behind it. */
function isSilent(error: unknown): error is Error {
  return error instanceof Error && error.message === 'Query read timeout';
}

/** The columns of a prepared statement were changed by a migration; a new connection prepares it anew. */
function isOutdatedPlan(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === '0A000' && /cached plan/.test(error.message);
}

/** True where Postgres ended one of two transactions that waited for each other: the same work goes through when tried again. */
export function isDeadlock(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '40P01';
}

/**
 * Runs `work` in one transaction (READ COMMITTED) and commits, or rolls back and rethrows. The connection is thrown
 * away when it may be broken. Never touch the network inside.
 * @param committing told when COMMIT has left and its answer has not come
 */
export async function inTransaction<T>(
  database: Database,
  work: (tx: Tx) => Promise<T>,
  committing?: () => void,
): Promise<T> {
  const client = await database.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const result = await work(client as Tx);
    const committed = client.query('commit');
    committing?.();
    await committed;
    return result;
  } catch (error) {
    broken = isSilent(error) || isOutdatedPlan(error) ? error : await rollBack(client);
    throw error;
  } finally {
    client.release(broken);
  }
}

/** Runs `work` as a part of the transaction that is undone, alone, where it throws; the rest of the transaction goes on. */
export async function inSavepoint<T>(tx: Tx, work: () => Promise<T>): Promise<T> {
  await tx.query('savepoint part');
  try {
    const result = await work();
    await tx.query('release savepoint part');
    return result;
  } catch (error) {
    await tx.query('rollback to savepoint part; release savepoint part').catch(() => {});
    throw error;
  }
}

/** @returns what is wrong with the connection, if anything */
async function rollBack(client: pg.PoolClient): Promise<Error | undefined> {
  try {
    await client.query('rollback');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error('rollback failed');
  }
}
