import type { MailsInText, WordsReadings } from '../../domain/mail/parsed-mail.ts';
import { agentReading } from '../words/agent-words.ts';
import { withAttributionsApart } from '../words/attribution/attribution-start.ts';
import { findMailsInText } from '../words/mails-in-text.ts';
import { proposeCuts } from '../words/quote/propose-cuts.ts';
import { historyLineByHtml } from '../words/quote/quote-html-cut.ts';
import { type BodyLine, plainLines } from '../words/quote/quote-line.ts';
import { findHistory, type Reading } from '../words/quote/quoted-text.ts';
import { newWords } from '../words/typed-words.ts';
import { unsplitLines } from '../words/unsplit-lines.ts';
import { withoutArmour } from './clear-signed.ts';
import { flowedLines } from './format-flowed.ts';
import { type HtmlText, readHtml } from './html-text.ts';

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
  /** What the lines of `text` propose to leave out; undefined where they cannot be told apart. */
  readings: WordsReadings | undefined;
  /** A line that begins with a slash in the HTML and stands nowhere in the plain text. */
  commandInHtml: string | undefined;
  /** The mails that `text` shows; undefined where it shows none or they cannot be told apart. */
  mailsInText: MailsInText | undefined;
  hidden: { elements: number; images: number };
  /** False where the style sheets of the HTML were not obeyed, since they hid all new words. */
  sheets: boolean;
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

/** What says forward in one language and reply in another: the mails below are read as shown, and nothing else is. */
const PERHAPS_FORWARD = /^\s{0,5}(?:vs|i|przek|ileti)\s{0,3}[:：]/iu;

/** HTML that its sender declared as plain text. */
const IS_HTML = /^\s{0,20}<(?:!doctype\s{1,5}html|html|head|body)[\s>]/i;
const EMPTY = /^[\s\u00a0\u200b-\u200f\ufeff\u00ad\u2060]{0,1999}$/;

/** Linear in the input; bounded (see the constants here and in html-guard.ts); never throws. */
export function readBody(parts: BodyParts): BodyText {
  const html = readHtmlBody(parts.html);
  const read = readParts(parts, html);
  if (html?.styled !== true || hasReply(read)) return { ...read, sheets: true };
  // Nobody sends a mail to say nothing: where a sheet hides all words, they were meant to be seen.
  const bare = readParts(parts, readHtmlBody(parts.html, false));
  return hasReply(bare) ? { ...bare, sheets: false } : { ...read, sheets: true };
}

/** The place of a picture is no word. */
function hasReply({ reply }: Pick<BodyText, 'reply'>): boolean {
  return reply.replace(/\[image: [^\]\n]{0,200}\]/g, '').trim() !== '';
}

function readHtmlBody(html: string | undefined, sheets = true): HtmlText | undefined {
  return html === undefined || html.trim() === '' ? undefined : readHtml(html, { sheets });
}

function readParts(parts: BodyParts, html: HtmlText | undefined): Omit<BodyText, 'sheets'> {
  const plain = parts.plain === undefined ? undefined : readPlain(parts.plain);
  if (html === undefined && plain !== undefined && IS_HTML.test(plain.text.slice(0, 200))) {
    return readBody({ ...parts, plain: undefined, html: plain.text });
  }
  const hidden = html?.hidden ?? { elements: 0, images: 0 };
  const isForward = FORWARD_SUBJECT.test((parts.subject ?? '').slice(0, 80));
  const isShown = isForward || PERHAPS_FORWARD.test((parts.subject ?? '').slice(0, 80));
  const htmlLines = html === undefined ? undefined : withAttributionsApart(html.lines);
  const laidOut = htmlLines === undefined ? { text: '', rows: [] } : layOutLines(htmlLines);
  const wordless = plain === undefined || EMPTY.test(plain.text.slice(0, 2_000));
  if (htmlLines !== undefined && (wordless || isStub(plain.text, laidOut.text))) {
    const old = findHistory(htmlLines, { isForward });
    const agent = agentReading(htmlLines, isForward);
    const reply = newWords(htmlLines, old);
    const rows = wordless ? laidOut.rows : undefined;
    return {
      text: wordless ? laidOut.text : `${plain.text}\n\n${laidOut.text}`,
      reply,
      agentReply: agent?.words ?? reply,
      readings: proposeCuts(htmlLines, findHistory(htmlLines, { isForward, proposes: true }), rows, agent),
      commandInHtml: undefined,
      mailsInText: findMailsInText(htmlLines, old, rows, isShown),
      hidden,
    };
  }
  if (plain === undefined) {
    const none = { readings: undefined, commandInHtml: undefined, mailsInText: undefined };
    return { text: '', reply: '', agentReply: '', ...none, hidden };
  }
  return { text: plain.text, ...readBoth(plain, htmlLines, { isForward, isShown }), hidden };
}

