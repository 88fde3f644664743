import { findOwnMark } from '../../domain/mail/own-mark.ts';

/**
 * What follows the lines of a mail that are told apart: one piece of text, or two where our marker stands in it, since it ends
 * the words of an agent and what they wrote above it must not go with it.
 */
export function unsplitLines(text: string): string[] {
  if (text.trim() === '') return [];
  const lines = text.split('\n');
  const at = findOwnMark(lines);
  return at === undefined || at === 0 ? [text] : [lines.slice(0, at).join('\n'), lines.slice(at).join('\n')];
}
