/**
 * Words with their formatting, as they are stored beside the text: HTML in a small grammar that mail/text/rich-words.ts writes
 * and nothing else can. Whatever is not of that grammar is refused as a whole, so that what a mail shows is made of these
 * elements alone, whatever stands in the column.
 *
 * `data-f` says what the style of an element made of its words: `b` bold, `i` italic, `u` underlined, `s` struck out; and, only
 * until the tree is tidied, `w` for line breaks that are kept and `g` for a table with lines. The source of a picture is
 * `cid:N`, its place among the mail's files, `remote` for one that stays outside, or, until then too, `emoji` for one that
 * stands for the character in its `alt`.
 */
export type RichElement = { tag: RichTag; attributes: Record<string, string>; children: RichNode[] };
export type RichNode = string | RichElement;

export const RICH_TAGS = [
  ...(['div', 'p', 'h3', 'pre', 'blockquote', 'ul', 'ol', 'li', 'table', 'tr', 'th', 'td'] as const),
  ...(['strong', 'em', 'u', 's', 'sub', 'sup', 'code', 'span', 'a', 'br', 'hr', 'img'] as const),
];
export type RichTag = (typeof RICH_TAGS)[number];

/** What an element may carry, and of which form. */
const ATTRIBUTES: Partial<Record<RichTag, Record<string, RegExp>>> = {
  a: { href: /^(?:https?:\/\/|mailto:)[\x21-\x7e]{1,2000}$/ },
  img: { src: /^(?:cid:\d{1,4}|remote|emoji)$/, alt: /^[^\p{Cc}]{0,200}$/u },
  ol: { start: /^\d{1,6}$/, type: /^[aAiI]$/ },
  td: { colspan: /^[1-9]\d?$/, rowspan: /^[1-9]\d?$/ },
  th: { colspan: /^[1-9]\d?$/, rowspan: /^[1-9]\d?$/ },
};
const FORMATS = /^[biuswg]{1,6}$/;

const VOID: ReadonlySet<RichTag> = new Set(['br', 'hr', 'img']);
/** Elements that begin and end a line. */
const BLOCKS: ReadonlySet<RichTag> = new Set([
  'div',
  'p',
  'h3',
  'pre',
  'blockquote',
  'ul',
  'ol',
  'li',
  'table',
  'tr',
  'th',
  'td',
  'hr',
] as const);

export const MAX_RICH_CHARS = 150_000;
/** Of elements and texts together. */
const MAX_NODES = 20_000;
/** Elements within elements; a mail is read to its end by functions that call themselves. */
const MAX_DEPTH = 100;

const PIECE = /<(\/?)([a-z0-9]{1,10})((?: [a-z-]{1,10}="[^"<>]{0,2100}"){0,6})(?: ?\/)?>|([^<>]+)/y;
const ATTRIBUTE = / ([a-z-]{1,10})="([^"<>]{0,2100})"/g;

/** The words as a tree, or undefined where they are not of the grammar. What was cut off in the middle is closed. Linear. */
export function parseRich(html: string): RichNode[] | undefined {
  if (html.length > MAX_RICH_CHARS) return undefined;
  const root: RichNode[] = [];
  const open: RichElement[] = [];
  let nodes = 0;
  PIECE.lastIndex = 0;
  for (let at = 0; at < html.length; at = PIECE.lastIndex) {
    PIECE.lastIndex = at;
    const piece = PIECE.exec(html);
    if (piece === null || ++nodes > MAX_NODES) return undefined;
    const [, slash, name = '', written = '', text] = piece;
    const around = open.at(-1);
    const siblings = around?.children ?? root;
    if (text !== undefined) siblings.push(unescapeMarkup(text));
    else if (slash === '/') {
      if (around?.tag !== name) return undefined;
      open.pop();
    } else {
      const element = elementOf(name, written);
      if (element === undefined) return undefined;
      siblings.push(element);
      if (!VOID.has(element.tag)) open.push(element);
      if (open.length > MAX_DEPTH) return undefined;
    }
  }
  return root;
}

function elementOf(name: string, written: string): RichElement | undefined {
  if (!isRichTag(name)) return undefined;
  const attributes: Record<string, string> = {};
  for (const [, key = '', value = ''] of written.matchAll(ATTRIBUTE)) {
    const form = key === 'data-f' ? FORMATS : ATTRIBUTES[name]?.[key];
    const plain = unescapeMarkup(value);
    if (form === undefined || !form.test(plain)) return undefined;
    attributes[key] = plain;
  }
  return { tag: name, attributes, children: [] };
}

function isRichTag(name: string): name is RichTag {
  return (RICH_TAGS as readonly string[]).includes(name);
}

export function isBlock(node: RichNode): boolean {
  return typeof node !== 'string' && BLOCKS.has(node.tag);
}

