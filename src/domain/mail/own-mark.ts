import { OWN_PHRASES } from './own-phrases.ts';

/** Lines over which a client may have broken the marker. */
const MAX_BROKEN_LINES = 4;
/** Lines that may begin a marker and are read closely; below them it is found in its plain form. */
const MAX_EXAMINED_LINES = 10_000;
/** With so many lines that may begin a marker, it costs less to ask first whether its letters are anywhere. */
const MANY_LINES = 40;
/** Letters of a line in which a marker is looked for; what is longer holds it in its plain form or not at all. */
const MAX_LINE_CHARS = 2_000;

/** What a client may put between two words of the marker, and between its words and its signs. */
const BETWEEN = '[^\\p{L}\\p{N}]{1,12}';
const NEAR = '[^\\p{L}\\p{N}]{0,12}';

type Pattern = { letters: string; first: string; plain: string; words: RegExp; signed: RegExp };

const PATTERNS: Pattern[] = [];
for (const { mark } of Object.values(OWN_PHRASES)) {
  const words = mark.toLowerCase().match(/\p{L}+/gu) ?? [];
  const spread = words.join(BETWEEN);
  PATTERNS.push({
    letters: words.join(''),
    first: words[0] ?? '',
    plain: words.join(' '),
    words: new RegExp(spread, 'u'),
    signed: new RegExp(`#${NEAR}${spread}|${spread}${NEAR}#`, 'u'),
  });
}

/**
 * The line at which the first marker of ours begins, however a client dressed it: quoted, indented, escaped, in bold, in a
 * table, in entities of HTML, in wide letters, broken over lines. What stands before it on its line is a glimpse of the words
 * that we put there, and ours too.
 */
export function findOwnMark(lines: readonly string[]): number | undefined {
  const forms: (string | undefined)[] = [];
  let examined = 0;
  const formAt = (at: number) => (forms[at] ??= plainForm(lines[at] ?? ''));
  for (let at = 0; at < lines.length; at++) {
    if (!mayBegin(lines[at] ?? '')) continue;
    if (++examined === MANY_LINES && !holdsLetters(lines.join('\n'))) return undefined;
    if (examined > MAX_EXAMINED_LINES) {
      if (holdsPlainly(lines[at] ?? '') && isMark(formAt(at))) return at;
      continue;
    }
    if (!holdsBeginning(formAt(at))) continue;
    if (isMark(formAt(at))) return at;
    const joined = lines.slice(at, at + MAX_BROKEN_LINES).map((_line, below) => formAt(at + below));
    for (let count = 2; count <= joined.length; count++) {
      if (isMark(joined.slice(0, count).join(' ')) && !isMark(joined.slice(1, count).join(' '))) return at;
    }
  }
  return undefined;
}

export function holdsOwnMark(text: string): boolean {
  return findOwnMark(text.split('\n')) !== undefined;
}

/** True where the letters of a marker follow each other, whatever stands between them. Most texts end here. */
function holdsLetters(text: string): boolean {
  const all = comparableLine(text).replace(/[^\p{L}\p{N}]+/gu, '');
  return PATTERNS.some(({ letters }) => all.includes(letters));
}

/**
 * A sign of the marker, a letter that may stand for one of its own (the long s is the first that does), or its first word in
 * any language. Without the rules of Unicode for small and capital letters, which take five times as long.
 */
const BEGINS = new RegExp(`[#&=%]|[^\\u0000-\\u017e]|${PATTERNS.map(({ first }) => first).join('|')}`, 'i');

/** Cheap: most lines hold neither a sign of the marker nor its first word. */
function mayBegin(line: string): boolean {
  if (BEGINS.test(line.slice(0, MAX_LINE_CHARS))) return true;
  return line.length > MAX_LINE_CHARS && holdsPlainly(line);
}

function holdsPlainly(line: string): boolean {
  const lower = line.toLowerCase();
  return PATTERNS.some(({ plain }) => lower.includes(plain));
}

/** The form of the line on which a marker begins holds its first word, or the sign before it. */
function holdsBeginning(form: string): boolean {
  return form.includes('#') || PATTERNS.some(({ first }) => form.includes(first));
}

function isMark(form: string): boolean {
  return PATTERNS.some(
    ({ letters, words, signed }) =>
      words.test(form) && (signed.test(form) || form.replace(/[^\p{L}\p{N}]/gu, '') === letters),
  );
}

function plainForm(line: string): string {
  return comparableLine(line.length > MAX_LINE_CHARS ? aroundMark(line) : line);
}

/** Lower case, with entities and escapes undone, wide letters as narrow ones, and nothing that does not show. */
function comparableLine(text: string): string {
  return withoutEscapes(text)
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/\\/g, '')
    .toLowerCase();
}

function withoutEscapes(text: string): string {
  if (!/[&=%]/.test(text)) return text;
  return text
    .replace(
      /&(?:amp;)?#(?:x([0-9a-f]{1,4})|(\d{1,5}));?/gi,
      (_all, hex: string | undefined, decimal: string | undefined) =>
        String.fromCharCode(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)),
    )
    .replace(/&(?:nbsp|ensp|emsp|zwnj|zwj|shy);/gi, ' ')
    .replace(/&num;|[=%]23/gi, '#')
    .replace(/&(?:dash|hyphen|ndash|mdash|minus);|[=%]2d/gi, '-')
    .replace(/[=%]20/g, ' ');
}

/** The part of a very long line that holds the marker as we write it. */
function aroundMark(line: string): string {
  const lower = line.toLowerCase();
  const at = Math.max(...PATTERNS.map(({ plain }) => lower.indexOf(plain)));
  return at < 0
    ? line.slice(0, MAX_LINE_CHARS)
    : line.slice(Math.max(0, at - MAX_LINE_CHARS / 2), at + MAX_LINE_CHARS / 2);
}
