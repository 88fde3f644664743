import type { Mark, Passage } from '../../domain/ticket/past-answer.ts';
import { type Body, findBody } from './answer-body.ts';
import { GREETINGS, SIGN_OFFS } from './answer-words.ts';
import { DETAILS, FILE_WORDS } from './detail-patterns.ts';

/**
 * An answer was written to somebody. Before it goes to anybody else, what is personal in it is marked: names and addresses
 * of its customer and of the agent who wrote it, and numbers, dates, amounts and links that no equal answer to another customer
 * holds. A mark too many costs an agent a glance; one too few tells a customer about another.
 */
export type AboutAnswer = {
  /** as it was sent */
  answer: string;
  /** what its customer asked, their address, and the names that their mails carried */
  question: string;
  customer: string;
  customerNames: readonly string[];
  /** of the agent who wrote it */
  agentName: string;
  /** equal answers to other customers */
  others: readonly string[];
};

/** An answer is looked at so far; one that goes on is marked from there. */
const MAX_LOOKED = 20_000;

export function markPersonal(about: AboutAnswer): Passage {
  const { answer } = about;
  const found = findBody(answer);
  const { from } = found;
  const to = aboveName(answer, found, about.agentName);
  const body = answer.slice(from, Math.min(to, from + MAX_LOOKED));
  const others = about.others.map((other) => sameDetail(other.slice(0, MAX_LOOKED)));
  const details = findDetails(body).filter(({ text }) => !others.some((other) => holds(other, sameDetail(text))));
  const unseen: Mark[] = from + body.length < to ? [{ kind: 'rest', from: body.length, to: to - from }] : [];
  const marks = [...details, ...findNames(body, about), ...findFiles(body), ...unseen];
  return {
    from,
    to,
    marks: joined(marks.map((mark) => ({ kind: mark.kind, from: mark.from + from, to: mark.to + from }))),
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
  return [...found.filter((one) => one.kind !== 'link' || isPersonalLink(one.text)), ...codes];
}

/** Letter by letter where a few have no small one of the same length: places must stay. */
function inSmallLetters(text: string): string {
  const small = text.toLowerCase();
  if (small.length === text.length) return small;
  return text.replace(/[\s\S]/g, (letter) => (letter.toLowerCase().length === 1 ? letter.toLowerCase() : letter));
}

/** Most links lead to a page for everybody. Those with a long number or what looks like a key lead to one person's. */
function isPersonalLink(link: string): boolean {
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
function holds(text: string, detail: string): boolean {
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

/** Words in names that name nobody. */
const NOBODY = new Set(
  `the and und von van der den del des dos for with from our your team support service customer info mail email office contact hello
sales admin kontakt post help billing orders accounts account noreply reply news shop store web desk gmbh inc ltd llc client kunde
cliente mister there all everyone sir madam herr frau mrs miss monsieur madame señor señora signor signora dear`.split(
    /\s+/,
  ),
);

/** Words by which the customer and the agent of an answer are called: of their mails, addresses, greetings and sign-offs. */
function namesIn({ answer, question, customer, customerNames, agentName }: AboutAnswer): Set<string> {
  const { from, to } = findBody(answer);
  const asked = findBody(question);
  const local = customer.slice(0, Math.max(0, customer.lastIndexOf('@')));
  const words = [
    ...[...customerNames, agentName].flatMap(nameWords),
    ...nameWords(local.replace(/[^\p{L}]+/gu, ' ')).filter((word) => word.length >= 3),
    ...nameWords(withoutPhrases(answer.slice(0, from))).filter(isCapital),
    ...signedNames(answer.slice(to)),
    ...signedNames(question.slice(asked.to)),
    ...introduced(question),
  ];
  return new Set(words.map((word) => word.toLowerCase()).filter((word) => !NOBODY.has(word)));
}

function nameWords(name: string): string[] {
  return name.normalize('NFKC').match(/[\p{L}\p{M}][\p{L}\p{M}'’]+/gu) ?? [];
}

/** The names in the first lines of what stands below a text; further below stand roles and places. */
function signedNames(tail: string): string[] {
  return tail
    .slice(0, 400)
    .split('\n')
    .map((line) => withoutPhrases(line.trim()))
    .filter((line) => line !== '' && line.split(/\s+/).length <= 4)
    .slice(0, 1)
    .flatMap((line) => nameWords(line).filter(isCapital));
}

const INTRODUCED =
  /(?:[mM]y name is|[iI]ch heiße|[mM]ein [nN]ame ist|[jJ]e m['’]appelle|[mM]on nom est|[mM]e llamo|[mM]i nombre es|[mM]i chiamo|[mM]eu nome é|[mM]ijn naam is)\s((?:\p{Lu}[\p{L}'’-]{1,40}\s?){1,3})/gu;

function introduced(question: string): string[] {
  return [...question.slice(0, 4_000).matchAll(INTRODUCED)].flatMap((match) =>
    nameWords(match[1] ?? '').filter(isCapital),
  );
}

function withoutPhrases(line: string): string {
  const lower = line.toLowerCase();
  const phrase = [...GREETINGS, ...SIGN_OFFS]
    .filter((one) => lower.startsWith(one))
    .sort((one, other) => other.length - one.length)[0];
  return phrase === undefined ? line : line.slice(phrase.length);
}

/** Scripts without capitals have none to ask for. */
function isCapital(word: string): boolean {
  return !/^\p{Ll}/u.test(word);
}

function findNames(text: string, about: AboutAnswer): Mark[] {
  const names = namesIn(about);
  // Some write `maria` for Maria; a name of three letters is too often a word.
  const certain = new Set(about.customerNames.flatMap(nameWords).filter(({ length }) => length >= 4));
  const small = new Set([...certain].map((word) => word.toLowerCase()).filter((word) => names.has(word)));
  const spaced = [...text.matchAll(/[\p{L}\p{M}][\p{L}\p{M}'’]+/gu)].flatMap((match): Mark[] => {
    const word = match[0].replace(/['’]s?$/u, '');
    const lower = word.normalize('NFKC').toLowerCase();
    if (!names.has(lower) || (!isCapital(word) && !small.has(lower))) return [];
    return [{ kind: 'name', from: match.index, to: match.index + word.length }];
  });
  // Between letters of scripts without blanks, a name has no borders.
  const unspaced = [...names].filter((name) =>
    /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(name),
  );
  return [
    ...spaced,
    ...unspaced.flatMap((name) => {
      const at = text.indexOf(name);
      return at < 0 ? [] : [{ kind: 'name' as const, from: at, to: at + name.length }];
    }),
  ];
}

/** In their order, those that touch each other as one. */
function joined(marks: readonly Mark[]): Mark[] {
  const result: Mark[] = [];
  for (const mark of marks.toSorted((one, other) => one.from - other.from || other.to - one.to)) {
    const last = result.at(-1);
    if (last && mark.from <= last.to) last.to = Math.max(last.to, mark.to);
    else if (last && last.kind === 'name' && mark.kind === 'name' && mark.from === last.to + 1) last.to = mark.to;
    else result.push({ ...mark });
  }
  return result;
}
