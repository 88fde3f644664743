import type { ParsedMail, WordsReading } from '../../../domain/mail/parsed-mail.ts';
import { isWrappedEnd, type OurWords, readOurs, takenUp } from './our-words.ts';
import { asQuote, type Kept, keepQuestions, type Row, withoutQuoteMarks } from './quoted-questions.ts';

/** A text with more letters is read without its desk. */
const MAX_CHARS = 400_000;

/** The whole of a first mail: nothing in it can be ours, so nothing is history; only a signature and no more is left out. */
export function wordsOfFirstMail(mail: ParsedMail): string {
  const reading = mail.readings?.customer;
  if (reading === undefined || mail.text.length > MAX_CHARS) return mail.reply;
  const rows = rowsOf(mail.text, reading);
  return joinRows(rows.map(({ text, kind }) => (kind === 'signature' ? undefined : text))) || mail.reply;
}

/**
 * The words of an answer, held against what we sent: marks of quoting only propose what is left out. It is left out where
 * it stands in a mail of ours, or below an announcement that ends the mail. Words typed between or on our lines stay, with the
 * lines that they answer.
 */
export function wordsOfAnswer(mail: ParsedMail, sent: OurWords, conversation: () => OurWords): string {
  const reading = mail.readings?.customer;
  if (reading === undefined || mail.text.length > MAX_CHARS) return mail.reply;
  const rows = rowsOf(mail.text, reading);
  const kept: Kept[] = rows.map(({ text, kind }) => (kind === undefined ? text : undefined));
  for (const region of regionsOf(rows)) keepTyped(rows, region, kept, sent);
  dropWrappedEnds(rows, kept, sent);
  return joinRows(kept, keepQuestions(rows, kept, conversation));
}

function dropWrappedEnds(rows: readonly Row[], kept: Kept[], sent: OurWords): void {
  for (let at = 1; at < rows.length; at++) {
    const [above, row, below] = [rows[at - 1], rows[at], rows[at + 1]];
    if (above?.kind !== 'history' || kept[at - 1] !== undefined || row?.kind !== undefined) continue;
    if (row !== undefined && isWrappedEnd(above.text, row.text, below?.text ?? '', sent)) kept[at] = undefined;
  }
}

/**
 * The words of an agent, above our marker where there is one. Quoted lines of the customer that were answered line by line
 * go along as quotes; so does what the agent cites from elsewhere; a line of ours and what only the desk may read does not.
 */
export function wordsOfAgent(mail: ParsedMail, theirs: OurWords, inside: OurWords): string {
  const reading = mail.readings?.agent;
  if (reading === undefined || mail.text.length > MAX_CHARS || mail.agentReply === '') return mail.agentReply;
  const rows = rowsOf(mail.text, reading);
  const kept: Kept[] = rows.map(({ text, kind }) => (kind === undefined ? text : undefined));
  dropGlimpse(mail, rows, kept, theirs);
  const last = kept.findLastIndex((text) => text !== undefined && text.trim() !== '');
  const isInside = ({ from, to }: Region) => holdsOurs(rows.slice(from, to), inside);
  // Nothing but what announces our mail: its header block is nobody's words, and names the agent.
  if (last < 0) return regionsOf(rows).some(isInside) ? '' : mail.agentReply;
  for (const { from, to } of regionsOf(rows)) {
    const quoted = rows.slice(from, to);
    // What ends the mail and was announced is history. A bare quote at its end is a citation, unless it is the customer's.
    const texts = quoted.filter(({ kind }) => kind !== 'announcement').map(({ text }) => text);
    const isAnnounced = quoted.some(({ kind }) => kind === 'announcement');
    if (isAnnounced && from > last) continue;
    if (holdsOurs(quoted, inside)) continue;
    const isTheirs = readOurs(texts, theirs).every((row) => row.covered >= row.letters / 2);
    if ((isTheirs && from > last) || (isAnnounced && !isTheirs)) continue;
    for (let at = from; at < to; at++) if (rows[at]?.kind === 'history') kept[at] = asQuote(rows[at]?.text ?? '');
  }
  return joinRows(kept);
}

function holdsOurs(rows: readonly Row[], ours: OurWords): boolean {
  const texts = rows.filter(({ kind }) => kind !== 'announcement').map(({ text }) => text);
  return readOurs(texts, ours).some((row) => row.letters > 0 && row.covered >= row.letters / 2);
}

