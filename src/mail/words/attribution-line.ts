import {
  hasAddress,
  hasDate,
  hasTime,
  joinedVerb,
  namesVerb,
  startsLikeOne,
  startsWithDate,
  startsWithOpener,
} from './attribution-parts.ts';
import { ATTRIBUTION_OPENERS, SPACED_VERBS } from './attribution-words.ts';
import { type BodyLine, formOf, formWithoutLinks, isDoubled } from './quote-line.ts';

/**
 * How sure we are that lines are an attribution ("On DATE, NAME wrote:").
 *
 * - `strong`: so much evidence that unquoted lines after it are history.
 * - `weak`: an attribution only if a quote follows.
 */
export type Attribution = { strength: 'strong' | 'weak'; lines: number };

/** Clients wrap an attribution over so many lines at most. */
const MAX_LINES = 5;
const MAX_CHARS = 450;

/** The attribution that starts at line `at`, the shortest of the strongest ones; undefined where there is none. */
export function attributionAt(lines: readonly BodyLine[], at: number): Attribution | undefined {
  let best: Attribution | undefined;
  const known = readingOf(lines);
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

function readingOf(lines: readonly BodyLine[]): Known {
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
  const strength = strengthOf(joined(forms.slice(from)));
  known.strengths.set(key, strength ?? 'none');
  return strength;
}

/** Lines as one, without a link's target that was broken over two of them. */
function joined(forms: readonly string[]): string {
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
    if (!isFirstPart(forms.slice(0, from).join(' '), joined(forms.slice(from)))) return true;
  }
  return false;
}

/** Words of a date with its day, its hour and a zone: "On Monday, January 6, 2025 at 10:11:12 AM GMT+1,". */
const MAX_DATE_WORDS = 8;

