import sanitize, { type IOptions, type Tag } from 'sanitize-html';
import { hideTokens } from '../../domain/mail/hide-tokens.ts';
import { MAX_RICH_CHARS, parseRich, RICH_TAGS, type RichTag, writeRich } from '../../domain/mail/rich-words.ts';
import { boundHtml } from './html-guard.ts';
import { visibilityOf } from './html-hidden.ts';
import { isEmoji, writtenTarget } from './linked-text.ts';
import { tidyRich } from './tidy-rich.ts';

/** Nobody follows more. */
const MAX_LINKS = 1_000;
/** What is left of HTML that is longer is its beginning: new words stand on top, long histories below. */
const MAX_WRITTEN = MAX_RICH_CHARS - 10_000;

/** The place of a picture among the files of its mail, by its Content-ID; undefined for all that is no picture to be shown. */
export type FindPicture = (contentId: string) => number | undefined;

/**
 * HTML of a person as words with their formatting (domain/mail/rich-words.ts): elements of a small list with no styles, nothing
 * that is loaded, run or hidden. Undefined where it is none, or none that can be read. Linear in the input, which is bounded first.
 * @param sheets false where its style sheets shall say nothing
 */
export function sanitiseHtml(html: string, findPicture: FindPicture, { sheets = true } = {}): string | undefined {
  const bounded = boundHtml(html, { sheets }).html.replace(STEERING, '');
  const clean = sanitizeHtml(bounded, findPicture);
  if (clean === undefined) return undefined;
  const tree = parseRich(clean.length > MAX_WRITTEN ? withoutTorn(clean.slice(0, MAX_WRITTEN)) : clean);
  if (tree === undefined) return undefined;
  const written = writeRich(tidyRich(tree));
  return written === '' || written.length > MAX_RICH_CHARS ? undefined : written;
}

/** What the library cannot read has no formatting, and its words stay. */
function sanitizeHtml(html: string, findPicture: FindPicture): string | undefined {
  try {
    return sanitize(html, optionsWith(findPicture)).replace(CONTROLS, '').trim();
  } catch {
    return undefined;
  }
}

