import { decodeAt, ENCODED_ANYWHERE, matchAt } from '../left-encoding.ts';

/**
 * Words with every token of ours taken out. People quote our mails, and what they quote is shown to others: a link or a
 * reply address must work for nobody but the person whom it was made for.
 *
 * Mail programs change what they quote: they break lines, put in marks that nobody sees, write another dash, or leave an
 * encoding in. So the words are read in one canonical form, where each letter knows which letters of the words it stands
 * for; what is found there is taken out of the words, and the rest stays as it was written. Linear in the words.
 */
export function hideTokens(text: string): string {
  if (!mayHoldToken(text)) return text;
  const words = SPACED_DIGEST.test(text) ? text.replace(SPACED_TOKEN, '…') : text;
  let shown = hideIn(words, { decodes: false, softHyphen: '' });
  if (shown.includes('\u00ad')) shown = hideIn(shown, { decodes: false, softHyphen: '-' });
  return ENCODED_ANYWHERE.test(words) ? hideIn(shown, { decodes: true, softHyphen: '' }) : shown;
}

const BLANK = '\\u0009-\\u000d\\u0020\\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
/** Dashes, and what people type or programs write for one: of other scripts, drawn, of mathematics. */
const DASH_SIGNS = '\\p{Pd}\\u00af\\u02c9\\u02d7\\u2043\\u2212\\u2500\\u2501\\u2796\\u30fc\\u3161\\u4e00\\uff70';

/** What stands for a dash in the canonical form: `-`, `_`, `.`, `*`, and `~` with each letter that is in no token. */
const DASH_LIKE: ReadonlySet<number> = new Set([0x2d, 0x5f, 0x2e, 0x2a, 0x7e]);
/** What may stand between that and the digest: a blank, a line's end, `>`, and the marks of Markdown. */
const BETWEEN: ReadonlySet<number> = new Set([0x20, 0x0a, 0x3e, 0x2a, 0x5f, 0x5b, 0x28, 0x22, 0x27, 0x60]);
const MAX_BETWEEN = 24;
const DIGEST_LETTERS = 26;
/** Beyond so many that nobody sees it is looked at in the canonical form, whatever follows: so this takes linear time. */
const MAX_LOOKED_AT = 200;
const SOFT_HYPHEN = 0xad;

/**
 * True where 26 letters of a digest follow something like a dash. Most mails hold nothing like it, and reading all of them in
 * the canonical form costs thirty times as much as this look behind each dash.
 */
function mayHoldToken(words: string): boolean {
  for (let at = 0; at < words.length; at++) {
    const code = words.charCodeAt(at);
    const kind = code < 0x80 ? KINDS[code] : kindBeyondAscii(code);
    if (kind === DASH && (isDigestBehind(words, at + 1) || matchAt(SPACED_BEHIND, words, at + 1) !== '')) return true;
    if (kind !== ENCODING || !ENCODES.test(words.slice(at + 1, at + 3))) continue;
    const { code: read = 0, length = 0 } = decodeAt(words, at) ?? {};
    const isDash = read === SOFT_HYPHEN || DASH_LIKE.has(plainLetter(read));
    if (isDash && isDigestBehind(words, at + length)) return true;
  }
  return false;
}

const NO_DASH = 0;
const DASH = 1;
const ENCODING = 2;
/** What a character of ASCII may be: a dash or what is read as one, or the beginning of an encoding, `%`, `=`, `&`, a backslash. */
const KINDS = Uint8Array.from({ length: 0x80 }, (_, code) =>
  DASH_LIKE.has(code) ? DASH : '%=&\\'.includes(String.fromCharCode(code)) ? ENCODING : NO_DASH,
);

function kindBeyondAscii(code: number): number {
  if (isBlankCode(code)) return NO_DASH;
  return code === SOFT_HYPHEN || DASH_LIKE.has(plainLetter(code)) ? DASH : NO_DASH;
}

