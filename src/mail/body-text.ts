import { joinFlowed } from './format-flowed.ts';
import { readHtml } from './html-text.ts';
import { type BodyLine, plainLines } from './quote-line.ts';
import { newWords } from './quoted-text.ts';

export type BodyParts = {
  /** decoded text/plain parts joined in order, or undefined; flowed/delSp from the Content-Type (RFC 3676) */
  plain: { text: string; flowed: boolean; delSp: boolean } | undefined;
  /** decoded text/html parts joined in order, or undefined */
  html: string | undefined;
};
export type BodyText = { text: string; reply: string; hidden: { elements: number; images: number } };

/** Characters of plain text that are read; the raw mail keeps the rest. */
export const MAX_PLAIN_CHARS = 4_000_000;

/** Linear in the input; bounded (see constants here and in html-guard.ts); never throws. */
export function readBody(parts: BodyParts): BodyText {
  const plain = parts.plain === undefined ? '' : plainText(parts.plain);
  if (parts.html === undefined || parts.html.trim() === '') {
    return { text: plain.trim(), reply: newWords(plainLines(plain)), hidden: { elements: 0, images: 0 } };
  }
  const html = readHtml(parts.html);
  const htmlText = textOf(html.lines);
  if (plain.trim() !== '' && !isStub(plain, htmlText)) {
    return { text: plain.trim(), reply: newWords(plainLines(plain)), hidden: html.hidden };
  }
  return { text: htmlText, reply: newWords(html.lines), hidden: html.hidden };
}

function plainText(part: NonNullable<BodyParts['plain']>): string {
  const text = part.text.length > MAX_PLAIN_CHARS ? part.text.slice(0, MAX_PLAIN_CHARS) : part.text;
  return part.flowed ? joinFlowed(text, part.delSp) : text.replace(/\r\n?/g, '\n');
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
  return out.join('\n').trim();
}
