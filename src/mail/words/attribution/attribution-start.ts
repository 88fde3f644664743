import { type BodyLine, formOf } from '../quote/quote-line.ts';
import { separatorOf } from '../quote/quote-separator.ts';
import { hasAddress, hasDate, hasTime, namesVerb } from './attribution-parts.ts';
import { isStrongAttribution } from './attribution-strength.ts';
import { ATTRIBUTION_OPENERS } from './attribution-words.ts';

/** Longer lines are a text that happens to end like an attribution. */
const MAX_CHARS = 1_500;
const MAX_EXAMINED_LINES = 10_000;
/** Words behind the opener within which its date begins: "On Monday, January 6". */
const DATE_WITHIN_CHARS = 40;

/**
 * The same lines, with words that stand before an attribution or a separator on its line on a line of their own: "Still broken.
 * Thanks On Mon, Jan 6, 2025 at 10:11 AM Jane Doe <jane@shop.example> wrote:", as HTML looks whose breaks were lost. So do
 * quoted words that Yahoo's phones write behind it.
 */
export function withAttributionsApart(lines: readonly BodyLine[]): BodyLine[] {
  const out: BodyLine[] = [];
  lines.forEach((line, at) => {
    const isExamined = at < MAX_EXAMINED_LINES && line.depth === 0;
    const start = isExamined ? (attributionStart(line, lines[at + 1]) ?? separatorStart(line.text)) : undefined;
    const end = isExamined ? attributionEnd(line.text, start ?? 0) : undefined;
    const cuts = [0, start, end, line.text.length].filter((cut) => cut !== undefined);
    for (let part = 1; part < cuts.length; part++) {
      const text = line.text.slice(cuts[part - 1], cuts[part]);
      out.push({ ...line, text: part === cuts.length - 1 ? text : text.trimEnd() });
    }
  });
  return out;
}

/** "Thanks, Jo -------- Original message --------From: ..." */
function separatorStart(text: string): number | undefined {
  if (text.length > MAX_CHARS || !text.includes('-----')) return undefined;
  const drawn = /-{5,40} ?[^-]{3,60}-{5,40}/.exec(text);
  if (drawn === null || formOf(text.slice(0, drawn.index)) === '') return undefined;
  return separatorOf(drawn[0])?.kind === 'original' ? drawn.index : undefined;
}

/** "On Mon, Jan 6, 2025 at 10:11 AM, Jane Doe<jane@shop.example> wrote:   Dear Jo, ..." */
function attributionEnd(text: string, from: number): number | undefined {
  if (text.length < 40 || !text.includes(':  ')) return undefined;
  const colon = text.indexOf(':  ', from);
  if (colon < 0 || colon - from > 300 || text.slice(colon + 1).trim() === '') return undefined;
  return isStrongAttribution(formOf(text.slice(from, colon + 1))) ? colon + 1 : undefined;
}

function attributionStart(line: BodyLine, next: BodyLine | undefined): number | undefined {
  const { text } = line;
  if (text.length > MAX_CHARS || text.length < 24 || !hasDate(text) || !hasTime(text)) return undefined;
  const whole = next !== undefined && next.depth === 0 && next.text.length < 200 ? `${text} ${next.text}` : text;
  for (const match of text.matchAll(/(?<=[\s.!?,;:)])(?=\p{L})/gu)) {
    const at = match.index;
    const before = text.slice(0, at);
    if (formOf(before) === '' || !startsWithCapitalOpener(text.slice(at, at + DATE_WITHIN_CHARS))) continue;
    if (!isTyped(formOf(before))) return undefined;
    if (!/\d/.test(text.slice(at, at + DATE_WITHIN_CHARS))) continue;
    if (isStrongAttribution(formOf(text.slice(at))) || isStrongAttribution(formOf(whole.slice(at)))) return at;
  }
  return undefined;
}

/** "On" with a capital, or any opener behind a mark that ends a sentence, is where a client begins. */
function startsWithCapitalOpener(text: string): boolean {
  const words = text.split(' ', 3);
  if (!/^\p{Lu}/u.test(words[0] ?? '')) return false;
  return [1, 2, 3].some((count) => ATTRIBUTION_OPENERS.has(words.slice(0, count).join(' ').toLowerCase()));
}

/** Words of a person: more than a name or an opener, and none of the parts of an attribution. */
function isTyped(form: string): boolean {
  if (hasDate(form) || hasTime(form) || hasAddress(form) || namesVerb(form.toLowerCase())) return false;
  const isOpener = ATTRIBUTION_OPENERS.has(form.toLowerCase().replace(/[\s,.:]{1,4}$/, ''));
  return !isOpener && form.length >= 2;
}
