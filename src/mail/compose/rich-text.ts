import type { FormattedView, PictureView } from '../../domain/mail/mail-view.ts';
import {
  hidesTarget,
  isBlock,
  markOfItem,
  parseRich,
  type RichElement,
  type RichNode,
  textWithin,
} from '../../domain/mail/rich-words.ts';
import { shownLine, shownWords } from '../text/shown-text.ts';
import { shownPicture, shownTarget } from './rich-html.ts';
import { wrapLine } from './wrap-text.ts';

/** Signs that people and mail programs use in plain text for what letters look like. */
const SIGNS: Record<string, string> = { strong: '*', em: '_', s: '~~', code: '`', b: '*', i: '_' };
const RULE = '----------';
const MAX_TARGET_CHARS = 2_000;

/**
 * Formatted words as plain text that says the same as their HTML. Undefined where the words that they were made of say it
 * already, in the lines in which they were typed, and where they are not of the grammar.
 */
export function richAsText({ html, pictures }: FormattedView): string | undefined {
  const tree = parseRich(html);
  if (tree === undefined || !isFormatted(tree)) return undefined;
  const writing: Writing = { lines: [], line: '', isPreformatted: false, pictures };
  writeNodes(tree, writing, '');
  flushLine(writing);
  return shownWords(joinLines(writing.lines));
}

/** True where there is more than lines and paragraphs. */
function isFormatted(nodes: readonly RichNode[]): boolean {
  return nodes.some((node) => typeof node !== 'string' && (!PLAIN.has(node.tag) || isFormatted(node.children)));
}

const PLAIN: ReadonlySet<string> = new Set(['div', 'p', 'br']);

/** An empty string is a gap between paragraphs, which are never more than one; `\n` is a line that somebody left empty. */
type Writing = { lines: string[]; line: string; isPreformatted: boolean; pictures: readonly PictureView[] };

function writeNodes(nodes: readonly RichNode[], writing: Writing, margin: string): void {
  for (const node of nodes) {
    if (typeof node === 'string') writing.line += writing.line.endsWith(' ') ? node.replace(/^ +/, '') : node;
    else if (isBlock(node)) writeBlock(node, writing, margin);
    else writeInline(node, writing, margin);
  }
}

function writeInline(element: RichElement, writing: Writing, margin: string): void {
  const { tag, attributes, children } = element;
  if (tag === 'br') {
    if (writing.line.trim() === '') writing.lines.push('\n');
    flushLine(writing);
    return;
  }
  if (tag === 'img') {
    const picture = shownPicture(attributes['src'] ?? '', writing.pictures);
    if (picture !== undefined) writing.line += `[image: ${shownLine(picture.name, 120)}]`;
    return;
  }
  const signs = [SIGNS[tag], ...[...(attributes['data-f'] ?? '')].map((format) => SIGNS[format])];
  const words = textWithin(children);
  const isOneLine = words.trim() !== '' && !holdsLineEnd(children);
  const sign = isOneLine ? signs.filter((one) => one !== undefined).join('') : '';
  const start = writing.line.length;
  writing.line += sign;
  writeNodes(children, writing, margin);
  if (sign !== '') writing.line = closeSign(writing.line, start, sign);
  const href = attributes['href'];
  if (tag === 'a' && href !== undefined && hidesTarget(words, href)) {
    // A line of text has room for all of it, and a part of an address leads nowhere.
    const target = shownTarget(href, MAX_TARGET_CHARS);
    const blank = writing.line.endsWith(' ') ? ' ' : '';
    writing.line = `${writing.line.trimEnd()}${writing.line.trim() === '' ? '' : ' '}<${target}>${blank}`;
  }
}

function holdsLineEnd(nodes: readonly RichNode[]): boolean {
  return nodes.some(
    (node) => typeof node !== 'string' && (node.tag === 'br' || isBlock(node) || holdsLineEnd(node.children)),
  );
}

/** Signs stand at the words themselves: `*so* ` and not `*so *`. */
function closeSign(line: string, start: number, sign: string): string {
  const inside = line.slice(start + sign.length);
  const lead = /^\s*/.exec(inside)?.[0] ?? '';
  const trail = inside.slice(inside.trimEnd().length);
  const words = inside.trim();
  if (words === '') return line.slice(0, start) + inside;
  return `${line.slice(0, start)}${lead}${sign}${words}${[...sign].reverse().join('')}${trail}`;
}

