import { decodeBytes } from './charsets.ts';
import { decodeWords, hasEncodedWord } from './encoded-words.ts';

/** A field such as Content-Type (RFC 2045 section 5.1): its value in lower case and its decoded parameters. */
export type ParameterField = { value: string; params: Record<string, string> };

type RawParam = { name: string; value: string };
const MOST_PARAMS = 200;

/**
 * Reads a field with parameters out of its raw body (one character per byte), by RFC 2045, RFC 2231 (charsets,
 * continuations) and the wrong ways: encoded words inside quotes, blanks without quotes, raw 8-bit bytes, quotes that
 * never close. Linear time.
 */
export function readParameterField(raw: string, hint?: string): ParameterField {
  const [first = '', ...rest] = splitParams(raw);
  const value = (/^\s*"?([^\s;"]+)/.exec(first)?.[1] ?? '').toLowerCase();
  const params: RawParam[] = [];
  if (!first.includes('/') && /^\s*[\w*-]+\s*=/.test(first)) rest.unshift(first);
  for (const text of rest.slice(0, MOST_PARAMS)) {
    const equals = text.indexOf('=');
    const name = text.slice(0, Math.max(equals, 0)).trim().toLowerCase();
    if (equals > 0 && name !== '') params.push({ name, value: unquote(text.slice(equals + 1)) });
  }
  return { value, params: joinParams(params, hint) };
}

/** Splits at semicolons outside quotes and comments; comments (RFC 5322 section 3.2.2) are dropped. */
function splitParams(raw: string): string[] {
  const parts: string[] = [];
  let part = '';
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < raw.length; i++) {
    const char = raw.charAt(i);
    if (quoted) {
      part += char;
      if (char === '\\') part += raw.charAt(++i);
      else if (char === '"') quoted = false;
    } else if (depth > 0) {
      if (char === '\\') i++;
      else if (char === '(') depth++;
      else if (char === ')') depth--;
    } else if (char === '(' && opensComment(raw, i, part)) depth = 1;
    else if (char === ';') {
      parts.push(part);
      part = '';
    } else {
      if (char === '"' && /=\s*$/.test(part.slice(-8))) quoted = true;
      part += char;
    }
  }
  parts.push(part);
  return parts;
}

/** A bracket inside an unquoted name (`name=a (1).pdf`) is part of the name; a comment ends before `;` or the end. */
function opensComment(raw: string, at: number, before: string): boolean {
  if (!/^\s*(?:file)?name\*?[\d*]*\s*=/i.test(before.slice(0, 40))) return raw.indexOf(')', at) > 0;
  const close = raw.indexOf(')', at);
  return (
    close > 0 &&
    /^\s*(?:;|$)/.test(raw.slice(close + 1, close + 20)) &&
    /[\s]$/.test(before) &&
    !/\.\w*\s*$/.test(before) === false
  );
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
