/**
 * Texts that we sent, in a form in which a line of them is found again however a mail program wrapped and marked it: by
 * runs of letters and digits, whatever stands between them.
 */
export type OurWords = {
  /** every run of RUN letters in them */
  runs: ReadonlySet<string>;
  /** whole lines of theirs, for those that are shorter than a run */
  lines: ReadonlySet<string>;
};

/** Letters in a row that nobody types by chance. */
const RUN = 9;
/** Letters of what we sent that are kept in mind, the newest texts first. */
const MAX_LETTERS = 120_000;

/** The newest text first. */
export function ourWords(texts: readonly string[]): OurWords {
  const runs = new Set<string>();
  const lines = new Set<string>();
  let left = MAX_LETTERS;
  for (const text of texts) {
    if (left <= 0) break;
    const written = text.slice(0, left * 2);
    const all = lettersThatStay(written);
    for (let at = 0; at + RUN <= all.length; at++) runs.add(all.slice(at, at + RUN));
    for (const line of written.split('\n')) lines.add(lettersThatStay(line));
    left -= all.length;
  }
  lines.delete('');
  return { runs, lines };
}

/** How much of a row stands in what we sent, in letters; `typed` is what follows or precedes it on its line. */
export type OurRow = { letters: number; covered: number; typed: string | undefined };

/** Reads rows that follow each other: a run may go over their ends, as lines are wrapped anew. */
export function readOurs(rows: readonly string[], { runs, lines }: OurWords): OurRow[] {
  const letters = rows.map(positionsOf);
  const all = letters.map(({ text }) => text).join('');
  const covered = new Uint8Array(all.length);
  for (let at = 0; at + RUN <= all.length; at++) {
    if (runs.has(all.slice(at, at + RUN))) covered.fill(1, at, at + RUN);
  }
  let start = 0;
  return letters.map(({ text, at }, index) => {
    const own = lines.has(text) ? new Uint8Array(text.length).fill(1) : covered.subarray(start, start + text.length);
    start += text.length;
    const count = own.reduce((sum, each) => sum + each, 0);
    return { letters: text.length, covered: count, typed: typedOn(rows[index] ?? '', own, at, count) };
  });
}

/** A quoted line that was wrapped on its way is at least so long. */
const MIN_WRAPPED = 58;

/**
 * The end of a quoted line of ours that was wrapped on its way and lost its mark: it goes on where the line above it ends, as what
 * we sent does, and the quote below does not say it again, as it does where somebody repeats our words to answer.
 */
export function isWrappedEnd(above: string, row: string, below: string, sent: OurWords): boolean {
  const letters = lettersThatStay(row);
  if (above.trim().length < MIN_WRAPPED || letters === '' || lettersThatStay(below).startsWith(letters)) return false;
  const [read] = readOurs([`${lettersThatStay(above).slice(1 - RUN)}${letters}`], {
    runs: sent.runs,
    lines: new Set(),
  });
  return read !== undefined && read.covered === read.letters;
}

/** Letters of an answer that takes up words of the question. */
const MAX_TAKEN_UP = 120;

/**
 * "The blue one or the red one?" - "Yes, the red one": an answer with words of ours, below our question or behind it on its row, is
 * not where we had said them. Returns what was typed.
 * @param above the rows of the question, those right above
 */
export function takenUp(row: string, above: string, read: OurRow, { runs, lines }: OurWords): string | undefined {
  const letters = lettersThatStay(row);
  const [, question = '', behind = ''] = /^([^?？؟]{3,400}[?？؟])[ \t]{1,9}(\S.{0,150})$/.exec(row) ?? [];
  const [asked, tail] = [lettersThatStay(question), lettersThatStay(behind)];
  const isBehind = asked.includes(tail) || (read.covered < read.letters && isOnePiece(asked, runs));
  if (tail !== '' && isBehind && !isOnePiece(letters, runs)) return behind;
  const said = read.typed === undefined ? letters : letters.replace(lettersThatStay(read.typed), '');
  const isBelow = /[?？؟]/.test(above) && said.length >= RUN && said.length <= MAX_TAKEN_UP;
  return isBelow && !lines.has(letters) && lettersThatStay(above).includes(said) ? row : undefined;
}

function isOnePiece(letters: string, runs: ReadonlySet<string>): boolean {
  for (let at = 0; at + RUN <= letters.length; at++) if (!runs.has(letters.slice(at, at + RUN))) return false;
  return true;
}

/** The end or the beginning of a row, where all the rest of it is ours. */
function typedOn(row: string, covered: Uint8Array, at: readonly number[], count: number): string | undefined {
  if (count === 0 || count === covered.length) return undefined;
  const last = covered.lastIndexOf(1);
  const first = covered.indexOf(1);
  if (last - first + 1 !== count) return undefined;
  if (first === 0)
    return row
      .slice((at[last] ?? 0) + 1)
      .replace(/^[^\p{L}\p{N}"'“„«(+#$€£-]{1,40}/u, '')
      .trim();
  if (last === covered.length - 1) return row.slice(at[0] ?? 0, at[first]).trim();
  return undefined;
}

/** What is ours in every mail and different in each: addresses, links, the number of the ticket, the places of pictures. */
const CHANGING =
  /\[image: [^\]\n]{0,200}\]|https?:\/\/[^\s<>]{1,2000}|mailto:[^\s<>]{1,2000}|(?<![^\s<>@"])[^\s<>@"]{1,64}@[^\s<>@"]{1,200}|\[?#\d{1,15}\b\]?/g;

function lettersThatStay(text: string): string {
  return text
    .replace(CHANGING, ' ')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

/** The letters of a row with the place of each in it. */
function positionsOf(row: string): { text: string; at: number[] } {
  const bare = row.replace(CHANGING, (found) => ' '.repeat(found.length));
  let text = '';
  const at: number[] = [];
  for (const match of bare.matchAll(/[\p{L}\p{N}]/gu)) {
    // A letter may be written with more than one unit once it is lower case; each of them stands at its place.
    const lower = match[0].toLowerCase();
    text += lower;
    for (let unit = 0; unit < lower.length; unit++) at.push(match.index);
  }
  return { text, at };
}
