import { decodeBytes } from '../charset/charsets.ts';
import { decodeWords, hasEncodedWord } from '../charset/encoded-words.ts';

/** A field such as Content-Type (RFC 2045 section 5.1): its value in lower case and its decoded parameters. */
export type ParameterField = { value: string; params: Record<string, string> };

type RawParam = { name: string; value: string };
const MAX_PARAMS = 200;
/** No honest field of this kind is longer; the rest is not read. */
const MAX_FIELD = 65_536;

/**
 * Reads a field with parameters out of its raw body (one character per byte), by RFC 2045, RFC 2231 (charsets,
 * continuations) and the wrong ways: encoded words inside quotes, blanks without quotes, raw 8-bit bytes, quotes that
 * never close. Linear time.
 */
export function readParameterField(raw: string, hint?: string): ParameterField {
  const [first = '', ...rest] = splitParams(raw.slice(0, MAX_FIELD));
  const value = /^\s*"?([^\s;"=]+)"?(?=\s|$)/.exec(first);
  // Some forget the semicolon, or the value before the parameters.
  const behind = value === null ? first : first.slice(value[0].length);
  const params: RawParam[] = [];
  for (const text of [behind, ...rest]) {
    const equals = text.indexOf('=');
    const name = text.slice(0, Math.max(equals, 0)).replace(/\(.*$/s, '').trim().toLowerCase();
    if (name !== '' && name.length < 100) params.push({ name, value: unquote(text.slice(equals + 1)) });
  }
  return { value: value?.[1]?.toLowerCase() ?? '', params: joinParams(params, hint) };
}

/** Splits at semicolons outside quotes and comments; comments (RFC 5322 section 3.2.2) are dropped. */
function splitParams(raw: string): string[] {
  const parts: string[] = [];
  const lastClose = raw.lastIndexOf(')');
  let kept = '';
  let from = 0;
  let start = true;
  const keepTo = (at: number) => {
    kept += raw.slice(from, at);
    from = at;
  };
  for (let at = 0; at < raw.length && parts.length < MAX_PARAMS; at++) {
    const char = raw.charAt(at);
    if (char === '"' && start) at = endOfQuoted(raw, at);
    else if (char === '(' && at < lastClose && (start || parts.length === 0 || endsAfterComment(raw, at))) {
      keepTo(at);
      at = endOfHeaderComment(raw, at);
      from = at + 1;
      continue;
    } else if (char === ';') {
      keepTo(at);
      parts.push(kept);
      kept = '';
      from = at + 1;
    }
    // Quotes and comments open only where a value starts; within one they are characters of a careless sender.
    start = char === '=' || char === ';' || (start && (char === ' ' || char === '\t'));
  }
  keepTo(raw.length);
  parts.push(kept);
  return parts;
}

/** Position of the closing quote; without one, the opening quote alone is taken for a character. */
function endOfQuoted(raw: string, open: number): number {
  for (let at = open + 1; at < raw.length; at++) {
    const char = raw.charAt(at);
    if (char === '\\') at++;
    else if (char === '"') return at;
  }
  return raw.length;
}

function endOfHeaderComment(raw: string, open: number): number {
  let depth = 0;
  for (let at = open; at < raw.length; at++) {
    const char = raw.charAt(at);
    if (char === '\\') at++;
    else if (char === '(') depth++;
    else if (char === ')' && --depth === 0) return at;
  }
  return raw.length;
}

/** Whether a bracket behind a value opens a comment: `x=y (comment);` and not `name=file (1).pdf`. */
function endsAfterComment(raw: string, open: number): boolean {
  return raw.charAt(open - 1) === ' ' && /^\([^();]{0,200}\)\s*(?:;|$)/.test(raw.slice(open, open + 300));
}

/** Quotes off. A backslash escapes only a quote or itself: Windows paths come with single ones. */
function unquote(text: string): string {
  const value = text.trim();
  if (!value.startsWith('"')) return value;
  const end = /^"((?:[^"\\]|\\.?)*)/s.exec(value)?.[1] ?? '';
  return end.replace(/\\(["\\])/g, '$1');
}

const SECTION = /^([^*]+)\*(?:(\d{1,4})(\*)?)?$/;
type Section = { index: number; encoded: boolean; value: string };

function joinParams(params: RawParam[], hint: string | undefined): Record<string, string> {
  const out: Record<string, string> = {};
  const sections = new Map<string, Section[]>();
  for (const { name, value } of params) {
    const match = SECTION.exec(name);
    if (match === null) {
      if (!Object.hasOwn(out, name)) setOwn(out, name, decodeWords(value, hint));
      continue;
    }
    const base = match[1] ?? '';
    const section = { index: Number(match[2] ?? 0), encoded: match[2] === undefined || match[3] !== undefined, value };
    const list = sections.get(base);
    if (list === undefined) sections.set(base, [section]);
    else list.push(section);
  }
  // RFC 6266 section 4.3 says it for HTTP and mailers mean it: the starred form wins over the plain one.
  for (const [name, list] of sections) setOwn(out, name, joinSections(list, hint));
  return out;
}

function setOwn(out: Record<string, string>, name: string, value: string): void {
  Object.defineProperty(out, name, { value, enumerable: true, writable: true, configurable: true });
}

/** RFC 2231 sections 3 and 4: `charset'language'text` in the first section, percent-encoded where starred. */
function joinSections(list: Section[], hint: string | undefined): string {
  const sorted = list.toSorted((a, b) => a.index - b.index);
  const [first] = sorted;
  const head = first?.encoded === true ? /^([\w.:+-]*)'[^']*'/.exec(first.value) : null;
  if (head === null && sorted.every((s) => !s.encoded || hasEncodedWord(s.value))) {
    return decodeWords(sorted.map((s) => s.value).join(''), hint);
  }
  const bytes = sorted.map((section, i) => {
    const text = i === 0 && head !== null ? section.value.slice(head[0].length) : section.value;
    return section.encoded ? unpercent(text) : text;
  });
  return decodeBytes(Buffer.from(bytes.join(''), 'latin1'), head?.[1], hint);
}

function unpercent(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
