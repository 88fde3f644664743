/**
 * Whether a file holds a mail that a desk wrote: by the header field and the marker of our mails, by the headings of a
 * notification, or by the token of a reply address. Outlook keeps mails as UTF-16 in a compound file (.msg), and editors save text as UTF-16; there the
 * search is made without the zero bytes. Archives and documents are not unpacked.
 */
import { OWN_PHRASES } from '../../domain/mail/own-phrases.ts';

const MARKS = ['X-Turnmail-Desk:', ...Object.values(OWN_PHRASES).map(({ mark }) => mark)].map((mark) =>
  Buffer.from(mark),
);
/** Headings and hints of notifications, for a text that was saved without its first lines; as far as no program wraps them. */
const FRAMES = Object.values(OWN_PHRASES)
  .flatMap(({ notes, replyHint }) => [notes.slice(0, 30), replyHint.slice(0, 30)])
  .flatMap((phrase): Buffer[] =>
    /[^ -~]/.test(phrase) ? [Buffer.from(phrase), Buffer.from(phrase, 'latin1')] : [Buffer.from(phrase)],
  );
/** What is looked at to tell a text from other files. */
const SAMPLE = 4_096;
/** Tokens stand near the beginning, in the header or in the first mail of a thread. */
const MAX_SEARCHED = 8 * 1024 * 1024;
const COMPOUND_FILE = Buffer.from('d0cf11e0a1b11ae1', 'hex');

/** Linear in the content. */
export function holdsMailOfDesk(content: Buffer): boolean {
  const holdsMark = (bytes: Buffer) => MARKS.some((mark) => bytes.includes(mark));
  if (holdsMark(content)) return true;
  const zeros = content.subarray(0, SAMPLE).filter((byte) => byte === 0).length;
  const hasMark16 = (content[0] === 0xff && content[1] === 0xfe) || (content[0] === 0xfe && content[1] === 0xff);
  const isWide =
    hasMark16 || content.subarray(0, 8).equals(COMPOUND_FILE) || zeros * 5 > Math.min(content.length, SAMPLE);
  const isText = zeros === 0 && !isWide;
  if (!isText && !isWide) return false;
  const searched = content.subarray(0, MAX_SEARCHED);
  const plain = isText ? searched : withoutZeros(searched);
  const isFramed = FRAMES.some((phrase) => plain.includes(phrase));
  return isFramed || (isWide && holdsMark(plain)) || holdsTokenOrFolded(plain.toString('latin1'));
}

function withoutZeros(bytes: Buffer): Buffer {
  const out = Buffer.allocUnsafe(bytes.length);
  let written = 0;
  for (const byte of bytes) if (byte !== 0) out[written++] = byte;
  return out.subarray(0, written);
}

/** What stands in a token of ours where lines were broken or quoted. */
const BREAK = '[\\s>=]{0,20}';
const DIGEST = new RegExp(`-${BREAK}[a-z2-7]{26}(?![a-z0-9])`, 'gi');
const TOKEN = new RegExp(`(?:\\d-${BREAK}[0-9a-z]{1,11}|b[0-9a-z]{1,11})-${BREAK}[a-z2-7]{26}(?![a-z0-9])`, 'i');

/** A line break in the middle of a value: of calendars and cards (RFC 5545 section 3.1), and of quoted-printable. */
const FOLDED = /=?\r?\n[ \t]|=\r?\n/;
const ALL_FOLDED = new RegExp(FOLDED.source, 'g');

/** Looks for the digest of a token (domain/ticket/reply-token.ts) first, which is rare, and then at what stands before it. */
function holdsTokenOrFolded(text: string): boolean {
  if (FOLDED.test(text) && holdsWholeToken(text.replace(ALL_FOLDED, ''))) return true;
  return holdsWholeToken(text);
}

function holdsWholeToken(text: string): boolean {
  for (const { index } of text.matchAll(DIGEST)) {
    if (TOKEN.test(text.slice(Math.max(0, index - 60), index + 60))) return true;
  }
  return false;
}