/** Marks that turn the direction of what follows them, and non-characters; languages written from the right need none of them. */
const STEERING =
  /[\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]|&(?:#(?:x20(?:2[a-e]|6[6-9])|82(?:3[4-8]|9[4-7]));?)/gi;

/** Entities write them too, and no mail program shows them. */
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

/** Without the tag or entity that a cut went through. */
function withoutTorn(html: string): string {
  const less = html.lastIndexOf('<');
  const whole = less > html.lastIndexOf('>') ? html.slice(0, less) : html;
  return whole.replace(/&[a-z]{0,5}$/, '');
}

/** Names that say the same as one of ours. */
const SAME_AS: Record<string, RichTag> = {
  b: 'strong',
  i: 'em',
  cite: 'em',
  dfn: 'em',
  var: 'em',
  ins: 'u',
  strike: 's',
  del: 's',
  tt: 'code',
  kbd: 'code',
  samp: 'code',
  h1: 'h3',
  h2: 'h3',
  h4: 'h3',
  h5: 'h3',
  h6: 'h3',
  ...Object.fromEntries(
    'article section header footer aside address center main nav dl dt dd figure figcaption caption form fieldset legend details summary dialog hgroup search menu dir body html'
      .split(' ')
      .map((name) => [name, 'div' as const]),
  ),
};

/** `h` is an element that goes with all that is in it. */
const GONE: Tag = { tagName: 'span', attribs: { 'data-f': 'h' } };
/**
 * An element that is only its contents; tidyRich takes it out. The library does not rename elements that it leaves out itself:
 * it would give their new name to the next one that ends.
 */
const PLAIN: Tag = { tagName: 'span', attribs: {} };

function optionsWith(findPicture: FindPicture): IOptions {
  const sources: Sources = { findPicture, links: 0 };
  return {
    allowedTags: [...RICH_TAGS],
    allowedAttributes: {
      '*': ['data-f'],
      a: ['href'],
      img: ['src', 'alt'],
      ol: ['start', 'type'],
      td: ['colspan', 'rowspan'],
      th: ['colspan', 'rowspan'],
    },
    allowedSchemes: ['http', 'https', 'mailto', 'cid'],
    allowProtocolRelative: false,
    disallowedTagsMode: 'discard',
    nonTextTags: ['script', 'style', 'option', 'noscript', 'title', 'template'],
    parseStyleAttributes: false,
    transformTags: { '*': (name, attributes) => ourElement(name, attributes, sources) },
    exclusiveFilter: ({ attribs }) => attribs['data-f'] === 'h',
  };
}

/** What stands outside of the words; `links` counts those that were met. */
type Sources = { findPicture: FindPicture; links: number };

function ourElement(name: string, attributes: Record<string, string>, sources: Sources): Tag {
  if (visibilityOf(attributes) !== 'shown') return GONE;
  const tagName = SAME_AS[name] ?? name;
  const formats = formatsOf(tagName, attributes);
  const attribs: Record<string, string> = formats === '' ? {} : { 'data-f': formats };
  switch (tagName) {
    case 'span':
    case 'font':
      return formats === '' ? PLAIN : { tagName: 'span', attribs };
    case 'p':
      return { tagName: isTight(attributes) ? 'div' : 'p', attribs };
    case 'a': {
      const href = sources.links++ < MAX_LINKS ? targetOf(attributes['href'] ?? '') : undefined;
      return href === undefined ? PLAIN : { tagName, attribs: { ...attribs, href } };
    }
    case 'img':
      return pictureOf(attributes, sources.findPicture);
    case 'ol':
      return {
        tagName,
        attribs: { ...attribs, ...keepAttribute(attributes, 'start', /^\d{1,6}$/), ...lettersOfList(attributes) },
      };
    case 'td':
    case 'th': {
      const spans = {
        ...keepAttribute(attributes, 'colspan', /^[1-9]\d?$/),
        ...keepAttribute(attributes, 'rowspan', /^[1-9]\d?$/),
      };
      return { tagName, attribs: { ...attribs, ...spans } };
    }
    default:
      return { tagName, attribs };
  }
}

function keepAttribute(attributes: Record<string, string>, name: string, form: RegExp): Record<string, string> {
  const value = attributes[name] ?? '';
  return form.test(value) ? { [name]: value } : {};
}

const LETTERED: Record<string, string> = {
  'lower-alpha': 'a',
  'lower-latin': 'a',
  'upper-alpha': 'A',
  'upper-latin': 'A',
  'lower-roman': 'i',
  'upper-roman': 'I',
};

/** How a list counts, where it is not by numbers. */
function lettersOfList(attributes: Record<string, string>): Record<string, string> {
  const style = /list-style(?:-type)?\s{0,3}:\s{0,3}([a-z]{5}-[a-z]{5})/i.exec(
    (attributes['style'] ?? '').slice(0, 500),
  );
  const type = LETTERED[style?.[1]?.toLowerCase() ?? ''];
  return type === undefined ? keepAttribute(attributes, 'type', /^[aAiI]$/) : { type };
}

/** What the style of an element makes of its words, where its name does not say it. */
function formatsOf(tag: string, attributes: Record<string, string>): string {
  const style = (attributes['style'] ?? '').slice(0, 2_000).toLowerCase();
  const isTable = tag === 'table' || tag === 'td' || tag === 'th';
  if (isTable) return hasLines(attributes, style) ? 'g' : '';
  if (style === '') return '';
  let formats = '';
  if (/(?:^|;)\s*font-weight\s*:\s*(?:bold|[6-9]00)/.test(style)) formats += 'b';
  if (/(?:^|;)\s*font-style\s*:\s*(?:italic|oblique)/.test(style)) formats += 'i';
  if (tag !== 'a' && /(?:^|;)\s*text-decoration(?:-line)?\s*:[^;]{0,40}underline/.test(style)) formats += 'u';
  if (/(?:^|;)\s*text-decoration(?:-line)?\s*:[^;]{0,40}line-through/.test(style)) formats += 's';
  if (/white-space\s{0,3}:\s{0,3}(?:pre\b|pre-wrap|pre-line|break-spaces)/.test(style)) formats += 'w';
  return formats;
}

function hasLines(attributes: Record<string, string>, style: string): boolean {
  // Its cells have lines, whatever the style says of the frame around them.
  if (/^[1-9]/.test(attributes['border'] ?? '')) return true;
  return (
    /(?:^|;)\s*border(?:-\w{1,6})?\s*:[^;]{0,40}(?:solid|dotted|dashed|double)/.test(style) &&
    !/(?:^|;)\s*border\s*:\s*(?:none|0)/.test(style)
  );
}

/** Word and Outlook write a paragraph for each line; their style sheet takes the room between them away. */
function isTight(attributes: Record<string, string>): boolean {
  const style = (attributes['style'] ?? '').slice(0, 500).toLowerCase().replace(/\s/g, '');
  return (
    /\bmso(?:normal|plaintext|nospacing|listparagraph)/i.test((attributes['class'] ?? '').slice(0, 200)) ||
    /(?:^|;)margin:0(?:px|cm|in|pt|em|\.0001pt)?(?:0(?:px|cm|in|pt|em|\.0001pt)?){0,3}(?:;|$)/.test(style)
  );
}

/** A page or an address, in the form in which it is safe to show: nothing hides in it, and no token of ours leaves with it. */
function targetOf(href: string): string | undefined {
  const written = writtenTarget(href);
  if (!/^(?:https?:\/\/|mailto:)/i.test(written) || !URL.canParse(written)) return undefined;
  const { href: target, username, password } = new URL(written);
  const isSafe = username === '' && password === '' && /^[\x21-\x7e]{1,1900}$/.test(target) && !/["<>]/.test(target);
  return isSafe && hideTokens(target) === target ? target : undefined;
}

/** A picture that the mail brings; the name of one that would have to be fetched; nothing of all others. */
function pictureOf(attributes: Record<string, string>, findPicture: FindPicture): Tag {
  const source = (attributes['src'] ?? '').trim();
  const isDot = [attributes['width'], attributes['height']].some((size) => /^[0-2](?:px)?$/.test(size ?? ''));
  if (isDot) return PLAIN;
  const alt = (attributes['alt'] ?? '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 200)
    .toWellFormed();
  if (!/^cid:/i.test(source) && isEmoji(alt)) return { tagName: 'img', attribs: { src: 'emoji', alt } };
  if (/^https?:\/\//i.test(source))
    return { tagName: 'img', attribs: { src: 'remote', alt: alt || nameOfPage(source) } };
  const contentId = /^cid:(.{1,500})$/is.exec(source)?.[1];
  const place = contentId === undefined ? undefined : findPicture(contentId);
  return place === undefined ? PLAIN : { tagName: 'img', attribs: { src: `cid:${place}`, alt } };
}

/** `logo.png` of `https://acme.example/img/logo.png?x=1`, or its host. */
function nameOfPage(source: string): string {
  if (!URL.canParse(source)) return '';
  const { pathname, hostname } = new URL(source);
  const file = /[^/]{1,80}\.\w{2,5}$/.exec(pathname)?.[0];
  return file ?? hostname.slice(0, 200);
}
