/** True of a line that is marked as a quote: by the `>` of plain text, or the wide one of Japanese keyboards. */
export function isQuotedLine(line: string): boolean {
  return /^\s{0,3}[>＞]/.test(line);
}

/**
 * Words from their first own line on, for where only their beginning is shown: an answer may begin with the question that it quotes.
 * The words as they are where all of them are quoted.
 */
export function behindQuotes(words: string): string {
  const lines = words.split('\n');
  const first = lines.findIndex((line) => !isQuotedLine(line) && /[\p{L}\p{N}]/u.test(line));
  return first <= 0 ? words : lines.slice(first).join('\n');
}
