import { remembered } from '../line-memory.ts';
import type { HtmlMark } from './quote-html-marks.ts';

/** One line of a body, with what its form says about whose words it holds. */
export type BodyLine = {
  /** The line without its quote marks. */
  text: string;
  /** How often it is quoted: leading `>` (RFC 3676 section 4.5), or quoting HTML elements around it. */
  depth: number;
  /** The innermost mark of a mail client around the line that is no quote; undefined for plain text. */
  mark: Exclude<HtmlMark, 'quote'> | undefined;
  /** Number of the outermost history container around the line; 0 for none. */
  container: number;
};

/** Lines longer than this are somebody's words, never an attribution, a header field or a separator. */
const MAX_FORM_CHARS = 500;

/** The lines of a plain text with the depth of their `>` marks. Linear. */
export function plainLines(text: string): BodyLine[] {
  let before = '';
  return text.split(/\r\n|\r|\n/).map((line) => {
    const prefix = line.startsWith('>') && closesLink(before, line) ? UNQUOTED : quotePrefix(line);
    before = line;
    const text = prefix.depth === 0 ? line : line.slice(prefix.start);
    return { text, depth: prefix.depth, mark: undefined, container: 0 };
  });
}

const UNQUOTED = { depth: 0, start: 0 };

/** True where the line begins with the `>` of an address or a link that the line before opened: "<jo@x.example", ">:". */
function closesLink(before: string, line: string): boolean {
  if (before.startsWith('>') || line.startsWith('>>')) return false;
  const tail = before.slice(-300);
  const open = tail.lastIndexOf('<');
  if (open < 0 || tail.includes('>', open) || tail.slice(open).includes(' ', 2)) return false;
  return /^<\s?(?:mailto:|https?:\/\/)|@/.test(tail.slice(open));
}

/**
 * Depth and end of a prefix of `>` marks (also the wide one of Japanese keyboards) with at most one space around each. A `>` that opens a link, as in
 * `><https://...`, and an arrow such as `>>>` typed inside a text are told apart by position only.
 */
function quotePrefix(line: string): { depth: number; start: number } {
  let at = 0;
  let depth = 0;
  let start = 0;
  let spaces = 0;
  while (at < line.length) {
    const c = line[at];
    if (c === '>' || c === '＞') {
      depth++;
      spaces = 0;
      start = at + 1;
    } else if (c === ' ' && spaces < (depth === 0 ? 3 : 1)) {
      spaces++;
    } else break;
    at++;
  }
  // An advertisement between arrows: ">>> look here <<<".
  if (depth === 0 || (depth > 1 && line.trimEnd().endsWith('<<'))) return UNQUOTED;
  // GroupWise draws its attribution with arrows at both ends.
  if (depth === 3 && line.startsWith('>>> ') && line.trimEnd().endsWith('>>>')) return UNQUOTED;
  return { depth, start: line[start] === ' ' ? start + 1 : start };
}

export function isBlankLine(line: Pick<BodyLine, 'text'>): boolean {
  return formOf(line.text) === '';
}

/** Printable ASCII with single blanks is its own form, and nearly all that is read. */
const PLAIN = /^(?:[!-~]+(?: [!-~]+)*)?$/;

/**
 * The line as forms are matched: trimmed, no-break spaces as spaces, without zero-width and direction marks, digits of
 * other scripts as ASCII, runs of blanks as one; empty string for a blank line and undefined-length words cut.
 */
export const formOf = remembered((text: string): string => {
  const cut = text.length > MAX_FORM_CHARS ? text.slice(0, MAX_FORM_CHARS + 1) : text;
  if (PLAIN.test(cut) && !cut.includes('&nbsp;')) return cut;
  return cut
    .replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]/g, '')
    .replace(/[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u09e6-\u09ef\u0e50-\u0e59\uff10-\uff19]/g, asciiDigit)
    .replace(/&nbsp;/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
});

/** The form without the targets of links, which say nothing about whose words a line holds and may be very long. */
export const formWithoutLinks = remembered((text: string): string => {
  if (!text.includes('<') || !/<(?:http|mailto:)/i.test(text)) return formOf(text);
  return formOf(text.slice(0, 8_000).replace(/\s?<(?:https?:\/\/|mailto:)[^\s<>]{1,3000}>/gi, ''));
});

/** Every block of decimal digits above starts at a code point whose low bits say the digit. */
function asciiDigit(digit: string): string {
  const code = digit.charCodeAt(0);
  const starts = [0x0660, 0x06f0, 0x0966, 0x09e6, 0x0e50, 0xff10];
  const start = starts.find((each) => code >= each && code < each + 10) ?? code;
  return String(code - start);
}

/** True where the form is too long to be anything but text. */
export function isLong(form: string): boolean {
  return form.length >= MAX_FORM_CHARS;
}

/** True for a line that only draws: dashes, underscores, equal signs, stars. */
export function isRule(form: string): boolean {
  return form.length >= 3 && /^[-_=*~#+.—–─━‐―\s]{3,500}$/.test(form) && !/^[.\s]+$/.test(form);
}

/** True where a drawn line stands above, with two blank lines between at most. */
export function followsRule(lines: readonly BodyLine[], at: number): boolean {
  for (let before = at - 1; before >= 0 && at - before <= 3; before--) {
    const form = formOf(lines[before]?.text ?? '');
    if (form !== '') return isRule(form);
  }
  return false;
}

/** Lines that are looked at to see whether a mail program doubled every line break. */
const MAX_DOUBLED_LINES = 400;

/** The first two that touch end it: most mails hold some near their beginning. */
function standApart(lines: readonly BodyLine[]): boolean {
  let filled = 0;
  let before = false;
  for (const line of lines.slice(0, MAX_DOUBLED_LINES)) {
    const isFilled = formOf(line.text) !== '';
    if (isFilled && before) return false;
    if (isFilled) filled++;
    before = isFilled;
  }
  return filled >= 4;
}

const doubled = new WeakMap<readonly BodyLine[], boolean>();

/** True where a blank line stands between all lines of the mail, those of the quote included. */
export function isDoubled(lines: readonly BodyLine[]): boolean {
  const known = doubled.get(lines);
  if (known !== undefined) return known;
  const result = standApart(lines);
  doubled.set(lines, result);
  return result;
}
