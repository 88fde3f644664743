import { cutText } from '../../domain/cut-text.ts';
/**
 * Text from a mail, made fit for a database column and a screen: well-formed Unicode (no lone surrogates) and no NUL,
 * which Postgres refuses in `text`.
 */
export function cleanText(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  return whole.includes('\0') ? whole.replaceAll('\0', '') : whole;
}

/** Every text of a value made so: what Postgres refuses in one field would keep the whole mail from its end. */
export function cleanAll<Value>(value: Value): Value {
  return cleanTextsWithin(value) as Value;
}

function cleanTextsWithin(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map(cleanTextsWithin);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [cleanText(name), cleanTextsWithin(inner)]));
}

/** One line for display: as `cleanText`, control characters and runs of blanks become one space, at most `max` units. */
export function cleanLine(text: string, max: number): string {
  const cut = cutText(text, max);
  return cleanText(cut.replace(/[\x00-\x20\x7f-\x9f\u2028\u2029]+/g, ' ')).trim();
}
