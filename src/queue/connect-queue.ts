import { once } from 'node:events';
import {
  assertSchemaCompatibility,
  createPostgresBackend,
  createRedisBackend,
  LATEST_SCHEMA_VERSION,
  type PgPool,
  runMigrations,
  SchemaMigrationRequiredError,
  type WorkerOptions,
  withBackend,
} from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import pg from 'pg';
import { Fault, messageOf } from '../domain/fault.ts';
import { hintQueue, type QueueBackend } from './hint-queue.ts';
import type { HintQueue, QueueOptions } from './queue.ts';

/** BullMQ's tables live in a schema of their own beside ours. */
const SCHEMA = 'bullmq';
/** Connections for jobs; each worker adds one that only listens. */
const BASE_CONNECTIONS = 6;

/** How long the key of a ping stays. */
const ALIVE_MS = 60_000;

const WORKER_OPTIONS = {
  // We run it ourselves when its connection is there.
  autorun: false,
  // BullMQ waits 15 s after a failed fetch; a server that restarts is back sooner.
  runRetryDelay: 1000,
  maxStalledCount: 3,
} as const satisfies Partial<WorkerOptions>;

/**
 * Connects to the queue: BullMQ on the desk's own Postgres, or on Redis where queueUrl names one. This file is the only
 * one that knows the difference.
 * A Redis that is away is no error: it is tried again until it is there.
 * @throws Fault settings-invalid for a queueUrl that is none, database-unavailable when Postgres is away
 */
export async function connectQueue(options: QueueOptions): Promise<HintQueue> {
  const prefix = options.prefix ?? 'turnmail';
  if (!/^[A-Za-z0-9_-]+$/.test(prefix)) throw new Fault('settings-invalid', `"${prefix}" cannot be a prefix of queues`);
  const trouble = { report: (_error: Error) => {} };
  const backend =
    options.queueUrl === undefined
      ? await postgresBackend(options.databaseUrl, options.databaseTimeoutMs, prefix, (error) => trouble.report(error))
      : redisBackend(options.queueUrl, prefix, (error) => trouble.report(error));
  const { queue, report } = hintQueue(backend, options.onError);
  trouble.report = report;
  return queue;
}

async function postgresBackend(
  databaseUrl: string,
  timeoutMs: number | undefined,
  prefix: string,
  report: (error: Error) => void,
): Promise<QueueBackend> {
  const pool = new pg.Pool({
    connectionString: withSearchPath(databaseUrl),
    max: BASE_CONNECTIONS,
    connectionTimeoutMillis: 5000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    // Silence on a dead connection; what BullMQ waits for, it waits for outside a statement.
    ...(timeoutMs === undefined ? {} : { query_timeout: timeoutMs }),
    application_name: 'turnmail queue',
  });
  // One pool for all queues and workers, each of which listens to its errors.
  pool.setMaxListeners(0);
  pool.on('error', report);
  // A connection that breaks while BullMQ has borrowed it must not end the process; the statement on it fails.
  pool.on('connect', (client) => client.on('error', () => {}));
  try {
    const client = await pool.connect();
    try {
      await prepareTables(client);
    } finally {
      client.release();
    }
  } catch (error) {
    await pool.end();
    throw new Fault('database-unavailable', `the queue's tables cannot be made: ${messageOf(error)}`, { cause: error });
  }
  const { Queue, Worker } = withBackend(createPostgresBackend);
  const connection = pool as PgPool;
  return {
    backend: 'postgres',
    openQueue: (name) => new Queue(`${prefix}-${name}`, { connection }),
    openWorker: (name, concurrency, handler) => {
      pool.options.max += 1;
      const run = () => handler();
      const worker = new Worker(`${prefix}-${name}`, run, { ...WORKER_OPTIONS, connection, concurrency });
      return worker.on('closed', () => {
        pool.options.max -= 1;
      });
    },
    expectConnection: async () => {},
    ping: async () => {
      await pool.query('select 1');
    },
    close: () => pool.end(),
  };
}

/** Makes BullMQ's tables, or finds them made: then a role that may make none can work with them. */
async function prepareTables(client: pg.PoolClient): Promise<void> {
  const made = await assertSchemaCompatibility(client, SCHEMA).catch((error: unknown) => {
    if (error instanceof SchemaMigrationRequiredError) return 0;
    throw error;
  });
  if (made < LATEST_SCHEMA_VERSION) await runMigrations(client, SCHEMA);
}

