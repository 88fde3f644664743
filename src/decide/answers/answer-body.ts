import { GREETINGS, SIGN_OFFS } from './answer-words.ts';

/**
 * Where the matter of an answer stands between its greeting and its sign-off: an answer is sent again without both, since
 * they name the customer and the agent of another time. In doubt words stay; what is personal in them is marked then
 * (see personal-details.ts).
 */
export type Body = { from: number; to: number };

/** A name, a title or what is said instead of a name; `all` and the like in small letters. */
const NAME = String.raw`(?:\p{Lu}[\p{L}\p{M}'’.-]{0,40}|\p{Lo}[\p{L}\p{M}]{0,40}|[mM]rs?\.?|[mM]s\.?|[dD]r\.?|[mM]x\.?|sir|madam|there|all|both|everyone|everybody|team|valued|customer|friend|again|zusammen|frau|herr|kunde|kundin|client|cliente|todos|tutti|allemaal|klant|van|von|de|den|der|del|la|le|di|da|dos|el|al|und|and|y|e|et|ou|or)`;
const NAMES = `${NAME}(?:[ ,/&]{1,2}${NAME}){0,5}`;
const AFTER_GREETING = new RegExp(String.raw`^(?:[\s,]{0,2}${NAMES})?\s{0,2}(?:[,!:.;،，、！。–—-]+\s*|$)`, 'u');
/** `Maria,` alone, and the names that languages put an honour behind. */
const NAME_ALONE = new RegExp(
  String.raw`^(?:${NAMES}\s{0,2}[,،，]|\S{1,20}\s?(?:様|さま|さん|님|先生|女士|小姐)[,，、。:：]?)$`,
  'u',
);
/** Some sign from where they are, or as `your Acme team`. */
const NAME_BEHIND = new RegExp(
  String.raw`^(?:(?:aus|from|desde|uit|your|dein|ihr|ihre|votre|su|the)\s)?(?:${NAMES})?[\s.,!:;…)。！、]*$`,
  'u',
);
const MAX_GREETING = 80;
const MAX_SIGN_OFF = 70;
const MAX_LINES_BELOW = 12;

export function findBody(text: string): Body {
  const from = afterGreeting(text);
  const to = beforeSignOff(text, from);
  return text.slice(from, to).trim() === '' ? wholeBody(text) : trimmed(text, from, to);
}

/** The greeting that stands above the body, to learn its language from. */
export function greetingOf(text: string): string {
  return text.slice(0, findBody(text).from).trim();
}

/** A text in two: its greeting, empty where it has none, and the words below it. */
export function splitGreeting(text: string): { greeting: string; words: string } {
  const from = afterGreeting(text);
  return { greeting: text.slice(0, from).trim(), words: text.slice(from).trim() };
}

function wholeBody(text: string): Body {
  return trimmed(text, 0, text.length);
}

function trimmed(text: string, from: number, to: number): Body {
  const part = text.slice(from, to);
  return { from: from + part.length - part.trimStart().length, to: from + part.trimEnd().length };
}

/** Takes up to two greetings, as in `Dear Ms Lopez,` above `Good morning!`. */
function afterGreeting(text: string): number {
  let at = text.length - text.trimStart().length;
  for (let found = 0; found < 2; found++) {
    const end = text.indexOf('\n', at);
    const line = text.slice(at, end < 0 ? text.length : end).trimEnd();
    const length = greetingLength(line, found === 0);
    if (length === 0) break;
    at += length;
    at += text.slice(at).length - text.slice(at).trimStart().length;
  }
  return at;
}

/** How many characters of a line greet: all of it, or its beginning as in `Hi Jo, your parcel is on its way`. */
function greetingLength(line: string, first: boolean): number {
  const start = line.slice(0, MAX_GREETING);
  if (first && line.length <= MAX_GREETING && NAME_ALONE.test(line)) return line.length;
  const phrase = startOf(start, GREETINGS);
  if (phrase === undefined) return 0;
  const behind = AFTER_GREETING.exec(start.slice(phrase.length));
  if (behind) return phrase.length + behind[0].length;
  // "Dear customer of our shop," is a greeting for its comma, and no sentence.
  return line.length <= 60 && /^[^.?!]*[,:，]$/u.test(line) ? line.length : 0;
}

/** Where the sign-off begins: its phrase, with nothing below it but names, roles and numbers. */
function beforeSignOff(text: string, from: number): number {
  const lines = trimmedLines(text, from);
  let found = text.length;
  let below = 0;
  for (let at = lines.length - 1; at >= 0 && below <= MAX_LINES_BELOW; at--) {
    const { start, line } = lines[at] ?? { start: 0, line: '' };
    if (line === '') continue;
    if (/^(?:--|__|—)\s?$/.test(line)) {
      found = start;
      continue;
    }
    if (beginsSignOff(line) || (below > 0 && isThanksAbove(line))) found = start;
    else {
      const inline = signOffWithin(line);
      if (inline !== undefined) return start + inline;
      if (!canStandBelow(line)) return found;
    }
    below++;
  }
  return found;
}

function trimmedLines(text: string, from: number): { start: number; line: string }[] {
  let start = from;
  return text
    .slice(from)
    .split('\n')
    .map((raw) => {
      const line = { start: start + raw.length - raw.trimStart().length, line: raw.trim() };
      start += raw.length + 1;
      return line;
    });
}

function beginsSignOff(line: string): boolean {
  if (line.length > MAX_SIGN_OFF) return false;
  if (/^[-–—~]\s?\p{Lu}/u.test(line) && NAME_BEHIND.test(line.replace(/^[-–—~]\s?/, ''))) return true;
  const phrase = startOf(line, SIGN_OFFS);
  return phrase !== undefined && NAME_BEHIND.test(line.slice(phrase.length).replace(/^[\s,!.–—-]+/, ''));
}

/** `Thanks for your patience,` above a name. */
function isThanksAbove(line: string): boolean {
  return line.length <= MAX_SIGN_OFF && /^[^.?!]*,$/u.test(line) && startOf(line, SIGN_OFFS) !== undefined;
}

/** A name, a role, a number: short, and no sentence. */
function canStandBelow(line: string): boolean {
  if (/\p{Ll}{4}[.?!]\s/u.test(line)) return false;
  return (
    line.length <= 60 &&
    !/[.?!:;。？！]$/u.test(line) &&
    line.split(/\s+/).length <= 7 &&
    !/^(?:[-*•]|\d+[.)])\s/.test(line)
  );
}

/** Where within a line a sign-off begins that ends it: `... within 14 days. Best, Alice`. */
function signOffWithin(line: string): number | undefined {
  const ends = [...line.matchAll(/[.!?…)]\s+/gu)];
  for (const end of ends.slice(-3)) {
    const at = end.index + end[0].length;
    if (beginsSignOff(line.slice(at))) return at;
  }
  return undefined;
}

/** The longest of the phrases that a line begins with. */
function startOf(line: string, phrases: readonly string[]): string | undefined {
  const lower = line.toLowerCase();
  let found: string | undefined;
  for (const phrase of phrases) {
    if (!lower.startsWith(phrase) || (found !== undefined && found.length >= phrase.length)) continue;
    // Scripts without blanks may go on at once.
    if (/^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{N}]/u.test(lower.slice(phrase.length))) continue;
    found = phrase;
  }
  return found;
}
