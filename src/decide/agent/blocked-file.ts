import type { BlockedTypes } from '../../domain/mail/blocked-types.ts';
import type { Attachment } from '../../domain/mail/parsed-mail.ts';
import { type Sentence, say } from '../../domain/words.ts';

export type NamedFile = { filename: string; contentType: string };

/** Names were cut to 200 letters before; this keeps the work bounded for any other caller. */
const MAX_NAME = 1_000;

/** What is not seen in a name and is dropped somewhere on the way to a disk. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/gu;

/** Dots that are none until somebody normalises them (NFKC does those of U+2024, U+FE52 and U+FF0E). */
const DOTS = /[\u3002\u06d4\u0701\u0702\ua60e\ua4f8]/g;

/**
 * Where a name may end for somebody: at its end, before blanks that push the rest out of sight, and before a colon, which
 * on NTFS begins the name of a stream.
 */
const ENDING = /\.\s*([\p{L}\p{N}_~-]{1,30})(?=\s*$|\s+\.|\s*:\S)/gu;

const CLSID = /\.\s*\{[0-9a-f-]{36}\}/;

/**
 * The endings that any reader of a name could see, in lower case and without the dot. A name is brought to one form
 * first: it comes from a stranger, and what is judged must be what opens.
 */
export function endingsOf(filename: string): string[] {
  const name = filename
    .slice(-MAX_NAME)
    .normalize('NFKC')
    .replace(/[\u0000\r\n\t]/g, ' ')
    .replace(UNSEEN, '')
    .replace(DOTS, '.')
    .replace(/\s+/g, ' ')
    .slice(-MAX_NAME)
    .toLowerCase()
    .replace(/(?<![\s.'"])[\s.'"]+$/, '');
  const endings = [...name.matchAll(ENDING)].map((match) => match[1] ?? '');
  return CLSID.test(name) ? [...endings, 'clsid'] : endings;
}

/** True where the desk does not pass such a file on, in either direction. Its name and its type are judged, never its content. */
export function isBlockedFile(file: NamedFile, blocked: BlockedTypes): boolean {
  const type = (file.contentType.split(';')[0] ?? '').trim().toLowerCase();
  return blocked.has(type) || endingsOf(file.filename).some((ending) => blocked.has(ending));
}

/**
 * The same where a file is a mail of a desk: a notification attached to its answer, as some clients do it by themselves,
 * would give the customer what was said inside and an address that works for the agent.
 */
export function refuseMailsOfDesk(files: Pick<Attachment, 'filename' | 'mailOfDesk'>[]): Sentence | undefined {
  const names = files.filter((file) => file.mailOfDesk).map((file) => file.filename);
  if (names.length === 0) return undefined;
  return say(
    '{files}: a mail that a desk wrote, with reply addresses and maybe notes that are not for the customer, so nothing was sent; reply again without it. Mail programs that attach what they answer have a setting for it.',
    { files: names.join(', ') },
  );
}

/** One sentence to the agent whose reply would have carried blocked files to a customer; undefined where none would. */
export function refuseFiles(files: NamedFile[], blocked: BlockedTypes): Sentence | undefined {
  const names = files.filter((file) => isBlockedFile(file, blocked)).map((file) => file.filename);
  if (names.length === 0) return undefined;
  return say(
    'The files {files} are of a type that this desk does not pass on, so nothing was sent; reply again without it, or with a link to it.',
    { files: names.join(', '), count: names.length },
    'The file {files} is of a type that this desk does not pass on, so nothing was sent; reply again without it, or with a link to it.',
  );
}
