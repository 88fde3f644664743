import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Wording } from '../domain/wording.ts';

/** Shorter lines of a template ("History") are words that anybody may write. */
const MIN_LETTERS = 16;

/**
 * The sentences that our mails are made of, read out of `folder`/<locale>/<kind>/body.txt of all languages. A folder that
 * is not there has none.
 */
export function readWording(folder: string): Wording {
  const locales = listFolders(folder).map((locale) => path.join(folder, locale));
  const kinds = locales.flatMap((locale) => listFolders(locale).map((kind) => path.join(locale, kind)));
  const sources = kinds.map((kind) => ({ kind: path.basename(kind), source: readText(path.join(kind, 'body.txt')) }));
  const toAgents = sources.filter(({ kind }) => kind === 'notification');
  const toCustomers = sources.filter(({ kind }) => kind !== 'notification');
  return {
    toAgents: [...new Set(toAgents.flatMap(({ source }) => wholeLines(source)))],
    toCustomers: [...new Set(toCustomers.flatMap(({ source }) => fragments(source)))],
  };
}

/** Lines without a value or a condition in them. */
function wholeLines(source: string): string[] {
  return source
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => !/\{[{%]/.test(line) && countLetters(line) >= MIN_LETTERS);
}

/** Pieces of text between values and conditions. */
function fragments(source: string): string[] {
  return source
    .split(/\{%[^%]{0,2000}%\}|\{\{[^}]{0,2000}\}\}|\n/)
    .map((piece) => piece.trim())
    .filter((piece) => countLetters(piece) >= MIN_LETTERS / 2);
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

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
