import type { Mark, Passage } from '../../domain/ticket/past-answer.ts';
import { type Body, findBody } from './answer-body.ts';
import { DETAILS, FILE_WORDS, OPEN_DAYS, TOWN } from './detail-patterns.ts';
import { type AboutAnswer, findNames, nameWords } from './people-named.ts';
import { findSecrets } from './told-secrets.ts';

/** An answer is looked at so far; one that goes on is marked from there. */
const MAX_LOOKED = 20_000;

/**
 * An answer was written to somebody. Before it goes to anybody else, what is personal in it is marked: names and addresses
 * of its customer and of the agent who wrote it, and numbers, dates, amounts and links that no equal answer to another customer
 * holds. A mark too many costs an agent a glance; one too few tells a customer about another.
 */
export function markPersonal(about: AboutAnswer): Passage {
  const { answer } = about;
  const found = findBody(answer);
  const { from } = found;
  const to = aboveName(answer, found, about.agentName);
  const body = answer.slice(from, Math.min(to, from + MAX_LOOKED));
  const others = about.others.map((other) => sameDetail(other.slice(0, MAX_LOOKED)));
  const details = findDetails(body).filter(({ text }) => !others.some((other) => holdsDetail(other, sameDetail(text))));
  const unseen: Mark[] = from + body.length < to ? [{ kind: 'rest', from: body.length, to: to - from }] : [];
  const marks = [...details, ...findNames(body, about), ...findFiles(body), ...unseen];
  return {
    from,
    to,
    marks: joinMarks(marks.map((mark) => ({ kind: mark.kind, from: mark.from + from, to: mark.to + from }))),
  };
}

/** Many sign with their name alone. */
function aboveName(answer: string, { from, to }: Body, agentName: string): number {
  const names = new Set(nameWords(agentName.toLowerCase()));
  const last = answer.lastIndexOf('\n', to - 1);
  const words = nameWords(answer.slice(last + 1, to).toLowerCase());
  if (last <= from || words.length === 0 || !words.every((word) => names.has(word))) return to;
  return from + answer.slice(from, last).trimEnd().length;
}

type Found = Mark & { text: string };

/** Most answers hold no digit, and most details do. */
const WITHOUT_DIGITS = DETAILS.filter(({ pattern }) => !pattern.source.includes('Nd'));

function findDetails(text: string): Found[] {
  const looked = /\p{Nd}/u.test(text) ? DETAILS : WITHOUT_DIGITS;
  const small = inSmallLetters(text);
  const found = looked.flatMap(({ kind, pattern, cased }) =>
    [...(cased ? text : small).matchAll(pattern)].map((match): Found => {
      const written = text.slice(match.index, match.index + match[0].length);
      const whole = written.trimEnd().replace(/(?<![.,;:!?)])[.,;:!?)]+$/, (signs) => (kind === 'date' ? signs : ''));
      return { kind, from: match.index, to: match.index + whole.length, text: whole };
    }),
  );
  // A number is the same number whether or not the one of a street or a telephone is around it.
  const codes = findCodes(text).filter(({ from, to }) => !found.some((one) => one.from <= from && to <= one.to));
  const secrets = findSecrets(text, small).map((mark) => ({ ...mark, text: text.slice(mark.from, mark.to) }));
  const personal = found.filter((one) =>
    one.kind === 'link' ? isPersonalLink(one.text) : one.kind !== 'date' || !isOpeningHour(small, one),
  );
  return [...personal.map((one) => withTown(text, one)), ...codes, ...secrets];
}

/** An hour in a sentence that names a stretch of days. */
function isOpeningHour(small: string, { from, to, text }: Found): boolean {
  if (!/^\p{Nd}{1,2}(?:[:h]\p{Nd}{2})?\s?(?:am|pm|uhr|h)?$/iu.test(text)) return false;
  const start = Math.max(...['. ', '! ', '? ', '\n'].map((end) => small.lastIndexOf(end, from)), 0);
  const behind = small.slice(to, to + 120);
  return OPEN_DAYS.test(
    small.slice(Math.max(start, from - 120), from) + behind.slice(0, behind.search(/[.!?]\s|\n|$/)),
  );
}

