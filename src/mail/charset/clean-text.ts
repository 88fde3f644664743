import { cutText } from '../../domain/cut-text.ts';
/**
 * Text from a mail, made fit for a database column and a screen: well-formed Unicode (no lone surrogates) and no NUL,
 * which Postgres refuses in `text`.
 */
export function cleanText(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  return whole.includes('\0') ? whole.replaceAll('\0', '') : whole;
}

/** One line for display: as `cleanText`, control characters and runs of blanks become one space, at most `max` units. */
export function cleanLine(text: string, max: number): string {
  const cut = cutText(text, max);
  return cleanText(cut.replace(/[\x00-\x20\x7f-\x9f\u2028\u2029]+/g, ' ')).trim();
}
