/** `turnmail export ADDRESS`: everything that the desk holds about a customer. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { EmailAddress } from '../../domain/mail/email-address.ts';
import { countRecords, exportPerson, type PersonRecords } from '../../flows/people/export-person.ts';
import { openRaw } from '../../mail/compose/sealed-mail.ts';
import { EXIT } from '../../runtime/exit-codes.ts';
import type { Config } from '../../runtime/settings/config.ts';
import type { Database } from '../../store/database.ts';
import { findRawMail } from '../../store/inbound/inbound-mails.ts';
import { findStoredMail } from '../../store/outbox/attempts.ts';
import { withDatabase } from '../reach-desk.ts';
import { complain, jsonText, print, printJson } from '../terminal-text.ts';

export type ExportOptions = { out?: string; json: boolean };

export async function printExport(address: EmailAddress, options: ExportOptions): Promise<number> {
  const { out } = options;
  if (out !== undefined && (await isTaken(out))) {
    complain(`${out} is not an empty folder; nothing was written`);
    return EXIT.refused;
  }
  return await withDatabase(async ({ database, config }) => {
    const records = await exportPerson(database, address);
    if (Object.values(countRecords(records)).every((count) => count === 0)) {
      complain(`nothing is held about ${address}`);
      return EXIT.notFound;
    }
    if (out !== undefined) await writeFolder(database, config.keys, records, out, options.json);
    else if (options.json) printJson(records);
    else print(asLines(records).join('\n'));
    return 0;
  });
}

async function isTaken(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).length > 0;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ENOENT');
  }
}

/** One JSON object a line, each with what it is. */
function asLines(records: PersonRecords): string[] {
  const { address, tickets, mails, mails_of_others, sent, reads, notes_elsewhere, muted, audit } = records;
  const all: [string, readonly object[]][] = [
    ['person', [{ address, muted }]],
    ['ticket', tickets],
    ['mail', mails],
    ['mail-of-others', mails_of_others],
    ['sent', sent],
    ['reads', reads],
    ['note-elsewhere', notes_elsewhere],
    ['audit', audit],
  ];
  return all.flatMap(([record, rows]) => rows.map((row) => jsonText({ record, ...row })));
}

/** Readable by their owner only: these are somebody's mails. */
async function writeFolder(
  database: Database,
  keys: Config['keys'],
  records: PersonRecords,
  out: string,
  json: boolean,
): Promise<void> {
  await mkdir(path.join(out, 'mails'), { recursive: true, mode: 0o700 });
  const file = json ? 'records.json' : 'records.jsonl';
  const text = json ? jsonText(records, 2) : asLines(records).join('\n');
  await writeFile(path.join(out, file), `${text}\n`, { mode: 0o600 });
  let written = 0;
  const keep = async (name: string, raw: Buffer | undefined) => {
    if (raw === undefined) return;
    await writeFile(path.join(out, 'mails', name), raw, { mode: 0o600 });
    written++;
  };
  for (const { id } of records.mails) await keep(`received-${id}.eml`, await findRawMail(database, id));
  for (const { id } of records.sent) {
    const stored = await findStoredMail(database, id);
    await keep(`sent-${id}.eml`, stored && openRaw(keys, id, stored.raw));
  }
  const { tickets, mails, sent } = countRecords(records);
  if (json) printJson({ folder: out, tickets, mails, sent, files: written + 1 });
  else
    print(
      `${tickets} tickets, ${mails} mails received and ${sent} sent are in ${path.join(out, file)}; ${written} mails are in ${path.join(out, 'mails')}.`,
    );
}
