/** Lines at the end of a mail among which a sign-off stands. */
const SIGNING_LINES = 6;

/** True where the words end with the agent's name, or with its first or last word on a line alone: nothing needs to be added. */
export function endsWithName(words: string, name: string): boolean {
  const whole = lettersAndBlanks(name);
  if (whole === '') return true;
  const parts = whole.split(' ');
  const last = words
    .split('\n')
    .map(lettersAndBlanks)
    .filter((line) => line !== '')
    .slice(-SIGNING_LINES);
  return last.some((line) => line.includes(whole) || line === parts[0] || line === parts.at(-1));
}

function lettersAndBlanks(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim();
}
