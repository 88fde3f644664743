import { expect, test } from 'vitest';
import { chooseLocale } from '../../../src/decide/mail/choose-locale.ts';

const LANGUAGES = ['de', 'fr', 'pl'];

test.each([
  ['nothing is said and nothing is sure', undefined, undefined, undefined],
  ['only the words say it', undefined, 'pl', 'pl'],
  ['the words are of a language that nobody here speaks', undefined, 'sv', undefined],
  ['the header says it, and the words nothing', 'fr', undefined, 'fr'],
  ['the header names a region', 'de-AT', 'de', 'de-AT'],
  ['the header says it, and the words another', 'fr', 'de', 'fr'],
  ['a program that speaks English wrote the header', 'en-US', 'de', 'de'],
  ['header and words are English', 'en-GB', 'en', 'en-GB'],
  ['the header is English, and the words are in doubt', 'en-US', undefined, 'en-US'],
  ['the header names several', 'de, fr', undefined, undefined],
  ['the header names a language that nobody here speaks', 'sv', 'pl', 'pl'],
  ['the header is nothing', '../../etc/passwd', undefined, undefined],
])('where %s', (_what, header, guessed, locale) => {
  const headers = header === undefined ? [] : [{ name: 'content-language', value: header }];
  expect(chooseLocale({ headers }, guessed, LANGUAGES)).toBe(locale);
});
