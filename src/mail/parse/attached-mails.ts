/** Mails that are attached to a mail as files, as "Forward as attachment" does it. */

import { cutText } from '../../domain/cut-text.ts';
import type { AttachedMail } from '../../domain/mail/parsed-mail.ts';
import { cleanText } from '../charset/clean-text.ts';
import { readFrom } from '../headers/from-address.ts';
import { readSubject } from '../headers/headers.ts';
import { readMessageIds } from '../headers/references.ts';
import type { FoundFile } from '../mime/attachments.ts';
import { fieldOf } from '../mime/raw-message.ts';
import { readBody } from '../text/body-text.ts';
import type { ParseBounds } from './parse-bounds.ts';
import { readContents } from './read-contents.ts';

const MAX_MAILS = 5;
/** Larger ones are files like any other: whoever forwards one is asked who wrote it. */
const MAX_BYTES = 8 * 1024 * 1024;
const MAX_WORDS = 200_000;
const MAX_IDS = 30;

/** The mails among the files, in their order. Each is read no deeper than its own words. */
export async function readAttachedMails(files: FoundFile[], bounds: ParseBounds): Promise<AttachedMail[]> {
  const found: AttachedMail[] = [];
  for (const [index, file] of files.entries()) {
    if (!isMail(file) || found.length >= MAX_MAILS) continue;
    const reading = await readContents(file.content, bounds);
    if (!reading.ok) continue;
    const { parts, hint, body } = reading.found;
    const fields = parts[0]?.fields ?? [];
    const from = readFrom(fields, hint);
    const ids = ['message-id', 'in-reply-to', 'references'].flatMap((name) =>
      readMessageIds(fieldOf(fields, name) ?? '').slice(-MAX_IDS),
    );
    const words = readBody(body);
    found.push({
      index,
      from:
        from.kind === 'one'
          ? { address: from.address, name: from.name, written: from.address }
          : { address: undefined, name: '', written: from.written },
      subject: readSubject(fields, hint),
      words: cutText(cleanText(words.text), MAX_WORDS),
      reply: cutText(cleanText(words.reply), MAX_WORDS),
      ids,
    });
  }
  return found;
}

function isMail({ contentType, filename, content }: FoundFile): boolean {
  if (content.length > MAX_BYTES) return false;
  return contentType === 'message/rfc822' || /\.eml$/i.test(filename ?? '');
}
