/**
 * Which mails are *regular*: written so that mailparser and every other reader find the same parts, words and files in
 * them. Those are read by mailparser (mailparser-reading.ts); the others, which mailparser is known to read wrongly, by
 * our repair reading (repair-reading.ts). A mail is regular when all of this holds:
 *
 * - its structure is sound (mime-parts.ts): header lines are fields that end with an empty line, every boundary is used
 *   as declared and every multipart closed in order, no boundary line has blanks behind it; the bytes are no UTF-16, no
 *   lines of CR alone, and there is no byte order mark in front;
 * - Content-Type, Content-Transfer-Encoding and Content-Disposition come once per part, Content-Type in the grammar of
 *   RFC 2045 section 5.1, the encoding by one of its five names, and the body holds nothing that the encoding has not;
 * - there is at most one plain and one HTML text, both in one multipart/alternative if there are two, and what is text
 *   and what is a file does not depend on taste (text with a file name, text/enriched beside text/plain);
 * - texts are in UTF-8, ASCII or a single-byte charset, and their bytes are what the label says;
 * - headers and texts are of a size at which mailparser, some of whose steps are quadratic, stays fast.
 *
 * What shows only in decoded text (letters that the charset has not, uuencoded files, another charset named by the HTML)
 * is looked for afterwards, by `looksMisread`.
 */
import { isAscii, isUtf8 } from 'node:buffer';
import { alternativeAround, isBodyText, leavesOf, textKind } from '../mime/body-parts.ts';
import type { MimePart } from '../mime/mime-parts.ts';
import { decodeTransfer, transferEncodingOf } from '../mime/transfer-encoding.ts';

/** Why a mail is read by the repair reading; for measurements. */
export type Irregularity =
  | 'structure'
  | 'headers'
  | 'content-type'
  | 'transfer-encoding'
  | 'encoded-body'
  | 'several-texts'
  | 'text-or-file'
  | 'charset'
  | 'size';

const LARGEST_HEAD = 64 * 1024;
const MAX_FIELDS = 500;
const MAX_PARTS = 200;
const LARGEST_TEXT = 1024 * 1024;
/** Of a whole quoted-printable body, which mailparser decodes as one string. */
const LARGEST_QUOTED = 1024 * 1024;

