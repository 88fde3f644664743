import type { Mark, MarkKind, Passage } from '../../domain/ticket/past-answer.ts';

/** What of a past answer is shown and sent: see personal-details.ts. */
type PastAnswer = { answer: string; passage: Passage };

/** Without greeting and sign-off. */
export function cleanWords({ answer, passage }: PastAnswer): string {
  return answer.slice(passage.from, passage.to);
}

/** The same with `[[` and `]]` around what is personal: how agents see it. */
export function markedWords(past: PastAnswer): string {
  return replaceMarks(past, past.passage.marks, (text) => `[[${text}]]`);
}

/** A blank for each kind of mark. Words that hold one of these are not sent. */
const BLANKS: Record<MarkKind, string> = {
  name: '[[name]]',
  address: '[[address]]',
  number: '[[number]]',
  secret: '[[secret]]',
  date: '[[date]]',
  amount: '[[amount]]',
  link: '[[link]]',
  file: '[[file]]',
  rest: '[[more]]',
};

/** With blanks for what is marked. */
export function blankedWords(past: PastAnswer, marks: readonly Mark[]): string {
  return replaceMarks(past, marks, (_, { kind }) => BLANKS[kind]);
}

/** The first blank that was not filled in. */
export function findBlank(words: string): string | undefined {
  return Object.values(BLANKS).find((blank) => words.includes(blank));
}

function replaceMarks(
  { answer, passage }: PastAnswer,
  marks: readonly Mark[],
  instead: (text: string, mark: Mark) => string,
): string {
  let at = passage.from;
  let words = '';
  for (const mark of marks) {
    words += answer.slice(at, mark.from) + instead(answer.slice(mark.from, mark.to), mark);
    at = mark.to;
  }
  return words + answer.slice(at, passage.to);
}
