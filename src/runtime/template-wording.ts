import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Wording } from '../domain/wording.ts';

/** Letters of a piece between two values; shorter ones are found anywhere. */
const MIN_PIECE_LETTERS = 4;

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

/** Pieces of text between values and conditions, and the texts that are handed to a piece; the desk's name is `{desk}`. */
function fragments(source: string): string[] {
  const named = source.replace(/\{\{\s{0,5}desk\.name[^}]{0,200}\}\}/g, '{desk}');
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
