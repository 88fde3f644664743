import type { DomNode, FormatCallback, HtmlToTextOptions } from 'html-to-text';
import { compile } from 'html-to-text';
import { CLOSE_MARK, markedLines, OPEN_MARK, withoutMarks } from '../words/quote/quote-html-lines.ts';
import { htmlMark } from '../words/quote/quote-html-marks.ts';
import type { BodyLine } from '../words/quote/quote-line.ts';
import { boundHtml } from './html-guard.ts';
import { type ElementAttributes, setsColor, setsFontSize, showsAgain, visibilityOf } from './html-hidden.ts';
import { isEmoji, writtenTarget } from './linked-text.ts';

export type HtmlText = {
  lines: BodyLine[];
  /** What was dropped because nobody would have seen it; images are counted whether hidden or not. */
  hidden: { elements: number; images: number };
  /** True where the HTML was too long to read to its end. */
  cut: boolean;
  /** True where a style sheet of the mail may have hidden some of it. */
  styled: boolean;
};

/**
 * HTML of a mail as marked lines. Linear in the input, which is bounded first (see html-guard.ts).
 * @param sheets false where its style sheets shall say nothing
 */
export function readHtml(html: string, { sheets = true } = {}): HtmlText {
  const bounded = boundHtml(withoutMarks(html), { sheets });
  const hidden = { elements: 0, images: 0 };
  const text = convert(bounded.html, hidden).replace(/\u00a0/g, ' ');
  return { lines: markedLines(text), hidden, cut: bounded.cut, styled: bounded.styled };
}

type Counter = HtmlText['hidden'];

/** Runs a formatter of the library on elements that show, with the mark of the mail client around it. */
function formatVisible(inner: FormatCallback): FormatCallback {
  return (element, walk, builder, options) => {
    const attributes = attributesOf(element);
    const visibility = visibilityOf(attributes);
    const undone = UNDOING[visibility];
    // Where something inside shows, its parent's own words are kept too: rather too many than too few.
    if (visibility === 'hidden' || (undone && !holdsOne(element.children, undone, { left: 500 }))) {
      counterOf(builder).elements += 1;
      return;
    }
    const mark = htmlMark(element.name ?? '', attributes);
    if (mark === undefined) {
      formatterFor(element, attributes, inner)(element, walk, builder, options);
      return;
    }
    builder.openBlock({ leadingLineBreaks: mark === 'quote' ? 2 : 1 });
    builder.addLiteral(OPEN_MARK[mark]);
    inner(element, walk, builder, options);
    builder.addLiteral(CLOSE_MARK[mark]);
    builder.closeBlock({ trailingLineBreaks: mark === 'quote' ? 2 : 1 });
  };
}

/** What the style of an element says about its words, where its name does not. */
function formatterFor(element: DomNode, attributes: ElementAttributes, inner: FormatCallback): FormatCallback {
  if (keepsLines(attributes) && holdsLineBreak(element)) return preformatted;
  return inner === inline && isStruck(attributes) ? struck : inner;
}

/** True where an element inside is such a one; also where there is too much to look through. */
function holdsOne(
  nodes: readonly DomNode[],
  is: (attributes: ElementAttributes) => boolean,
  budget: { left: number },
): boolean {
  return nodes.some((node) => {
    if (--budget.left < 0) return true;
    if (node.type !== 'tag') return false;
    return is(attributesOf(node)) || holdsOne(node.children, is, budget);
  });
}

function attributesOf(element: DomNode): ElementAttributes {
  return (element.attribs ?? {}) as ElementAttributes;
}

/** What of an element inside makes it show again, and all around it. */
const UNDOING: Partial<Record<ReturnType<typeof visibilityOf>, (attributes: ElementAttributes) => boolean>> = {
  'no-size': setsFontSize,
  'no-color': setsColor,
  invisible: showsAgain,
};

type Builder = Parameters<FormatCallback>[2];

function counterOf(builder: Builder): Counter {
  return (builder as unknown as { metadata: Counter }).metadata;
}

const inline: FormatCallback = (element, walk, builder) => walk(element.children, builder);

const block: FormatCallback = (element, walk, builder, options) => {
  builder.openBlock({ leadingLineBreaks: options.leadingLineBreaks ?? 1 });
  walk(element.children, builder);
  builder.closeBlock({ trailingLineBreaks: options.trailingLineBreaks ?? 1 });
};

/**
 * A paragraph has an empty line around it, as browsers show it; those of Word and Outlook have none, since their style
 * sheet says so and Enter writes one: an empty line is a paragraph of its own there.
 */