/** What stands behind a street and its number: `, 70173 Stuttgart`. */
function withTown(text: string, found: Found): Found {
  if (found.kind !== 'address' || found.text.includes('@')) return found;
  TOWN.lastIndex = found.to;
  const to = found.to + (TOWN.exec(text)?.[0].length ?? 0);
  return { ...found, to, text: text.slice(found.from, to) };
}

/** Letter by letter where a few have no small one of the same length: places must stay. */
function inSmallLetters(text: string): string {
  const small = text.toLowerCase();
  if (small.length === text.length) return small;
  return text.replace(/[\s\S]/g, (letter) => (letter.toLowerCase().length === 1 ? letter.toLowerCase() : letter));
}

/** Most links lead to a page for everybody. Those with a long number or what looks like a key lead to one person's. */
export function isPersonalLink(link: string): boolean {
  return countDigits(link) >= 4 || link.split(/[/?&=#]/).some(isCode) || /[?&][^=]{0,40}=[^&]{12}/.test(link);
}

/** Numbers of four digits and more, and letters mixed with digits as in `XK4P-99Q`. */
function findCodes(text: string): Found[] {
  return [...text.matchAll(/[\p{Script=Latin}\p{Nd}][\p{Script=Latin}\p{Nd}._/+-]{0,200}/gu)].flatMap(
    (match): Found[] => {
      const code = match[0].replace(/(?<![._/+-])[._/+-]+$/, '');
      if (!isCode(code)) return [];
      return [{ kind: 'number', from: match.index, to: match.index + code.length, text: code }];
    },
  );
}

function isCode(word: string): boolean {
  if (countDigits(word) >= 4) return true;
  if (
    /^[\p{Lu}\p{Nd}]{1,12}(?:[-/][\p{Lu}\p{Nd}]{1,12}){2,6}$/u.test(word) &&
    /\p{Nd}{2}/u.test(word) &&
    /\p{Lu}/u.test(word)
  )
    return true;
  const changes = word.match(/\p{L}(?=\p{Nd})|\p{Nd}(?=\p{L})/gu)?.length ?? 0;
  const capitals = word.match(/\p{Lu}/gu)?.length ?? 0;
  return word.length >= 5 && countDigits(word) >= 2 && (changes >= 2 || capitals >= 3);
}

function countDigits(text: string): number {
  return text.match(/\p{Nd}/gu)?.length ?? 0;
}

/** The same number is written with other blanks and signs. */
function sameDetail(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s.,()/'’#-]/gu, '');
}

/** Whether the detail stands in a text, both as sameDetail() writes them: `12` does not stand in `4712`. */
function holdsDetail(text: string, detail: string): boolean {
  for (let at = text.indexOf(detail); at >= 0; at = text.indexOf(detail, at + 1)) {
    const before = /\p{Nd}$/u.test(text.slice(Math.max(0, at - 2), at)) && /^\p{Nd}/u.test(detail);
    const behind = /^\p{Nd}/u.test(text.slice(at + detail.length, at + detail.length + 2)) && /\p{Nd}$/u.test(detail);
    if (!before && !behind) return true;
  }
  return false;
}

function findFiles(text: string): Mark[] {
  return [...inSmallLetters(text).matchAll(FILE_WORDS)].map((match) => ({
    kind: 'file',
    from: match.index,
    to: match.index + match[0].length,
  }));
}

/** In their order, those that touch each other as one. */
function joinMarks(marks: readonly Mark[]): Mark[] {
  const result: Mark[] = [];
  for (const mark of marks.toSorted((one, other) => one.from - other.from || other.to - one.to)) {
    const last = result.at(-1);
    if (last && mark.from <= last.to) last.to = Math.max(last.to, mark.to);
    else if (last && last.kind === 'name' && mark.kind === 'name' && mark.from === last.to + 1) last.to = mark.to;
    else result.push({ ...mark });
  }
  return result;
}
