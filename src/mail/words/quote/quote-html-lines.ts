import { unsplitLines } from '../unsplit-lines.ts';
import type { HtmlMark } from './quote-html-marks.ts';
import type { BodyLine } from './quote-line.ts';

/**
 * Marks travel through the library as noncharacters (Unicode section 23.7), which no mail may hold: they are taken
 * out of the input, and whatever is left of them out of the output.
 */
export const OPEN_MARK: Record<HtmlMark, string> = {
  quote: '\ufdd0',
  history: '\ufdd1',
  rest: '\ufdd2',
  attribution: '\ufdd3',
  signature: '\ufdd4',
  indent: '\ufdd5',
};
export const CLOSE_MARK: Record<HtmlMark, string> = {
  quote: '\ufdd8',
  history: '\ufdd9',
  rest: '\ufdda',
  attribution: '\ufddb',
  signature: '\ufddc',
  indent: '\ufddd',
};
const MARK_OF = new Map<string, { mark: HtmlMark; opens: boolean }>([
  ...Object.entries(OPEN_MARK).map(([mark, c]) => [c, { mark: mark as HtmlMark, opens: true }] as const),
  ...Object.entries(CLOSE_MARK).map(([mark, c]) => [c, { mark: mark as HtmlMark, opens: false }] as const),
]);
/** Lines that are told apart; what follows them is one piece of text, kept as it is. */
const MAX_LINES = 40_000;
const NONCHARACTER = /[\ufdd0-\ufdef]/g;

export function withoutMarks(text: string): string {
  return text.replace(NONCHARACTER, '');
}

/** Lines with the state of the marks around their first word. Marks need not be balanced. */
export function markedLines(text: string): BodyLine[] {
  const lines: BodyLine[] = [];
  const inside: HtmlMark[] = [];
  let rest = false;
  let containers = 0;
  let container = 0;
  const written = text.split('\n');
  const unsplit = withoutMarks(written.splice(MAX_LINES).join('\n'));
  for (const line of written) {
    let state: Omit<BodyLine, 'text'> | undefined;
    for (const c of line) {
      const at = MARK_OF.get(c);
      if (at === undefined) {
        if (state === undefined && c.trim() !== '') state = lineStateOf(inside, rest, container);
      } else if (at.opens) {
        if (at.mark === 'rest') rest = true;
        if (at.mark === 'history' && !inside.includes('history')) container = ++containers;
        inside.push(at.mark);
      } else {
        const open = inside.lastIndexOf(at.mark);
        if (open >= 0) inside.splice(open, 1);
        if (at.mark === 'history' && !inside.includes('history')) container = 0;
      }
    }
    const words = withoutMarks(line);
    if (state === undefined && words !== line) continue;
    lines.push({ text: words.trimEnd(), ...(state ?? lineStateOf(inside, rest, container)) });
  }
  for (const text of unsplitLines(unsplit)) lines.push({ text, ...lineStateOf(inside, rest, container) });
  return withoutBlankRuns(lines);
}

/** One empty line where there are several; an empty line at the edge of a quote stands outside it. */
function withoutBlankRuns(lines: readonly BodyLine[]): BodyLine[] {
  const out: BodyLine[] = [];
  let blank: BodyLine | undefined;
  for (const line of lines) {
    if (line.text.trim() === '') {
      blank ??= line;
      continue;
    }
    const before = out.at(-1);
    if (blank !== undefined && before !== undefined) {
      out.push({ ...blank, depth: Math.min(before.depth, line.depth) });
    }
    blank = undefined;
    out.push(line);
  }
  return out;
}

function lineStateOf(inside: readonly HtmlMark[], rest: boolean, container: number): Omit<BodyLine, 'text'> {
  const depth = inside.filter((mark) => mark === 'quote').length;
  const mark = rest ? 'rest' : inside.filter((each) => each !== 'quote').at(-1);
  return { depth, mark, container };
}