/** True where `before` is the first part of the attribution that `later` ends: the date or the name that `later` lacks. */
function isFirstPart(before: string, later: string): boolean {
  // `<address>` needs the name above it.
  if (/^[<(]\S{1,100}@/.test(later)) return true;
  if (hasAddress(before) && !hasAddress(later) && endOf(before.toLowerCase()) === 'none') return true;
  if (hasDate(later) || !hasDate(before)) return false;
  return startsLikeOne(before) && before.split(' ').filter((word) => /^\p{L}/u.test(word)).length <= MAX_DATE_WORDS;
}

type Evidence = { opener: boolean; verb: boolean; date: boolean; time: boolean; address: boolean; dateFirst: boolean };

/** One sentence ends and another begins. */
const SENTENCES = /\S{4}[.!?] \p{Lu}\p{Ll}* \p{Ll}/u;

/** Whatever makes an attribution has a date, a time, an address, a colon or a drawn line; most lines that people type have none. */
const MAY_BE_ONE = /[\d@:：>–—-]/;

function strengthOf(form: string): 'strong' | 'weak' | undefined {
  if (form.length < 6 || !MAY_BE_ONE.test(form)) return undefined;
  // "Jane Doe ---06.01.2025 10:11:12---Dear Jo, ..." as Notes draws it above its fields.
  if (/^\S.{0,60} ---\d[\d./: apmAPM]{9,25}---/.test(form)) return 'strong';
  if (/[.!?] /.test(form) && SENTENCES.test(form)) return undefined;
  const text = form
    .replace(/[*_]{1,2}/g, '')
    .replace(/^[-–—=\s]{1,12}/, '')
    .replace(/[\s>"'”»*_–—-]{1,12}$/, '')
    .toLowerCase();
  const ends = endOf(text);
  if (isDrawn(form, text)) return 'strong';
  if (ends === 'none') return isDateAndName(form) || isWithoutColon(text) ? 'weak' : undefined;
  const found: Evidence = {
    opener: startsWithOpener(text),
    verb: namesVerb(text),
    date: hasDate(text),
    time: hasTime(text),
    address: hasAddress(text),
    dateFirst: startsWithDate(text),
  };
  if (isStrong(text, found, ends)) {
    return hasPronounBeforeVerb(text) || (!found.address && isPersonal(text)) ? 'weak' : 'strong';
  }
  return isWeak(text, found, ends) ? 'weak' : undefined;
}

/** "2025-01-06 10:11 GMT+01:00 Jane Doe <jane@shop.example>": a date and who wrote, in no words at all. */
function isDateAndName(form: string): boolean {
  if (
    form.length > 160 ||
    /[.!?]$/.test(form) ||
    !hasDate(form) ||
    !hasTime(form) ||
    !startsWithDate(form.toLowerCase())
  ) {
    return false;
  }
  const names = form
    .replace(/[<(]?[^\s<>()]{1,64}@[^\s<>()]{1,100}[>)]?/g, ' ')
    .split(/[\s,;"'()]{1,8}/)
    .filter((word) => /^\p{L}/u.test(word));
  // Months and weekdays are lower case in many languages; a sentence has more words that are.
  const lower = names.filter((word) => /^\p{Ll}{4}/u.test(word) && !ATTRIBUTION_OPENERS.has(word));
  return names.length > 0 && names.length <= 8 && lower.length <= (hasAddress(form) ? 2 : 0);
}

/** "Am 06.01.25 um 10:11 schrieb Jane Doe": the colon was lost, or never there. */
function isWithoutColon(text: string): boolean {
  if (text.length > 120 || /[.!?]$/.test(text) || isPersonal(text)) return false;
  return startsWithOpener(text) && namesVerb(text) && hasDate(text) && hasTime(text);
}

/** "---- Jane Doe wrote ----" as phones draw it, and ">>> Jane Doe 1/6/2025 10:11 AM >>>" as GroupWise does. */
function isDrawn(form: string, text: string): boolean {
  if (/^>>> \S/.test(form)) return />>>$|:$/.test(form) && hasDate(text) && hasTime(text);
  const isRuled = /^[-–—]{2}/.test(form) && /[-–—]{2}$/.test(form) && form.length <= 200 && namesVerb(text);
  return isRuled && (endOf(text) === 'verb' || (hasDate(text) && hasTime(text) && hasAddress(text)));
}

function isStrong(text: string, found: Evidence, ends: 'colon' | 'verb'): boolean {
  const dated = found.date && found.time;
  const starts = found.opener || found.dateFirst;
  if (found.verb && isNameAddressVerb(text)) return true;
  if (ends === 'verb') return found.verb && dated && (starts || found.address);
  if (found.verb && found.address && (found.date || found.time)) return true;
  if (found.verb && dated) return starts || isShortStatement(text);
  if (found.verb && starts && found.date) return /\d{1,2}\D{1,20}\d{2,4}/.test(text);
  return found.address && dated;
}

/** "Jane Doe <jane@shop.example> wrote:": nobody types an address like that. */
function isNameAddressVerb(text: string): boolean {
  const close = text.lastIndexOf('>');
  if (close < 0 || !/^[^.!?;<>]{1,60}<[^<>\s]{3,100}@[^<>\s]{3,100}>/.test(text)) return false;
  return SPACED_VERBS.has(
    text
      .slice(close + 1)
      .replace(/\s?[:：]$/, '')
      .trim(),
  );
}

/** "Jane Doe wrote on 1/2/2020 10:11:" as Lotus Notes has it; a longer sentence is somebody's own. */
function isShortStatement(text: string): boolean {
  const words = text.split(' ');
  if (words.length > 14 || TYPED_STARTS.has(words[0] ?? '')) return false;
  return namesVerb(words.slice(0, 6).join(' ')) || words.length <= 9;
}

/** "Am 3. April um 10:11 schrieb mir Ihr Kollege:": clients name people and speak to nobody. */
function isPersonal(text: string): boolean {
  return text.split(/[\s,:]{1,4}/).some((word) => PERSONAL.has(word));
}

const PERSONAL = new Set(
  "i me my us we our you your mir mich uns unser unsere ich wir ihr ihre ihrem ihren ihnen mein meine nous vous votre notre moi j'ai me nos usted ustedes nostro vostro mij ons uw oss mig mne мне нам вы вас ваш я мы нас вам mnie nam wam państwo bana bize size".split(
    ' ',
  ),
);

/** "I wrote", "you wrote": a person speaks of a mail; clients name people. */
function hasPronounBeforeVerb(text: string): boolean {
  const words = text.split(' ');
  return words.some((word, at) => TYPED_STARTS.has(word) && SPACED_VERBS.has((words[at + 1] ?? '').replace(/:$/, '')));
}

function isWeak(text: string, found: Evidence, ends: 'colon' | 'verb'): boolean {
  if (found.date && (found.verb || found.address)) return true;
  if (found.date && found.time && text.length <= 120) return true;
  if (ends === 'verb') return false;
  if (found.verb && found.address) return true;
  if (found.address && text.length < 120 && /^[^.!?]{0,80}<[^<>\s]{3,80}>\s?:$/.test(text)) return true;
  return found.verb && isNameAndVerb(text);
}

/** "Jane Doe wrote:", but not "As you wrote:", which a person types. */
function isNameAndVerb(text: string): boolean {
  const words = text.replace(/\s?[:：]$/, '').split(' ');
  const last = words.at(-1) ?? '';
  if (words.length < 2 || words.length > 6 || !SPACED_VERBS.has(last)) return false;
  return !TYPED_STARTS.has(words[0] ?? '');
}

const TYPED_STARTS = new Set(
  'you i we he she they it as what who this that also earlier then and but du sie ich wir er wie tu vous il elle nous je как вы ты я'.split(
    ' ',
  ),
);

/** How the line ends: with a colon (also behind the verb and a stray mark), or with the verb itself. */
function endOf(text: string): 'colon' | 'verb' | 'none' {
  if (/[:：]$/.test(text)) return 'colon';
  const last = text.slice(text.lastIndexOf(' ') + 1).replace(/[,.;]$/, '');
  if (SPACED_VERBS.has(last)) return 'verb';
  return joinedVerb(text, (verb) => text.endsWith(verb)) ? 'verb' : 'none';
}

/** True for text that is an attribution beyond doubt, with a date of its own. */
export function isStrongAttribution(form: string): boolean {
  return form.length <= MAX_CHARS && hasDate(form) && strengthOf(form) === 'strong';
}
