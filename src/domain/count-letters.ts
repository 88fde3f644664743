/** Letters and digits of any script; blanks, marks and signs do not count. */
export function countLetters(text: string): number {
  return text.replace(/[^\p{L}\p{N}]/gu, '').length;
}
