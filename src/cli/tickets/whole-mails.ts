/** `turnmail ticket show --full`: the mails about a ticket, whole and as they came. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { InboundId, TicketId } from '../../domain/ticket/ids.ts';
import type { Config } from '../../runtime/settings/config.ts';
import type { Database } from '../../store/database.ts';
import { findRawMail } from '../../store/inbound/inbound-mails.ts';
import { listTicketMails, type TicketMail } from '../../store/inbound/ticket-mails.ts';
import { withParser } from '../mails/with-parser.ts';
import { indent, moment, oneLine } from '../terminal-text.ts';

/** `text` is undefined where the mail cannot be read, `raw` where its bytes were removed. */
export type WholeMail = TicketMail & { text: string | undefined; raw: Buffer | undefined };

export async function readWholeMails(config: Config, database: Database, id: TicketId): Promise<WholeMail[]> {
  const mails = await listTicketMails(database, id);
  return await withParser(config, async (parser) => {
    const read: WholeMail[] = [];
    for (const mail of mails) {
      const raw = await findRawMail(database, mail.id);
      const parsed = raw === undefined ? undefined : await parser.parse(raw);
      read.push({ ...mail, raw, text: parsed?.ok ? parsed.mail.text : undefined });
    }
    return read;
  });
}

export function asJson({ raw, text, ...mail }: WholeMail) {
  return { ...mail, text: text ?? null, raw: raw?.toString('base64') ?? null };
}

export function describeWhole({ id, disposition, from, subject, receivedAt, raw, text }: WholeMail): string {
  const gone = raw === undefined ? '(its bytes were removed)' : '(it cannot be read)';
  return [
    `Mail ${id}, ${disposition}, from ${oneLine(from ?? 'nobody', 80)}, ${moment(receivedAt)}`,
    `Subject: ${oneLine(subject ?? '(none)', 160)}`,
    indent(text ?? gone),
  ].join('\n');
}

/** @returns a line for each file that was written */
export async function saveMails(folder: string, mails: readonly WholeMail[]): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const saved: string[] = [];
  for (const { id, raw } of mails) {
    if (raw === undefined) continue;
    const file = path.join(folder, emlFilename(id));
    await writeFile(file, raw, { mode: 0o600 });
    saved.push(`Saved ${file}`);
  }
  return saved;
}

function emlFilename(id: InboundId): string {
  return `mail-${id}.eml`;
}
