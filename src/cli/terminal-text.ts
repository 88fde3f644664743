/** Text as it stands on a terminal. */

/** No control character of a mail reaches the terminal, and none that ends or turns a line; line ends of ours stay. */
export function printable(text: string): string {
  return text
    .replace(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]/g, ' ')
    .replace(/[\u061c\u202a-\u202e\u2066-\u2069]/g, '');
}

/** JSON that a terminal can show: JSON itself only escapes the controls below the blank. It reads back the same. */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(
    /[\x7f-\x9f\u061c\u2028-\u202e\u2066-\u2069]/g,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** One line of at most `width` characters. */
export function oneLine(text: string, width: number): string {
  const line = printable(text).replace(/\s+/g, ' ').trim();
  const letters = [...line];
  return letters.length > width ? `${letters.slice(0, Math.max(0, width - 3)).join('')}...` : line;
}

/** `2026-11-22 11:40:20.512`, in the time zone of the setting TZ. */
export function moment(at: number, timeZone = process.env['TZ']?.trim() || 'UTC'): string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
    fractionalSecondDigits: 3,
  });
  // Sweden writes dates as ISO does, and a comma before the milliseconds.
  return format.format(at).replace(',', '.');
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
  print(jsonText(value, 2));
}

/** One sentence for people, on stderr. */
export function complain(text: string): void {
  process.stderr.write(`turnmail: ${printable(text)}\n`);
}
