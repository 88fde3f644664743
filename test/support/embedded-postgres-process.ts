import { startEmbeddedPostgres } from '../../src/runtime/embedded-postgres/embedded-postgres.ts';

/**
 * A program that uses the embedded database of the folder in argv and says so on stdout, for tests that need several
 * processes or kill one. It leaves the database when its stdin ends.
 */
const [dataDir = '', database = 'turnmail'] = process.argv.slice(2);
const server = await startEmbeddedPostgres({ dataDir, database, settings: { fsync: 'off' } });
process.stdout.write(`${JSON.stringify({ url: server.url, adopted: server.adopted })}\n`);
process.stdin.resume();
process.stdin.once('end', async () => {
  await server.stop();
  process.exit(0);
});
