import type { FormattedView, PictureView } from '../../domain/mail/mail-view.ts';
import {
  hidesTarget,
  isBlock,
  parseRich,
  type RichElement,
  type RichNode,
  textWithin,
} from '../../domain/mail/rich-words.ts';
import { escapeHtml, pieceAsHtml, shownLine } from '../text/shown-text.ts';

const MAX_TARGET = 200;
const EDGE = '#d0d4d9';
const LIST = 'margin:0 0 12px;padding-left:24px';
/** What our elements look like; what a person's mail says of looks went with its styles. */
const LOOKS: Partial<Record<RichElement['tag'], string>> = {
  p: 'margin:0 0 12px',
  h3: 'margin:12px 0 8px;font-weight:bold',
  pre: 'margin:0 0 12px;font-family:monospace;font-size:14px',
  code: 'font-family:monospace;font-size:14px',
  blockquote: `margin:8px 0;padding:2px 0 2px 12px;border-left:3px solid ${EDGE}`,
  ul: LIST,
  ol: LIST,
  table: 'margin:0 0 12px;border-collapse:collapse',
  th: `padding:4px 8px;border:1px solid ${EDGE};text-align:left;vertical-align:top;font-weight:bold`,
  td: `padding:4px 8px;border:1px solid ${EDGE};vertical-align:top`,
  hr: `margin:12px 0;border:0;border-top:1px solid ${EDGE}`,
  img: 'max-width:100%;height:auto;border:0',
};
/** What has lines, which are of another colour in the dark. */
const WITH_EDGE = new Set<string>(['blockquote', 'th', 'td', 'hr']);
/** What reads in the direction of its own first letters. */
const DIRECTED = new Set<string>(['div', 'p', 'h3', 'blockquote', 'li', 'th', 'td']);
const FORMATS: Record<string, string> = { b: 'strong', i: 'em', u: 'u', s: 's' };

/** Formatted words as HTML made of our elements and styles; undefined where they are not of the grammar. */
export function richAsHtml({ html, pictures }: FormattedView): string | undefined {
  const tree = parseRich(html);
  return tree === undefined ? undefined : nodesAsHtml(tree, pictures);
}

function nodesAsHtml(nodes: readonly RichNode[], pictures: readonly PictureView[], isLink = false): string {
  return nodes
    .map((node) =>
      typeof node === 'string' ? pieceAsHtml(node, { links: !isLink }) : elementAsHtml(node, pictures, isLink),
    )
    .join('');
}

function elementAsHtml(element: RichElement, pictures: readonly PictureView[], isLink: boolean): string {
  const { tag, attributes } = element;
  if (tag === 'br') return '<br>\n';
  if (tag === 'hr') return `<hr${looksOf(tag)}>`;
  if (tag === 'img') return pictureAsHtml(attributes['src'] ?? '', pictures);
  const written = withFormats(
    nodesAsHtml(element.children, pictures, isLink || tag === 'a'),
    attributes['data-f'] ?? '',
  );
  // A list within a list has no room below it.
  const inside = tag === 'li' ? written.replaceAll(`style="${LIST}"`, 'style="margin:0;padding-left:24px"') : written;
  if (tag === 'span') return inside;
  if (tag === 'a') return linkAsHtml(element, attributes['href'] ?? '', inside);
  const isPlainBlock = tag === 'h3' || tag === 'pre' || (tag === 'p' && element.children.some(isBlock));
  const name = isPlainBlock ? 'div' : tag;
  const more = ['start', 'type', 'colspan', 'rowspan']
    .filter((key) => attributes[key] !== undefined)
    .map((key) => ` ${key}="${escapeHtml(attributes[key] ?? '')}"`);
  return `<${name}${DIRECTED.has(tag) ? ' dir="auto"' : ''}${looksOf(tag)}${more.join('')}>${inside}</${name}>`;
}

function looksOf(tag: RichElement['tag']): string {
  const edge = WITH_EDGE.has(tag) ? ' class="edge"' : '';
  return LOOKS[tag] === undefined ? edge : `${edge} style="${LOOKS[tag]}"`;
}

function withFormats(inside: string, formats: string): string {
  return [...formats].reduce((html, format) => {
    const name = FORMATS[format];
    return name === undefined || html === '' ? html : `<${name}>${html}</${name}>`;
  }, inside);
}

/** Where a link leads stands behind it wherever its words do not say it. */
function linkAsHtml(element: RichElement, href: string, inside: string): string {
  const link = `<a href="${escapeHtml(href)}" rel="noreferrer">${inside}</a>`;
  if (!hidesTarget(textWithin(element.children), href)) return link;
  return `<bdi>${link}</bdi> <span class="soft" style="color:#59636e">&lt;<bdi>${escapeHtml(shownTarget(href))}</bdi>&gt;</span>`;
}

/** An address as it is shown beside the words of a link. */
export function shownTarget(href: string, max = MAX_TARGET): string {
  return shownLine(href.replace(/^mailto:/i, ''), max);
}

export function shownPicture(source: string, pictures: readonly PictureView[]): PictureView | undefined {
  return pictures.find(({ place }) => source === `cid:${place}`);
}

function pictureAsHtml(source: string, pictures: readonly PictureView[]): string {
  const picture = shownPicture(source, pictures);
  if (picture === undefined) return '';
  const name = escapeHtml(shownLine(picture.name, 120));
  if (picture.cid === undefined) return `[image: <bdi>${name}</bdi>]`;
  return `<img src="cid:${picture.cid}" alt="${name}"${looksOf('img')}>`;
}
