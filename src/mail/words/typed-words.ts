import { type BodyLine, formOf, isBlankLine, isRule } from './quote/quote-line.ts';
import { findHistory } from './quote/quoted-text.ts';
import { isCard, withoutSentFrom, withoutSignature } from './signature.ts';

/** The words the person typed: the lines without quoted history and signatures. In doubt the words stay. */
export function newWords(lines: readonly BodyLine[], old: readonly boolean[] = findHistory(lines)): string {
  const runs = runsOfTypedLines(lines, old);
  const trimmed = runs
    .map((run) => tidyBlankLines(withoutSignature(run.lines, run.isAboveHistory)))
    .filter((run) => run !== '');
  if (trimmed.length > 0) return trimmed.join('\n\n');
  if (isCardAlone(lines, old)) return '';
  const anyOld = old.some((each) => each);
  return runs
    .map((run) => tidyBlankLines(anyOld ? withoutSentFrom(run.lines) : run.lines))
    .filter((run) => run !== '')
    .join('\n\n');
}

/** The words of typed lines without signatures; nothing where nothing else was typed. */
export function typedWords(lines: readonly BodyLine[], old: readonly boolean[]): string {
  return runsOfTypedLines(lines, old)
    .map((run) => tidyBlankLines(withoutSignature(run.lines, true)))
    .filter((run) => run !== '')
    .join('\n\n');
}

/** Nothing was typed but a card below `-- `, or in what the mail program marks as the signature. */
function isCardAlone(lines: readonly BodyLine[], old: readonly boolean[]): boolean {
  const typed = lines.filter((line, at) => old[at] !== true && !isBlankLine(line));
  const hasDelimiter = typed[0] !== undefined && formOf(typed[0].text) === '--';
  const card = hasDelimiter ? typed.slice(1) : typed;
  const isSetApart = typed[0]?.text === '-- ' || card.every((line) => line.mark === 'signature');
  return isSetApart && isCard(card.map((line) => line.text));
}

type Run = { lines: string[]; isAboveHistory: boolean };

/** Runs of typed lines between history. Lines of the same person that only blank lines part are one run. */
function runsOfTypedLines(lines: readonly BodyLine[], old: readonly boolean[]): Run[] {
  const runs: Run[] = [];
  let run: string[] = [];
  const end = (isAboveHistory: boolean) => {
    if (run.length > 0) runs.push({ lines: isAboveHistory ? withoutRules(run) : run, isAboveHistory });
    run = [];
  };
  lines.forEach((line, at) => {
    if (old[at] === true) end(true);
    else run.push(line.depth > 0 ? `${'>'.repeat(Math.min(line.depth, 10))} ${line.text}` : line.text);
  });
  end(false);
  return runs;
}

/** Without the rules a client draws between the words and the history below them. */
function withoutRules(run: string[]): string[] {
  let end = run.length;
  while (end > 0 && (run[end - 1]?.trim() === '' || isRule(formOf(run[end - 1] ?? '')))) end--;
  return run.slice(0, end);
}

/** Without empty lines at both ends, at most two in a row, no blanks at line ends. */
function tidyBlankLines(lines: readonly string[]): string {
  const out: string[] = [];
  let blanks = 0;
  for (const line of lines) {
    const trimmed = line.trimEnd();
    if (trimmed === '') {
      blanks++;
      continue;
    }
    if (out.length > 0) for (let each = 0; each < Math.min(blanks, 2); each++) out.push('');
    blanks = 0;
    out.push(trimmed);
  }
  return out.join('\n');
}
