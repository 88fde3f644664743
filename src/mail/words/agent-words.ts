import { findOwnMark } from '../../domain/mail/own-mark.ts';
import type { BodyLine } from './quote/quote-line.ts';
import { separatorOf } from './quote/quote-separator.ts';
import { findHistory } from './quote/quoted-text.ts';
import { typedWords } from './typed-words.ts';

/** The words of an agent above our marker, with the lines that stand above it and which of them are history. */
export type AgentReading = { words: string; lines: readonly BodyLine[]; old: readonly boolean[] };

/**
 * What an agent wrote above the first marker of ours, wherever it stands and however a client dressed it; undefined where
 * the mail holds none. Below it stands what we sent to them, notes included, and not a line of it is theirs.
 */
export function agentReading(lines: readonly BodyLine[], isForward: boolean): AgentReading | undefined {
  const mark = firstMark(lines);
  if (mark === undefined) return undefined;
  const above = lines.slice(0, mark);
  const old = findHistory(above, { isForward, isAboveMark: true });
  return { words: typedWords(above, old), lines: above, old };
}

/** The marker that we write, or what reads like it in the language of other templates. */
function firstMark(lines: readonly BodyLine[]): number | undefined {
  const own = findOwnMark(lines.map(({ text }) => text));
  const other = lines.findIndex(
    ({ text }, at) => at < (own ?? lines.length) && text.includes('##') && separatorOf(text)?.kind === 'reply-above',
  );
  return other < 0 ? own : other;
}
