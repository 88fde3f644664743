/**
 * The first `max` UTF-16 units of a text, well-formed: a character that the cut would split is left out. Postgres refuses
 * half a character in jsonb.
 */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text.toWellFormed();
  const last = text.charCodeAt(max - 1);
  const isHalf = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, isHalf ? max - 1 : max).toWellFormed();
}
