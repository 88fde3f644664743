/** How the demo tells its story: numbered steps, the time of each line, mails as quoted words, rows as a SELECT has them. */
import { styleText } from 'node:util';
import { messageOf } from '../../domain/fault.ts';
import { moment, printable } from '../terminal-text.ts';

/** A step that did not happen; the message says what was missing. */
export class StepFailed extends Error {
  override name = 'StepFailed';
  readonly step: string;

  constructor(step: string, cause: unknown) {
    super(messageOf(cause), { cause });
    this.step = step;
  }
}

export type Teller = {
  /** Starts the clock that stands before every line. */
  begin(): void;
  /** Plays one step under its heading. @throws StepFailed where anything in it failed */
  step<Result>(title: string, play: () => Promise<Result>): Promise<Result>;
  /** Something happened now. */
  say(text: string): void;
  /** Words of a mail, at most `lines` of them. */
  words(text: string, lines?: number): void;
  /** A remark on what just happened. */
  remark(text: string): void;
  heading(text: string): void;
  /** Text as it is, indented. */
  block(lines: string[]): void;
};

const MARGIN = ' '.repeat(12);
const TEXT_WIDTH = 100;

export function createTeller(write: (text: string) => void): Teller {
  const line = (text: string) => write(`${text}\n`);
  let startedAt = performance.now();
  let steps = 0;
  const heading = (text: string) => line(`\n${styleText('bold', text)}\n`);
  return {
    begin: () => {
      startedAt = performance.now();
    },
    step: async (title, play) => {
      steps++;
      heading(`${steps}. ${title}`);
      try {
        return await play();
      } catch (error) {
        throw new StepFailed(title, error);
      }
    },
    say: (text) => {
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(2);
      const [first = '', ...rest] = wrap(text, TEXT_WIDTH);
      line(`${styleText('dim', `${seconds.padStart(8)} s`)}  ${first}`);
      for (const more of rest) line(`${MARGIN}${more}`);
    },
    words: (text, lines = 40) => {
      const all = printable(text).trim().split('\n');
      for (const one of all.slice(0, lines)) line(`${MARGIN}${styleText('cyan', `| ${fitLine(one)}`.trimEnd())}`);
      if (all.length > lines) line(`${MARGIN}${styleText('cyan', `| ... (${all.length - lines} more lines)`)}`);
    },
    remark: (text) => {
      for (const one of wrap(text, TEXT_WIDTH)) line(`${MARGIN}${one}`);
    },
    heading,
    block: (lines) => {
      for (const one of lines) line(one === '' ? '' : `  ${one}`);
    },
  };
}

/** One row of a table, a column a line, as psql shows it with \x; times get their date beside them. */
export function expandRow(row: Record<string, unknown>): string[] {
  const width = Math.max(...Object.keys(row).map((column) => column.length));
  return Object.entries(row).flatMap(([column, value]) => {
    const [first = '', ...rest] = printable(showValue(column, value)).split('\n');
    return [`${column.padEnd(width)} | ${first}`, ...rest.map((more) => `${' '.repeat(width)} | ${more}`)].map((text) =>
      text.trimEnd(),
    );
  });
}

function showValue(column: string, value: unknown): string {
  if (value === null || value === undefined) return '(null)';
  if (typeof value === 'number' && /(_time|_on)$/.test(column)) {
    return `${value}   (${moment(value).slice(0, 19)} UTC)`;
  }
  return String(value);
}

function fitLine(text: string): string {
  return text.length > TEXT_WIDTH ? `${text.slice(0, TEXT_WIDTH - 3)}...` : text;
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length + 1 > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
