import type { MimePart } from './mime-parts.ts';
import { fieldOf } from './raw-message.ts';
import { decodeUuencoded } from './uuencode.ts';

/** Content-Transfer-Encoding (RFC 2045 section 6), told apart by what senders write, not only by the exact words. */
export type TransferEncoding = 'identity' | 'base64' | 'quoted-printable' | 'uuencode';

export function transferEncodingOf(value: string): TransferEncoding {
  const word = value.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (word.startsWith('base64')) return 'base64';
  if (word.startsWith('quotedprint')) return 'quoted-printable';
  if (/^x?uu(?:e|encode)/.test(word)) return 'uuencode';
  return 'identity';
}

/** The bytes of a part behind its Content-Transfer-Encoding. */
export function decodePart({ body, fields }: MimePart): Buffer {
  return decodeTransfer(body, transferEncodingOf(fieldOf(fields, 'content-transfer-encoding') ?? ''));
}

/** The decoded bytes; what breaks the rules of the encoding is kept or skipped, never thrown. Linear time. */
export function decodeTransfer(body: Buffer, encoding: TransferEncoding): Buffer {
  switch (encoding) {
    case 'base64':
      return decodeBase64(body);
    case 'quoted-printable':
      return decodeQuotedPrintable(body);
    case 'uuencode':
      return decodeUuencoded(body);
    case 'identity':
      return body;
  }
}

const EQUALS = 0x3d;

/** Some declare base64 and send the words as they are: too many characters that base64 has not, or blanks like words. */
function looksLikeBase64(sample: string): boolean {
  const foreign = sample.replace(/[A-Za-z0-9+/=\s]+/g, '').length;
  const firstLine = /\S[^\r\n]*/.exec(sample)?.[0] ?? '';
  return foreign * 20 <= sample.length && firstLine.trim().split(/ +/).length < 3;
}

/**
 * RFC 2045 section 6.8. Padding ends a run of base64; what follows is decoded as another run if it looks like one
 * (mails glued from pieces), and left out if it is words (a footer that a list put below).
 */
function decodeBase64(body: Buffer): Buffer {
  if (!looksLikeBase64(body.toString('latin1', 0, 2_000))) return body;
  const lines = isInFullLines(body) ? decodeLines(body) : undefined;
  if (lines !== undefined) return lines;
  const text = body.toString('latin1');
  const padding = text.indexOf('=');
  if (padding < 0 || !/[^=\s]/.test(text.slice(padding))) return Buffer.from(text, 'base64');
  const out = Buffer.allocUnsafe(text.length);
  let written = out.write(text.slice(0, padding), 'base64');
  for (let from = padding; from < text.length; ) {
    while (text.charAt(from) === '=') from++;
    const next = text.indexOf('=', from);
    const run = text.slice(from, next < 0 ? text.length : next);
    if (/^[ \t]+\S|[^A-Za-z0-9+/\s]|[^\s] +[^\s]/.test(run)) break;
    written += out.write(run, written, 'base64');
    from += run.length;
  }
  return out.subarray(0, written);
}

/** 76 characters a line and its end (RFC 2045 section 6.8), as nearly every program writes them: 19 whole groups of four. */
const LINE_CHARS = 76;
const LINE_WIDTH = LINE_CHARS + 2;
const LINE_BYTES = 57;
/** Lines that are decoded at a time: a string above 128 KiB costs ten times as much a byte. */
const PIECE_WIDTH = 512 * LINE_WIDTH;
/** Shorter bodies cost nothing either way. */
const MIN_IN_LINES = 16 * 1024;

/** True where every line but the last is full, and padding stands at the very end alone. */
function isInFullLines(body: Buffer): boolean {
  if (body.length < MIN_IN_LINES) return false;
  let at = LINE_CHARS;
  for (; at + 1 < body.length; at += LINE_WIDTH) if (body[at] !== 0x0d || body[at + 1] !== 0x0a) return false;
  const padding = body.indexOf(EQUALS);
  return (
    padding < 0 || (!/[^=\s]/.test(body.toString('latin1', padding, padding + 2_000)) && padding + 100 > body.length)
  );
}

/** @returns undefined where a line holds what is no base64: the groups of four go on over the ends of pieces then */
function decodeLines(body: Buffer): Buffer | undefined {
  const out = Buffer.allocUnsafe(Math.ceil((body.length / 4) * 3));
  let written = 0;
  for (let from = 0; from < body.length; from += PIECE_WIDTH) {
    written += out.write(body.toString('latin1', from, from + PIECE_WIDTH), written, 'base64');
    if (from + PIECE_WIDTH < body.length && written !== ((from + PIECE_WIDTH) / LINE_WIDTH) * LINE_BYTES)
      return undefined;
  }
  return out.subarray(0, written);
}

/**
 * The length of a body that is base64 as we write it: lines of 76 characters with CRLF between them, of its alphabet alone, padding
 * at the end; line ends behind it do not count. Undefined where it is written otherwise, or where it stands for another number of bytes.
 */
export function lengthAsWeWrite(body: Buffer, decodedBytes: number): number | undefined {
  let length = body.length;
  while (length > 0 && (body[length - 1] === 0x0a || body[length - 1] === 0x0d)) length--;
  const groups = Math.ceil(decodedBytes / 3) * 4;
  if (groups === 0 || length !== groups + 2 * Math.floor((groups - 1) / LINE_CHARS)) return undefined;
  const letters = length - ((3 - (decodedBytes % 3)) % 3);
  for (let at = 0, column = 0; at < letters; at++) {
    if (column === LINE_CHARS) {
      if (body[at] !== 0x0d || body[at + 1] !== 0x0a) return undefined;
      at++;
      column = 0;
    } else {
      if (IN_BASE64[body[at] ?? 0] !== 1) return undefined;
      column++;
    }
  }
  for (let at = letters; at < length; at++) if (body[at] !== EQUALS) return undefined;
  return length;
}

const IN_BASE64 = Uint8Array.from({ length: 0x100 }, (_, code) =>
  /[A-Za-z0-9+/]/.test(String.fromCharCode(code)) ? 1 : 0,
);

function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  if (byte >= 0x41 && byte <= 0x46) return byte - 0x37;
  if (byte >= 0x61 && byte <= 0x66) return byte - 0x57;
  return -1;
}

/** RFC 2045 section 6.7; an equals sign that starts nothing sensible stays as it is. */
function decodeQuotedPrintable(body: Buffer): Buffer {
  let next = body.indexOf(EQUALS);
  if (next < 0) return body;
  const out = Buffer.allocUnsafe(body.length);
  let written = 0;
  let from = 0;
  while (next >= 0) {
    written += body.copy(out, written, from, next);
    const high = hexDigit(body[next + 1]);
    const low = hexDigit(body[next + 2]);
    if (high >= 0 && low >= 0) {
      out[written++] = high * 16 + low;
      from = next + 3;
    } else {
      const end = softBreakEnd(body, next + 1);
      if (end < 0) out[written++] = EQUALS;
      from = end < 0 ? next + 1 : end;
    }
    next = body.indexOf(EQUALS, from);
  }
  written += body.copy(out, written, from);
  return out.subarray(0, written);
}

/** Where the line after a soft line break starts, or -1. Blanks between `=` and the line end are transport padding. */
function softBreakEnd(body: Buffer, after: number): number {
  let at = after;
  while (at - after < 100 && (body[at] === 0x20 || body[at] === 0x09)) at++;
  if (at >= body.length) return at;
  if (body[at] === 0x0a) return at + 1;
  if (body[at] === 0x0d) return body[at + 1] === 0x0a ? at + 2 : at + 1;
  return -1;
}