/** Our marker stands behind a glimpse of the words; where that line was wrapped, its beginning stands above the marker. */
function dropGlimpse(mail: ParsedMail, rows: readonly Row[], kept: Kept[], theirs: OurWords): void {
  const at = rows.length - 1;
  const endsAtMark = (mail.readings?.agent.end ?? 0) < (mail.readings?.customer.end ?? 0);
  const [read] = readOurs([rows[at]?.text ?? ''], theirs);
  if (endsAtMark && read !== undefined && read.letters > 0 && read.covered === read.letters) kept[at] = undefined;
}

type Region = { from: number; to: number };

function rowsOf(text: string, { end, cuts }: WordsReading): Row[] {
  const rows: Row[] = text.split('\n', end).map((line) => ({ text: line, kind: undefined }));
  for (const { from, to, kind } of cuts) {
    for (let at = from; at < to; at++) {
      const row = rows[at];
      if (row !== undefined) row.kind = kind;
    }
  }
  return rows;
}

/** Runs of rows that are proposed as history; a blank row parts them, except below what announces a quote. */
function regionsOf(rows: readonly Row[]): Region[] {
  const regions: Region[] = [];
  let open: Region | undefined;
  let isBelowAnnouncement = false;
  rows.forEach(({ kind, text }, at) => {
    if (kind === 'history' || kind === 'announcement') {
      if (open === undefined) {
        open = { from: at, to: at + 1 };
        regions.push(open);
      } else open.to = at + 1;
      isBelowAnnouncement = kind === 'announcement';
    } else if (text.trim() !== '' || !isBelowAnnouncement) open = undefined;
  });
  return regions;
}

/** Puts back what a region holds of somebody's own words. */
function keepTyped(rows: readonly Row[], { from, to }: Region, kept: Kept[], sent: OurWords): void {
  const region = rows.slice(from, to);
  const read = readOurs(
    region.map(({ text, kind }) => (kind === 'announcement' ? '' : text)),
    sent,
  );
  const isOurs = read.map(({ letters, covered }) => letters > 0 && covered >= letters / 2);
  const first = isOurs.indexOf(true);
  const last = isOurs.lastIndexOf(true);
  const isAnnounced = region.find(({ text }) => text.trim() !== '')?.kind === 'announcement';
  const isFilled = (text: Kept) => text !== undefined && text.trim() !== '';
  const endsMail = kept.some(isFilled) && !kept.some((text, at) => at >= to && isFilled(text));
  for (let at = 0; at < region.length; at++) {
    const row = region[at];
    const reading = read[at];
    if (row === undefined || reading === undefined) continue;
    // None of it is ours: it stays, unless an announcement says what it is and it ends the mail.
    if (first < 0) {
      if (!isAnnounced || !endsMail) kept[from + at] = row.text;
      continue;
    }
    const isTyped = at > first && at < last && reading.letters > 0 && reading.covered < reading.letters;
    const isOld = isOurs[at] === true;
    const typed = (isOld ? takenUp(row.text, rowsAbove(region, at), reading, sent) : undefined) ?? reading.typed;
    if (typed !== undefined && row.kind === 'history') kept[from + at] = withoutQuoteMarks(typed);
    // Typed there, although the mail program put a mark before it.
    else if (isTyped && row.kind === 'history') kept[from + at] = withoutQuoteMarks(row.text);
  }
}

/** The paragraph that ends right above a row, at most its last rows. */
function rowsAbove(rows: readonly Row[], at: number): string {
  const above = rows.slice(Math.max(0, at - 6), at).map(({ text }) => withoutQuoteMarks(text).trim());
  while (above.at(-1) === '') above.pop();
  return above.slice(above.lastIndexOf('') + 1).join('\n');
}

/** Rows as words: one blank line where something was left out or a row of `begins` follows, at most two in a row elsewhere. */
function joinRows(kept: readonly Kept[], begins: ReadonlySet<number> = new Set()): string {
  const out: string[] = [];
  let blanks = 0;
  let isCut = false;
  kept.forEach((text, at) => {
    if (text === undefined) isCut = true;
    else if (text.trim() === '') blanks++;
    else {
      const between = isCut || begins.has(at) ? 1 : Math.min(blanks, 2);
      if (out.length > 0) for (let blank = 0; blank < between; blank++) out.push('');
      out.push(text.trimEnd());
      isCut = false;
      blanks = 0;
    }
  });
  return out.join('\n').trim();
}
