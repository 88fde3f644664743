/**
 * Which pictures only the signature or the quoted history of a mail shows, also a signature that no mail program marked. Each picture that the HTML shows by its
 * Content-ID (RFC 2392) is marked by a word in its place; the HTML is then read as always, and a picture is old when its
 * word stands in the whole text and not among the new words. A picture that nothing shows is never old: clients put
 * pasted pictures beside the text without naming them in it.
 */
import type { FoundFile } from '../mime/attachments.ts';
import { contentIdOf } from '../mime/content-ids.ts';
import { type BodyParts, type BodyText, readBody } from '../text/body-text.ts';
import { isLogo } from './logos.ts';

const MAX_PICTURES = 500;
/** The part of an `<img>` in which its source is looked for. */
const MAX_TAG = 4_000;
const SOURCE = /\bsrc\s{0,9}=\s{0,9}(?:"\s{0,9}cid:([^"]{1,500})"|'\s{0,9}cid:([^']{1,500})'|cid:([^\s>"']{1,500}))/i;

/** Content-IDs without brackets, of a mail with these words. Linear in the texts. */
export function findOldPictures(body: BodyParts, subject: string, files: readonly FoundFile[]): Set<string> {
  const marked = body.html === undefined ? undefined : markPictures(body.html);
  if (marked !== undefined && marked.words.size > 0) {
    const { text, agentReply, readings } = readBody({ plain: undefined, html: marked.html, subject });
    const signed = signatureRows(text, readings);
    const isOld = ([contentId, { word, height }]: [string, Marked]) => {
      if (!agentReply.includes(word) || signed.includes(word)) return text.includes(word);
      const file = files.find((one) => one.contentId === contentId);
      return file !== undefined && isLogo(agentReply, word, file, height);
    };
    return new Set([...marked.words].filter(isOld).map(([contentId]) => contentId));
  }
  return body.html === undefined && body.plain !== undefined ? oldInPlain(body, subject) : new Set();
}

/** The rows of a signature that is all there is: it stands among the new words then, and its logo is a logo all the same. */
function signatureRows(text: string, readings: BodyText['readings']): string {
  const cuts = readings?.customer.cuts.filter(({ kind }) => kind === 'signature') ?? [];
  if (cuts.length === 0) return '';
  const rows = text.split('\n');
  return cuts.map(({ from, to }) => rows.slice(from, to).join('\n')).join('\n');
}

/** Outlook writes `[cid:image001.png@01D...]` into plain text where the picture stood. */
function oldInPlain(body: BodyParts, subject: string): Set<string> {
  const named = [...(body.plain?.text ?? '').matchAll(/\[cid:([^\]\s]{1,500})\]/gi)].slice(0, MAX_PICTURES);
  if (named.length === 0) return new Set();
  const { agentReply } = readBody({ plain: body.plain, html: undefined, subject });
  return new Set(named.map((match) => match[1] ?? '').filter((contentId) => !agentReply.includes(contentId)));
}

/** The word that stands for a picture, and how high the HTML shows it. */
type Marked = { word: string; height: number | undefined };

function markPictures(html: string): { html: string; words: Map<string, Marked> } {
  const words = new Map<string, Marked>();
  const pieces: string[] = [];
  let from = 0;
  const starts = /<img(?=[\s/])/gi;
  for (let found = starts.exec(html); found !== null && words.size < MAX_PICTURES; found = starts.exec(html)) {
    const end = html.indexOf('>', found.index);
    if (end < 0) break;
    starts.lastIndex = end + 1;
    const tag = html.slice(found.index, Math.min(end, found.index + MAX_TAG));
    const source = SOURCE.exec(tag);
    const contentId = contentIdOf(source?.[1] ?? source?.[2] ?? source?.[3]);
    if (contentId === undefined) continue;
    const height = /\sheight\s{0,9}=\s{0,9}["']?(\d{1,5})(?:px)?["'\s>/]/i.exec(`${tag}>`)?.[1];
    const marked = words.get(contentId) ?? {
      word: `turnmailpicture${words.size}x`,
      height: height === undefined ? undefined : Number(height),
    };
    words.set(contentId, marked);
    pieces.push(html.slice(from, found.index), marked.word);
    from = end + 1;
  }
  pieces.push(html.slice(from));
  return { html: pieces.join(''), words };
}
