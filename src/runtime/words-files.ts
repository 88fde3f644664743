import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isMap, isScalar, LineCounter, type Pair, parseDocument } from 'yaml';
import { Fault } from '../domain/fault.ts';
import { namesIn, pluralKinds, type Translation, type Words } from '../domain/words.ts';

const FILE = 'words.yaml';

/**
 * The words of `<folder>/<language>/words.yaml` in several folders; a later one wins, sentence by sentence. A file is read when
 * somebody first asks for its language.
 *
 * @throws Fault `template-broken` with file and line: no YAML, other values than the English has, a form of a number missing; in a
 *   later folder also a sentence that nobody says
 */
export function wordsIn(folders: readonly string[]): Words {
  const read = new Map<string, ReadonlyMap<string, Translation>>();
  const languages = [...new Set(folders.flatMap(languagesIn))];
  return {
    languages,
    of: (language) => {
      if (!languages.includes(language)) return undefined;
      const known = read.get(language) ?? readTranslations(folders, language);
      read.set(language, known);
      return known;
    },
  };
}

function languagesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return names.map(({ name }) => name).filter((name) => existsSync(path.join(folder, name, FILE)));
}

function readTranslations([ours = '', ...own]: readonly string[], language: string): ReadonlyMap<string, Translation> {
  const fileIn = (folder: string) => path.join(folder, language, FILE);
  const owned = own.map(fileIn).filter((file) => existsSync(file));
  const said = owned.length === 0 ? undefined : englishSentences(ours);
  return new Map([
    ...(existsSync(fileIn(ours)) ? readWordsFile(fileIn(ours), language) : []),
    ...owned.flatMap((file) => readWordsFile(file, language, said)),
  ]);
}

/** Every sentence of ours: each of our languages has all of them. */
function englishSentences(folder: string): Set<string> {
  const [language] = languagesIn(folder);
  if (language === undefined) return new Set();
  return new Set(readWordsFile(path.join(folder, language, FILE), language).map(([english]) => english));
}

/** @param said the only sentences that may stand in it */
function readWordsFile(file: string, language: string, said?: ReadonlySet<string>): [string, Translation][] {
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(file, 'utf8'), { lineCounter: lines, uniqueKeys: false });
  const [error] = document.errors;
  if (error) throw broken(file, error.linePos?.[0].line ?? 1, error.message.split('\n')[0] ?? '');
  if (document.contents === null) return [];
  if (!isMap(document.contents)) throw broken(file, 1, 'it must be a list of sentences with their translations');
  return document.contents.items.map((item) => {
    const [english, translation, at] = readItem(item);
    const { line } = lines.linePos(at);
    if (english === undefined) throw broken(file, line, 'a sentence is missing');
    const problem =
      said?.has(english) === false
        ? `no mail or page says "${english.slice(0, 60)}"`
        : wrongWith(english, translation, language);
    if (problem !== undefined) throw broken(file, line, problem);
    return [english, translation as Translation];
  });
}

function readItem({ key, value }: Pair): [english: string | undefined, translation: unknown, at: number] {
  const at = isScalar(key) ? (key.range?.[0] ?? 0) : 0;
  const english = isScalar(key) && typeof key.value === 'string' ? key.value : undefined;
  const translation = isScalar(value) ? value.value : isMap(value) ? value.toJSON() : undefined;
  return [english, translation, at];
}

/** Why a translation cannot stand for a sentence; undefined where it can. */
function wrongWith(english: string, translation: unknown, language: string): string | undefined {
  const asked = namesIn(english);
  const about = `"${english.slice(0, 60)}"`;
  if (typeof translation === 'string') {
    const same = namesIn(translation).join() === asked.join();
    return same
      ? undefined
      : `${about} must name ${listPlaceholders(asked)}, and its translation names ${listPlaceholders(namesIn(translation))}`;
  }
  if (typeof translation !== 'object' || translation === null) return `${about} has no translation`;
  const missing = pluralKinds(language).find((kind) => !(kind in translation) && !('other' in translation));
  if (missing !== undefined) return `${about} has no form "${missing}"`;
  for (const [kind, form] of Object.entries(translation)) {
    if (typeof form !== 'string') return `${about} has no text as its form "${kind}"`;
    // "within one day" needs no number.
    if (withoutCount(namesIn(form)) !== withoutCount(asked))
      return `${about} must name ${listPlaceholders(asked)}, and its form "${kind}" does not`;
  }
  return undefined;
}

function withoutCount(names: string[]): string {
  return names.filter((name) => name !== 'count').join();
}

function listPlaceholders(names: string[]): string {
  return names.length === 0 ? 'no value' : names.map((name) => `{${name}}`).join(', ');
}

function broken(file: string, line: number, why: string): Fault {
  return new Fault('template-broken', `${file}, line ${line}: ${why}`);
}
