import type { ParsedMail } from '../../src/domain/mail/parsed-mail.ts';
import { DEFAULT_PARSE_BOUNDS } from '../../src/mail/parse/parse-bounds.ts';
import { parseMail } from '../../src/mail/parse/parse-mail.ts';

/** A mail of lines; each character is one byte. */
export const bytes = (...lines: string[]) => Buffer.from(lines.join('\r\n'), 'latin1');

/** The mail as it is read within the default bounds. @throws where it is refused, with the fault */
export async function understood(raw: Buffer): Promise<ParsedMail> {
  const outcome = await parseMail(raw, DEFAULT_PARSE_BOUNDS);
  if (!outcome.ok) throw new Error(`${outcome.fault}: ${outcome.detail}`);
  return outcome.mail;
}

/** Names and sizes of its files. */
export const files = (mail: ParsedMail) => mail.attachments.map(({ filename, size }) => [filename, size]);