const STRUCTURAL = ['content-type', 'content-transfer-encoding', 'content-disposition'];
/** RFC 2045 section 5.1, with folding undone; `boundary` and `charset` never in the form of RFC 2231. */
const CONTENT_TYPE =
  /^[ \t]*[\w!#$&.+^-]{1,70}\/[\w!#$&.+^-]{1,100}[ \t]*(?:;[ \t]*(?!(?:boundary|charset|format|delsp)\*)[\w*.-]{1,60}=(?:"[^"\\]{0,500}"|[^\s()<>@,;:\\"[\]]{1,500})[ \t]*){0,20}(?:;[ \t]*)?$/i;
const ENCODINGS = /^(?:|7bit|8bit|binary|base64|quoted-printable)$/;
const UTF8_LABEL = /^(?:|us-?ascii|utf-?8)$/;
const SINGLE_BYTE_LABEL = /^(?:iso-?8859-(?:[1-9]|1[0345])|windows-125[0-8]|koi8-[ru])$/;

/** Why mailparser is not trusted with this mail, or undefined where it is regular. Linear time. */
export function irregularityOf(parts: MimePart[], sound: boolean): Irregularity | undefined {
  if (!sound) return 'structure';
  if (parts.length > MAX_PARTS) return 'size';
  const leaves = leavesOf(parts);
  for (const part of parts) {
    const found = fieldsIrregularity(part);
    if (found !== undefined) return found;
  }
  const texts = leaves.filter(isBodyText);
  if (!areOneText(texts)) return 'several-texts';
  for (const part of leaves) {
    if (isBodyText(part) !== isTextOfMailparser(part)) return 'text-or-file';
    const found = bodyIrregularity(part) ?? (isBodyText(part) ? charsetIrregularity(part) : undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The parts that mailparser takes for the words of a mail; all other leaves are attachments to it. */
export function isTextOfMailparser(part: MimePart): boolean {
  const { value } = part.disposition;
  return (part.type === 'text/plain' || part.type === 'text/html') && (value === '' || value === 'inline');
}

/** What only the decoded words show. */
export function looksMisread(text: string, part: MimePart): boolean {
  // Unknown letters, NUL, escapes of ISO-2022, a byte order mark.
  if (/[\ufffd\0\x1b]|^[\ufeff\ufffe]/.test(text)) return true;
  if (textKind(part) === 'html') return part.params['charset'] === undefined && namesOtherCharset(text);
  return /^begin(?:-base64)? [0-7]{3,4} /m.test(text);
}

function namesOtherCharset(html: string): boolean {
  const named = /charset\s{0,20}=\s{0,20}["']?([\w.:-]{1,60})/i.exec(html.slice(0, 2_048))?.[1];
  return named !== undefined && !UTF8_LABEL.test(named.toLowerCase());
}

function fieldsIrregularity(part: MimePart): Irregularity | undefined {
  const { fields } = part;
  if (fields.length > MAX_FIELDS) return 'size';
  let size = 0;
  for (const field of fields) size += field.name.length + field.value.length;
  if (size > LARGEST_HEAD) return 'size';
  const values = STRUCTURAL.map((name) => fields.filter((field) => field.name === name));
  if (values.some((found) => found.length > 1)) return 'headers';
  const [type, encoding, disposition] = values.map(([field]) => field?.value);
  // Without a type, mailparser guesses one by the name of the file; in a digest, the default is another.
  if (type === undefined && (disposition !== undefined || part.parent?.type === 'multipart/digest'))
    return 'content-type';
  if (type !== undefined && !isPlainType(type)) return 'content-type';
  // mailparser splits at any boundary that is declared.
  if (part.params['boundary'] !== undefined && !part.type.startsWith('multipart/')) return 'content-type';
  if (disposition !== undefined && !/^[ \t]*(?:inline|attachment)[ \t]*(?:;|$)/i.test(disposition))
    return 'text-or-file';
  return ENCODINGS.test((encoding ?? '').trim().toLowerCase()) ? undefined : 'transfer-encoding';
}

function isPlainType(value: string): boolean {
  const named = value.match(/;[ \t]{0,9}(?:boundary|charset|format|delsp)=/gi) ?? [];
  const names = new Set(named.map((name) => name.slice(1).trim().toLowerCase()));
  return value.length < 2_000 && names.size === named.length && CONTENT_TYPE.test(value);
}

/** At most one plain and one HTML text, and two only as two forms of the same words. */
function areOneText(texts: MimePart[]): boolean {
  const [first, second] = texts;
  if (first === undefined || second === undefined) return true;
  const around = alternativeAround(first);
  const bothForms =
    textKind(first) !== textKind(second) && around !== undefined && around === alternativeAround(second);
  return texts.length === 2 && bothForms;
}

function bodyIrregularity(part: MimePart): Irregularity | undefined {
  const { body } = part;
  const encoding = transferEncodingOf(encodingOf(part));
  if (encoding === 'base64') return isPlainBase64(body) ? undefined : 'encoded-body';
  if (encoding !== 'quoted-printable') return undefined;
  if (body.length > LARGEST_QUOTED) return 'size';
  // mailparser drops blanks at line ends, in quadratic time, and reads less of what breaks the rules.
  return /=(?![0-9A-Fa-f]{2}|\r?\n)|[ \t](?:\r?\n|$)|[ \t]{80}|\r(?!\n)/.test(body.toString('latin1'))
    ? 'encoded-body'
    : undefined;
}

/** RFC 2045 section 6.8: its alphabet where bodies are told from words, no letters of base64url, padding at the end. */
function isPlainBase64(body: Buffer): boolean {
  if (!/^[A-Za-z0-9+/=\r\n]*$/.test(body.toString('latin1', 0, 2_000))) return false;
  if (!isAscii(body) || body.includes('-') || body.includes('_')) return false;
  const padding = body.indexOf('=');
  return padding < 0 || (body.length - padding < 100 && /^=[=\s]*$/.test(body.toString('latin1', padding)));
}

function encodingOf(part: MimePart): string {
  return part.fields.find(({ name }) => name === 'content-transfer-encoding')?.value ?? '';
}

function charsetIrregularity(part: MimePart): Irregularity | undefined {
  if (part.body.length > LARGEST_TEXT) return 'size';
  const label = (part.params['charset'] ?? '').trim().toLowerCase();
  if (UTF8_LABEL.test(label)) return undefined;
  if (!SINGLE_BYTE_LABEL.test(label)) return 'charset';
  const bytes = decodeTransfer(part.body, transferEncodingOf(encodingOf(part)));
  return isAscii(bytes) || !isUtf8(bytes) ? undefined : 'charset';
}
