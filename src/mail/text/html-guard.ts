import { SHEET_IMPORTANT, SHEET_USUAL } from './html-hidden.ts';
import { noSheets, readSheet, type StyleSheets, sheetStyle } from './style-sheets.ts';

/**
 * Makes any HTML small and shallow before a library builds a tree of it: one pass, no regular expression over the
 * whole, no recursion. It is a filter, not a sanitiser: what leaves it becomes text and is never shown as HTML. What its style sheets
 * say of an element goes along with it (style-sheets.ts).
 *
 * Dropped: comments, processing instructions, the contents of elements that nobody reads (style, script, title ...),
 * attributes we do not look at, end tags without a start, elements deeper than MAX_DEPTH (their words stay).
 */
const MAX_DEPTH = 96;
/** Each list indents all lines inside it once more. */
const MAX_LIST_DEPTH = 10;
/** Tags handed on; after that the words go on without their tags. */
const MAX_TAGS = 40_000;
/** Characters handed on; what follows is left to the raw mail. */
const MAX_HTML_CHARS = 1_500_000;
const MAX_TAG_CHARS = 16_384;
const MAX_VALUE_CHARS = 2_000;

const KEPT_ATTRIBUTES = new Set(
  'class id style hidden type href name cite start aria-hidden width height alt border color colspan rowspan'.split(
    ' ',
  ),
);
const UNREAD = new Set(
  'style script title noscript template select svg annotation annotation-xml object iframe video audio canvas head xml'.split(
    ' ',
  ),
);
/** `head` may lack its end tag, so its contents are judged one by one instead of skipping to `</head>`. */
const SKIPPED_TO_END = new Set([...UNREAD].filter((name) => name !== 'head'));
const VOID = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '));
/** Elements whose start ends one of the same name (HTML, section 13.1.2.4 "Optional tags"). */
const SELF_CLOSING = new Set('p li td th tr option dt dd'.split(' '));

type Tag = { name: string; end: number; closing: boolean; attributes: string };

/** What was learnt on the way, so that nothing is searched for twice. */
type Scan = {
  html: string;
  /** Behind this position no tag ends: a `<` is only a character. */
  lastGreater: number;
  /** False once a quote was met that never closes, or that swallows the rest. */
  quotes: { double: boolean; single: boolean };
  /** Names of unread elements that have no end tag any more. */
  endless: Set<string>;
  /** Where the next of each end of a comment was found; past the end of the HTML where there is none. */
  commentEnds: Map<string, number>;
  /** Names of the open elements, never more than MAX_DEPTH. */
  open: string[];
  /** The style sheets that were met; undefined where they are not read. */
  sheets: StyleSheets | undefined;
  /** Start tags not handed on because of the depth, by name: their end tags go too. */
  tooDeep: Map<string, number>;
};

/** `cut` is true where MAX_HTML_CHARS ended it, `styled` where style sheets said something that may hide words. */
type BoundHtml = { html: string; cut: boolean; styled: boolean };

/**
 * Bounded, shallow HTML with the same words; linear in the input.
 * @param sheets false where its style sheets shall say nothing
 */
export function boundHtml(html: string, { sheets = true } = {}): BoundHtml {
  const scan: Scan = {
    html,
    lastGreater: html.lastIndexOf('>'),
    quotes: { double: true, single: true },
    endless: new Set(),
    commentEnds: new Map(),
    open: [],
    sheets: sheets ? noSheets() : undefined,
    tooDeep: new Map(),
  };
  const out: string[] = [];
  let size = 0;
  let tags = 0;
  let at = 0;
  while (at < html.length && size < MAX_HTML_CHARS) {
    const less = html.indexOf('<', at);
    const textEnd = Math.min(less < 0 ? html.length : less, at + MAX_HTML_CHARS - size);
    if (textEnd > at) out.push(html.slice(at, textEnd));
    size += textEnd - at;
    at = textEnd;
    if (at !== less) continue;
    const next = readMarkup(scan, at);
    at = next.end;
    const written = next.tag === undefined ? next.text : tags++ < MAX_TAGS ? writeTag(scan, next.tag) : ' ';
    if (written !== '') out.push(written);
    size += written.length;
  }
  return { html: out.join(''), cut: at < html.length, styled: scan.sheets?.mayHide === true };
}