/** BullMQ's statements name no schema, so each connection looks into BullMQ's only. */
function withSearchPath(databaseUrl: string): string {
  const given = /[?&]options=([^&#]*)/.exec(databaseUrl)?.[1];
  const options = `${given === undefined ? '' : `${decodeURIComponent(given)} `}-c search_path=${SCHEMA}`;
  return `${databaseUrl}${databaseUrl.includes('?') ? '&' : '?'}options=${encodeURIComponent(options)}`;
}

function redisBackend(queueUrl: string, prefix: string, report: (error: Error) => void): QueueBackend {
  const address = readRedisUrl(queueUrl);
  // For hints: never waits for a dead Redis. Commands fail at once without a connection, and after a second with one.
  const redis = new Redis({
    ...address,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 1000,
    connectionName: 'turnmail hints',
  });
  redis.on('error', report);
  redis.on('ready', () => checkEviction(redis, report));
  const link = watchLink(redis);
  const { Queue, Worker } = withBackend(createRedisBackend);
  return {
    backend: 'redis',
    openQueue: (name) => new Queue(`${prefix}-${name}`, { connection: redis }),
    openWorker: (name, concurrency, handler, isWanted) => {
      const run = () => handler();
      // Options, not our client: a worker blocks, so BullMQ opens connections of its own that wait for ever.
      const retryStrategy = (times: number) => (isWanted() ? address.retryStrategy(times) : null);
      const connection = { ...address, retryStrategy, maxRetriesPerRequest: null };
      const worker = new Worker(`${prefix}-${name}`, run, { ...WORKER_OPTIONS, connection, concurrency });
      return {
        run: () => worker.run(),
        waitUntilReady: () => worker.waitUntilReady(),
        on: (event: 'error' | 'failed', listener: (...args: never[]) => void) =>
          worker.on(event, listener as () => void),
        close: async (force) => {
          const connections = worker.getBackend();
          await Promise.all([untilSettled(connections.client), untilSettled(connections.blockingClient)]);
          await worker.close(force);
        },
      };
    },
    expectConnection: link.expect,
    // A full Redis answers PING and takes no job, so something is written.
    ping: async () => {
      await link.expect();
      await redis.set(`bull:${prefix}-alive`, '1', 'PX', ALIVE_MS);
    },
    close: async () => redis.disconnect(),
  };
}

/** Waits up to a second for a connection that is being made, and not at all for one that has been away longer. */
function watchLink(redis: Redis, patienceMs = 1000): { expect(): Promise<void> } {
  let awaySince = performance.now();
  let coming: Promise<void> | undefined;
  redis.on('ready', () => {
    awaySince = Number.POSITIVE_INFINITY;
  });
  redis.on('close', () => {
    awaySince = Math.min(awaySince, performance.now());
  });
  const come = async () => {
    const patience = awaySince + patienceMs - performance.now();
    try {
      const signal = AbortSignal.timeout(Math.ceil(Math.min(Math.max(patience, 0), patienceMs)));
      // An attempt that fails meanwhile ends the waiting too.
      await once(redis, 'ready', { signal });
    } catch {
      throw new Error('Redis is away');
    } finally {
      coming = undefined;
    }
  };
  return {
    expect: async () => {
      if (redis.status === 'ready') return;
      // Many hints may wait for the same connection.
      coming ??= come();
      await coming;
    },
  };
}

/**
 * Waits until a client is connected or has given up. BullMQ closes one that is between two attempts by stopping its timer
 * and then waits for ever for its end.
 */
async function untilSettled(client: Promise<{ status: string }> | undefined): Promise<void> {
  // A client that never connected is ready for closing as it is.
  const settling = await client?.catch(() => undefined);
  for (const deadline = performance.now() + 8000; performance.now() < deadline; ) {
    if (settling === undefined || settling.status === 'ready' || settling.status === 'end') return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A Redis that may evict keys loses jobs without a word. */
function checkEviction(redis: Redis, report: (error: Error) => void): void {
  redis.info('memory').then(
    (info) => {
      const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
      if (policy !== undefined && policy !== 'noeviction') {
        report(new Error(`Redis may evict jobs: its maxmemory-policy is ${policy}, it should be noeviction`));
      }
    },
    () => {
      // Not allowed to ask, or gone again.
    },
  );
}

/** @throws Fault settings-invalid, without the url: it may hold a password */
function readRedisUrl(queueUrl: string) {
  const url = URL.parse(queueUrl);
  if (!url || !['redis:', 'rediss:'].includes(url.protocol) || url.hostname === '') {
    throw new Fault('settings-invalid', 'QUEUE_URL must look like redis://user:password@host:6379/0 (or rediss://)');
  }
  const database = url.pathname.slice(1);
  if (!/^\d*$/.test(database)) throw new Fault('settings-invalid', 'QUEUE_URL ends in a database that is not a number');
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return {
    host,
    port: Number(url.port || 6379),
    // Either family: the default of the library is IPv4 only.
    family: 0,
    db: Number(database || 0),
    ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
    ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
    ...(url.protocol === 'rediss:' ? { tls: { servername: host } } : {}),
    connectTimeout: 5000,
    keepAlive: 10_000,
    retryStrategy: (times: number) => Math.min(100 * 2 ** Math.min(times, 5), 2000),
  } satisfies RedisOptions;
}
