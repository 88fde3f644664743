import { OWN_PHRASES } from '../../../domain/mail/own-phrases.ts';
import { remembered } from '../line-memory.ts';
import { formOf, isLong, isRule } from './quote-line.ts';
import { ABOVE_WORDS, FORWARDED_MESSAGE, LINE_WORDS, ORIGINAL_MESSAGE, REPLY_WORDS } from './quote-separator-words.ts';

/**
 * - `original`: "-----Original Message-----"; what follows is history.
 * - `forward`: "---------- Forwarded message ---------"; what follows is what the person wants read.
 * - `reply-above`: "Please type your reply above this line"; what follows is our own notification.
 */
export type Separator = 'original' | 'forward' | 'reply-above';

/** Our own marks: they stand in what we send to agents, at the end of a line that begins with a glimpse of the words. */
const OWN_MARKS = Object.values(OWN_PHRASES).map(({ mark }) => mark.toLowerCase());

/** The longest that we write is 70; a sentence of somebody who writes about the mark is longer, or goes on behind it. */
const MAX_OWN_LINE = 75;

export const isOwnMark = remembered((text: string): boolean => {
  const form = formOf(text).toLowerCase();
  return form.length <= MAX_OWN_LINE && OWN_MARKS.some((mark) => form.endsWith(mark));
});

/** The words of a separator, and those of a marker that nothing is drawn around. */
const MAX_WORDS = 60;

const originals = new Set(ORIGINAL_MESSAGE);
const forwards = new Set(FORWARDED_MESSAGE);

/** What kind of separator the line is, or undefined. `certain` is false where no dashes are around the words. */
export const separatorOf = remembered((text: string): { kind: Separator; certain: boolean } | undefined => {
  const form = formOf(text);
  if (form === '' || form.length > 160 || isLong(form)) return undefined;
  if (isOwnMark(text)) return { kind: 'reply-above', certain: true };
  const lower = form.toLowerCase();
  // Tobit David announces its quotes in words.
  if (lower.startsWith('original message processed by ')) return { kind: 'original', certain: true };
  if (isUndrawnSentence(lower)) return undefined;
  if (isReplyAbove(lower)) return { kind: 'reply-above', certain: true };
  const bare = lower.replace(/^[\s\-_=*~#+>—–─━‐|.]{1,80}/, '').replace(/[\s\-_=*~#+<—–─━‐|.:：]{1,80}$/, '');
  if (bare.length < 2 || bare.length > MAX_WORDS) return undefined;
  const dashed = /^\s?[-_=*~#+—–─━‐|>]{2}/.test(lower);
  if (forwards.has(bare)) return { kind: 'forward', certain: dashed || /[:：]$/.test(lower) };
  if (originals.has(bare)) return { kind: 'original', certain: dashed };
  if ((dashed || /[:：]$/.test(lower)) && FORWARDED_MESSAGE.some((each) => bare.startsWith(each)))
    return { kind: 'forward', certain: true };
  if (
    dashed &&
    /[-_=*~#+—–─━‐|<]{2}\s?$/.test(lower) &&
    ORIGINAL_MESSAGE.some((each) => each.includes(' ') && bare.startsWith(each))
  ) {
    return { kind: 'original', certain: true };
  }
  return undefined;
});

/** More than a separator's words without a sign around them, as most lines of a mail are. */
function isUndrawnSentence(lower: string): boolean {
  return lower.length > MAX_WORDS + 1 && /^[a-z0-9]/.test(lower) && /[a-z0-9][.,]?$/.test(lower);
}

/** A help desk's marker: drawn with signs around it or alone on its line, and made of "reply", "above" and "line". */
function isReplyAbove(lower: string): boolean {
  const drawn = /^[#\-=*_~+—–─>|[({<\s]{2}/.test(lower) || /[#\-=*_~+—–─|\])}\s]{2}$/.test(lower);
  if (lower.length > (drawn ? 140 : MAX_WORDS) || isRule(lower)) return false;
  if (!ABOVE_WORDS.some((word) => lower.includes(word))) return false;
  if (!REPLY_WORDS.some((word) => lower.includes(word))) return false;
  if (drawn) return lower.length <= 32 || namesLine(lower);
  return namesLine(lower) && startsAsOrder(lower);
}

/** True where a word for the line itself stands; short words only as whole words, unless the script has no blanks. */
function namesLine(lower: string): boolean {
  const words = lower.split(/[^\p{L}\p{M}\p{N}]+/u);
  return LINE_WORDS.some((line) => {
    if (/[^\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]/u.test(line)) return lower.includes(line);
    return words.some((word) => word === line || (line.length >= 4 && word.startsWith(line)));
  });
}

/** Without signs around it only an order counts: "Please reply above this line", not "see my reply above the line". */
function startsAsOrder(lower: string): boolean {
  const words = lower.replace(
    /^(?:please|bitte|s'il vous plaît|merci de|por favor|prosím|proszę|пожалуйста)[,\s]{1,2}/,
    '',
  );
  return REPLY_WORDS.some((word) => words.startsWith(word)) && !/[,.!?;]\s?\p{L}/u.test(words);
}
