import type { BodyLine } from './quote-line.ts';

/** Letters of the first history that are looked for; fewer than the minimum may stand anywhere by chance. */
const PROBE_CHARS = 48;
const PROBE_MINIMUM = 12;
/** Characters of either part that are compared. */
const MAX_COMPARED = 200_000;

/**
 * The line of the plain part at which the HTML part says that history begins, or undefined where it does not say so
 * for certain: all its new words come first, its first history stands in the plain part too, and what is above it
 * there is about as long as the new words.
 */
export function historyLineByHtml(
  plain: readonly BodyLine[],
  html: readonly BodyLine[],
  htmlOld: readonly boolean[],
): number | undefined {
  const first = html.findIndex((line, at) => htmlOld[at] === true && lettersWithoutLinks(line.text) !== '');
  if (first < 0) return undefined;
  const later = html.some((line, at) => at > first && htmlOld[at] !== true && lettersWithoutLinks(line.text) !== '');
  if (later) return undefined;
  const typed = lettersOfLines(html.slice(0, first));
  const probe = lettersOfLines(html.slice(first, first + 40)).slice(0, PROBE_CHARS);
  if (probe.length < PROBE_MINIMUM || typed === '') return undefined;
  const starts: number[] = [];
  let stream = '';
  for (const line of plain) {
    starts.push(stream.length);
    if (stream.length < MAX_COMPARED) stream += lettersWithoutLinks(line.text);
  }
  const found = stream.indexOf(probe, Math.floor(typed.length * 0.8));
  if (found < 0 || found > typed.length * 1.2 + 40) return undefined;
  const at = starts.indexOf(found);
  return at < 0 ? undefined : at;
}

function lettersOfLines(lines: readonly BodyLine[]): string {
  let all = '';
  for (const line of lines) {
    if (all.length > MAX_COMPARED) break;
    all += lettersWithoutLinks(line.text);
  }
  return all;
}

/** What two parts of a mail share of a line: letters and digits, without the targets of links. */
function lettersWithoutLinks(text: string): string {
  return text
    .slice(0, 5_000)
    .replace(/[<([]\s?(?:https?:\/\/|mailto:)[^\s>)\]]{0,2000}[>)\]]?/g, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}
