/**
 * Our sentences in other languages. A sentence stands in English where it is used, in a template or in code, with the names of
 * its values in braces; `templates/<language>/words.yaml` has it in each other language. What is not there is said in English.
 */
export type Values = Readonly<Record<string, string | number | Sentence>>;

/** `one` is the English form where `{count}` is 1. */
export type Sentence = { say: string; one?: string | undefined; values: Values };

/** A sentence of ours, or words that are shown as they are. */
export type Line = string | Sentence;

/** A sentence in one language, or a form of it for each kind of number that `{count}` may be (CLDR plural rules). */
export type Translation = string | Readonly<Partial<Record<Intl.LDMLPluralRule, string>>>;

/** The languages beside English; the sentences of one, by the English, are read when somebody first asks for them. */
export type Words = {
  languages: readonly string[];
  of(language: string): ReadonlyMap<string, Translation> | undefined;
};

export const DEFAULT_LANGUAGE = 'en';
export const NO_WORDS: Words = { languages: [], of: () => undefined };

/** A sentence of our own for somebody to read. */
export function say(text: string, values: Values = {}, one?: string): Sentence {
  return { say: text, values, one };
}

/** `de` of `de-AT`. */
export function languageOf(locale: string): string {
  return locale.toLowerCase().split(/[-_]/)[0] ?? '';
}

/** The sentence in the words of a language, its values still named. */
export function textOf(words: Words, locale: string, { say: english, one, values }: Sentence): string {
  const language = languageOf(locale);
  const count = values['count'];
  const number = typeof count === 'number' ? count : undefined;
  const found = words.of(language)?.get(english);
  if (typeof found === 'string') return found;
  const form = found && pluralForm(found, language, number ?? 0);
  if (form !== undefined) return form;
  return one !== undefined && number === 1 ? one : english;
}

/** Russian and Polish have no whole number of the kind `other`, Spanish hardly one of the kind `many`: the nearest form is taken. */
function pluralForm(forms: Exclude<Translation, string>, language: string, count: number): string | undefined {
  return forms[pluralRules(language).select(count)] ?? forms.other ?? forms.many;
}

const rules = new Map<string, Intl.PluralRules>();

function pluralRules(language: string): Intl.PluralRules {
  const known = rules.get(language) ?? new Intl.PluralRules(language);
  rules.set(language, known);
  return known;
}

const NAME = /\{([a-z][a-zA-Z]{0,40})\}/g;

/** The locale itself where its language has words, and else English. */
export function knownLocale({ languages }: Words, locale: string): string {
  const language = languageOf(locale);
  return language === DEFAULT_LANGUAGE || languages.includes(language) ? locale : DEFAULT_LANGUAGE;
}

/** Puts the values in, each as `show` shows it. A name that has none stays as it is. */
export function fillText(text: string, values: Values, show: (value: Values[string]) => string): string {
  return text.replace(NAME, (written, name: string) => {
    const value = values[name];
    return value === undefined ? written : show(value);
  });
}

/** A line as somebody reads it in their language. */
export function spoken(words: Words, locale: string, line: Line): string {
  if (typeof line === 'string') return line;
  const show = (value: Values[string]): string => {
    if (typeof value === 'number') return numberFormat(locale).format(value);
    return typeof value === 'string' ? value : spoken(words, locale, value);
  };
  return fillText(textOf(words, locale, line), line.values, show);
}

/** The line with every text of somebody else in it changed. */
export function mapTexts(line: Line, change: (text: string) => string): Line {
  if (typeof line === 'string') return change(line);
  const values = Object.entries(line.values).map(([name, value]): [string, Values[string]] => [
    name,
    typeof value === 'number' ? value : mapTexts(value, change),
  ]);
  return { ...line, values: Object.fromEntries(values) };
}

const numbers = new Map<string, Intl.NumberFormat>();

function numberFormat(locale: string): Intl.NumberFormat {
  const known = numbers.get(locale) ?? new Intl.NumberFormat(locale);
  numbers.set(locale, known);
  return known;
}

/** The names of values in a text, each once, in the order of the alphabet. */
export function namesIn(text: string): string[] {
  return [...new Set([...text.matchAll(NAME)].map((match) => match[1] ?? ''))].sort();
}

/** The kinds of number of a language that whole numbers are of. */
export function pluralKinds(language: string): Intl.LDMLPluralRule[] {
  const kinds = Array.from({ length: 200 }, (_, count) => pluralRules(language).select(count));
  return [...new Set(kinds)];
}
