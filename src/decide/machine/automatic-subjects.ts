/**
 * How vacation programs word the subject of an answer, in the languages people write them. Weak evidence: people write
 * such subjects too, so that decide/machine/classify-mail.ts asks for a second sign. Lower case, one blank between words.
 */
import { AUTOMATIC_STARTS, AUTOMATIC_STARTS_EAST } from './automatic-subject-words.ts';

/** Anywhere in the subject: `Jo Doe is out of the office (returning 2 November)`. */
const AUTOMATIC_PARTS = [
  'is out of the office',
  'is out of office',
  'is on vacation',
  'is away from',
  'is currently away',
  'ist nicht im büro',
  'ist abwesend',
  'est absent',
  'está fuera',
  'è fuori ufficio',
  'is afwezig',
];

/** Parts of words that mean "automatic", and the phrase that English programs use instead. */
const AUTOMATIC_ROOTS = [
  'automat',
  'autom.',
  'auto reply',
  'auto-reply',
  'autoreply',
  'auto response',
  'auto-response',
  'autoresponse',
  'autorespond',
  'auto respond',
  'autosvar',
  'autoodpowiedź',
  'out of office',
  'out of the office',
  'out-of-office',
  'abwesenheitsnotiz',
  'risponditore',
  'samodejni',
  'avtomat',
  'sjálfvirk',
  'awtomat',
  'otomatik',
  'otomatis',
  'авто',
  'аўта',
  'аутомат',
  'αυτόματη',
  'אוטומטי',
  'تلقائي',
  'آلي',
  'خودکار',
  'स्वच',
  'स्वतः',
  'อัตโนมัติ',
  'tự động',
  '自动',
  '自動',
  '자동',
  'ავტომატ',
  'ավտոմատ',
];

const MARKS = /^[\s*"'“”«»【】[(\u200e\u200f\u202a-\u202e-]{1,12}/;
const TAG = /^\[[^\]]{0,60}\]\s{0,5}/;

/** Does the subject begin as the subjects of vacation programs do? `Re: Out of office` is a person's answer to one. */
export function isAutomaticSubject(subject: string): boolean {
  if (findStart(subject) !== undefined) return true;
  const words = comparableSubject(subject);
  return !/^\S{1,6}:/.test(words) && AUTOMATIC_PARTS.some((part) => words.includes(part));
}

/**
 * Does it call itself automatic, with the colon that programs put before the subject that they answer? People write
 * `Vacation: 3 to 7 May` to a desk, but hardly `Automatic reply: [#12] Your ticket`.
 */
export function isAutomaticPrefix(subject: string): boolean {
  const start = findStart(subject);
  if (start === undefined || !/^\s?[:：]\s?\S/.test(start.rest)) return false;
  return AUTOMATIC_ROOTS.some((root) => start.words.includes(root));
}

/** Behind the words of a vacation program: nothing, what it answers, or until when. */
const BEHIND =
  /^[\s.!*"'”»)\]】]{0,5}(?:$|[:：(（[|–—,-]|(?:re|aw|sv|tr|rv|antw|odp)[:：]|(?:until|till|til|to|bis|jusqu|hasta|até|fino|al|tot|t\/m|asti|do|до|έως|from|vom|von|ab|du|del|dal|da|od|fra|från|van|since|\d)(?:[\s\d.'’]|$))/u;

/**
 * Is the subject that of a vacation program and nothing else? `Out of office`, `Abwesenheitsnotiz: Ihre Frage`, `Autosvar
 * (till 7 december)`, but not `Vacation plans for the team`.
 */
export function isBareAutomaticSubject(subject: string): boolean {
  const start = findStart(subject);
  return start !== undefined && (/[:-]$/.test(start.words) || BEHIND.test(start.rest));
}

/** The words of a vacation program at the beginning of a subject and what follows them, or undefined. */
function findStart(subject: string): { words: string; rest: string } | undefined {
  const words = comparableSubject(subject);
  for (const text of [words.replace(MARKS, ''), words.trim().replace(TAG, '').replace(MARKS, '')]) {
    const isHere = (start: string) => text.startsWith(start);
    const start = AUTOMATIC_STARTS.find(isHere) ?? AUTOMATIC_STARTS_EAST.find(isHere);
    if (start !== undefined) return { words: start, rest: text.slice(start.length) };
  }
  return undefined;
}

function comparableSubject(subject: string): string {
  const cut = subject.slice(0, 300).toLowerCase().normalize('NFC');
  return cut.replace(/[\s\u00a0]+/g, ' ').replace(/\u2019/g, "'");
}
