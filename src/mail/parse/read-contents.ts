/** The words and files of a mail out of its bytes: bounds first, then mailparser for regular mails, repair for others. */
import type { ByteRange, EncryptedBy, ParseFault } from '../../domain/mail/parsed-mail.ts';
import { charsetOf } from '../charset/charsets.ts';
import { readParameterField } from '../headers/header-params.ts';
import { charsetHint } from '../headers/headers.ts';
import { type FoundFile, fileOf } from '../mime/attachments.ts';
import { filePartsOf, joinTexts } from '../mime/body-parts.ts';
import { contentIdsIn } from '../mime/content-ids.ts';
import { type MimePart, readStructure } from '../mime/mime-parts.ts';
import { fieldOf, type RawField } from '../mime/raw-message.ts';
import { isTnef, readTnef } from '../mime/tnef.ts';
import { lengthAsWeWrite, transferEncodingOf } from '../mime/transfer-encoding.ts';
import type { BodyParts } from '../text/body-text.ts';
import { readRtf } from '../text/rtf-text.ts';
import { readByMailparser } from './mailparser-reading.ts';
import { encryptedBy, MAX_WRAPPERS, openWrapper } from './open-wrappers.ts';
import type { ParseBounds } from './parse-bounds.ts';
import { type PlacedPictures, placePictures } from './placed-pictures.ts';
import { irregularityOf } from './regular-mail.ts';
import { readByRepair } from './repair-reading.ts';

/** `hint` is the charset that the mail suggests for bytes without one; `parts` begin with the message itself. */
export type MailContents = {
  parts: MimePart[];
  hint: string | undefined;
  body: BodyParts;
  /** where pictures stand between the texts */
  placed: PlacedPictures | undefined;
  files: FoundFile[];
  encrypted: EncryptedBy | undefined;
};
export type ContentsReading =
  | { ok: true; found: MailContents; by: 'mailparser' | 'repair' }
  | { ok: false; fault: ParseFault; detail: string };

/** Never rejects for what a mail holds. `by` only forces the repair reading, to compare the two. */
export async function readContents(
  raw: Buffer,
  bounds: ParseBounds,
  by?: 'repair',
  wrappers = 0,
): Promise<ContentsReading> {
  if (raw.length > bounds.maxBytes) {
    return { ok: false, fault: 'too-large', detail: `${raw.length} bytes, more than ${bounds.maxBytes}` };
  }
  const structure = readStructure(raw, bounds);
  if (!structure.ok) return structure;
  const { parts, sound } = structure;
  const wrapped = wrappers < MAX_WRAPPERS ? openWrapper(raw, parts) : undefined;
  if (wrapped !== undefined) {
    const reading = await readContents(wrapped.bytes, bounds, by, wrappers + 1);
    return wrapped.isWhole ? underHeader(parts, reading) : reading;
  }
  const hint = charsetHint(parts);
  readNamesAgain(parts, hint);
  const isRegular = by === undefined && irregularityOf(parts, sound) === undefined;
  const byMailparser = isRegular ? await readByMailparser(raw, parts) : undefined;
  const read = byMailparser ?? readByRepair(parts, hint);
  const body = joinTexts(read);
  const named = contentIdsIn(body.html ?? '');
  const files: FoundFile[] = [];
  const fileOfPart = new Map<MimePart, FoundFile>();
  for (const part of filePartsOf(parts)) {
    const content = read.contents.get(part);
    if (content === undefined) continue;
    const file = fileOf(part, content, named);
    if (wrappers === 0) file.base64 = base64Of(part, content, raw);
    fileOfPart.set(part, file);
    files.push(...(isTnef(part.type, file.filename) ? unpackTnef(file, body) : [file]));
  }
  for (const { filename, content } of read.uuencoded) files.push(namedFile(filename, content));
  for (const picture of read.pictures) files.push({ ...picture, params: {}, inline: true });
  const placed = placePictures(parts, read, fileOfPart, named);
  const found = { parts, hint, body, placed, files, encrypted: encryptedBy(parts) };
  return { ok: true, found, by: byMailparser === undefined ? 'repair' : 'mailparser' };
}

/** Where a file stands in the bytes of the mail itself, if it is written there as we would write it. */
function base64Of(part: MimePart, content: Buffer, raw: Buffer): ByteRange | undefined {
  const { body } = part;
  if (transferEncodingOf(fieldOf(part.fields, 'content-transfer-encoding') ?? '') !== 'base64') return undefined;
  const from = body.byteOffset - raw.byteOffset;
  const length = body.buffer === raw.buffer ? lengthAsWeWrite(body, content.length) : undefined;
  const isWithin = length !== undefined && from >= 0 && from + length <= raw.length;
  return isWithin ? { from, to: from + length } : undefined;
}

/** The contents of a wrapper under the header of the mail: of its own fields only those of a part count. */
function underHeader(outer: MimePart[], reading: ContentsReading): ContentsReading {
  const [head, root] = [outer[0], reading.ok ? reading.found.parts[0] : undefined];
  if (!reading.ok || head === undefined || root === undefined) return reading;
  const isOfPart = ({ name }: RawField) => name.startsWith('content-');
  root.fields = [...head.fields.filter((field) => !isOfPart(field)), ...root.fields.filter(isOfPart)];
  return { ...reading, found: { ...reading.found, hint: reading.found.hint ?? charsetHint(outer) } };
}

/** File names in raw bytes, once it is known which charset the mail names. */
function readNamesAgain(parts: MimePart[], common: string | undefined): void {
  for (const part of parts) {
    const own = charsetOf(part.params['charset']);
    const hint = own === undefined || own === 'utf-8' ? common : own;
    if (hint === undefined) continue;
    const [type, disposition] = ['content-type', 'content-disposition'].map((name) => fieldOf(part.fields, name) ?? '');
    if (/[\x80-\xff]/.test(type ?? '')) part.params = readParameterField(type ?? '', hint).params;
    if (/[\x80-\xff]/.test(disposition ?? '')) part.disposition = readParameterField(disposition ?? '', hint);
  }
}

/** The files of a winmail.dat in its place, and its words where the mail has no others. What was cut off stays too. */
function unpackTnef(file: FoundFile, body: BodyParts): FoundFile[] {
  const tnef = readTnef(file.content);
  if (tnef === undefined) return [file];
  const wordless = body.plain === undefined && body.html === undefined;
  if (wordless) {
    const hasOthers = (tnef.plain ?? tnef.html ?? '').trim() !== '';
    const plain = hasOthers || tnef.rtf === undefined ? tnef.plain : readRtf(tnef.rtf);
    if (plain !== undefined) body.plain = { text: plain, flowed: false, delSp: false };
    body.html = tnef.html;
  }
  const files = tnef.files.map(({ filename, contentType, content }) => namedFile(filename, content, contentType));
  const used = files.length > 0 || (wordless && (tnef.plain ?? tnef.html ?? tnef.rtf) !== undefined);
  return tnef.whole && used ? files : [...files, file];
}

function namedFile(filename: string | undefined, content: Buffer, contentType?: string): FoundFile {
  const type = contentType ?? 'application/octet-stream';
  return { filename, contentType: type, params: {}, inline: false, contentId: undefined, content };
}