/** The words of the plain part; the marks of the HTML part beside it may know better where history begins. */
function readBoth(
  plain: ReturnType<typeof readPlain>,
  html: readonly BodyLine[] | undefined,
  { isForward, isShown }: { isForward: boolean; isShown: boolean },
): Omit<BodyText, 'text' | 'hidden' | 'sheets'> {
  const { lines } = plain;
  const htmlOld = html === undefined ? [] : findHistory(html, { isForward });
  const old = findPlainHistory(lines, html, htmlOld, { isForward });
  const proposed = findPlainHistory(lines, html, htmlOld, { isForward, proposes: true });
  const reply = newWords(lines, old) || (html === undefined ? '' : newWords(html, htmlOld));
  const agent = agentReading(lines, isForward);
  const inHtml = html === undefined ? undefined : agentReading(html, isForward);
  const agentReply = agent?.words ?? inHtml?.words ?? reply;
  const htmlWords = html === undefined ? '' : (inHtml?.words ?? newWords(html, htmlOld));
  return {
    reply,
    agentReply,
    // A marker in the HTML alone says nothing about the lines of the plain part.
    readings: agent === undefined && inHtml !== undefined ? undefined : proposeCuts(lines, proposed, plain.rows, agent),
    commandInHtml: commandOnlyIn(htmlWords, plain.text),
    mailsInText: findMailsInText(lines, old, plain.rows, isShown),
  };
}

function findPlainHistory(
  lines: readonly BodyLine[],
  html: readonly BodyLine[] | undefined,
  htmlOld: readonly boolean[],
  reading: Reading,
): boolean[] {
  const old = findHistory(lines, reading);
  if (html === undefined) return old;
  const at = historyLineByHtml(lines, html, htmlOld);
  if (at === undefined || at <= 0) return old;
  old.fill(true, at);
  // A mail program that marks where its history begins says too that what stands above it was typed.
  if (html.some((line) => line.container > 0 || line.mark === 'attribution' || line.mark === 'rest')) {
    for (let above = 0; above < at; above++) old[above] = (lines[above]?.depth ?? 0) > 0;
  }
  return old;
}

/** The first line of `words` that begins with a slash, or a list's sign and a slash, and is no part of `plain`. */
function commandOnlyIn(words: string, plain: string): string | undefined {
  for (const line of words.slice(0, 20_000).split('\n')) {
    if (!/^[^\p{L}\n]{0,8}[/\\\uff0f\u2044\u2215]\s?\p{L}{1,10}/u.test(line)) continue;
    const name = /[/\\\uff0f\u2044\u2215]\s?\p{L}{1,10}/u.exec(line)?.[0] ?? '';
    if (!plain.includes(name)) return line.trim().slice(0, 200);
  }
  return undefined;
}

type PlainText = { text: string; lines: BodyLine[]; rows: number[] };

function readPlain(part: NonNullable<BodyParts['plain']>): PlainText {
  const cut = withoutArmour(part.text.slice(0, MAX_PLAIN_CHARS).replace(/\r\n?/g, '\n'));
  const end = endOfLine(cut, MAX_LINES);
  const head = cut.slice(0, end);
  const rest = cut.slice(end);
  const read = part.flowed ? flowedLines(head, part.delSp) : plainLines(head);
  const lines = withAttributionsApart(read);
  const isAsRead = lines.length === read.length;
  for (const text of unsplitLines(rest)) lines.push({ text, depth: 0, mark: undefined, container: 0 });
  if (part.flowed || !isAsRead) return { lines, ...layOutLines(lines) };
  const blank = cut.length - cut.trimStart().length;
  const above = cut.slice(0, blank).split('\n').length - 1;
  return { text: cut.trim(), lines, rows: lines.map((_line, at) => at - above) };
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

const CANNOT =
  /does not support|doesn't support|not support|cannot (?:display|show)|can't (?:display|show)|unable to (?:display|view)|view (?:this|it) in|requires? html|html (?:version|format|view)|unterstützt kein|kann (?:kein )?html|nicht (?:an)?zeigen|ne (?:prend|supporte) pas|ne peut pas afficher|no (?:admite|soporta|puede mostrar)|non (?:supporta|può visualizzare)|não suporta|ondersteunt geen|nie obsługuje|не поддерживает/i;

/** "Your mail program does not show HTML": a plain part that says nothing beside HTML that does. */
function isStub(plain: string, htmlText: string): boolean {
  const short = plain.trim();
  if (short.length >= 400 || htmlText.trim() === '' || !/\bhtml\b/i.test(short) || htmlText.includes(short))
    return false;
  return htmlText.length > short.length || (short.length < 160 && short.split('\n').length <= 2 && CANNOT.test(short));
}

/** The whole readable text, quotes marked by `> ` as in plain mail, and the row of it in which each line stands (-1: none). */
function layOutLines(lines: readonly BodyLine[]): { text: string; rows: number[] } {
  const out: string[] = [];
  const rows: number[] = [];
  for (const line of lines) {
    const text = line.depth > 0 ? `${'>'.repeat(Math.min(line.depth, 10))} ${line.text}`.trimEnd() : line.text;
    const isLeftOut = text === '' && (out.length === 0 || (out.at(-1) === '' && out.at(-2) === ''));
    rows.push(isLeftOut ? -1 : out.length);
    if (!isLeftOut) out.push(text);
  }
  return { text: out.join('\n').replace(/^\n+/, '').trimEnd(), rows };
}
