/**
 * Feeds mutated mails to a desk: `npx node test/bench/fuzz-mails.ts FOLDER --from N --count N --seconds N`. Each goes through
 * parse, decide and apply on a Postgres of its own; the rules are looked at after each 500. Prints what became of them;
 * exits with 1 at the first rule that does not hold, and says from which number on to run again.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startFuzzedDesk } from '../support/fuzzed-desk.ts';
import { startOwnPostgres } from '../support/own-postgres.ts';

const BATCH = 500;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    from: { type: 'string', default: '1' },
    count: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '170' },
  },
});

function readSeeds(root: string): Buffer[] {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.eml'));
  // A mail of many megabytes says no more than one of 200 KB, and takes its time.
  return names.sort().map((name) => readFileSync(path.join(root, name)).subarray(0, 200_000));
}

async function main(): Promise<number> {
  const seeds = readSeeds(positionals[0] ?? '.');
  if (seeds.length === 0) throw new Error('the folder holds no .eml files');
  const postgres = await startOwnPostgres({ fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' });
  const started = performance.now();
  const first = Number(values.from);
  let next = first;
  let violations: string[] = [];
  try {
    const { url } = await postgres.createDatabase();
    const desk = await startFuzzedDesk(url, seeds, 'error');
    const end = first + Number(values.count);
    const late = () => performance.now() - started > Number(values.seconds) * 1000;
    while (next < end && violations.length === 0 && !late()) {
      const count = Math.min(BATCH, end - next);
      violations = (await desk.run(next, count)).violations;
      next += count;
    }
    for (const [name, count] of Object.entries(await desk.outcomes()))
      console.log(`  ${String(count).padStart(6)} ${name}`);
    await desk.stop();
  } finally {
    await postgres.stop();
  }
  const seconds = (performance.now() - started) / 1000;
  const memory = Math.round(process.memoryUsage.rss() / 1e6);
  console.log(
    `mails ${first} to ${next - 1} of ${seeds.length} seeds in ${seconds.toFixed(0)} s; this process: ${memory} MB`,
  );
  for (const violation of violations) console.error(`broken: ${violation}`);
  console.log(violations.length > 0 ? 'a rule is broken' : `every rule holds; go on with --from ${next}`);
  return violations.length > 0 ? 1 : 0;
}

process.exitCode = await main();
