import { cleanMatter } from './answer-text.ts';
import { UNSPACED } from './answer-words.ts';

/** A line that is at least this long was most likely broken by a mail program, and its sentence goes on below. */
const MIN_WRAPPED = 58;
/** Fewer words are no sentence of their own. */
const MIN_WORDS = 3;
/** Questions of one mail that are looked up one by one. */
export const MAX_QUESTIONS = 4;
const MAX_SENTENCES = 100;

/** The sentences of the matter of a text. */
export function sentencesOf(text: string): string[] {
  return paragraphsOf(cleanMatter(text)).flatMap(splitSentences).slice(0, MAX_SENTENCES);
}

/** What makes two sentences the same: words and small numbers; those of orders and people may differ. */
export function normalSentence(sentence: string): string | undefined {
  const words =
    sentence
      .normalize('NFKC')
      .toLowerCase()
      .replace(/\p{Nd}{4,}/gu, '#')
      .match(/[\p{L}\p{M}\p{N}#]+/gu) ?? [];
  const unspaced = UNSPACED.test(sentence) && words.join('').length >= 2 * MIN_WORDS;
  return words.length >= MIN_WORDS || unspaced ? words.join(' ') : undefined;
}

/**
 * The questions of a mail that asks several: points of a list, or sentences with a question mark, each with what stands
 * before it. Empty where the text is one question.
 */
export function questionsOf(text: string): string[] {
  const parts = paragraphsOf(cleanMatter(text)).flatMap((paragraph) => {
    if (isListPoint(paragraph)) return [paragraph.replace(POINT, '')];
    const questions: string[] = [];
    let open = '';
    for (const sentence of splitSentences(paragraph)) {
      open = `${open} ${sentence}`.trim();
      if (!/[?？؟]["'”’)]?$/u.test(sentence)) continue;
      questions.push(open);
      open = '';
    }
    return questions.length > 0 ? questions : [open];
  });
  const asked = parts.filter((part) => /[?？؟]/u.test(part));
  const points = asked.length >= 2 ? asked : parts;
  const spoken = points.filter((part) => normalSentence(part) !== undefined);
  return spoken.length >= 2 ? spoken.slice(0, MAX_QUESTIONS) : [];
}

const POINT = /^(?:[-*•–]|\(?\p{Nd}{1,2}[.)]|\(?[a-z][.)])\s+/u;

function isListPoint(line: string): boolean {
  return POINT.test(line);
}

/** Paragraphs with their broken lines made whole; each point of a list is one. */
function paragraphsOf(text: string): string[] {
  const paragraphs: string[] = [];
  let open = false;
  let last = '';
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    const goesOn = open && last.length >= MIN_WRAPPED && line !== '' && !isListPoint(line);
    if (goesOn) paragraphs.push(`${paragraphs.pop() ?? ''} ${line}`);
    else if (line !== '') paragraphs.push(line);
    open = line !== '';
    last = line;
  }
  return paragraphs;
}

function splitSentences(paragraph: string): string[] {
  return paragraph
    .split(/(?<=[.!?…])\s+|(?<=[。！？])/u)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
}
