import { cutText } from '../../domain/cut-text.ts';
import { MAX_WORDS } from '../../domain/mail/mail-view.ts';

/** How much of a ticket's history stands in one mail; more is counted, and an operator sees all of it. */
export const HISTORY_BOUNDS = { entries: 40, characters: 8_001, newestAnswerCharacters: MAX_WORDS } as const;
/** In all texts together. It is more than mail programs show of one mail, and takes some milliseconds to lay out. */
const MAX_CHARACTERS = 40_000;
/** What remains of a text when there is no room: enough to see what it is about. */
const MIN_SHOWN = 120;

/**
 * A history whose texts together keep a bound: the newest are whole, older ones become short. Where an entry is the words that
 * the mail is about, it becomes them again, so that the template says "the words above".
 */
export function fitHistory<H extends History>(history: H, words: string): H {
  let room = MAX_CHARACTERS;
  const shorten = (text: string): string => {
    if (isCutOf(text, words)) return words;
    const shown = cutText(text, Math.max(MIN_SHOWN, room));
    room = Math.max(0, room - shown.length);
    return shown.length < text.length ? `${shown} […]` : shown;
  };
  const fitTurn = <T extends History['turns'][number]>(turn: T): T => {
    const answer = turn.answer === undefined ? undefined : shorten(turn.answer);
    return { ...turn, answer, response: shorten(turn.response) };
  };
  return {
    ...history,
    held: newestFirst(history.held, (mail) => ({ ...mail, words: shorten(mail.words) })),
    turns: newestFirst(history.turns, fitTurn),
    notes: newestFirst(history.notes, (note) => ({ ...note, note: shorten(note.note) })),
  };
}

type History = {
  turns: { response: string; answer: string | undefined }[];
  held: { words: string }[];
  notes: { note: string }[];
};

function newestFirst<T>(oldestFirst: readonly T[], change: (one: T) => T): T[] {
  return oldestFirst.toReversed().map(change).toReversed();
}

/** True where a text that was cut at `HISTORY_BOUNDS.characters` is the beginning of these words. */
function isCutOf(text: string, words: string): boolean {
  if (words === '') return false;
  return text === words || (text.length >= HISTORY_BOUNDS.characters && words.startsWith(text));
}
