import { startEmbeddedPostgres } from './runtime/embedded-postgres/embedded-postgres.ts';
import type { Logger } from './runtime/logger.ts';
import type { Config } from './runtime/settings/config.ts';

/** The database of a configuration: the one it names, or the embedded one, started or adopted. */
export async function reachDatabase(config: Config, log?: Logger): Promise<{ url: string; release(): Promise<void> }> {
  if (config.databaseUrl !== undefined) return { url: config.databaseUrl, release: async () => {} };
  const embedded = await startEmbeddedPostgres({
    dataDir: config.dataDir,
    database: 'turnmail',
    log: (line) => log?.info(line),
  });
  return { url: embedded.url, release: () => embedded.stop() };
}
