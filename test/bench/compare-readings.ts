/**
 * Which share of a folder of mails is read by mailparser, why the others are not, and whether the two readings agree:
 * `npx node test/bench/compare-readings.ts FOLDER`. Exits with 1 when they disagree about a regular mail.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { readStructure } from '../../src/mail/mime/mime-parts.ts';
import { DEFAULT_PARSE_BOUNDS } from '../../src/mail/parse/parse-bounds.ts';
import { parseMail } from '../../src/mail/parse/parse-mail.ts';
import { readContents } from '../../src/mail/parse/read-contents.ts';
import { irregularityOf } from '../../src/mail/parse/regular-mail.ts';

const [folder = '.'] = process.argv.slice(2);
const counts = new Map<string, number>();
let disagreements = 0;

/** What decided about the reader. */
async function readerOf(raw: Buffer): Promise<string> {
  const structure = readStructure(raw, DEFAULT_PARSE_BOUNDS);
  if (!structure.ok) return `refused: ${structure.fault}`;
  const reason = irregularityOf(structure.parts, structure.sound);
  if (reason !== undefined) return `repair: ${reason}`;
  const reading = await readContents(raw, DEFAULT_PARSE_BOUNDS);
  return reading.ok && reading.by === 'repair' ? 'repair: its decoded words look misread' : 'mailparser';
}

const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.eml'));
for (const name of names.sort()) {
  const raw = readFileSync(join(folder, name));
  const reader = await readerOf(raw);
  counts.set(reader, (counts.get(reader) ?? 0) + 1);
  if (reader !== 'mailparser') continue;
  const both = [await parseMail(raw, DEFAULT_PARSE_BOUNDS), await parseMail(raw, DEFAULT_PARSE_BOUNDS, 'repair')];
  if (isDeepStrictEqual(both[0], both[1])) continue;
  disagreements++;
  console.log(`the readings differ: ${name}`);
}
console.log(`${names.length} mails`);
for (const [reader, count] of [...counts].sort((a, b) => b[1] - a[1])) {
  console.log(`  ${reader}: ${count} (${((100 * count) / names.length).toFixed(1)} %)`);
}
process.exitCode = disagreements > 0 ? 1 : 0;
