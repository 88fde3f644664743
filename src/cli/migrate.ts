/** `turnmail migrate`: brings the database up to this code, the tables of the queue too. */
import { connectQueue } from '../queue/connect-queue.ts';
import { reachDatabase } from '../reach-database.ts';
import { loadProcessConfig } from '../runtime/settings/config.ts';
import { migrate } from '../store/migrate.ts';
import { print, printJson } from './terminal-text.ts';

export async function migrateByCommand(options: { json: boolean }): Promise<number> {
  const config = loadProcessConfig([]);
  const { url, release } = await reachDatabase(config);
  try {
    const applied = await migrate(url);
    if (config.queueUrl === undefined) {
      const queue = await connectQueue({ queueUrl: undefined, databaseUrl: url, onError: () => {} });
      await queue.close();
    }
    if (options.json) printJson({ applied });
    else if (applied.length === 0) print('The database is up to date; nothing was applied.');
    else print(applied.map((name) => `applied ${name}`).join('\n'));
    return 0;
  } finally {
    await release();
  }
}
