/**
 * Pictures that stand between the texts of a mail, as Apple's programs send what was pasted: parts of their own, marked
 * `inline` (RFC 2183 section 2.1), that no HTML names.
 */
import { isPicture } from '../../domain/mail/rich-words.ts';
import type { FoundFile } from '../mime/attachments.ts';
import { isBodyText, joinTexts, leavesOf, type PartContents } from '../mime/body-parts.ts';
import type { MimePart } from '../mime/mime-parts.ts';

const MAX_PLACED = 50;

/** The HTML of a mail with such pictures in their places, and the names by which it calls them; undefined where there are none. */
export type PlacedPictures = { html: string; named: ReadonlyMap<string, FoundFile> };

export function placePictures(
  parts: MimePart[],
  read: PartContents,
  files: ReadonlyMap<MimePart, FoundFile>,
  shown: ReadonlySet<string>,
): PlacedPictures | undefined {
  const named = new Map<string, FoundFile>();
  const behind = new Map<MimePart, string>();
  let text: MimePart | undefined;
  for (const part of leavesOf(parts)) {
    if (isBodyText(part)) text = part;
    const file = files.get(part);
    const isNamed = file?.contentId !== undefined && shown.has(file.contentId);
    const isPasted = file !== undefined && part.disposition.value === 'inline' && isPicture(part.type) && !isNamed;
    if (text === undefined || !isPasted || named.size >= MAX_PLACED) continue;
    const name = `placed-${named.size + 1}`;
    named.set(name, file);
    behind.set(text, `${behind.get(text) ?? ''}\n<div><img src="cid:${name}"></div>\n`);
  }
  if (named.size === 0) return undefined;
  return { html: joinTexts(read, (part) => behind.get(part) ?? '').html ?? '', named };
}
