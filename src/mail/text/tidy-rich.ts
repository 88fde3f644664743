import { isBlock, type RichElement, type RichNode } from '../../domain/mail/rich-words.ts';

/**
 * A tree of words as mail programs write it, made plain: blanks that no browser shows are gone, kept line breaks are breaks,
 * tables that only lay things out are the blocks in their cells, and an element that says nothing is its contents.
 */
export function tidyRich(nodes: readonly RichNode[]): RichNode[] {
  return trimBlock(tidyNodes(nodes, { keeps: false, isGrid: false, inside: '' }));
}

/** What an element does to its words, as a format and for elements that have none. */
const OWN_FORMAT: Record<string, string> = {
  strong: 'b',
  em: 'i',
  u: 'u',
  s: 's',
  code: 'c',
  sub: '-',
  sup: '+',
  a: 'a',
};

/** Elements without contents that are something all the same. */
const SAYS_SOMETHING: ReadonlySet<string> = new Set(['br', 'hr', 'img', 'td', 'th']);

/**
 * `keeps`: line breaks and blanks stay as they are; `isGrid`: within a table that is one; `inside`: the names of the inline
 * elements and the formats that are in force already.
 */
type Around = { keeps: boolean; isGrid: boolean; inside: string };

function tidyNodes(nodes: readonly RichNode[], around: Around): RichNode[] {
  const out: RichNode[] = [];
  for (const node of nodes) {
    if (typeof node === 'string') pushAll(out, around.keeps ? keptText(node) : [node.replace(/[ \t\r\n\f]+/g, ' ')]);
    else pushAll(out, tidyElement(node, around));
  }
  return joinNeighbouringTexts(out);
}

function tidyElement(element: RichElement, around: Around): RichNode[] {
  const { tag } = element;
  if (element.attributes['src'] === 'emoji') return [element.attributes['alt'] ?? ''];
  const formats = [...(element.attributes['data-f'] ?? '')]
    .filter((format) => 'bius'.includes(format) && !around.inside.includes(format))
    .join('');
  const own = OWN_FORMAT[tag] ?? '';
  const isInForce = own !== '' && around.inside.includes(own);
  const keeps = around.keeps || tag === 'pre' || (element.attributes['data-f'] ?? '').includes('w');
  const attributes = { ...element.attributes };
  delete attributes['data-f'];
  if (formats !== '') attributes['data-f'] = formats;
  if (tag === 'table' && !isGrid(element)) return layOutTable(element, { ...around, keeps, isGrid: false });
  const isPartOfTable = tag === 'tr' || tag === 'td' || tag === 'th';
  if (isPartOfTable && !around.isGrid)
    return [{ tag: 'div', attributes, children: tidyNodes(element.children, around) }];
  const inside = { keeps, isGrid: around.isGrid || tag === 'table', inside: around.inside + own + formats };
  const children = isBlock(element)
    ? trimBlock(tidyNodes(element.children, inside))
    : tidyNodes(element.children, inside);
  if ((tag === 'span' || isInForce) && formats === '') return children;
  if (children.length === 0 && !SAYS_SOMETHING.has(tag)) return [];
  // A block that holds nothing but blocks is their frame.
  const isFrame = tag === 'div' && formats === '' && children.every((child) => isBlock(child));
  if (isFrame) return children;
  if (tag !== 'table' && tag !== 'tr') return [{ tag, attributes, children }];
  // A caption, and what else stands between rows or between cells, where no browser would leave it.
  const isInside = (node: RichNode) =>
    typeof node !== 'string' && (tag === 'table' ? node.tag === 'tr' : node.tag === 'td' || node.tag === 'th');
  const outside = trimBlock(children.filter((node) => !isInside(node)));
  const inPlace: RichNode[] = [{ tag, attributes, children: children.filter(isInside) }];
  return outside.length === 0 ? inPlace : [{ tag: 'div', attributes: {}, children: outside }, ...inPlace];
}

/** Line breaks as breaks, runs of blanks as blanks that do not run together. */
function keptText(text: string): RichNode[] {
  return text
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .flatMap((line, at): RichNode[] => {
      const kept = line.replace(/\t/g, '    ').replace(/^ +| {2,}/g, (blanks) => '\u00a0'.repeat(blanks.length));
      const words = kept === '' ? [] : [kept];
      return at === 0 ? words : [{ tag: 'br', attributes: {}, children: [] }, ...words];
    });
}

/** A table is one where it has lines or headings, and more than one cell. */
function isGrid(table: RichElement): boolean {
  let cells = 0;
  let hasLines = (table.attributes['data-f'] ?? '').includes('g');
  let isNested = false;
  const look = (nodes: readonly RichNode[]) => {
    for (const node of nodes) {
      if (typeof node === 'string') continue;
      if (node.tag === 'table') isNested = true;
      if (node.tag === 'td' || node.tag === 'th') {
        cells++;
        hasLines ||= node.tag === 'th' || (node.attributes['data-f'] ?? '').includes('g');
      }
      look(node.children);
    }
  };
  look(table.children);
  return hasLines && cells > 1 && !isNested;
}

/** The rows of a table as blocks. Cells that hold no block stand beside each other, as they did. */
function layOutTable(table: RichElement, around: Around): RichNode[] {
  const out: RichNode[] = [];
  for (const row of table.children) {
    if (typeof row === 'string') continue;
    const cells = row.tag === 'tr' ? row.children.filter((cell) => typeof cell !== 'string') : [row];
    const contents = cells.map((cell) => trimBlock(tidyNodes(cell.children, around)));
    const isLine = contents.every((cell) => !cell.some(isBlock));
    const filled = contents.filter((cell) => cell.length > 0);
    if (isLine && filled.length > 0) {
      out.push({
        tag: 'div',
        attributes: {},
        children: filled.flatMap((cell, at) => (at === 0 ? cell : ['\u00a0 ', ...cell])),
      });
    } else for (const children of filled) out.push({ tag: 'div', attributes: {}, children });
  }
  return out;
}

/** Without the blanks at the edges of blocks, which no browser shows. */
function trimBlock(nodes: readonly RichNode[]): RichNode[] {
  const out: RichNode[] = [];
  for (const [at, node] of nodes.entries()) {
    if (typeof node !== 'string') {
      out.push(node);
      continue;
    }
    const before = nodes[at - 1];
    const after = nodes[at + 1];
    const opens = before === undefined || isEdge(before);
    const closes = after === undefined || isEdge(after);
    const text = (opens ? node.replace(/^ +/, '') : node).replace(closes ? /(?<! ) +$/ : /$^/, '');
    if (text !== '') out.push(text);
  }
  return out;
}

function isEdge(node: RichNode): boolean {
  return isBlock(node) || (typeof node !== 'string' && node.tag === 'br');
}

function joinNeighbouringTexts(nodes: readonly RichNode[]): RichNode[] {
  const out: RichNode[] = [];
  for (const node of nodes) {
    const before = out.at(-1);
    if (typeof node === 'string' && typeof before === 'string') {
      out[out.length - 1] = before.endsWith(' ') ? before + node.replace(/^ /, '') : before + node;
    } else if (node !== '') out.push(node);
  }
  return out;
}

function pushAll(out: RichNode[], nodes: readonly RichNode[]): void {
  for (const node of nodes) out.push(node);
}
