import { hideTokens } from '../../domain/mail/hide-tokens.ts';
import {
  isSameTarget,
  lettersOf,
  parseRich,
  type RichElement,
  type RichNode,
  writeRich,
} from '../../domain/mail/rich-words.ts';
import { isQuotedLine } from '../../domain/quoted-lines.ts';
import { type RichLine, richLines, targetsIn, withoutTargets } from './rich-lines.ts';

/** Longer words are shown as text, as far as they are shown at all. */
const MAX_CHARS = 60_000;
/** Ways in which lines of the HTML may make up the beginning of the words; HTML with more of them is not told apart. */
const MAX_WAYS = 200;
/** Lines that are tried, each for every way: a tenth of a second at most. */
const MAX_TRIES = 200_000;

/** Words with their formatting, and the pictures by name that stand among them and cannot come along. */
export type FormattedWords = { html: string; remote: string[] };

/**
 * The part of a mail's HTML that says exactly what `words` say, letter by letter; undefined where there is none. What was cut
 * from the words (quotes, commands, signatures) is so cut from the HTML too, and HTML that says something else than the text
 * beside it is never shown.
 */
export function formatWords(html: string | undefined, words: string): FormattedWords | undefined {
  if (html === undefined || words === '' || words.length > MAX_CHARS || hideTokens(words) !== words) return undefined;
  const tree = parseRich(html);
  if (tree === undefined) return undefined;
  const lines = richLines(tree);
  const sought = lettersToFind(words, lines);
  const kept = chooseLines(lines, sought);
  if (kept === undefined) return undefined;
  keepBetween(lines, kept, words);
  const pruning: Pruning = { leaf: 0, cuts: cutsOf(lines, kept), remote: [], targets: [] };
  const left = prune(tree, pruning);
  if (!marksTheSameQuotes(lines, kept, words)) return undefined;
  // Where nothing was cut, the lines that were chosen are the proof.
  const isProven = kept.every((one) => one === 'all') || saysAll(left, sought);
  if (!isProven || !sayTheSameTargets(lines, kept, words, pruning.targets)) return undefined;
  return { html: writeRich(left), remote: [...new Set(pruning.remote)] };
}

/**
 * The names of the pictures of an agent's mail that would have to be fetched from elsewhere, where they stand among its words:
 * they never come along, and nor does one where the formatting is lost.
 */
export function remotePictures(html: string | undefined, words: string): string[] {
  const formatted = formatWords(html, words);
  if (formatted !== undefined || html === undefined) return formatted?.remote ?? [];
  const letters = lettersOf(words);
  let isAmongWords = true;
  const names = richLines(parseRich(html) ?? []).flatMap((line) => {
    if (line.letters !== '') isAmongWords = !line.isQuoted && letters.includes(line.letters);
    return isAmongWords ? line.remote : [];
  });
  return [...new Set(names)];
}

/** What is left of a line: nothing, all, or all behind the command that it begins with. */
type Kept = 'no' | 'all' | 'behind-command';

/** Bracketed names that mail programs write into plain text where a picture stood. */
const PICTURES =
  /\[(?:image|cid)\s?:[^\]\n]{0,500}\]|\[[^[\]\n]{1,200}\.(?:png|jpe?g|gif|webp|heic)\]|<[^<>\s]{1,200}\.(?:png|jpe?g|gif|webp|heic)>/gi;

function lettersToFind(words: string, lines: readonly RichLine[]): string {
  const names = new Set(lines.flatMap((line) => line.names.map(lettersOf)).filter((name) => name !== ''));
  const bare = withoutTargets(words).replace(PICTURES, ' ');
  return lettersOf(
    names.size === 0 ? bare : bare.replace(/\[[^\]]{1,400}\]/g, (found) => (names.has(lettersOf(found)) ? ' ' : found)),
  );
}

/** A command and what follows it on its line, as an agent's mail begins. */
const COMMAND = /^\s*\/[\p{L}_-]{1,20}[:.,]?\s+(?=\S)/u;

function comparedForms(line: RichLine): [letters: string, kept: Kept][] {
  const forms: [string, Kept][] = [[line.letters, 'all']];
  for (const mark of line.marks) forms.push([mark + line.letters, 'all']);
  const command = COMMAND.exec(line.text)?.[0];
  if (command !== undefined) forms.push([lettersOf(withoutTargets(line.text.slice(command.length))), 'behind-command']);
  return forms.filter(([letters]) => letters !== '');
}

function longestMark({ marks }: RichLine): number {
  return Math.max(0, ...marks.map((mark) => mark.length));
}

/** The way to have found the first letters of the words: over how many quoted lines, and how the last line was taken. */
type Way = { quoted: number; from: number; kept: Kept };

/**
 * Lines that make up the words, in order and without a letter left over; of several ways the one with the fewest quoted
 * lines, and of those the one that ends first. Work and memory are bounded.
 */
function chooseLines(lines: readonly RichLine[], sought: string): Kept[] | undefined {
  let left = lines.reduce((sum, line) => sum + line.letters.length + longestMark(line), 0);
  let ways = new Map<number, Way>([[0, { quoted: 0, from: 0, kept: 'no' }]]);
  let tries = 0;
  const steps: Map<number, Way>[] = [];
  for (const line of lines) {
    left -= line.letters.length + longestMark(line);
    const forms = comparedForms(line);
    const next = new Map<number, Way>();
    for (const [at, { quoted }] of ways) {
      if (sought.length - at <= left) offerWay(next, at, { quoted, from: at, kept: 'no' });
      for (const [letters, kept] of forms) {
        if (!sought.startsWith(letters, at) || sought.length - at - letters.length > left) continue;
        offerWay(next, at + letters.length, { quoted: quoted + (line.isQuoted ? 1 : 0), from: at, kept });
      }
    }
    tries += ways.size;
    if (next.size === 0 || next.size > MAX_WAYS || tries > MAX_TRIES) return undefined;
    steps.push(next);
    ways = next;
  }
  return traceBack(steps, sought.length);
}

