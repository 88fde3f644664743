/**
 * Reads the parts of mails that are not regular (regular-mail.ts): wrong and missing charsets, transfer encodings that
 * the body does not keep to, files uuencoded into the words, structures that had to be repaired.
 */

import { charsetOf, decodeBytes } from '../charset/charsets.ts';
import { isBodyText, leavesOf, type PartContents, textKind } from '../mime/body-parts.ts';
import { takeDataPictures } from '../mime/data-pictures.ts';
import type { MimePart } from '../mime/mime-parts.ts';
import { decodePart } from '../mime/transfer-encoding.ts';
import { takeUuencoded, type UuencodedFile } from '../mime/uuencode.ts';

/** Bytes of plain text, and of HTML, that are read of one mail; nobody writes that much, and the raw mail keeps it. */
const MAX_TEXT = 5 * 1024 * 1024;

/** Every leaf part; `hint` is the charset that the rest of the mail suggests (headers.ts). Never throws. */
export function readByRepair(parts: MimePart[], hint: string | undefined): PartContents {
  const read: PartContents = { texts: new Map(), contents: new Map(), uuencoded: [], pictures: [] };
  const room = { plain: MAX_TEXT, html: MAX_TEXT };
  for (const part of leavesOf(parts)) {
    const content = decodePart(part);
    if (!isBodyText(part)) read.contents.set(part, content);
    else if (textKind(part) === 'html')
      read.texts.set(part, decodeTextPart(part, takePicturesFromBytes(content, read), room, hint));
    else {
      const { rest, files } = takeFiles(content);
      for (const file of files) read.uuencoded.push(file);
      read.texts.set(part, decodeTextPart(part, rest, room, hint));
    }
  }
  return read;
}

/** Pictures are taken out of the bytes too: they are longer than any text, of which only so much is read. */
function takePicturesFromBytes(bytes: Buffer, read: PartContents): Buffer {
  if (!bytes.includes('data:image/')) return bytes;
  const { html, pictures } = takeDataPictures(bytes.toString('latin1'), read.pictures.length);
  read.pictures.push(...pictures);
  return pictures.length === 0 ? bytes : Buffer.from(html, 'latin1');
}

/** Uuencoded files are ASCII in any charset that mail is written in: taken out of the bytes, before decoding. */
function takeFiles(bytes: Buffer): { rest: Buffer; files: UuencodedFile[] } {
  if (!bytes.includes('begin ') && !bytes.includes('begin-base64 ')) return { rest: bytes, files: [] };
  const { rest, files } = takeUuencoded(bytes.toString('latin1'));
  return { rest: files.length === 0 ? bytes : Buffer.from(rest, 'latin1'), files };
}

type Room = { plain: number; html: number };

/** The text of a part, as far as there is room for it. */
function decodeTextPart(part: MimePart, content: Buffer, room: Room, hint: string | undefined): string {
  const kind = textKind(part) ?? 'plain';
  const bytes = content.subarray(0, room[kind]);
  room[kind] -= bytes.length;
  const declared = part.params['charset'] ?? (kind === 'html' ? metaCharset(bytes) : undefined);
  const label = kind === 'html' && charsetOf(declared) === 'utf-7' ? undefined : declared;
  return decodeBytes(bytes, label, hint).replaceAll('\r\n', '\n');
}

/** The charset that an HTML page names itself, where the mail names none. */
function metaCharset(bytes: Buffer): string | undefined {
  return /<meta[^>]{0,200}charset\s*=\s*["']?([\w.:-]{1,60})/i.exec(bytes.toString('latin1', 0, 2_048))?.[1];
}
