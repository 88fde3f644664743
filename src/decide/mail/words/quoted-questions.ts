import { bareLine, isFarewell } from '../../../domain/farewell.ts';
import type { ProposedCut } from '../../../domain/mail/parsed-mail.ts';
import { isQuotedLine } from '../../../domain/quoted-lines.ts';
import { type OurWords, readOurs } from './our-words.ts';

/** A row of a mail's text, with what it is proposed to be left out as. */
export type Row = { text: string; kind: ProposedCut['kind'] | undefined };
/** What stays of a row: all of it, nothing, or the part that was typed on it. */
export type Kept = string | undefined;

/** Of a longer question its end is shown. */
const MAX_ROWS = 6;
const MAX_CHARS = 500;

/** The marks of a quote, with the blanks between them. */
const QUOTE_MARKS = /^(?:\s?[>＞]){1,20}\s?/;

/**
 * "Yes" and "the second one" say nothing without the question above them. Where somebody typed between lines that they quote of a
 * conversation, the paragraph right above each answer stays too, marked as a quote. A quote with words only above or below it
 * stays out: whoever reads the answer has it.
 * @param kept what stays of each row, changed here
 * @param conversation what was said on the ticket; asked for only where somebody typed below a quote
 * @returns the rows with which a question and its answer begin
 */
export function keepQuestions(rows: readonly Row[], kept: Kept[], conversation: () => OurWords): Set<number> {
  const begins = new Set<number>();
  const isAnswer = kept.map((text) => text !== undefined && text.trim() !== '');
  const firstQuoted = rows.findIndex(({ kind }) => kind === 'history');
  if (firstQuoted < 0 || isAnswer.lastIndexOf(true) < firstQuoted) return begins;
  const read = readOurs(
    rows.map(({ text, kind }) => (kind === 'history' ? text : '')),
    conversation(),
  );
  const isSaid = read.map(({ letters, covered }) => letters > 0 && covered >= letters / 2);
  const last = isSaid.lastIndexOf(true);
  const first = isSaid.indexOf(true);
  const isBetween = isAnswer.some((typed, at) => typed && at > first && at < last);
  rows.forEach((row, at) => {
    const typed = kept[at];
    if (!isAnswer[at] || typed === undefined) return;
    const beside = isSaid[at] === true ? besideTyped(row.text, typed) : '';
    if (beside !== '') kept[at] = `${asQuote(beside)}\n${typed}`;
    else if (!isBetween || isAnswer[at - 1] === true || (at > last && isSignOff(rows[last]?.text ?? ''))) return;
    const question = keepParagraphAbove(rows, kept, isSaid, { at, isOnQuote: beside !== '' });
    if (question < at || beside !== '') begins.add(question);
  });
  return begins;
}

/** "Alice" and "Kind regards" end what was said, and ask nothing. */
function isSignOff(row: string): boolean {
  const text = withoutQuoteMarks(row).trim();
  return isFarewell(bareLine(text)) || (/^\p{Lu}[^?？:：]{0,40}$/u.test(text) && text.split(/\s+/).length <= 3);
}

/** What stands on the row beside what was typed there. */
function besideTyped(row: string, typed: string): string {
  const at = row.lastIndexOf(typed);
  if (at < 0) return '';
  const [before, behind] = [row.slice(0, at).trimEnd(), row.slice(at + typed.length).trim()];
  return hasLetters(before) ? before : behind;
}

/** Keeps the rows of the conversation right above an answer, up to an empty one; returns the first of them. */
function keepParagraphAbove(
  rows: readonly Row[],
  kept: Kept[],
  isSaid: readonly boolean[],
  answer: { at: number; isOnQuote: boolean },
): number {
  let at = answer.at - 1;
  while (!answer.isOnQuote && at >= 0 && isEmpty(rows[at]?.text ?? '', kept[at])) at--;
  const depth = depthOf(rows[answer.isOnQuote ? answer.at : at]?.text ?? '');
  let chars = 0;
  let first = answer.at;
  for (let count = 0; at >= 0 && kept[at] === undefined && isSaid[at] === true; at--, count++) {
    const text = rows[at]?.text ?? '';
    if (!hasLetters(text) || depthOf(text) !== depth) break;
    chars += text.length;
    if (count >= MAX_ROWS || (count > 0 && chars > MAX_CHARS)) {
      kept[first] = `${asQuote('[…]')}\n${kept[first] ?? ''}`;
      break;
    }
    kept[at] = asQuote(text.trim());
    first = at;
  }
  return first;
}

/** The row marked as a quote, as plain text has it. */
export function asQuote(text: string): string {
  return isQuotedLine(text) || text.trim() === '' ? text : `> ${text}`;
}

/** The row without the marks that a mail program put before it. */
export function withoutQuoteMarks(text: string): string {
  return text.replace(QUOTE_MARKS, '');
}

function depthOf(text: string): number {
  return (QUOTE_MARKS.exec(text)?.[0] ?? '').replace(/\s/g, '').length;
}

function isEmpty(text: string, kept: Kept): boolean {
  return kept === undefined ? !hasLetters(text) : kept.trim() === '';
}

function hasLetters(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}
