import { findBody } from './answer-body.ts';
import { DISCLAIMERS, GREETINGS, SIGN_OFFS } from './answer-words.ts';

/** Characters of a question or an answer that are looked at; what matters stands at the beginning. */
export const MAX_CHARACTERS = 4_000;
const MAX_GREETING = 60;
const MAX_SIGN_OFF = 60;
/** Lines below a sign-off that are still a name, a role and a telephone number. */
const MAX_LINES_BELOW = 10;

/**
 * A text without what says nothing about its matter: greeting, sign-off, disclaimer. New and past texts go through the
 * same. In doubt the words stay: a text of nothing else is returned as it is.
 */
export function cleanMatter(text: string): string {
  const lines = text
    .slice(0, MAX_CHARACTERS)
    .split(/\r?\n/)
    .map((line) => line.trim());
  const end = signOffLine(lines.slice(0, disclaimerLine(lines)));
  const kept = lines.slice(0, end);
  const first = kept.findIndex((line) => line !== '');
  if (first >= 0 && isGreeting(kept[first] ?? '') && kept.slice(first + 1).some((line) => line !== '')) {
    kept.splice(first, 1);
  }
  return kept.join('\n').trim() || text.slice(0, MAX_CHARACTERS).trim();
}

function bodyText(answer: string): string {
  const start = answer.slice(0, MAX_CHARACTERS);
  const { from, to } = findBody(start);
  return start.slice(from, to);
}

/**
 * What makes two answers the same answer: their words in lower case, without greeting, sign-off, signs and the numbers
 * of orders and people.
 */
export function normalAnswer(answer: string): string {
  return (
    bodyText(answer)
      .normalize('NFKC')
      .toLowerCase()
      .replace(/\d{4,}/g, '#')
      .match(/[\p{L}\p{M}\p{N}#]+/gu)
      ?.join(' ') ?? ''
  );
}

/** True where two normal answers say nearly the same: at least 7 of 10 of all their words stand in both. */
export function areNearCopies(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  let both = 0;
  for (const word of one) if (other.has(word)) both++;
  return both > 0 && both >= 0.7 * (one.size + other.size - both);
}

function isGreeting(line: string): boolean {
  return line.length <= MAX_GREETING && /[,!:.，！]$|^\S+(?: \S+)?$/u.test(line) && beginsWith(line, GREETINGS);
}

function signOffLine(lines: readonly string[]): number {
  let filled = 0;
  let found = lines.length;
  for (let at = lines.length - 1; at > 0 && filled <= MAX_LINES_BELOW; at--) {
    const line = lines[at] ?? '';
    if (line === '') continue;
    filled++;
    if (line.length <= MAX_SIGN_OFF && beginsWith(line, SIGN_OFFS) && !line.includes('?')) found = at;
  }
  return found;
}

function disclaimerLine(lines: readonly string[]): number {
  const at = lines.findIndex((line) => {
    const lower = line.toLowerCase();
    return DISCLAIMERS.some((words) => lower.includes(words));
  });
  return at > 0 ? at : lines.length;
}

function beginsWith(line: string, starts: readonly string[]): boolean {
  const lower = line.toLowerCase();
  return starts.some((start) => lower.startsWith(start) && !/^[\p{L}\p{N}]/u.test(lower.slice(start.length)));
}