const paragraph: FormatCallback = (element, walk, builder, options) => {
  const attributes = attributesOf(element);
  const style = (attributes['style'] ?? '').slice(0, 500).toLowerCase().replace(/\s/g, '');
  const tight =
    /\bmso(?:normal|plaintext|nospacing)\b/i.test(attributes['class']?.slice(0, 200) ?? '') || NO_MARGIN.test(style);
  block(element, walk, builder, tight ? { ...options, leadingLineBreaks: 1, trailingLineBreaks: 1 } : options);
};

const NO_MARGIN =
  /(?:^|;)margin:(?:(?:0(?:\.0001)?|\.0001)(?:px|cm|in|pt|em)?){1,4}(?:;|$|!)|(?:^|;)margin-top:0(?:px|cm|in|pt|em)?;(?:[^;]{1,60};){0,4}margin-bottom:0(?:px|cm|in|pt|em)?(?:;|$|!)/;

/** A picture inside the mail stands in the text by its name; one from elsewhere says nothing, and may be a tracker. */
const image: FormatCallback = (element, _walk, builder) => {
  counterOf(builder).images += 1;
  const attributes = attributesOf(element);
  const source = /^cid:([^@?#]{1,200})/i.exec(attributes['src'] ?? '')?.[1];
  const written = attributes['alt'] ?? '';
  if (source === undefined && isEmoji(written.trim())) builder.addInline(written.trim());
  if (source === undefined || /^[0-2](?:px)?$/.test(attributes['width'] ?? '')) return;
  const name = (/\.\w{2,5}$/.test(written) ? written : source).replace(/[[\]\s]+/g, ' ').trim();
  builder.addInline(` [image: ${name.slice(0, 120)}] `);
};

/** Words that were struck out, between signs that plain text has for it. */
const struck: FormatCallback = (element, walk, builder) => {
  const hasWords = visibleWordsOf(element, 40) !== '';
  if (hasWords) builder.addInline('~~', { noWordTransform: true });
  walk(element.children, builder);
  if (hasWords) builder.addInline('~~', { noWordTransform: true });
};

/** True where the style keeps the line breaks of the source. */
function keepsLines(attributes: ElementAttributes): boolean {
  return /white-space\s{0,3}:\s{0,3}(?:pre\b|pre-wrap|pre-line|break-spaces)/i.test(
    (attributes['style'] ?? '').slice(0, 2_000),
  );
}

function isStruck(attributes: ElementAttributes): boolean {
  return /text-decoration(?:-line)?\s{0,3}:[^;]{0,40}line-through/i.test((attributes['style'] ?? '').slice(0, 2_000));
}

/** True where a line break stands among its words: a tab of Apple Mail is preformatted too, and no block. */
function holdsLineBreak(node: DomNode): boolean {
  return /[^\s\ufdd0-\ufdef]\s*\n/.test(textOfNode(node, 200).slice(0, 20_000).trim());
}

function textOfNode(node: DomNode, budget: number): string {
  if (node.data !== undefined) return node.type === 'comment' ? '' : node.data;
  return (node.children ?? [])
    .slice(0, budget)
    .map((child) => textOfNode(child, budget / 2))
    .join('');
}

/** A cell stands beside its neighbours where the row holds only short words, and on its own line where it is layout. */
const writeTableCell: FormatCallback = (element, walk, builder, options) => {
  const row = element.parent;
  if (row === undefined || row.name !== 'tr' || isLayoutRow(row)) {
    block(element, walk, builder, options);
    return;
  }
  const first = row.children.find((child) => child.name === 'td' || child.name === 'th') === element;
  if (!first) builder.addInline(' \u00a0 ');
  walk(element.children, builder);
};

const layoutRows = new WeakMap<DomNode, boolean>();

function isLayoutRow(row: DomNode): boolean {
  const known = layoutRows.get(row);
  if (known !== undefined) return known;
  const layout = row.children.some((each) => each.children !== undefined && holdsBlock(each.children, 4));
  layoutRows.set(row, layout);
  return layout;
}

const BLOCK_ELEMENTS = new Set('div p table ul ol br hr h1 h2 h3 h4 h5 h6 blockquote pre center section'.split(' '));

/** True where a block stands within the nodes that is not merely a wrapper around the cell's only words. */
function holdsBlock(nodes: DomNode[], depth: number): boolean {
  const full = nodes.filter((node) => node.name !== undefined || (node.data ?? '').trim() !== '');
  if (full.length > 12) return true;
  return full.some((node) => {
    const isBlock = BLOCK_ELEMENTS.has(node.name ?? '');
    const isWrapper = full.length === 1 && (node.name === 'p' || node.name === 'div');
    if (isBlock && !isWrapper) return true;
    return depth > 0 && node.children !== undefined && holdsBlock(node.children, depth - 1);
  });
}

/** A link is its words; its address follows where it says more than the words do. */
const anchor: FormatCallback = (element, walk, builder) => {
  walk(element.children, builder);
  const href = writtenTarget(attributesOf(element)['href'] ?? '');
  const target = href.replace(/^mailto:/i, '').split('?subject=', 1)[0] ?? '';
  if (!/^(?:https?:\/\/|mailto:)/i.test(href) || target === '') return;
  const words = visibleWordsOf(element, 40);
  if (words === '' ? !href.startsWith('http') : sameTarget(words, target)) return;
  if (words !== '' || holdsNoImage(element)) builder.addInline(words === '' ? target : ` <${target}>`);
};

function visibleWordsOf(node: DomNode, budget: number): string {
  if (node.data !== undefined) return node.data.trim();
  return node.children
    .slice(0, budget)
    .map((child) => (child.type === 'comment' ? '' : visibleWordsOf(child, budget / 2)))
    .join('');
}

function holdsNoImage(node: DomNode): boolean {
  return node.children.every((child) => child.name !== 'img' && (child.children === undefined || holdsNoImage(child)));
}

function sameTarget(words: string, target: string): boolean {
  const bare = (text: string) =>
    text
      .toLowerCase()
      .replace(/^(?:mailto:|https?:\/\/)/, '')
      .replace(/^www\./, '')
      .replace(/\/$/, '');
  return bare(words) === bare(target);
}

const preformatted: FormatCallback = (element, walk, builder, options) => {
  builder.openBlock({ isPre: true, leadingLineBreaks: options.leadingLineBreaks ?? 1 });
  walk(element.children, builder);
  builder.closeBlock({ trailingLineBreaks: options.trailingLineBreaks ?? 1 });
};

const lineBreak: FormatCallback = (_element, _walk, builder) => builder.addLineBreak();

const HEADINGS = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'];
const BLOCKS =
  'article aside address body center dd details dialog dir div dl dt fieldset figcaption figure footer form header hgroup html legend main menu nav search section summary table tbody textarea tfoot thead tr caption'.split(
    ' ',
  );
const SKIPPED = 'head title style script template noscript'.split(' ');

/** Formatters of the library, wrapped; `formatVisible` looks them up late because the library fills them in. */
function builtIn(name: string): FormatCallback {
  return (element, walk, builder, options) => {
    const formatters = builder.options.formatters as Record<string, FormatCallback> | undefined;
    (formatters?.[name] ?? block)(element, walk, builder, options);
  };
}

const options: HtmlToTextOptions = {
  wordwrap: false,
  baseElements: { selectors: [] },
  limits: { maxInputLength: 8_000_000 },
  formatters: {
    seenInline: formatVisible(inline),
    seenBlock: formatVisible(block),
    seenParagraph: formatVisible(paragraph),
    seenCell: formatVisible(writeTableCell),
    seenAnchor: formatVisible(anchor),
    seenStruck: formatVisible(struck),
    seenPre: formatVisible(builtIn('pre')),
    seenBullets: formatVisible(builtIn('unorderedList')),
    seenNumbers: formatVisible(builtIn('orderedList')),
    seenRule: formatVisible(builtIn('horizontalLine')),
    seenImage: image,
    seenBreak: lineBreak,
  },
  selectors: [
    { selector: '*', format: 'seenInline' },
    ...BLOCKS.map((selector) => ({ selector, format: 'seenBlock' })),
    ...SKIPPED.map((selector) => ({ selector, format: 'skip' })),
    ...[...HEADINGS, 'blockquote', 'p'].map((selector) => ({
      selector,
      format: selector === 'p' ? 'seenParagraph' : 'seenBlock',
      options: { leadingLineBreaks: 2, trailingLineBreaks: 2 },
    })),
    { selector: 'td', format: 'seenCell' },
    { selector: 'th', format: 'seenCell' },
    { selector: 'a', format: 'seenAnchor' },
    { selector: 'pre', format: 'seenPre' },
    ...['s', 'strike', 'del'].map((selector) => ({ selector, format: 'seenStruck' })),
    { selector: 'ul', format: 'seenBullets', options: { itemPrefix: '- ' } },
    { selector: 'ol', format: 'seenNumbers' },
    { selector: 'hr', format: 'seenRule', options: { length: 10, leadingLineBreaks: 1, trailingLineBreaks: 1 } },
    { selector: 'img', format: 'seenImage' },
    { selector: 'br', format: 'seenBreak' },
  ],
};

const convert = compile(options) as (html: string, metadata: Counter) => string;
