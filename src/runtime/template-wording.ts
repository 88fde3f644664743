import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { countLetters } from '../domain/count-letters.ts';
import { sentencesIn, type Wording } from '../domain/desk/wording.ts';
import { knownLocale, languageOf, NO_WORDS, type Words } from '../domain/words.ts';

/** Letters of a piece between two values; shorter ones are found anywhere. */
const MIN_PIECE_LETTERS = 4;

/** Values within our sentences that are known when an answer is read: see read-words.ts, which fills them in. */
const VALUES: [RegExp, string][] = [
  [/\{\{\s{0,5}(?:desk\.)?name\b[^}]{0,200}\}\}/g, '{desk}'],
  [/\{\{\s{0,5}desk\.(?:brand\.)?name\b[^}]{0,200}\}\}/g, '{desk}'],
  [/\{\{\s{0,5}ticket\.(?:number|tag)\b[^}]{0,200}\}\}/g, '#0'],
  [/#\{\{\s{0,5}content\.followsTicketId\b[^}]{0,200}\}\}/g, '#0'],
  [/\{\{\s{0,5}ticket\.subject\b[^}]{0,200}\}\}/g, '{subject}'],
  [/\{\{\s{0,5}closing\.reopenDays\b[^}]{0,200}\}\}/g, '{count}'],
  [/\{(?:number|earlier)\}/g, '#0'],
  [/\{label\}/g, ''],
];

/** What never goes to a customer. */
const TO_AGENTS = new Set([
  'notification',
  'digest',
  'report',
  'returned',
  'confirmation',
  'undelivered',
  'alert',
  'team-news',
]);

/** What agents answer, and the parts that it is made of. */
const NOTIFICATION = new Set(['notification', 'partials']);

/**
 * The sentences that our mails are made of, read out of the texts of `folders`: `<kind>/*.txt`, and the same within
 * a folder of one language. Each language is read when somebody first asks for it. A folder that is not there has none.
 */
export function readWording(folders: readonly string[], words: Words = NO_WORDS): Wording {
  const reader = (isRead: (kind: string) => boolean) => {
    const read = new Map<string, readonly string[]>();
    return (locale: string) => {
      const language = languageOf(knownLocale(words, locale));
      const known = read.get(language) ?? readWordingOf(folders, language, words, isRead);
      read.set(language, known);
      return known;
    };
  };
  return { in: reader((kind) => !TO_AGENTS.has(kind)), toAgents: reader((kind) => NOTIFICATION.has(kind)) };
}

function readWordingOf(
  folders: readonly string[],
  language: string,
  words: Words,
  isRead: (kind: string) => boolean,
): string[] {
  const roots = folders.flatMap((folder) => [path.join(folder, language), folder]);
  const kinds = roots.flatMap((root) => listFolders(root).map((kind) => path.join(root, kind)));
  const sources = kinds
    .filter((kind) => isRead(path.basename(kind)))
    .flatMap((kind) => listTexts(kind).map((name) => readTextFile(path.join(kind, name))));
  const said = sources.flatMap(sentencesIn);
  const translated = said.flatMap((english) => {
    const found = words.of(language)?.get(english);
    return found === undefined ? [] : typeof found === 'string' ? [found] : Object.values(found);
  });
  const pieces = [...said, ...translated, ...sources.map(withoutSentences)].flatMap(fragments);
  return [...new Set(pieces)];
}

/** What a template says without asking for another language. */
function withoutSentences(source: string): string {
  return sentencesIn(source).reduce((rest, sentence) => rest.replace(sentence, ''), source);
}

/** Pieces of text between values and conditions; values that are known are named. */
function fragments(source: string): string[] {
  const named = VALUES.reduce((text, [name, value]) => text.replace(name, value), source);
  return named
    .split(/\{%[^%]{0,2000}%\}|\{\{[^}]{0,2000}\}\}|\n/)
    .map((piece) => piece.trim())
    .filter((piece) => countLetters(piece) >= MIN_PIECE_LETTERS);
}

function listFolders(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return [];
  }
}

function listTexts(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.txt'));
}

function readTextFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
