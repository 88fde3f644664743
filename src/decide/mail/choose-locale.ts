import type { ParsedMail } from '../../domain/mail/parsed-mail.ts';
import { DEFAULT_LANGUAGE, languageOf } from '../../domain/words.ts';

/**
 * The language of a ticket, from its first mail: what the mail says of itself (Content-Language, RFC 3282), else `guessed` from
 * its words. Programs that speak English write `en` by themselves, so there the words count, where they are beyond doubt.
 * Undefined where neither is one of `languages`.
 */
export function chooseLocale(
  { headers }: Pick<ParsedMail, 'headers'>,
  guessed: string | undefined,
  languages: readonly string[],
): string | undefined {
  const isSpoken = (locale: string) => [DEFAULT_LANGUAGE, ...languages].includes(languageOf(locale));
  const written = headers.find(({ name }) => name === 'content-language')?.value.trim() ?? '';
  const said = /^[a-z]{2}(?:-[a-z0-9]{2,8}){0,2}$/i.test(written) && isSpoken(written) ? written : undefined;
  const guess = guessed !== undefined && isSpoken(guessed) ? guessed : undefined;
  if (said === undefined) return guess;
  if (languageOf(said) === DEFAULT_LANGUAGE && guess !== undefined) return guess === languageOf(said) ? said : guess;
  return said;
}
