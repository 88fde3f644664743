import type { BodyParts } from '../text/body-text.ts';
import { filenameOf } from './attachments.ts';
import type { DataPicture } from './data-pictures.ts';
import type { MimePart } from './mime-parts.ts';
import type { UuencodedFile } from './uuencode.ts';

/** Forms of the same words for programs that we are not; no files, though they come as parts. */
const OTHER_FORMS = /^text\/(?:x-amp-html|watch-html|enriched|richtext)$/;

/** Leaf parts that are neither the body nor another form of it. */
export function filePartsOf(parts: MimePart[]): MimePart[] {
  const isForm = (part: MimePart) => OTHER_FORMS.test(part.type) && part.parent?.type === 'multipart/alternative';
  return leavesOf(parts).filter((part) => !isBodyText(part) && !isForm(part));
}

/** Parts without parts of their own: a multipart that never came to one is what it looks like, text. */
export function leavesOf(parts: MimePart[]): MimePart[] {
  return parts.filter((part) => !part.hasChildren);
}

export function textKind(part: MimePart): 'plain' | 'html' | undefined {
  if (part.type === 'text/html' || part.type === 'application/xhtml+xml') return 'html';
  return part.type === 'text/plain' || part.type.startsWith('multipart/') || part.type === 'plain/text'
    ? 'plain'
    : undefined;
}

/** A named text that asks to be shown inline is body up to this size; a longer one is a file. */
const MAX_INLINE_FILE = 32_768;

/**
 * RFC 2183 section 2.1: text is the body unless it is marked as, or named like, a file. Clients mark files `inline` too
 * (a log that Apple Mail shows), so of the named texts only the first text of the mail can be the words.
 */
export function isBodyText(part: MimePart): boolean {
  if (textKind(part) === undefined) return false;
  const disposition = part.disposition.value;
  if (disposition === 'attachment') return part.parent === undefined && filenameOf(part) === undefined;
  if (filenameOf(part) === undefined || part.parent === undefined) return true;
  if (part.parent.type === 'multipart/alternative') return disposition === '' || disposition === 'inline';
  return (
    disposition === 'inline' && part.isFirstText && textKind(part) === 'plain' && part.body.length <= MAX_INLINE_FILE
  );
}

/** What was read of the leaf parts of a mail, by mailparser or by the repair reading. */
export type PartContents = {
  /** Body texts, decoded, with LF line ends. */
  texts: Map<MimePart, string>;
  /** The decoded bytes of the others. */
  contents: Map<MimePart, Buffer>;
  /** Files that were written into the texts. */
  uuencoded: UuencodedFile[];
  pictures: DataPicture[];
};

type Section = { plain: MimePart[]; html: MimePart[] };

/**
 * The words of a mail as one plain and one HTML text. A multipart/alternative (RFC 2046 section 5.1.4) says the same
 * twice; other parts follow each other. Where some part comes only as HTML, the plain text would be a torso: then the
 * whole is given as HTML. `behind` says what stands behind a text, as HTML.
 */
export function joinTexts({ texts }: PartContents, behind: (part: MimePart) => string = () => ''): BodyParts {
  const sections = sectionsOf([...texts.keys()]);
  const written = sections.map((section) => {
    const plain = section.plain.map((part) => texts.get(part) ?? '');
    const html = section.html.map((part) => `${texts.get(part) ?? ''}${behind(part)}`).join('\n<br>\n');
    const shown = section.html.length > 0 ? '' : section.plain.map(behind).join('');
    return {
      plain: plain.join('\n'),
      html,
      shown,
      hasPlain: plain.some(hasVisibleText),
      hasHtml: hasVisibleText(html),
    };
  });
  const filled = written.filter((text) => text.hasPlain || text.hasHtml || text.shown !== '');
  const body: BodyParts = { plain: undefined, html: undefined };
  if (filled.some((text) => text.hasHtml || text.shown !== '')) {
    body.html = filled.map((text) => (text.hasHtml ? text.html : asHtml(text.plain) + text.shown)).join('\n<br>\n');
  }
  if (filled.every((text) => text.hasPlain) && filled.length > 0) {
    const plainParts = sections.flatMap((section) => section.plain);
    body.plain = { text: filled.map((text) => text.plain).join('\n'), ...flowedAs(plainParts) };
  }
  return body;
}

function hasVisibleText(text: string): boolean {
  return /\S/.test(text);
}

/** RFC 3676 section 4.1 and 4.2. Text of several parts is flowed only if all of it is. */
function flowedAs(parts: MimePart[]): { flowed: boolean; delSp: boolean } {
  const flowed = parts.every((part) => part.params['format']?.toLowerCase() === 'flowed');
  return { flowed, delSp: flowed && parts.every((part) => part.params['delsp']?.toLowerCase() === 'yes') };
}

/** Body texts under one multipart/alternative belong together; all others stand for themselves. */
function sectionsOf(texts: MimePart[]): Section[] {
  const sections = new Map<MimePart, Section>();
  for (const part of texts) {
    const key = alternativeAround(part) ?? part;
    const section = sections.get(key) ?? { plain: [], html: [] };
    sections.set(key, section);
    section[textKind(part) ?? 'plain'].push(part);
  }
  return [...sections.values()];
}

/** The outermost multipart/alternative that a part is in. */
export function alternativeAround(part: MimePart): MimePart | undefined {
  let found: MimePart | undefined;
  for (let at = part.parent; at !== undefined; at = at.parent) if (at.type === 'multipart/alternative') found = at;
  return found;
}

function asHtml(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<div>${escaped.replaceAll('\n', '<br>\n')}</div>`;
}
