import { type BodyLine, formOf, formWithoutLinks, isDoubled } from '../quote/quote-line.ts';
import { hasAddress, hasDate, hasTime, namesVerb, startsLikeOne } from './attribution-parts.ts';
import { attributionEnding, MAX_CHARS, strengthOf } from './attribution-strength.ts';

/**
 * How sure we are that lines are an attribution ("On DATE, NAME wrote:").
 *
 * - `strong`: so much evidence that unquoted lines after it are history.
 * - `weak`: an attribution only if a quote follows.
 */
export type Attribution = { strength: 'strong' | 'weak'; lines: number };

/** Clients wrap an attribution over so many lines at most. */
const MAX_LINES = 5;

/** The attribution that starts at line `at`, the shortest of the strongest ones; undefined where there is none. */
export function attributionAt(lines: readonly BodyLine[], at: number): Attribution | undefined {
  let best: Attribution | undefined;
  const known = knownFormsOf(lines);
  const forms: string[] = [];
  const starts: number[] = [];
  let length = 0;
  for (let count = 1; count <= MAX_LINES; count++) {
    const line = lines[at + count - 1];
    if (line === undefined || line.depth > 0 || !isSameMark(lines[at], line)) return best;
    const form = formAt(known, lines, at + count - 1);
    // A line that holds nothing but the target of a link parts nothing.
    if (form === '' && forms.length > 0 && formOf(line.text) !== '') continue;
    if (form === '') {
      // A blank line inside only where the mail program doubled every line break.
      if (forms.length > 0 && isDoubled(lines)) continue;
      return best;
    }
    if (forms.length > 0 && !mayContinue(forms, form, isParagraphStart(lines, at))) return best;
    forms.push(form);
    starts.push(at + count - 1);
    length += form.length + 1;
    if (length > MAX_CHARS) return best;
    const strength = strengthFrom(known, forms, starts, 0, at + count);
    if (strength === undefined || startsLater(known, forms, starts, strength, at + count)) continue;
    if (strength === 'strong') return { strength, lines: count };
    best ??= { strength, lines: count };
  }
  return best;
}

/** What was found out about the lines of a mail; each is asked for again from the lines above it and by other readings. */
type Known = { forms: (string | undefined)[]; strengths: Map<number, Attribution['strength'] | 'none'> };

const knownOf = new WeakMap<readonly BodyLine[], Known>();

function knownFormsOf(lines: readonly BodyLine[]): Known {
  const known = knownOf.get(lines) ?? { forms: [], strengths: new Map() };
  knownOf.set(lines, known);
  return known;
}

function formAt(known: Known, lines: readonly BodyLine[], at: number): string {
  const form = known.forms[at] ?? formWithoutLinks(lines[at]?.text ?? '');
  known.forms[at] = form;
  return form;
}

/** The strength of the forms from number `from` on, which end before line `end`. */
function strengthFrom(
  known: Known,
  forms: readonly string[],
  starts: readonly number[],
  from: number,
  end: number,
): Attribution['strength'] | undefined {
  const start = starts[from] ?? 0;
  const key = start * (MAX_LINES + 1) + (end - start);
  const before = known.strengths.get(key);
  if (before !== undefined) return before === 'none' ? undefined : before;
  const strength = strengthOf(joinForms(forms.slice(from)));
  known.strengths.set(key, strength ?? 'none');
  return strength;
}

/** Lines as one, without a link's target that was broken over two of them. */
function joinForms(forms: readonly string[]): string {
  return forms.join(' ').replace(/\s?<mailto:[^<>]{1,300}>/gi, '');
}

/** A mail program that marks its attribution in HTML marks all of it: a line outside the mark is typed. */
function isSameMark(first: BodyLine | undefined, line: BodyLine): boolean {
  return first !== undefined && first.container === line.container && isMarked(first) === isMarked(line);
}

function isMarked(line: BodyLine): boolean {
  return line.mark === 'attribution' || line.mark === 'rest';
}

function isParagraphStart(lines: readonly BodyLine[], at: number): boolean {
  const before = lines[at - 1];
  return before === undefined || before.depth > 0 || formOf(before.text) === '';
}

/** A line that ends a sentence is not the first half of an attribution; nor is one without any of its parts. */
function mayContinue(forms: readonly string[], next: string, starts: boolean): boolean {
  const first = forms[0] ?? '';
  const last = forms.at(-1) ?? '';
  const inBrackets = last.lastIndexOf('(') > last.lastIndexOf(')');
  if ((/[!?:：]$|\S{4}\.$/.test(last) && !inBrackets) || /^[.\s]+$/.test(next)) return false;
  if (hasDate(first) || hasTime(first) || hasAddress(first) || namesVerb(first.toLowerCase())) return true;
  if (/\d/.test(first) && startsLikeOne(first)) return true;
  return starts && isName(first) && /^[<(]|^mailto:/i.test(next);
}

/** A few words without a mark at their end: the name that stands before a wrapped `<address>`. */
function isName(form: string): boolean {
  return form.length <= 60 && form.split(' ').length <= 6 && !/[.,:;!?]$/.test(form);
}

/** True where some of the last lines make an attribution of their own, and the lines above them are no part of it. */
function startsLater(
  known: Known,
  forms: readonly string[],
  starts: readonly number[],
  strength: Attribution['strength'],
  end: number,
): boolean {
  for (let from = 1; from < forms.length; from++) {
    const own = strengthFrom(known, forms, starts, from, end);
    if (own === undefined || (own === 'weak' && strength === 'strong')) continue;
    if (!isFirstPart(forms.slice(0, from).join(' '), joinForms(forms.slice(from)))) return true;
  }
  return false;
}

/** Words of a date with its day, its hour and a zone: "On Monday, January 6, 2025 at 10:11:12 AM GMT+1,". */
const MAX_DATE_WORDS = 8;

/** True where `before` is the first part of the attribution that `later` ends: the date or the name that `later` lacks. */
function isFirstPart(before: string, later: string): boolean {
  // `<address>` needs the name above it.
  if (/^[<(]\S{1,100}@/.test(later)) return true;
  if (hasAddress(before) && !hasAddress(later) && attributionEnding(before.toLowerCase()) === 'none') return true;
  if (hasDate(later) || !hasDate(before)) return false;
  return startsLikeOne(before) && before.split(' ').filter((word) => /^\p{L}/u.test(word)).length <= MAX_DATE_WORDS;
}
