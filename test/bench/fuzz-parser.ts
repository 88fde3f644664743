/**
 * Feeds mutated mails to the parser pool: `npx node test/bench/fuzz-parser.ts FOLDER COUNT [SEED]`. Prints what became of
 * them, the slowest ones, and the memory of this process; exits with 1 when an answer is unclean or missing.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_PARSE_BOUNDS } from '../../src/mail/parse/parse-bounds.ts';
import { startParserPool } from '../../src/mail/parse/parser-pool.ts';
import { mutateMail, seededRandom, uncleanStrings } from '../support/mutate-mail.ts';

const [folder = '.', countText = '1000', seedText = '1'] = process.argv.slice(2);
const count = Number(countText);
const random = seededRandom(Number(seedText));
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.eml'))
  .sort();
const mails = files.map((name) => readFileSync(join(folder, name)));
const pool = startParserPool({ workers: 2, timeoutMs: 15_000, maxHeapMb: 256, bounds: DEFAULT_PARSE_BOUNDS });

const outcomes = new Map<string, number>();
const slowest: { ms: number; number: number; file: string; bytes: number; outcome: string }[] = [];
let unclean = 0;

async function one(number: number): Promise<void> {
  const at = Math.floor(random() * mails.length);
  const mail = mails[at];
  const other = mails[Math.floor(random() * mails.length)];
  if (mail === undefined || other === undefined) throw new Error(`no .eml files in ${folder}`);
  const raw = mutateMail(mail, other, random);
  const started = performance.now();
  const outcome = await pool.parse(raw);
  const ms = performance.now() - started;
  const name = outcome.ok
    ? 'understood'
    : `${outcome.fault}${outcome.fault === 'undecodable' ? `: ${outcome.detail}` : ''}`;
  outcomes.set(name, (outcomes.get(name) ?? 0) + 1);
  const paths = uncleanStrings(outcome);
  if (paths.length > 0) {
    unclean++;
    console.error(`unclean: ${files[at]} mutation ${number}: ${paths.join(' ')}`);
  }
  slowest.push({ ms: Math.round(ms), number, file: files[at] ?? '', bytes: raw.length, outcome: name });
  slowest.sort((a, b) => b.ms - a.ms);
  slowest.length = Math.min(slowest.length, 5);
}

const started = performance.now();
const width = 2;
for (let number = 0; number < count; number += width) {
  await Promise.all(Array.from({ length: Math.min(width, count - number) }, (_, i) => one(number + i)));
}
await pool.close();
const seconds = (performance.now() - started) / 1000;
console.log(`${count} mutations of ${mails.length} mails in ${seconds.toFixed(1)} s`);
for (const [name, n] of outcomes) console.log(`  ${name}: ${n}`);
for (const slow of slowest)
  console.log(`  slow: ${slow.ms} ms, ${slow.bytes} bytes, mutation ${slow.number} of ${slow.file}: ${slow.outcome}`);
console.log(`  this process: ${Math.round(process.memoryUsage.rss() / 1e6)} MB`);
process.exitCode = unclean > 0 ? 1 : 0;
