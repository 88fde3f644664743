/** The child of the gate: it is given expressions, runs each against its attacks at growing lengths, and says what it saw. */
import { type Attack, attacksOn } from './attack-strings.ts';

export type Asked = { key: number; source: string; flags: string };
export type Answer =
  | { kind: 'grows'; key: number; attack: Attack; lengths: number[]; ms: number[] }
  | { kind: 'done'; key: number };

/** How often the pump is repeated at first. What takes long here is exponential, or of a high power. */
const SHORT = [8, 16, 20, 24, 300];
const MAX_SHORT = 300;
const MAX_SHORT_MS = 10;
const LONG = 4_096;
/** A run that is faster than this at LONG is not worth a second look. A linear one takes a tenth of it. */
const NOTABLE_MS = 0.8;
const GROWING = [4_096, 8_192, 16_384, 32_768];
/** Twice the text: a linear expression takes twice as long, a quadratic one four times. */
const MAX_GROWTH = 3.2;
const MAX_ONCE_MS = 400;

type Growth = { lengths: number[]; ms: number[] };

const tell = (answer: Answer) => process.send?.(answer);

/** As `replace`, `split` and `matchAll` do it: from each place of the text, or from the only one of a sticky expression. */
function run(expression: RegExp, text: string): number {
  const from = process.cpuUsage();
  expression.lastIndex = 0;
  text.replace(expression, '');
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1_000;
}

function repeated({ prefix, pump, suffix }: Attack, times: number): string {
  return prefix + pump.repeat(times) + suffix;
}

/** The times of an attack at growing lengths, where they grow faster than the lengths. */
function growth(expression: RegExp, attack: Attack): Growth | undefined {
  for (const times of SHORT) {
    const text = repeated(attack, Math.min(times, Math.ceil(MAX_SHORT / attack.pump.length)));
    if (run(expression, text) < MAX_SHORT_MS || run(expression, text) < MAX_SHORT_MS) continue;
    const ms = run(expression, text);
    if (ms > MAX_SHORT_MS) return { lengths: [text.length], ms: [ms] };
  }
  const ofLength = (length: number) => repeated(attack, Math.ceil(length / attack.pump.length));
  const first = run(expression, ofLength(LONG));
  if (first < NOTABLE_MS || run(expression, ofLength(2 * LONG)) < 2.5 * first) return undefined;
  return measure(expression, ofLength);
}

/** Measured three times; of each length the shortest counts, so that what else the machine does counts little. */
function measure(expression: RegExp, ofLength: (length: number) => string): Growth | undefined {
  const ms: number[] = [];
  for (let round = 0; round < 3; round++) {
    for (const [at, length] of GROWING.entries()) {
      const once = run(expression, ofLength(length));
      ms[at] = Math.min(once, ms[at] ?? once);
      // Of a high power: the next length would take minutes. One slow run of three says nothing.
      if (once > MAX_ONCE_MS) break;
    }
  }
  const factor = ((ms.at(-1) ?? 0) / Math.max(0.001, ms[0] ?? 0)) ** (1 / Math.max(1, ms.length - 1));
  // Slow, but for a text twice as long not much more than twice as slow: repetitions that have a bound.
  return ms.length === 1 || factor > MAX_GROWTH ? { lengths: GROWING.slice(0, ms.length), ms } : undefined;
}

function attackOne({ key, source, flags }: Asked): void {
  const expression = new RegExp(source, flags);
  for (const attack of attacksOn(source, flags)) {
    const grown = growth(expression, attack);
    if (grown) return void tell({ kind: 'grows', key, attack, ...grown });
  }
}

process.on('message', (asked: Asked[]) => {
  for (const one of asked) {
    attackOne(one);
    tell({ kind: 'done', key: one.key });
  }
  process.disconnect();
});