/** The first way to a place stays unless another goes over fewer quoted lines. */
function offerWay(ways: Map<number, Way>, at: number, way: Way): void {
  const known = ways.get(at);
  const isBetter =
    known === undefined || way.quoted < known.quoted || (way.quoted === known.quoted && way.kept === 'no');
  if (isBetter) ways.set(at, way);
}

function traceBack(steps: readonly Map<number, Way>[], end: number): Kept[] | undefined {
  const kept: Kept[] = [];
  let at = end;
  for (const step of steps.toReversed()) {
    const way = step.get(at);
    if (way === undefined) return undefined;
    kept.push(way.kept);
    at = way.from;
  }
  return at === 0 ? kept.reverse() : undefined;
}

/** The proof: what is left says what was sought, from its first line to its last. */
function saysAll(left: readonly RichNode[], sought: string): boolean {
  const lines = richLines(left);
  const kept = chooseLines(lines, sought);
  return kept !== undefined && lines.every(({ letters }, at) => letters === '' || kept[at] === 'all');
}

/** What has no letters stays where it stands among what stays: blank lines, signs, pictures. */
function keepBetween(lines: readonly RichLine[], kept: Kept[], words: string): void {
  const written = new Set(words.split('\n').map((line) => line.replace(/^(?:\s?>)+/, '').trim()));
  const staysAfter: boolean[] = [];
  lines.reduceRight((after, line, at) => {
    staysAfter[at] = after;
    return line.letters === '' ? after : kept[at] !== 'no';
  }, false);
  let before: boolean | undefined;
  lines.forEach((line, at) => {
    if (line.letters !== '') {
      before = kept[at] !== 'no';
      return;
    }
    const after = staysAfter[at] === true;
    const text = line.text.trim();
    const stays = line.hasPicture
      ? before !== false || after
      : (before === true && after) || (text !== '' && written.has(text));
    if (stays) kept[at] = 'all';
  });
}

/** For each leaf of the tree how many characters of it are cut, Infinity for all of it. */
function cutsOf(lines: readonly RichLine[], kept: readonly Kept[]): number[] {
  const cuts: number[] = [];
  lines.forEach(({ from, to, text }, at) => {
    for (let leaf = from; leaf < to; leaf++) cuts[leaf] = kept[at] === 'no' ? Infinity : 0;
    if (kept[at] === 'behind-command') cuts[from] = COMMAND.exec(text)?.[0].length ?? 0;
  });
  return cuts;
}

type Pruning = { leaf: number; cuts: readonly number[]; remote: string[]; targets: string[] };

function prune(nodes: readonly RichNode[], pruning: Pruning): RichNode[] {
  return nodes.flatMap((node): RichNode[] => {
    if (typeof node === 'string') {
      const cut = pruning.cuts[pruning.leaf++] ?? Infinity;
      return cut < node.length ? [node.slice(cut)] : [];
    }
    if (node.tag === 'br' || node.tag === 'hr' || node.tag === 'img') return pruneLeaf(node, pruning);
    const children = prune(node.children, pruning);
    if (children.length === 0 && node.tag !== 'td' && node.tag !== 'th') return [];
    // A row whose cells are all empty is no row any more.
    if (node.tag === 'tr' && children.every((cell) => typeof cell !== 'string' && cell.children.length === 0))
      return [];
    if (node.tag === 'a') pruning.targets.push(node.attributes['href'] ?? '');
    return [{ ...node, children }];
  });
}

function pruneLeaf(element: RichElement, pruning: Pruning): RichNode[] {
  if ((pruning.cuts[pruning.leaf++] ?? Infinity) > 0) return [];
  if (element.attributes['src'] !== 'remote') return [element];
  pruning.remote.push(element.attributes['alt'] ?? '');
  return [];
}

/** Targets are no letters of the words: those that stand as text on one side stand on the other, as text or behind a link. */
function sayTheSameTargets(
  lines: readonly RichLine[],
  kept: readonly Kept[],
  words: string,
  links: readonly string[],
): boolean {
  const shown = lines
    .filter((_line, at) => kept[at] !== 'no')
    .map(({ text }) => text)
    .join('\n');
  const all = [...links, ...targetsIn(shown)];
  const isIn = (target: string) => all.some((one) => isSameTarget(target, one)) || shown.includes(target);
  return targetsIn(words).every(isIn) && targetsIn(shown).every((target) => words.includes(target));
}

/** What the words mark as a quote stands in a quote of the HTML too, and nothing else does. */
function marksTheSameQuotes(lines: readonly RichLine[], kept: readonly Kept[], words: string): boolean {
  const marked = words.split('\n').filter(isQuotedLine);
  if (marked.length === 0) return true;
  const quoted = lines.filter(({ isQuoted, text }, at) => kept[at] !== 'no' && (isQuoted || isQuotedLine(text)));
  // Numbers of lists stand in one of the two only.
  const same = (texts: readonly string[]) =>
    lettersOf(withoutTargets(texts.join('\n')).replace(PICTURES, ' ')).replace(/\p{N}/gu, '');
  return same(marked) === same(quoted.map(({ text }) => text));
}
