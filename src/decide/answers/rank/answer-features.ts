import { normalSentence, sentencesOf } from '../answer-sentences.ts';
import { cleanMatter } from '../answer-text.ts';
import { UNSPACED } from '../answer-words.ts';

/** Counted up when the features of a text change; what was learned under another number is learned anew. */
export const FEATURES_VERSION = 2;
/** Features of one text that are looked at, in the order of the text: some 200 words. */
export const MAX_FEATURES = 1_200;

const PIECE = 4;

/**
 * What a text is about, as a set of numbers: word stems (stop words kept), pairs of neighbours, and pieces of four
 * characters across the borders of words, which carry typos and other languages. A number is a signed 32-bit hash; two
 * features that share one do little harm among hundreds. The text is cleaned first (see answer-text.ts).
 */
export function featuresOf(text: string): number[] {
  return featuresOfMatter(cleanMatter(text));
}

/**
 * What is kept of a past text: its features, and a number for each sentence. Sentences are not compared; they tell which of
 * them stand with many answers, and so are about none (see isSpread() in answer-profiles.ts).
 */
export function lessonOf(text: string, boilerplate: ReadonlySet<number> = NONE): number[] {
  const features = featuresWithout(text, boilerplate);
  return features.length === 0 ? [] : [...new Set([...features, ...sentenceFeatures(text)])];
}

const NONE: ReadonlySet<number> = new Set();

/** The sentences of a text, as they stand among the features of lessons. */
export function sentenceFeatures(text: string): number[] {
  return sentencesOf(text).flatMap(sentenceFeature);
}

/** The features of a text without those of its sentences that are boilerplate; of all of them where nothing else is left. */
export function featuresWithout(text: string, boilerplate: ReadonlySet<number>): number[] {
  if (boilerplate.size === 0) return featuresOf(text);
  const kept = ownSentences(text, boilerplate);
  return kept.length === 0 ? featuresOf(text) : featuresOfMatter(kept.join('\n'));
}

/** The sentences of a text that are not boilerplate. */
export function ownSentences(text: string, boilerplate: ReadonlySet<number>): string[] {
  return sentencesOf(text).filter((sentence) => !sentenceFeature(sentence).some((one) => boilerplate.has(one)));
}

function sentenceFeature(sentence: string): number[] {
  const normal = normalSentence(sentence);
  return normal === undefined ? [] : [hash('s', normal)];
}

function featuresOfMatter(matter: string): number[] {
  const found = new Set<number>();
  const words = featureWords(matter);
  let before: string | undefined;
  let tail = ' ';
  for (const word of words) {
    const stem = stemOf(word);
    found.add(hash('w', stem));
    if (before !== undefined) found.add(hash('b', `${before} ${stem}`));
    before = stem;
    const stretch = `${tail}${word} `;
    for (let at = 0; at + PIECE <= stretch.length; at++) found.add(hash('c', stretch.slice(at, at + PIECE)));
    tail = stretch.slice(1 - PIECE);
    if (found.size >= MAX_FEATURES) break;
  }
  return [...found].slice(0, MAX_FEATURES);
}

function featureWords(text: string): string[] {
  const words =
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+(?:['’]\p{L}+)?/gu) ?? [];
  return words.flatMap((word) => (UNSPACED.test(word) ? pairs(word) : [word.replace('’', "'")]));
}

/** A stretch of letters with no blanks is looked at in pairs of letters. */
function pairs(word: string): string[] {
  const letters = [...word];
  return letters.length < 2 ? letters : letters.slice(1).map((letter, at) => `${letters[at] ?? ''}${letter}`);
}

/** A light stem: the endings that English words change most, harmless where the word is of another language. */
function stemOf(word: string): string {
  if (word.length <= 3 || word.length > 40) return word.slice(0, 40);
  let stem = word.replace(/'s$/, '');
  if (!/(?:ss|us|is)$/.test(stem)) stem = stem.replace(/ies$/, 'y').replace(/s$/, '');
  if (stem.length > 5) stem = stem.replace(/(?:ing|ed|er|ly|ment)$/, '');
  return stem
    .replace(/(.)\1$/u, '$1')
    .replace(/e$/, '')
    .replace(/y$/, 'i');
}

/** FNV-1a over UTF-16 units, as Postgres keeps it: a signed integer. */
function hash(kind: string, text: string): number {
  let value = 0x811c9dc5 ^ kind.charCodeAt(0);
  value = Math.imul(value, 0x01000193);
  for (let at = 0; at < text.length; at++) {
    value ^= text.charCodeAt(at);
    value = Math.imul(value, 0x01000193);
  }
  return value | 0;
}

/** Features as bytes, four each, in the byte order of the machines we run on (little-endian): how a lesson is kept. */
export function packFeatures(features: readonly number[]): Uint8Array {
  return new Uint8Array(Int32Array.from(features).buffer);
}

export function unpackFeatures(bytes: Uint8Array): Int32Array {
  // A view needs a start that four divides; a Buffer's own slice() would not copy.
  const { buffer, byteOffset } = byteStart(bytes);
  return new Int32Array(buffer, byteOffset, Math.floor(bytes.byteLength / 4));
}

function byteStart(bytes: Uint8Array): { buffer: ArrayBufferLike; byteOffset: number } {
  return bytes.byteOffset % 4 === 0 ? bytes : { buffer: new Uint8Array(bytes).buffer, byteOffset: 0 };
}
