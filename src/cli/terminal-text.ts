/** Text as it stands on a terminal. */

/** No control character of a mail reaches the terminal; line ends stay. */
export function printable(text: string): string {
  return text.replace(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/g, ' ');
}

/** One line of at most `width` characters. */
export function oneLine(text: string, width: number): string {
  const line = printable(text).replace(/\s+/g, ' ').trim();
  const letters = [...line];
  return letters.length > width ? `${letters.slice(0, Math.max(0, width - 3)).join('')}...` : line;
}

/** `2026-11-22 11:40:20.512`, in UTC. */
export function moment(at: number): string {
  return new Date(at).toISOString().replace('T', ' ').replace('Z', '');
}

/** `3 min`, `2 h`, `5 days`: a length of time in its largest whole unit. */
export function duration(ms: number): string {
  const units: [number, string][] = [
    [86_400_000, 'days'],
    [3_600_000, 'h'],
    [60_000, 'min'],
  ];
  const [size, name] = units.find(([one]) => ms >= one) ?? [1_000, 's'];
  const count = Math.floor(Math.max(0, ms) / size);
  return `${count} ${name === 'days' && count === 1 ? 'day' : name}`;
}

/** Columns as wide as their widest cell; the last runs free. */
export function table(head: string[], rows: string[][]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => [...(row[column] ?? '')].length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - [...cell].length)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Text below a line that it belongs to. */
export function indent(text: string, by = 2): string {
  return printable(text)
    .split('\n')
    .map((line) => (line === '' ? '' : `${' '.repeat(by)}${line}`))
    .join('\n');
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** One sentence for people, on stderr. */
export function complain(text: string): void {
  process.stderr.write(`turnmail: ${printable(text)}\n`);
}