/** The tree in the grammar again. */
export function writeRich(nodes: readonly RichNode[]): string {
  return nodes
    .map((node) => {
      if (typeof node === 'string') return escapeMarkup(node);
      const attributes = Object.entries(node.attributes).map(([name, value]) => ` ${name}="${escapeMarkup(value)}"`);
      const start = `<${node.tag}${attributes.join('')}>`;
      return VOID.has(node.tag) ? start : `${start}${writeRich(node.children)}</${node.tag}>`;
    })
    .join('');
}

const BEYOND_ASCII = /[^\u0000-\u007f]/;

/** The letters and digits of words: what a text and HTML that say the same have in common. */
export function lettersOf(text: string): string {
  // Most lines are of ASCII, which is its own normal form.
  if (!BEYOND_ASCII.test(text)) return text.toLowerCase().replace(/[^a-z0-9]+/g, '');
  const folded = text.normalize('NFKC').toLowerCase();
  let letters = '';
  let from = 0;
  for (let at = 0; at < folded.length; ) {
    const code = folded.codePointAt(at) ?? 0;
    const next = at + (code > 0xffff ? 2 : 1);
    if (!isLetterOrDigit(code)) {
      if (at > from) letters += folded.slice(from, at);
      from = next;
    }
    at = next;
  }
  return letters + folded.slice(from);
}

const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;
/** What characters of 16 bits are, 0 where nobody asked yet: a pattern over classes of Unicode takes four times as long. */
const kinds = new Uint8Array(0x10000);

function isLetterOrDigit(code: number): boolean {
  const known = kinds[code] ?? 0;
  if (known !== 0) return known === 1;
  const is = LETTER_OR_DIGIT.test(String.fromCodePoint(code));
  if (code <= 0xffff) kinds[code] = is ? 1 : 2;
  return is;
}

/** True where the words of a link do not say where it leads. */
export function hidesTarget(words: string, href: string): boolean {
  const bare = (text: string) =>
    text
      .trim()
      .toLowerCase()
      .replace(/^(?:mailto:|https?:\/\/)/, '')
      .replace(/\/$/, '');
  return bare(words) !== bare(href);
}

/** True where both are the same page or mailbox, however each is written. */
export function isSameTarget(one: string, other: string): boolean {
  return canonicalTarget(one) === canonicalTarget(other);
}

function canonicalTarget(target: string): string {
  const written = target.trim();
  if (!/^https?:\/\//i.test(written))
    return written
      .toLowerCase()
      .replace(/^mailto:/, '')
      .replace(/\?.*$/s, '');
  const page = URL.canParse(written) ? new URL(written).href : written;
  return page
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/$/, '');
}

/** What stands before an item of a list that counts in numbers, letters or Roman numbers. */
export function markOfItem(at: number, type: string | undefined): string {
  const isLetter = type === 'a' || type === 'A';
  const isRoman = type === 'i' || type === 'I';
  const mark = at < 1 || at > 3_999 ? '' : isLetter ? inLetters(at) : isRoman ? inRoman(at) : '';
  return mark === '' ? String(at) : type === 'A' || type === 'I' ? mark.toUpperCase() : mark;
}

function inLetters(number: number): string {
  const rest = Math.floor((number - 1) / 26);
  return `${rest > 0 ? inLetters(rest) : ''}${String.fromCharCode(97 + ((number - 1) % 26))}`;
}

const ROMAN = Object.entries({
  m: 1000,
  cm: 900,
  d: 500,
  cd: 400,
  c: 100,
  xc: 90,
  l: 50,
  xl: 40,
  x: 10,
  ix: 9,
  v: 5,
  iv: 4,
  i: 1,
});

function inRoman(number: number): string {
  let left = number;
  let written = '';
  for (const [sign, value] of ROMAN) {
    for (; left >= value; left -= value) written += sign;
  }
  return written;
}

/** All text within, as it stands. */
export function textWithin(nodes: readonly RichNode[]): string {
  return nodes.map((node) => (typeof node === 'string' ? node : textWithin(node.children))).join('');
}

/** The kinds of pictures that mail programs show within words; others, such as drawings that may hold scripts, are files. */
export function isPicture(contentType: string): boolean {
  return /^image\/(?:png|jpe?g|gif|webp)$/i.test(contentType);
}

/** The places of the pictures that stand in formatted words. */
export function picturesIn(html: string): number[] {
  return [...new Set([...html.matchAll(/<img[^<>]* src="cid:(\d{1,4})"/g)].map(([, place]) => Number(place)))];
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const PLAIN: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' };

function escapeMarkup(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? '');
}

function unescapeMarkup(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot);/g, (entity) => PLAIN[entity] ?? '');
}