/** What follows the beginning of an encoding: two digits of octets, an entity, an escape. */
const ENCODES = /^(?:[0-9a-f]{2}|[#a-z]|[-2ux])/i;

function isDigestBehind(words: string, from: number): boolean {
  if (endsBeforeDigest(words, from)) return false;
  let letters = 0;
  let between = 0;
  for (let at = from, looked = 0; at < words.length; looked++) {
    if (looked === MAX_LOOKED_AT) return true;
    const next = letterAt(words, at, { decodes: true, softHyphen: '' });
    at = next.end;
    if (isDigestLetter(next.plain)) letters++;
    else if (next.plain === 0 || (letters > 0 && next.plain === NEW_LINE)) continue;
    else if (letters > 0 || !BETWEEN.has(next.plain) || ++between > MAX_BETWEEN) return false;
    if (letters === DIGEST_LETTERS) return true;
  }
  return false;
}

function isDigestLetter(plain: number): boolean {
  return (plain >= 0x61 && plain <= 0x7a) || (plain >= 0x32 && plain <= 0x37);
}

/** A letter of a token with a line break before it, which the canonical form writes as one `\n`. */
const more = (letters: string, times: string) => `(?:\\n?[${letters}])${times}`;
/** A dash, or what a person puts in its place; a blank before it, and the marks of Markdown behind it. */
const HYPHEN = '(?:[ \\n]?-{1,3}|[_.~*]{1,3})[ \\n>*_[("\'`]{0,20}';
const TICKET_AND_ROW = `\\d${more('\\d', '{0,15}')}${HYPHEN}[0-9a-z]${more('0-9a-z', '{0,10}')}`;
const OUTBOX_ROW = `b[0-9a-z]${more('0-9a-z', '{0,10}')}`;
const DIGEST = `[a-z2-7]${more('a-z2-7', '{25}')}`;
/** The two forms of reply-token.ts: `12-3f-k5xq...` and `b3f-k5xq...`. */
const ANY_TOKEN = new RegExp(`(?:${TICKET_AND_ROW}|${OUTBOX_ROW})${HYPHEN}(${DIGEST})(?![a-z0-9])`, 'g');

/** With a blank behind each of its letters, as people write what no program shall find. */
const GAP = `[${BLANK}]{1,2}`;
const WIDE_DASH = `(?:${GAP})?[\\-${DASH_SIGNS}](?:${GAP})?`;
const SPACED_LETTERS = `(?:${GAP})?[a-z2-7](?:${GAP}[a-z2-7]){25}(?![a-z0-9])`;
const SPACED_DIGEST = new RegExp(`[\\-${DASH_SIGNS}]${SPACED_LETTERS}`, 'iv');
const SPACED_BEHIND = new RegExp(SPACED_LETTERS, 'ivy');
const SPACED_TOKEN = new RegExp(
  `(?<![a-z0-9])\\d(?:${GAP}\\d){0,15}${WIDE_DASH}[0-9a-z](?:${GAP}[0-9a-z]){0,10}${WIDE_DASH}[a-z2-7](?:${GAP}[a-z2-7]){25}(?![a-z0-9])`,
  'giv',
);

function hideIn(words: string, how: Reading): string {
  const { text, starts } = canonicalForm(words, how);
  let shown = '';
  let from = 0;
  for (const match of text.matchAll(ANY_TOKEN)) {
    const digest = match[1] ?? '';
    // Words and lines may by chance be long enough together. Of the digests one in two hundred
    // has no digit, and is known by its place.
    const isAsWritten = !digest.includes('\n') && !/ -|[_.~*]/.test(match[0]);
    if (!isAsWritten && !/\d/.test(digest) && !standsInAddress(text, match)) continue;
    shown += `${words.slice(from, starts[match.index])}…`;
    from = starts[match.index + match[0].length] ?? words.length;
  }
  return from === 0 ? words : shown + words.slice(from);
}

/** In a reply address, in a Message-ID or in a link of ours. */
function standsInAddress(text: string, { 0: token, index }: RegExpExecArray): boolean {
  return text[index + token.length] === '@' || /[+/<]/.test(text[index - 1] ?? '');
}

/** `decodes`: `%2D`, `=2D` and `&#45;` are dashes. It is tried last, since `t=12-` is a ticket behind a name too. */
type Reading = { decodes: boolean; softHyphen: '' | '-' };
/** ASCII alone, and for each letter where its source begins in the words; what nobody sees goes with the letter before. */
type Canonical = { text: string; starts: Uint32Array };

/** What begins an encoding: `%`, `=`, `&`, `-`, a backslash, `<`. */
const MAY_BE_ENCODED: ReadonlySet<number> = new Set([0x25, 0x3d, 0x26, 0x2d, 0x5c, 0x3c]);
const SPACE = 0x20;
const NEW_LINE = 0x0a;
/** Stands for each letter that is in no token. */
const OTHER = 0x7e;

/** Behind a line break it is the mark of a quote, and stands for nothing. */
const QUOTE_BAR = 0x7c;

const ENDS_DIGEST = 0;
const DIGEST_LETTER = 1;
const UNCLEAR = 2;

/** What a character of ASCII is behind a dash: a letter of a digest, what ends one, or what has to be looked at more closely. */
const BEHIND = Uint8Array.from({ length: 0x80 }, (_, code) => {
  if (isDigestLetter(plainLetter(code))) return DIGEST_LETTER;
  const isUnclear = isBlankCode(code) || plainLetter(code) === 0 || MAY_BE_ENCODED.has(code) || BETWEEN.has(code);
  return isUnclear || code === QUOTE_BAR ? UNCLEAR : ENDS_DIGEST;
});

/** True where a few letters stand behind a dash, or behind the blanks there, and then what ends them: nearly always. */
function endsBeforeDigest(words: string, from: number): boolean {
  let at = from;
  while (at < from + 4 && (words.charCodeAt(at) === SPACE || words.charCodeAt(at) === NEW_LINE)) at++;
  const end = at + DIGEST_LETTERS;
  for (const first = at; at < end; at++) {
    if (at >= words.length) return true;
    const code = words.charCodeAt(at);
    const kind = BEHIND[code] ?? UNCLEAR;
    if (kind === DIGEST_LETTER) continue;
    const endsWord = code === SPACE && at > first && BEHIND[words.charCodeAt(at + 1)] === DIGEST_LETTER;
    return kind === ENDS_DIGEST || endsWord;
  }
  return false;
}

function canonicalForm(words: string, how: Reading): Canonical {
  const letters = new Uint8Array(words.length);
  const starts = new Uint32Array(words.length + 1);
  let length = 0;
  for (let at = 0; at < words.length; ) {
    const { plain, end } = letterAt(words, at, how);
    if (plain !== 0) {
      letters[length] = plain;
      starts[length++] = at;
    }
    at = end;
  }
  starts[length] = words.length;
  return { text: ascii.decode(letters.subarray(0, length)), starts };
}

/** The letter that stands at a place, 0 for what nobody sees, and where the next one begins. */
function letterAt(words: string, at: number, { decodes, softHyphen }: Reading): { plain: number; end: number } {
  const code = words.codePointAt(at) ?? 0;
  const blanks = blanksAt(words, at, code);
  if (blanks !== undefined) return blanks;
  const encoded = decodes && MAY_BE_ENCODED.has(code) ? decodeAt(words, at) : undefined;
  const read = encoded?.code ?? code;
  const plain = read === SOFT_HYPHEN ? (softHyphen === '' ? 0 : 0x2d) : plainLetter(read);
  return { plain, end: at + (encoded?.length ?? (code > 0xffff ? 2 : 1)) };
}

const ascii = new TextDecoder();

const BLANKS_BEYOND_ASCII: ReadonlySet<number> = new Set([
  ...[0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000],
  ...Array.from({ length: 11 }, (_, at) => 0x2000 + at),
]);

function isBlankCode(code: number): boolean {
  return code < 0x80 ? code === SPACE || (code >= 0x09 && code <= 0x0d) : BLANKS_BEYOND_ASCII.has(code);
}

function isBreak(code: number): boolean {
  return code === NEW_LINE || code === 0x0d || code === 0x85 || code === 0x2028 || code === 0x2029;
}

/** A run of blanks as one; with a line break in it, and the marks of a quote behind that, as one break. */
function blanksAt(words: string, from: number, first: number): { plain: number; end: number } | undefined {
  if (first > 0xffff || !isBlankCode(first)) return undefined;
  let plain = SPACE;
  let at = from;
  for (; at < words.length; at++) {
    const code = words.charCodeAt(at);
    if (isBreak(code)) plain = NEW_LINE;
    else if (!isBlankCode(code) && !(plain === NEW_LINE && (code === 0x3e || code === QUOTE_BAR))) break;
  }
  return { plain, end: at };
}

const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\p{M}]/u;
const DASH_SIGN = new RegExp(`[${DASH_SIGNS}]`, 'u');
const DIGIT = /\p{Nd}/u;
/** Letters of Greek and Cyrillic that look like ours. */
const ALIKE: Record<string, string> = Object.fromEntries(
  ['аa', 'еe', 'оo', 'рp', 'сc', 'уy', 'хx', 'кk', 'мm', 'тt', 'іi', 'ѕs', 'јj', 'һh', 'ԁd', 'ԛq', 'ԝw']
    .concat(['αa', 'οo', 'νv', 'ρp', 'κk', 'ιi', 'τt', 'υu', 'ьb', 'ıi', 'ʙb'])
    .map(([their = '', our = '']) => [their, our]),
);

/** What letters beyond ASCII are; bounded, since a mail may hold all of Unicode. */
const known = new Map<number, number>();
const MAX_KNOWN = 20_000;

/** A letter as tokens write it: lower case, plain form, no marks; 0 for what nobody sees. */
function plainLetter(code: number): number {
  if (code < 0x80) {
    if (code >= 0x41 && code <= 0x5a) return code + 0x20;
    return code < SPACE || code === 0x7f ? 0 : code;
  }
  const found = known.get(code);
  if (found !== undefined) return found;
  if (known.size >= MAX_KNOWN) known.clear();
  const plain = plainOf(String.fromCodePoint(code));
  known.set(code, plain);
  return plain;
}

function plainOf(letter: string): number {
  if (UNSEEN.test(letter)) return 0;
  if (DASH_SIGN.test(letter)) return 0x2d;
  if (DIGIT.test(letter)) return 0x30 + digitOf(letter);
  const folded = letter.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const plain = ALIKE[folded] ?? folded;
  return plain.length === 1 && plain.charCodeAt(0) < 0x80 ? plain.charCodeAt(0) : OTHER;
}

/** Digits of every script stand in order, in runs of ten (The Unicode Standard, section 4.6). */
function digitOf(letter: string): number {
  const code = letter.codePointAt(0) ?? 0;
  let before = 0;
  while (before < 60 && DIGIT.test(String.fromCodePoint(code - before - 1))) before++;
  return before % 10;
}
