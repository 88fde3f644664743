/** `turnmail import FILE.jsonl`: closed tickets from elsewhere become the desk's past, and its answers are learned. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { findOneIdentity } from '../../domain/desk/mailboxes.ts';
import { ensureMailboxes, knowMailboxes } from '../../flows/know-mailboxes.ts';
import { type ImportProgress, type ImportResult, importTickets } from '../../flows/people/import-tickets.ts';
import { wallClock } from '../../runtime/clock.ts';
import { EXIT } from '../../runtime/exit-codes.ts';
import { createLogger } from '../../runtime/logger.ts';
import { withDatabase } from '../reach-desk.ts';
import { complain, jsonText, print } from '../terminal-text.ts';
import { jsonLines } from './json-lines.ts';

/** Lines that cannot be read are told one by one up to here. */
const MAX_TOLD = 20;

export type ImportOptions = { mailbox?: string; json: boolean };

/** @returns the exit code: 0, or 65 where lines were left out, or 66 where there is no such file or mailbox */
export async function importFile(file: string, options: ImportOptions): Promise<number> {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) {
    complain(`no such file: ${file}`);
    return EXIT.notFound;
  }
  return await withDatabase(async ({ config, database }) => {
    // A history is often imported before the first start, when the database has no mailbox yet.
    if (options.mailbox !== undefined) await ensureMailboxes(database, config, wallClock.now());
    const mailboxes = await knowMailboxes(database, config);
    const [first] = mailboxes.identities;
    const identity = options.mailbox === undefined ? first : findOneIdentity(mailboxes.identities, options.mailbox);
    if (typeof identity === 'string') {
      complain(identity);
      return EXIT.notFound;
    }
    const desk = {
      database,
      clock: wallClock,
      log: createLogger({ level: 'silent' }),
      locale: identity.locale,
      mailboxId: options.mailbox === undefined ? undefined : mailboxes.mailboxIdOf(identity),
    };
    const lines = jsonLines(createReadStream(file));
    const bar = progressOn(process.stderr);
    const result = await importTickets(desk, lines, bar);
    bar.end();
    if (options.json) process.stdout.write(`${jsonText(result)}\n`);
    else print(importSummary(result));
    return result.bad > 0 ? EXIT.refused : 0;
  }, 'bring-up');
}

function importSummary({ imported, learned, already, bad }: ImportResult): string {
  const parts = [`${imported} closed tickets imported`, `${learned} learned`];
  if (already > 0) parts.push(`${already} were there already`);
  if (bad > 0) parts.push(`${bad} lines left out`);
  return `${parts.join(', ')}.`;
}

const NAMES = { reading: 'importing', learning: 'learning', calibrating: 'calibrating' } as const;
const BAR = 24;

/** A bar that redraws itself on a terminal; elsewhere one line for each stage. */
function progressOn(stream: NodeJS.WriteStream): ImportProgress & { end(): void } {
  let told = 0;
  let stage = '';
  const clear = stream.isTTY ? '\r\u001b[K' : '';
  return {
    bad(line, why) {
      told++;
      if (told <= MAX_TOLD) stream.write(`${clear}Line ${line} is left out: ${why}.\n`);
      else if (told === MAX_TOLD + 1)
        stream.write(`${clear}More lines are left out; they are only counted from here.\n`);
    },
    step(what, done, of) {
      if (!stream.isTTY) {
        if (stage !== what) stream.write(`${NAMES[what]}${of === undefined ? '' : ` ${of} tickets`} ...\n`);
      } else if (of === undefined) stream.write(`${clear}${NAMES[what].padEnd(12)} ${done} lines`);
      else {
        const full = Math.round((BAR * done) / Math.max(1, of));
        stream.write(`${clear}${NAMES[what].padEnd(12)} [${'#'.repeat(full).padEnd(BAR, '.')}] ${done} of ${of}`);
      }
      stage = what;
    },
    end() {
      stream.write(clear);
    },
  };
}
