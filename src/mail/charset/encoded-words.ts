import { decodeBytes } from './charsets.ts';

/** One encoded word (RFC 2047 section 2): its charset, its bytes, and for B words the text they came from. */
type Word = { charset: string; bytes: Buffer; base64: string | undefined };
type Found = { word: Word; start: number; end: number };

/** Whether a text has the look of an encoded word; such text is no plain mailbox. */
export function hasEncodedWord(text: string): boolean {
  return /=\?[^?\s]{1,80}\?[bq]\?/i.test(text);
}

/**
 * A raw field body (one character per byte) as text: encoded words decoded, 8-bit bytes read as UTF-8, as `hint` or as
 * guessed. Words side by side are joined before decoding, since mailers cut characters in two (against RFC 2047
 * section 5). Linear time; what is no encoded word stays as it is.
 */
export function decodeWords(raw: string, hint?: string): string {
  if (!raw.includes('=?')) return decodePlain(raw, hint);
  const out: string[] = [];
  let run: Word[] = [];
  let at = 0;
  for (let found = nextWord(raw, 0); found !== undefined; found = nextWord(raw, found.end)) {
    const between = raw.slice(at, found.start);
    if (run.length === 0 || between.trim() !== '') {
      out.push(decodeRun(run, hint), decodePlain(between, hint));
      run = [];
    }
    run.push(found.word);
    at = found.end;
  }
  out.push(decodeRun(run, hint), decodePlain(raw.slice(at), hint));
  return out.join('');
}

function decodePlain(raw: string, hint: string | undefined): string {
  return /[\x1b\x80-\xff]/.test(raw) ? decodeBytes(Buffer.from(raw, 'latin1'), undefined, hint) : raw;
}

function nextWord(raw: string, from: number): Found | undefined {
  let start = raw.indexOf('=?', from);
  while (start >= 0) {
    const head = /^=\?([^?\s]{1,80})\?([bq])\?/i.exec(raw.slice(start, start + 90));
    if (head !== null) {
      const open = start + head[0].length;
      const close = raw.indexOf('?=', open);
      if (close < 0) return undefined;
      const payload = raw.slice(open, close);
      if (!hasEncodedWord(payload)) {
        return { word: readWord(head[1] ?? '', head[2] ?? '', payload), start, end: close + 2 };
      }
    }
    start = raw.indexOf('=?', start + 2);
  }
  return undefined;
}

/** The charset may carry a language (`utf-8*en`, RFC 2231 section 5). */
function readWord(label: string, encoding: string, payload: string): Word {
  const charset = label.replace(/\*.*$/, '').toLowerCase();
  if (encoding.toLowerCase() === 'b') {
    const base64 = payload.replace(/\s+/g, '');
    return { charset, bytes: Buffer.from(base64, 'base64'), base64 };
  }
  return { charset, bytes: decodeQ(payload), base64: undefined };
}

function decodeQ(payload: string): Buffer {
  const text = payload
    .replaceAll('_', ' ')
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(text, 'latin1');
}

function decodeRun(run: Word[], hint: string | undefined): string {
  const groups: Word[][] = [];
  for (const word of run) {
    const last = groups.at(-1);
    const before = last?.at(-1);
    if (last !== undefined && before?.charset === word.charset && !endsInAscii(before)) last.push(word);
    else groups.push([word]);
  }
  return groups.map((words) => decodeBytes(joinWords(words), words[0]?.charset, hint)).join('');
}

/**
 * A charset that switches by escapes begins and ends in ASCII within each word (RFC 2047 section 3), so each word is
 * decoded for itself. A word that ends elsewhere was cut by a careless mailer and goes on in the next one.
 */
function endsInAscii({ charset, bytes }: Word): boolean {
  if (!/^(?:cs)?iso-?2022-/.test(charset)) return false;
  const last = bytes.lastIndexOf(0x1b);
  return last < 0 || /^\x1b\([BJ]/.test(bytes.toString('latin1', last, last + 3));
}

/** B words that were cut within a group of four characters only decode together. */
function joinWords(words: Word[]): Buffer {
  const cut = words
    .slice(0, -1)
    .some((w) => w.base64 !== undefined && w.base64.length % 4 !== 0 && !w.base64.endsWith('='));
  if (cut && words.every((w) => w.base64 !== undefined)) {
    return Buffer.from(words.map((w) => w.base64).join(''), 'base64');
  }
  const [only] = words;
  return words.length === 1 && only !== undefined ? only.bytes : Buffer.concat(words.map((w) => w.bytes));
}
