import { isAscii, isUtf8 } from 'node:buffer';
import libmime from 'libmime';
import { createDecodeStream, decode } from 'libmime/lib/charset.js';
import { guessCharset, guessEscaped } from './charset-guess.ts';
import { decodeUtf7, hzToHigh, shiftedToHigh } from './charset-seven-bit.ts';

/** Labels that say nothing: what they name is found by looking. */
const VAGUE =
  /^(?:|us-?ascii|ascii|ansi.*|x-unknown|unknown.*|default.*|none|null|undefined|[78]-?bit|binary|iso-?8859-?)$/;
const UTF8 = /^utf-?8/;
/** The decoders of the platform, where they know more characters than the library. */
const BY_PLATFORM = /^(?:euc-jp|shift_jis|gb18030|gbk|gb2312)$/;
/** No byte of these has its high bit set. */
const SEVEN_BIT = /^(?:iso-2022-|hz$|utf-7$)/;
const SINGLE_BYTE = /^(?:iso-8859-|windows-125|koi8|macintosh|cp\d|ibm\d)/;

const known = new Map<string, string | undefined>();

/**
 * The canonical name of a charset, or undefined for a vague one and for one that nobody knows. UTF-7 has a name here
 * for plain text and header fields; HTML in UTF-7 is read as the ASCII it looks like (see body-parts.ts), since it
 * carries markup past every filter.
 */
