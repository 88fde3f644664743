import { historyLineByHtml } from '../words/quote-html-cut.ts';
import { type BodyLine, plainLines } from '../words/quote-line.ts';
import { isOwnMark } from '../words/quote-separator.ts';
import { findHistory, newWords } from '../words/quoted-text.ts';
import { flowedLines } from './format-flowed.ts';
import { readHtml } from './html-text.ts';

export type BodyParts = {
  /** decoded text/plain parts joined in order, or undefined; flowed/delSp from the Content-Type (RFC 3676) */
  plain: { text: string; flowed: boolean; delSp: boolean } | undefined;
  /** decoded text/html parts joined in order, or undefined */
  html: string | undefined;
  /** the decoded subject, if known: "Fw:" keeps the forwarded mail that a header block would otherwise cut off */
  subject?: string | undefined;
};
export type BodyText = {
  text: string;
  /** The new words. */
  reply: string;
  /** The new words of somebody whom our notifications go to: our "reply above this line" always ends them. */
  agentReply: string;
  hidden: { elements: number; images: number };
};

/** Characters of plain text that are read; the raw mail keeps the rest. */
export const MAX_PLAIN_CHARS = 4_000_000;
/** Lines that are told apart; what follows them is one piece of text, kept as it is. */
const MAX_LINES = 40_000;

/**
 * What clients put before the subject of a forward, in the languages where no client uses it for a reply ("VS" is
 * both). A subject with "Re:" first is a reply.
 */
const FORWARD_SUBJECT =
  /^\s{0,5}(?:fwd?|wg|tr|rv|enc|doorst|vb|vl|pd|továbbítás|i̇lt|ilt|πρθ|προωθ|пересл|转发|轉寄|轉發|転送|전달|fs|fyi fw)\s{0,3}[:：]/iu;

/** HTML that its sender declared as plain text. */
const IS_HTML = /^\s{0,20}<(?:!doctype\s{1,5}html|html|head|body)[\s>]/i;
const EMPTY = /^[\s\u00a0\u200b-\u200f\ufeff\u00ad\u2060]{0,1999}$/;

/** Linear in the input; bounded (see the constants here and in html-guard.ts); never throws. */
export function readBody(parts: BodyParts): BodyText {
  const plain = parts.plain === undefined ? undefined : readPlain(parts.plain);
  const html = parts.html === undefined || parts.html.trim() === '' ? undefined : readHtml(parts.html);
  if (html === undefined && plain !== undefined && IS_HTML.test(plain.text.slice(0, 200))) {
    return readBody({ ...parts, plain: undefined, html: plain.text });
  }
  const hidden = html?.hidden ?? { elements: 0, images: 0 };
  const isForward = FORWARD_SUBJECT.test((parts.subject ?? '').slice(0, 80));
  const htmlText = html === undefined ? '' : textOf(html.lines);
  const wordless = plain === undefined || EMPTY.test(plain.text.slice(0, 2_000));
  if (html !== undefined && (wordless || isStub(plain.text, htmlText))) {
    const text = wordless ? htmlText : `${plain.text}\n\n${htmlText}`;
    const { lines } = html;
    return { text, ...read(lines, (everyMark) => newWords(lines, findHistory(lines, isForward, everyMark))), hidden };
  }
  if (plain === undefined) return { text: '', reply: '', agentReply: '', hidden };
  const all = [...plain.lines, ...(html?.lines ?? [])];
  return {
    text: plain.text,
    ...read(all, (everyMark) => plainReply(plain.lines, html?.lines, { isForward, everyMark })),
    hidden,
  };
}

/** Both readings of the new words, which differ only where our own marker stands. */
function read(
  lines: readonly BodyLine[],
  wordsOf: (everyMark: boolean) => string,
): Pick<BodyText, 'reply' | 'agentReply'> {
  const reply = wordsOf(false);
  return { reply, agentReply: lines.some((line) => isOwnMark(line.text)) ? wordsOf(true) : reply };
}

/** The new words of the plain part; the marks of the HTML part beside it may know better where history begins. */
function plainReply(
  lines: readonly BodyLine[],
  html: readonly BodyLine[] | undefined,
  { isForward, everyMark }: { isForward: boolean; everyMark: boolean },
): string {
  const old = findHistory(lines, isForward, everyMark);
  if (html === undefined) return newWords(lines, old);
  const htmlOld = findHistory(html, isForward, everyMark);
  const at = historyLineByHtml(lines, html, htmlOld);
  if (at !== undefined && at > 0) old.fill(true, at);
  const reply = newWords(lines, old);
  return reply === '' ? newWords(html, htmlOld) : reply;
}

function readPlain(part: NonNullable<BodyParts['plain']>): { text: string; lines: BodyLine[] } {
  const cut = part.text.slice(0, MAX_PLAIN_CHARS).replace(/\r\n?/g, '\n');
  const end = endOfLine(cut, MAX_LINES);
  const head = cut.slice(0, end);
  const rest = cut.slice(end);
  const lines = part.flowed ? flowedLines(head, part.delSp) : plainLines(head);
  if (rest.trim() !== '') lines.push({ text: rest, depth: 0, mark: undefined, container: 0 });
  return { text: part.flowed ? textOf(lines) : cut.trim(), lines };
}

/** Position behind the given number of lines. */
function endOfLine(text: string, lines: number): number {
  let at = -1;
  for (let count = 0; count < lines; count++) {
    at = text.indexOf('\n', at + 1);
    if (at < 0) return text.length;
  }
  return at;
}

/** "Your mail program does not show HTML": a plain part that says nothing beside HTML that does. */
function isStub(plain: string, htmlText: string): boolean {
  const short = plain.trim();
  return short.length < 400 && htmlText.length > short.length && /\bhtml\b/i.test(short) && !htmlText.includes(short);
}

/** The whole readable text, quotes marked by `> ` as in plain mail. */
function textOf(lines: readonly BodyLine[]): string {
  const out: string[] = [];
  for (const line of lines) {
    const text = line.depth > 0 ? `${'>'.repeat(Math.min(line.depth, 10))} ${line.text}`.trimEnd() : line.text;
    if (text === '' && out.at(-1) === '' && out.at(-2) === '') continue;
    out.push(text);
  }
  return out.join('\n').replace(/^\n+/, '').trimEnd();
}
