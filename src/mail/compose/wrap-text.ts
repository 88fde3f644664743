/**
 * Lays out the plain text of a mail. In a template each line is a paragraph, and tags leave blank lines behind; this
 * wraps the paragraphs for a narrow terminal and joins the blank lines. Words of people are fenced by the template's
 * `words` filter and come out exactly as they went in.
 */
const WIDTH = 72;

/** The fence round the words of people. Both are controls, which nothing that is shown may hold (shown-text.ts). */
const OPEN = '\u0002';
const CLOSE = '\u0003';

/** Keeps `words` from being wrapped; each of its lines is indented by `indent` blanks. */
export function fence(words: string, indent = 0): string {
  const margin = ' '.repeat(indent);
  return `${OPEN}${margin === '' ? words : words.replace(/^(?=.)/gm, margin)}${CLOSE}`;
}

export function layOutText(rendered: string): string {
  const kept: string[] = [];
  const outline = rendered.replace(
    /\u0002([^\u0002\u0003]*)\u0003/g,
    (_all, words: string) => `${OPEN}${kept.push(words) - 1}${CLOSE}`,
  );
  const lines: string[] = [];
  for (const line of outline.split('\n')) {
    const trimmed = line.trimEnd();
    if (trimmed === '' && (lines.length === 0 || lines.at(-1) === '')) continue;
    const isFenced = trimmed.trimStart().startsWith(OPEN);
    for (const one of isFenced ? [trimmed.trimStart()] : wrapLine(trimmed)) lines.push(one);
  }
  const text = lines.join('\n').trimEnd();
  return `${text.replace(/\u0002(\d+)\u0003/g, (_all, index: string) => kept[Number(index)] ?? '')}\n`;
}

/** One paragraph in lines of at most WIDTH characters; a list item hangs; a long address stays whole. */
export function wrapLine(line: string): string[] {
  if (line.length <= WIDTH) return [line];
  const margin = /^ *(?:[*] |\d{1,3}\. )?/.exec(line)?.[0] ?? '';
  const hanging = ' '.repeat(margin.length);
  const lines: string[] = [];
  let current = margin;
  for (const word of line.slice(margin.length).split(/ +/)) {
    const empty = current === margin || current === hanging;
    if (!empty && current.length + 1 + word.length > WIDTH) {
      lines.push(current);
      current = hanging + word;
    } else {
      current += empty ? word : ` ${word}`;
    }
  }
  return [...lines, current];
}