export function charsetOf(label: string | undefined): string | undefined {
  const word = (label ?? '')
    .trim()
    .toLowerCase()
    .replace(/^["']|["']$/g, '');
  if (known.has(word)) return known.get(word);
  const name = canonical(word);
  if (known.size < 1_000) known.set(word, name);
  return name;
}

function canonical(word: string): string | undefined {
  if (VAGUE.test(word) || word.length > 60) return undefined;
  if (UTF8.test(word) || word === 'unicode-1-1-utf-8') return 'utf-8';
  if (/^(?:cs)?iso-?2022-?kr$/.test(word)) return 'iso-2022-kr';
  if (/^(?:x-|cs)?(?:unicode-?[12]-1-)?utf-?7$/.test(word)) return 'utf-7';
  if (/^hz(?:-gb-?2312)?$/.test(word)) return 'hz';
  if (/^(?:x-)?(?:ms-?)?(?:gb|gbk|cp936|ms936|gb_?2312.*|euc-cn|x-gbk|chinese)$/.test(word)) return 'gb18030';
  if (/^(?:cs)?iso-?2022-?jp/.test(word)) return 'iso-2022-jp';
  if (/^(?:x-)?s(?:hift)?[-_]?jis$|^(?:cp|ms)932$|^windows-(?:31j|932)$/.test(word)) return 'shift_jis';
  const name = libmime.normalizeCharset(word).toLowerCase();
  return createDecodeStream(name).supported ? name : undefined;
}

/**
 * Bytes to text. The declared charset is believed unless the bytes show that it is wrong: valid UTF-8 with letters
 * outside ASCII under a Latin label, or bytes that no UTF-8 has under `utf-8`. `hint` is what the rest of the mail
 * declares, used before guessing. Never throws.
 */
export function decodeBytes(bytes: Buffer, label: string | undefined, hint?: string): string {
  const marked = byteOrderMark(bytes);
  if (marked !== undefined) return new TextDecoder(marked).decode(bytes);
  const declared = charsetOf(label);
  if (declared !== undefined && declared !== 'utf-8') return decodeDeclared(bytes, declared);
  if (isAscii(bytes)) {
    const escaped = guessEscaped(bytes);
    return escaped === undefined ? bytes.toString('latin1') : decodeAs(bytes, escaped);
  }
  if (isUtf8(bytes)) return bytes.toString('utf8');
  if (declared === 'utf-8' && (isMostlyUtf8(bytes) || isUtf8(bytes.subarray(0, cutLetterAt(bytes)))))
    return bytes.toString('utf8');
  for (const other of hintedCharsets(hint)) {
    const text = decodeAs(bytes, other);
    if (!text.includes('\ufffd')) return text;
  }
  return isMostlyUtf8(bytes) ? bytes.toString('utf8') : decodeAs(bytes, guessCharset(bytes));
}

/** Who writes words in ISO-2022-JP has file names in the charsets of Windows or Unix, and the same for Korean and Chinese. */
const RAW_OF_ESCAPED: Record<string, string[]> = {
  'iso-2022-jp': ['shift_jis', 'euc-jp'],
  'iso-2022-kr': ['euc-kr'],
  hz: ['gb18030'],
};

function hintedCharsets(hint: string | undefined): string[] {
  const name = charsetOf(hint);
  return name === undefined || name === 'utf-8' ? [] : [name, ...(RAW_OF_ESCAPED[name] ?? [])];
}

function decodeDeclared(bytes: Buffer, declared: string): string {
  const high = !isAscii(bytes);
  if (high && isUtf8(bytes) && (SINGLE_BYTE.test(declared) || hasManyHigh(bytes))) return bytes.toString('utf8');
  const text = decodeAs(bytes, declared);
  if (!high || SINGLE_BYTE.test(declared) || !text.includes('\ufffd')) return text;
  // A double-byte charset that does not fit: often another one of the same language.
  const guess = guessCharset(bytes);
  if (guess.startsWith('windows') && !SEVEN_BIT.test(declared)) return text;
  const other = decodeAs(bytes, guess);
  return countBad(other) < countBad(text) ? other : text;
}

/** Four letters of a double-byte charset are valid UTF-8 by chance once in thousands of texts. */
function hasManyHigh(bytes: Buffer): boolean {
  let high = 0;
  for (let at = 0; at < bytes.length && high < 8; at++) if ((bytes[at] ?? 0) >= 0x80) high++;
  return high >= 8;
}

/** The charset of raw bytes that nobody labels, or undefined where they are UTF-8 or hold nothing to go by. */
export function guessedCharset(bytes: Buffer): string | undefined {
  if (isUtf8(bytes) || isMostlyUtf8(bytes)) return undefined;
  const guess = guessCharset(bytes);
  return guess === 'windows-1252' ? undefined : guess;
}

function countBad(text: string): number {
  return text.split('\ufffd').length - 1;
}

function decodeAs(bytes: Buffer, charset: string): string {
  if (charset === 'utf-8') return bytes.toString('utf8');
  if (charset === 'iso-2022-kr') return decode(shiftedToHigh(bytes), 'euc-kr');
  if (charset === 'utf-7') return decodeUtf7(bytes.toString('latin1'));
  if (charset === 'hz') return new TextDecoder('gb18030').decode(hzToHigh(bytes));
  if (charset === 'iso-2022-jp') return new TextDecoder(charset).decode(withoutIdleEscapes(bytes));
  if (BY_PLATFORM.test(charset)) return new TextDecoder(charset, { ignoreBOM: true }).decode(bytes);
  return decode(bytes, charset);
}

/**
 * Of escapes that follow each other only the last one says anything. The platform's decoder shows the others as a broken
 * letter, since browsers fear texts that hide something so; mailers write them where they join pieces.
 */
function withoutIdleEscapes(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1');
  const idle = /(?:\x1b(?:\([BJI]|\$[@B]|\$\(D))+(?=\x1b(?:\([BJI]|\$[@B]|\$\(D))/g;
  return idle.test(text) ? Buffer.from(text.replace(idle, ''), 'latin1') : bytes;
}

function byteOrderMark(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes.length < 4) return undefined;
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return undefined;
}

/** A few broken bytes among many good letters: a damaged UTF-8 text, not another charset. */
function isMostlyUtf8(bytes: Buffer): boolean {
  const text = bytes.toString('utf8', 0, Math.min(bytes.length, 65_536));
  const bad = countBad(text);
  const good = (text.match(/[\u0080-\ufffc\ud800-\udbff]/g) ?? []).length;
  return good >= bad * 2 && good > 0;
}

/**
 * Where a UTF-8 letter starts that the end of the bytes cuts off; the length where none does. A lone last byte is rather
 * a Latin-1 letter, unless hardly any word ends in it.
 */
function cutLetterAt(bytes: Buffer): number {
  for (let at = bytes.length - 1; at >= Math.max(bytes.length - 3, 0); at--) {
    const byte = bytes[at] ?? 0;
    if (byte >= (at === bytes.length - 1 ? 0xf0 : 0xe0) && byte <= 0xf4) return at;
    if (byte < 0x80 || byte > 0xbf) break;
  }
  return bytes.length;
}