function writeBlock(element: RichElement, writing: Writing, margin: string): void {
  flushLine(writing);
  const { tag, children } = element;
  const isApart = tag === 'p' || tag === 'h3' || tag === 'pre' || tag === 'blockquote' || tag === 'table';
  const isOuterList = (tag === 'ul' || tag === 'ol') && margin === '';
  if (isApart || isOuterList) writing.lines.push('');
  if (tag === 'hr') writing.lines.push(RULE);
  else if (tag === 'blockquote') writeIndented(writing, () => writeNodes(children, writing, margin), '> ', '> ');
  else if (tag === 'ul' || tag === 'ol') writeList(element, writing, margin);
  else if (tag === 'tr') writing.lines.push(rowOf(element, writing));
  else if (tag === 'pre') writePreformatted(element, writing, margin);
  else writeNodes(children, writing, margin);
  flushLine(writing);
  if (isApart || isOuterList) writing.lines.push('');
}

function writePreformatted(element: RichElement, writing: Writing, margin: string): void {
  const before = writing.isPreformatted;
  writing.isPreformatted = true;
  writeNodes(element.children, writing, margin);
  flushLine(writing);
  writing.isPreformatted = before;
}

function writeList(list: RichElement, writing: Writing, margin: string): void {
  let next = Number(list.attributes['start'] ?? '1');
  for (const item of list.children) {
    const isItem = typeof item !== 'string' && item.tag === 'li';
    const sign = !isItem ? '  ' : list.tag === 'ol' ? `${markOfItem(next++, list.attributes['type'])}. ` : '- ';
    const inside = typeof item === 'string' ? [item] : isItem ? item.children : [item];
    writeIndented(writing, () => writeNodes(inside, writing, `${margin} `), sign, ' '.repeat(sign.length));
  }
}

/** What `writeInside` writes, with `first` before its first line and `rest` before all others. */
function writeIndented(writing: Writing, writeInside: () => void, first: string, rest: string): void {
  flushLine(writing);
  const outer = writing.lines;
  writing.lines = [];
  writeInside();
  flushLine(writing);
  const inner = joinLines(writing.lines).split('\n');
  writing.lines = outer;
  for (const [at, line] of inner.entries()) outer.push(`${at === 0 ? first : rest}${line}`.trimEnd() || '\n');
}

/** A row of a table on one line. */
function rowOf(row: RichElement, writing: Writing): string {
  const cells = row.children.map((cell) => {
    const inner: Writing = { lines: [], line: '', isPreformatted: true, pictures: writing.pictures };
    writeNodes(typeof cell === 'string' ? [cell] : cell.children, inner, ' ');
    flushLine(inner);
    return joinLines(inner.lines)
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .join(' ');
  });
  return cells.join(' | ').trimEnd();
}

/** A line of no-break blanks alone is how Word writes an empty one. */
function flushLine(writing: Writing): void {
  const line = writing.line
    .replace(/^ +/, '')
    .replace(/\u00a0/g, ' ')
    .trimEnd();
  const isLeftEmpty = line === '' && writing.line.includes('\u00a0');
  writing.line = '';
  if (isLeftEmpty) writing.lines.push('\n');
  else if (line !== '') writing.lines.push(...(writing.isPreformatted ? [line] : wrapLine(line)));
}

/** An empty line that somebody left beside a gap is that gap: mail programs write one below each list. */
function joinLines(lines: readonly string[]): string {
  const out: string[] = [];
  let isGapOfOurs = false;
  for (const line of lines) {
    const isGap = line === '' || line === '\n';
    const isSecond = out.at(-1) === '';
    if (!isGap) out.push(line);
    else if (!isSecond || (line === '\n' && !isGapOfOurs && out.at(-2) !== '')) out.push('');
    isGapOfOurs = line === '' && (!isSecond || isGapOfOurs);
  }
  while (out[0] === '') out.shift();
  while (out.at(-1) === '') out.pop();
  return out.join('\n');
}
