import { remembered } from '../line-memory.ts';
import { ATTRIBUTION_OPENERS, JOINED_VERBS, SPACED_VERBS } from './attribution-words.ts';

export function startsWithOpener(text: string): boolean {
  const bare = text.replace(/^[-–—"'“«(*\s]{1,12}/, '');
  const words = bare.split(' ', 4);
  for (let count = 1; count <= words.length; count++) {
    if (ATTRIBUTION_OPENERS.has(words.slice(0, count).join(' '))) return true;
  }
  return /^(?:ב|في|在|于)/.test(bare);
}

export function startsLikeOne(form: string): boolean {
  const text = form.toLowerCase();
  return startsWithOpener(text) || startsWithDate(text);
}

/** First words of the verbs that have several. */
const VERB_BEGINNINGS = new Set(
  [...SPACED_VERBS].filter((verb) => verb.includes(' ')).map((verb) => verb.split(' ')[0]),
);

/** Every verb that is looked for within a line has a letter from here on. */
const JOINED_SCRIPTS = /[\u0590-\uffff]/;

/** A verb of a script without blanks between words, wherever it stands. */
export function joinedVerb(text: string, is: (verb: string) => boolean): boolean {
  return JOINED_SCRIPTS.test(text) && JOINED_VERBS.some(is);
}

export const namesVerb = remembered((text: string): boolean => {
  if (joinedVerb(text, (verb) => text.includes(verb))) return true;
  const words = text.split(/[\s:：,;>]{1,4}/);
  for (let at = 0; at < words.length; at++) {
    const one = words[at] ?? '';
    if (one === '') continue;
    if (SPACED_VERBS.has(one)) return true;
    if (!VERB_BEGINNINGS.has(one)) continue;
    const two = `${one} ${words[at + 1] ?? ''}`;
    if (SPACED_VERBS.has(two) || SPACED_VERBS.has(`${two} ${words[at + 2] ?? ''}`)) return true;
  }
  return false;
});

/** Most lines have none, and are asked for dates and times from several sides. */
const DIGIT = /\d/;

/** A year, or a day with a month in numbers. Buddhist and Persian years count. */
export function hasDate(text: string): boolean {
  if (!DIGIT.test(text)) return false;
  return (
    /(?:^|\D)(?:19[89]\d|20[0-4]\d|25[4-9]\d|1[34]\d\d)(?:\D|$)/.test(text) ||
    /(?:^|\D)\d{1,2}[./-]\s?\d{1,2}[./-]\s?\d{2}(?:\D|$)/.test(text)
  );
}

/** A time of day: 9:41, 9.41, 9h41, with or without seconds, or words such as 9時41分. */
export function hasTime(text: string): boolean {
  if (!DIGIT.test(text)) return false;
  return (
    /(?:^|[^\d.])\d{1,2}(?:[:：.]|\s?h\s?|時|时|시\s?)\d{2}(?:\D|$)/.test(text) || /\d{1,2}\s?(?:am|pm)\b/.test(text)
  );
}

export function startsWithDate(text: string): boolean {
  if (!DIGIT.test(text)) return false;
  return /^[-–—"'“«(*\s]{0,4}(?:\p{L}{2,12}\.?,?\s)?\d{1,4}(?:[./-]\s?\d{1,2}|年|년|\.?\s(?:de\s)?\p{L}{3,})/u.test(
    text.slice(0, 60),
  );
}

export function hasAddress(text: string): boolean {
  return text.includes('@') && holdsAddress(text);
}

const holdsAddress = remembered((text: string): boolean =>
  /[^\s@<>"]{1,64}@[^\s@<>"]{1,64}\.[^\s@<>"]{2,64}/.test(text),
);
