import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Wording } from '../domain/wording.ts';

/** Letters of a piece between two values; shorter ones are found anywhere. */
const MIN_PIECE_LETTERS = 4;

/** Values within our sentences that are known when an answer is read: see read-words.ts, which fills them in. */
const VALUES: [RegExp, string][] = [
  [/\{\{\s{0,5}(?:desk\.)?name\b[^}]{0,200}\}\}/g, '{desk}'],
  [/\{\{\s{0,5}desk\.(?:brand\.)?name\b[^}]{0,200}\}\}/g, '{desk}'],
  [/\{\{\s{0,5}ticket\.(?:number|tag)\b[^}]{0,200}\}\}/g, '#0'],
  [/#\{\{\s{0,5}content\.followsTicketId\b[^}]{0,200}\}\}/g, '#0'],
  [/\{\{\s{0,5}ticket\.subject\b[^}]{0,200}\}\}/g, '{subject}'],
  [/\{\{\s{0,5}closing\.reopenDays\b[^}]{0,200}\}\}/g, '{days}'],
];

/** What never goes to a customer. */
const TO_AGENTS = new Set(['notification', 'digest', 'returned', 'confirmation', 'undelivered', 'alert', 'team-news']);

/**
 * The sentences that our mails to customers are made of, read out of the texts in `folder`/<locale>/<kind>/ of all languages. A folder that
 * is not there has none.
 */
export function readWording(folder: string): Wording {
  const locales = listFolders(folder).map((locale) => path.join(folder, locale));
  const kinds = locales.flatMap((locale) => listFolders(locale).map((kind) => path.join(locale, kind)));
  const files = kinds.flatMap((folder) => listTexts(folder).map((name) => path.join(folder, name)));
  const sources = files.map((file) => ({ kind: path.basename(path.dirname(file)), source: readText(file) }));
  return [...new Set(sources.filter(({ kind }) => !TO_AGENTS.has(kind)).flatMap(({ source }) => fragments(source)))];
}

/** Pieces of text between values and conditions, and the texts that are handed to a piece; values that are known are named. */
function fragments(source: string): string[] {
  const named = VALUES.reduce((text, [name, value]) => text.replace(name, value), source);
  const handed = [...named.matchAll(/: '([^'\n]{4,200})'/g)].map((match) => match[1] ?? '');
  return [...named.split(/\{%[^%]{0,2000}%\}|\{\{[^}]{0,2000}\}\}|\n/), ...handed]
    .map((piece) => piece.trim())
    .filter((piece) => countLetters(piece) >= MIN_PIECE_LETTERS);
}

function countLetters(text: string): number {
  return text.replace(/[^\p{L}\p{N}]/gu, '').length;
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

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