type Markup = { end: number; tag: Tag | undefined; text: string };

/** What starts with the `<` at `at`: a tag to write, something nobody sees (no text), or only the character. */
function readMarkup(scan: Scan, at: number): Markup {
  const character = { end: at + 1, tag: undefined, text: '&lt;' };
  const next = scan.html[at + 1];
  if (at > scan.lastGreater) return character;
  if (next === '!' || next === '?') {
    const comment = scan.html.startsWith('<!--', at);
    const close = comment ? endOfHtmlComment(scan, at + 2) : scan.html.indexOf('>', at + 2) + 1 || scan.html.length;
    // Some mail programs set history off by a comment only; it goes on as the rule that others use.
    const isHistory = comment && close - at < 40 && /^<!--\s?originalmessage\s?-->$/i.test(scan.html.slice(at, close));
    return { end: close, tag: undefined, text: isHistory ? '<hr id="stopSpelling">' : '' };
  }
  const tag = readTag(scan, at);
  if (tag === undefined) return character;
  if (tag.closing || !SKIPPED_TO_END.has(tag.name) || scan.endless.has(tag.name)) {
    return { end: tag.end, tag, text: '' };
  }
  const end = endOfElement(scan.html, tag);
  if (end === undefined) scan.endless.add(tag.name);
  else if (tag.name === 'style') takeSheet(scan, tag, end);
  return { end: end ?? tag.end, tag: undefined, text: ' ' };
}

function takeSheet({ html, sheets }: Scan, tag: Tag, end: number): void {
  const close = html.lastIndexOf('</', end - 1);
  if (sheets === undefined || close < tag.end) return;
  const media = readAttributes(tag.attributes).find(([name]) => name === 'media')?.[1];
  readSheet(sheets, html.slice(tag.end, close), media);
}

/** Position behind a comment: browsers end one at either of these (HTML, section 13.2.5.52). */
function endOfHtmlComment({ html, commentEnds }: Scan, from: number): number {
  const ends = ['-->', '--!>'].map((end) => {
    let found = commentEnds.get(end) ?? -1;
    if (found < from) {
      found = html.indexOf(end, from);
      commentEnds.set(end, found < 0 ? html.length : found);
    }
    return found < 0 || found >= html.length ? html.length : found + end.length;
  });
  return Math.min(...ends);
}

/** Position behind the end tag of an element whose contents nobody reads; undefined where there is none. */
function endOfElement(html: string, tag: Tag): number | undefined {
  if (tag.attributes.endsWith('/')) return tag.end;
  const needle = `</${tag.name}`;
  for (let at = html.indexOf('</', tag.end); at >= 0; at = html.indexOf('</', at + 2)) {
    if (html.slice(at, at + needle.length).toLowerCase() !== needle) continue;
    const end = html.indexOf('>', at);
    return end < 0 ? html.length : end + 1;
  }
  return undefined;
}

/** The tag at `at`, or undefined where the `<` is only a character. */
function readTag(scan: Scan, at: number): Tag | undefined {
  const { html, quotes } = scan;
  const closing = html[at + 1] === '/';
  let end = at + (closing ? 2 : 1);
  if (!isLetter(html.charCodeAt(end))) return undefined;
  const nameStart = end;
  while (end < html.length && isNameCharacter(html.charCodeAt(end))) end++;
  const name = html.slice(nameStart, Math.min(end, nameStart + 40)).toLowerCase();
  const attributesStart = end;
  while (end < html.length && html[end] !== '>') {
    const c = html[end];
    // A quote opens a value only behind '=': a stray apostrophe must not swallow the mail.
    if ((c === '"' || c === "'") && opensValue(html, end)) {
      const kind = c === '"' ? 'double' : 'single';
      const close = quotes[kind] ? html.indexOf(c, end + 1) : -1;
      if (close < 0) quotes[kind] = false;
      else end = close;
    }
    end++;
  }
  if (end >= html.length) {
    quotes.double = false;
    quotes.single = false;
    end = html.indexOf('>', attributesStart);
  }
  return {
    name,
    end: end + 1,
    closing,
    attributes: html.slice(attributesStart, Math.min(end, attributesStart + MAX_TAG_CHARS)),
  };
}

