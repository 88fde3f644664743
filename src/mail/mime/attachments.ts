import { createHash } from 'node:crypto';
import libmime from 'libmime';
import type { Attachment, ByteRange } from '../../domain/mail/parsed-mail.ts';
import { cleanLine } from '../charset/clean-text.ts';
import { decodeWords } from '../charset/encoded-words.ts';
import { readMessageIds } from '../headers/references.ts';
import { holdsMailOfDesk } from './mail-of-desk.ts';
import type { MimePart } from './mime-parts.ts';
import { fieldOf } from './raw-message.ts';

const MAX_NAME = 200;

/**
 * The name that a part was given: in Content-Disposition (RFC 2183), in Content-Type as many do, or, for want of both,
 * in Content-Location or Content-Description where those hold nothing but a file name.
 */
export function filenameOf(part: MimePart): string | undefined {
  const { params } = part.disposition;
  const given = [params['filename'], part.params['name'], params['name'], part.params['filename'], part.params['file']];
  const named = given.find((name) => name !== undefined && name.trim() !== '');
  if (named !== undefined || part.type.startsWith('text/') || part.type.startsWith('multipart/')) return named;
  return [fieldOf(part.fields, 'content-location'), fieldOf(part.fields, 'content-description')]
    .map((raw) =>
      raw === undefined
        ? ''
        : decodeWords(raw.slice(0, 1_000))
            .trim()
            .replace(/^"(.*)"$/, '$1'),
    )
    .find((name) => /^[^\s/\\:?][^/\\:?]{0,200}\.[a-z0-9]{2,5}$/i.test(name));
}

/** A file out of a mail, before it is described. */
export type FoundFile = {
  filename: string | undefined;
  contentType: string;
  /** Parameters of its Content-Type. */
  params: Record<string, string>;
  inline: boolean;
  contentId: string | undefined;
  /** A picture that only the signature or the quoted history shows. */
  aside?: true;
  /** Where it stands in the raw mail in base64 as we write it. */
  base64?: ByteRange | undefined;
  content: Buffer;
};

/** A leaf part as a file; `named` are the Content-IDs that the HTML of the mail names, which may show it by one (RFC 2392). */
export function fileOf(part: MimePart, content: Buffer, named: ReadonlySet<string>): FoundFile {
  const [contentId] = readMessageIds(fieldOf(part.fields, 'content-id') ?? '');
  const shown = contentId !== undefined && named.has(contentId);
  return {
    filename: filenameOf(part),
    contentType: part.type,
    params: part.params,
    inline: shown || part.disposition.value === 'inline',
    contentId,
    content,
  };
}

/** A card is short, and so is an invitation. */
const MAX_CARD_BYTES = 200_000;

/** A vCard (RFC 6350), or an invitation (RFC 5545), with the address of its sender. */
function isCardOf(file: FoundFile, writer: string | undefined): boolean {
  const isCard =
    /^(?:text\/(?:(?:x-)?v(?:card|calendar)|directory|calendar)|application\/ics)$/.test(file.contentType) ||
    /\.(?:vcf|ics|vcs)$/i.test(file.filename ?? '');
  if (!isCard || writer === undefined) return false;
  const text = file.content.toString('utf8', 0, MAX_CARD_BYTES).replace(/\r?\n[ \t]/g, '');
  return text.toLowerCase().includes(writer.toLowerCase());
}

/** What is known of a file; `number` counts from 1 and names those that came without a name. */
export function describeAttachment(file: FoundFile, number: number, writer?: string): Attachment {
  return {
    filename: cleanAttachmentName(file.filename) ?? `attachment-${number}.${extensionFor(file.contentType)}`,
    contentType: cleanLine(file.contentType, 200),
    size: file.content.length,
    inline: file.inline,
    contentId: file.contentId,
    ...(file.aside ? { aside: true } : {}),
    ...(isCardOf(file, writer) ? { senderCard: true } : {}),
    sha256: createHash('sha256').update(file.content).digest('hex'),
    ...(holdsMailOfDesk(file.content) ? { mailOfDesk: true } : {}),
    ...(file.base64 === undefined ? {} : { base64: file.base64 }),
  };
}

function extensionFor(type: string): string {
  if (type === 'message/rfc822') return 'eml';
  if (type.startsWith('message/')) return 'txt';
  const extension = type === 'application/octet-stream' ? 'bin' : libmime.detectExtension(type);
  if (/^[a-z0-9]{1,8}$/.test(extension) && extension !== 'bin') return extension;
  return type.startsWith('text/') ? 'txt' : 'bin';
}

/**
 * A name fit for display and for a file system: no path, no control or direction-changing characters, no leading dot,
 * its extension kept when it has to be cut. Undefined where nothing is left.
 */
export function cleanAttachmentName(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  // Of a name beyond all measure the ending is kept, since it says what opens the file.
  const bounded = name.length > 4_000 ? `${name.slice(0, 2_000)}${name.slice(-2_000)}` : name;
  const shown = bounded.replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '');
  const flat = cleanLine(shown, 4_000)
    .replace(/^[a-z]:\\(?:.*\\)?/i, '')
    .replace(/[/\\]/g, '_');
  const bare = flat.replace(/^[.\s]+|[.\s]+$/g, '');
  if (bare === '') return undefined;
  if (bare.length <= MAX_NAME) return bare;
  const extension = /\.[^.]{1,10}$/.exec(bare)?.[0] ?? '';
  return `${bare.slice(0, MAX_NAME - extension.length)}${extension}`.toWellFormed();
}
