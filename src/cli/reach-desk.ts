/** What commands work with: the settings, and the desk's database while the command runs. */

import type { Desk } from '../flows/desk.ts';
import { knowMailboxes } from '../flows/know-mailboxes.ts';
import { connectQueue } from '../queue/connect-queue.ts';
import { reachDatabase } from '../reach-database.ts';
import { wallClock } from '../runtime/clock.ts';
import { createLogger } from '../runtime/logger.ts';
import { createMetrics } from '../runtime/metrics.ts';
import { type Config, loadProcessConfig } from '../runtime/settings/config.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { checkSchema, migrate } from '../store/migrate.ts';

/** `check`: the database must be of this version. `bring-up`: it is brought to it, as `up` does. */
type Schema = 'check' | 'bring-up';
type Reached = { config: Config; database: Database; databaseUrl: string };

/**
 * Runs `work` on the database that the settings name. The embedded one is joined where it runs, and started where not.
 * @throws Fault settings-invalid, schema-behind and cousins; what connecting throws
 */
export async function withDatabase<Result>(
  work: (reached: Reached) => Promise<Result>,
  schema: Schema = 'check',
): Promise<Result> {
  const config = loadProcessConfig([]);
  const { url, release } = await reachDatabase(config);
  try {
    await (schema === 'check' ? checkSchema(url) : migrate(url));
    const database = openDatabase(url, { max: 3, onError: () => {}, name: 'turnmail command' });
    try {
      return await work({ config, database, databaseUrl: url });
    } finally {
      await database.end();
    }
  } finally {
    await release();
  }
}

/** The same with the queue beside it, for commands that act. A queue that is away costs seconds: the sweep finds the rows. */
export async function withDesk<Result>(work: (desk: Desk, config: Config) => Promise<Result>): Promise<Result> {
  return await withDatabase(async ({ config, database, databaseUrl }) => {
    const queue = await connectQueue({
      queueUrl: config.queueUrl,
      databaseUrl,
      prefix: config.settings.QUEUE_PREFIX,
      onError: () => {},
    });
    try {
      return await work(await deskOf(config, database, queue), config);
    } finally {
      await queue.close();
    }
  });
}

/** A desk as a command sees it: it logs nothing, and nobody reads what it counts. */
export async function deskOf(config: Config, database: Database, queue: Desk['queue']): Promise<Desk> {
  const { rules, keys, words } = config;
  const log = createLogger({ level: 'silent' });
  const mailboxes = await knowMailboxes(database, config);
  return { ...mailboxes, database, queue, rules, keys, words, clock: wallClock, log, metrics: createMetrics() };
}
