import { localPartOf } from '../../../domain/mail/email-address.ts';
import type { ParsedMail } from '../../../domain/mail/parsed-mail.ts';
import { BESIDE_THANKS, THANKS } from './thanks-words.ts';

/** A longer mail says more than thanks, whatever stands in it. */
const MAX_CHARS = 400;
/** Question marks of all scripts (Greek writes a semicolon). */
const ASKS = /[?？؟⁇⁈‽՞፧꘏\u037e]|;\s*$/mu;
/** What stands between words and says nothing. */
const BETWEEN = /[^\p{L}\p{N}\p{M}'’]+/gu;
const DIGIT = /\p{N}/u;
const UNSPACED = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]/u;

const plain = (text: string) =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[’‘`´]/g, "'")
    .replace(/\u200d|[\ufe00-\ufe0f]|[\u064b-\u065f]/gu, '')
    .replace(BETWEEN, ' ')
    .trim();

/** Phrases as lists of words, by their first word; the longest first. */
type Phrases = Map<string, { words: string[]; thanks: boolean }[]>;

function phrasesOf(): Phrases {
  const phrases: Phrases = new Map();
  for (const [table, thanks] of [[THANKS, true] as const, [BESIDE_THANKS, false] as const]) {
    for (const written of Object.values(table).flat()) {
      const words = plain(written).split(' ');
      const [first = ''] = words;
      phrases.set(first, [...(phrases.get(first) ?? []), { words, thanks }]);
    }
  }
  for (const list of phrases.values()) list.sort((a, b) => b.words.length - a.words.length);
  return phrases;
}

const PHRASES = phrasesOf();
/** Phrases of languages that put no blanks between words, the longest first. */
const UNSPACED_PHRASES = [
  ...Object.values(THANKS)
    .flat()
    .map((text) => ({ text, thanks: true })),
  ...Object.values(BESIDE_THANKS)
    .flat()
    .map((text) => ({ text, thanks: false })),
]
  .filter(({ text }) => UNSPACED.test(text))
  .sort((a, b) => b.text.length - a.text.length);

/**
 * True for a mail that says thanks and nothing else: short, no question, no number, no file, each word of it a phrase of our tables
 * or the name of its writer or of somebody at the desk.
 * @param names of people and of the desk, as they may be greeted
 */
export function isOnlyThanks(mail: ParsedMail, names: readonly string[]): boolean {
  const { reply, attachments } = mail;
  if (reply.length > MAX_CHARS || ASKS.test(reply) || DIGIT.test(reply)) return false;
  if (attachments.some(({ aside }) => !aside)) return false;
  // A sender without a name in From signs with one that their address begins with.
  const own = mail.from.kind === 'one' ? `${mail.from.name} ${localPartOf(mail.from.address)}` : '';
  const known = new Set([...names, own].flatMap((name) => plain(name).split(' ')).filter((word) => word.length > 1));
  let thanks = false;
  for (const line of reply.split('\n')) {
    const read = UNSPACED.test(line) ? readUnspaced(line) : readLineOfThanks(plain(line), known);
    if (read === undefined) return false;
    thanks ||= read;
  }
  return thanks;
}

/** Whether the words hold thanks; undefined where they say anything else. */
function readLineOfThanks(line: string, names: ReadonlySet<string>): boolean | undefined {
  const words = line === '' ? [] : line.split(' ');
  let thanks = false;
  for (let at = 0; at < words.length; ) {
    const phrase = PHRASES.get(words[at] ?? '')?.find((one) =>
      one.words.every((word, ahead) => words[at + ahead] === word),
    );
    if (phrase) {
      thanks ||= phrase.thanks;
      at += phrase.words.length;
    } else if (names.has(words[at] ?? '')) at++;
    else return undefined;
  }
  return thanks;
}

function readUnspaced(line: string): boolean | undefined {
  let rest = line.normalize('NFKC').replace(BETWEEN, '');
  let thanks = false;
  while (rest !== '') {
    const phrase = UNSPACED_PHRASES.find(({ text }) => rest.startsWith(text));
    if (!phrase) return undefined;
    thanks ||= phrase.thanks;
    rest = rest.slice(phrase.text.length);
  }
  return thanks;
}