function opensValue(html: string, at: number): boolean {
  let before = at - 1;
  while (html[before] === ' ' && at - before < 4) before--;
  return html[before] === '=';
}

function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
}

function isNameCharacter(code: number): boolean {
  return isLetter(code) || (code >= 48 && code <= 58) || code === 45 || code === 95;
}

function writeTag(scan: Scan, tag: Tag): string {
  return tag.closing ? closeElement(scan, tag.name) : openElement(scan, tag);
}

function openElement({ open, tooDeep, sheets }: Scan, tag: Tag): string {
  const { name } = tag;
  if (VOID.has(name)) return `<${name}${keptAttributes(tag, sheets)}>`;
  let before = '';
  if (SELF_CLOSING.has(name) && open.at(-1) === name) {
    open.pop();
    before = `</${name}>`;
  }
  const isList = name === 'ul' || name === 'ol';
  if (open.length >= MAX_DEPTH || (isList && open.filter((each) => each === name).length >= MAX_LIST_DEPTH)) {
    tooDeep.set(name, (tooDeep.get(name) ?? 0) + 1);
    return `${before} `;
  }
  open.push(name);
  return `${before}<${name}${keptAttributes(tag, sheets)}>`;
}

function closeElement({ open, tooDeep }: Scan, name: string): string {
  const deep = tooDeep.get(name) ?? 0;
  if (deep > 0) {
    tooDeep.set(name, deep - 1);
    return ' ';
  }
  const at = open.lastIndexOf(name);
  if (at < 0) return name === 'p' || name === 'br' ? '<br>' : '';
  const closed = open.splice(at);
  return closed
    .reverse()
    .map((each) => `</${each}>`)
    .join('');
}

/** The attributes that say what an element is and whether it shows, written out anew, with what the style sheets say of it. */
function keptAttributes({ name: element, attributes }: Tag, sheets: StyleSheets | undefined): string {
  const found = new Map<string, string>();
  for (const [name, value] of readAttributes(attributes)) {
    // Of sources none that is written into the HTML itself, which is long.
    const isKept = KEPT_ATTRIBUTES.has(name) || (name === 'src' && /^\s{0,9}(?:cid|https?):/i.test(value));
    if (isKept && !found.has(name)) found.set(name, value.slice(0, MAX_VALUE_CHARS).replaceAll('"', '&quot;'));
  }
  const style = sheets && sheetStyle(sheets, element, { id: found.get('id'), classes: found.get('class') });
  if (style !== undefined && style.usual !== '') found.set(SHEET_USUAL, style.usual);
  if (style !== undefined && style.important !== '') found.set(SHEET_IMPORTANT, style.important);
  let out = '';
  for (const [name, value] of found) out += ` ${name}="${value}"`;
  return out;
}

/** The attributes of a tag in their order. Linear in `source`. */
function readAttributes(source: string): [name: string, value: string][] {
  const found: [string, string][] = [];
  let at = 0;
  while (at < source.length) {
    while (at < source.length && !isLetter(source.charCodeAt(at))) at++;
    const nameStart = at;
    while (at < source.length && isNameCharacter(source.charCodeAt(at))) at++;
    const name = source.slice(nameStart, at).toLowerCase();
    while (source[at] === ' ' || source[at] === '\n' || source[at] === '\r' || source[at] === '\t') at++;
    let value = '';
    if (source[at] === '=') {
      const read = readValue(source, at + 1);
      value = read.value;
      at = read.end;
    }
    found.push([name, value]);
  }
  return found;
}

function readValue(source: string, from: number): { value: string; end: number } {
  let at = from;
  while (at < source.length && source.charCodeAt(at) <= 32) at++;
  const quote = source[at];
  if (quote === '"' || quote === "'") {
    const close = source.indexOf(quote, at + 1);
    const end = close < 0 ? source.length : close;
    return { value: source.slice(at + 1, end), end: end + 1 };
  }
  const start = at;
  while (at < source.length && source.charCodeAt(at) > 32) at++;
  return { value: source.slice(start, at), end: at };
}
