import { isBlock, lettersOf, markOfItem, type RichElement, type RichNode } from '../../domain/mail/rich-words.ts';

/** A line of formatted words, as a browser shows it before it wraps. */
export type RichLine = {
  /** its texts, pictures and breaks: `from` to `to`, not included, of all of the tree in their order */
  from: number;
  to: number;
  text: string;
  letters: string;
  /** what a list puts before it, in its own letters and as a number; it stands in no text of the HTML */
  marks: string[];
  isQuoted: boolean;
  hasPicture: boolean;
  /** what is said of its pictures, and of those of them that are elsewhere */
  names: string[];
  remote: string[];
};

/** The target of a link as mail programs write it behind its words, in plain text; `<jo@x.example>` is one too. */
const TARGETS =
  /<\s?(?:https?:\/\/|mailto:)[^\s<>]{0,2000}>?|<[^\s<>@]{1,100}@[^\s<>@]{1,200}>|\(\s?(?:https?:\/\/|mailto:)(?:[^\s<>()]|\([^\s<>()]{0,200}\)){0,2000}\)?|\[\s?(?:https?:\/\/|mailto:)[^\s<>\]]{0,2000}\]?/gi;

export function withoutTargets(text: string): string {
  return text.replace(TARGETS, ' ');
}

export function targetsIn(text: string): string[] {
  return (text.match(TARGETS) ?? []).map((found) => {
    const closing = { '<': '>', '(': ')', '[': ']' }[found[0] ?? ''] ?? '';
    const isClosed = found.endsWith(closing) && (closing !== ')' || isBalanced(found));
    return found.slice(1, isClosed ? -1 : undefined).trim();
  });
}

/** False of `(https://x.example/a_(b)`, whose last bracket is of the address. */
function isBalanced(text: string): boolean {
  return text.split('(').length === text.split(')').length;
}

type Reading = { lines: RichLine[]; leaf: number; line: RichLine };

const emptyLine = (from: number, isQuoted: boolean, marks: string[]): RichLine => ({
  from,
  to: from,
  text: '',
  letters: '',
  marks,
  isQuoted,
  hasPicture: false,
  names: [],
  remote: [],
});

/** The lines of a tree. Linear. */
export function richLines(nodes: readonly RichNode[]): RichLine[] {
  const reading: Reading = { lines: [], leaf: 0, line: emptyLine(0, false, []) };
  readNodes(nodes, reading, false);
  finishLine(reading, false, []);
  for (const line of reading.lines) line.letters = lettersOf(withoutTargets(line.text));
  return reading.lines;
}

function readNodes(nodes: readonly RichNode[], reading: Reading, isQuoted: boolean): void {
  for (const node of nodes) {
    if (typeof node === 'string') {
      reading.line.text += node;
      reading.leaf++;
    } else readElement(node, reading, isQuoted);
  }
}

function readElement(element: RichElement, reading: Reading, isQuoted: boolean, marks: string[] = []): void {
  const { tag } = element;
  if (isBlock(element)) finishLine(reading, isQuoted || tag === 'blockquote', marks);
  if (tag === 'br' || tag === 'hr') reading.leaf++;
  else if (tag === 'img') {
    reading.leaf++;
    reading.line.hasPicture = true;
    const name = element.attributes['alt'] ?? '';
    reading.line.names.push(name);
    if (element.attributes['src'] === 'remote') reading.line.remote.push(name);
  } else if (tag === 'ol') readNumbered(element, reading, isQuoted);
  else readNodes(element.children, reading, isQuoted || tag === 'blockquote');
  if (isBlock(element) || tag === 'br') finishLine(reading, isQuoted, []);
}

function readNumbered(list: RichElement, reading: Reading, isQuoted: boolean): void {
  let next = Number(list.attributes['start'] ?? '1');
  for (const item of list.children) {
    if (typeof item === 'string') readNodes([item], reading, isQuoted);
    else if (item.tag !== 'li') readElement(item, reading, isQuoted);
    else {
      // What made text of the HTML may have counted in numbers all the same.
      const marks = new Set([lettersOf(markOfItem(next, list.attributes['type'])), String(next)]);
      next++;
      readElement(item, reading, isQuoted, [...marks]);
    }
  }
}

/** The mark of an item stands on its first line that holds anything. */
function finishLine(reading: Reading, isQuoted: boolean, marks: string[]): void {
  const { line, leaf } = reading;
  line.to = leaf;
  const isEmpty = line.from === leaf;
  if (!isEmpty) reading.lines.push(line);
  reading.line = emptyLine(leaf, isQuoted, marks.length > 0 || !isEmpty ? marks : line.marks);
}
