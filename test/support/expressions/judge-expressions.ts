import { fork } from 'node:child_process';
import type { Answer, Asked } from './time-expressions.ts';

export type Verdict = { source: string; flags: string; what: string };

/** Longer than all attacks on one linear expression take on a busy machine. */
const STUCK_MS = 180_000;

/**
 * Those of the expressions whose time grows faster than the text, each with the attack that showed it. They run in a child
 * process; where one does not end, the child is killed and another goes on with the rest.
 */
export async function judgeExpressions(expressions: { source: string; flags: string }[]): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  let left: Asked[] = expressions.map((one, key) => ({ key, ...one }));
  while (left.length > 0) {
    const { done, found } = await runChild(left);
    const [first, ...rest] = left.filter(({ key }) => !done.has(key));
    if (first) found.set(first.key, `did not end within ${STUCK_MS} ms`);
    for (const [key, what] of found) {
      const expression = expressions[key];
      if (expression) verdicts.push({ ...expression, what });
    }
    left = rest;
  }
  return verdicts;
}

function runChild(asked: Asked[]): Promise<{ done: Set<number>; found: Map<number, string> }> {
  const child = fork(new URL('./time-expressions.ts', import.meta.url), { execArgv: ['--no-warnings'] });
  const done = new Set<number>();
  const found = new Map<number, string>();
  return new Promise((resolve, reject) => {
    const kill = () => child.kill('SIGKILL');
    // Time bound: an exponential expression never ends by itself.
    const killWhenStuck = () => setTimeout(kill, STUCK_MS);
    let timer = killWhenStuck();
    child.on('message', (answer: Answer) => {
      if (answer.kind === 'grows') {
        const times = answer.lengths.map((length, n) => `${length} characters ${answer.ms[n]?.toFixed(1)} ms`);
        found.set(answer.key, `${JSON.stringify(answer.attack)}: ${times.join(', ')}`);
        return;
      }
      done.add(answer.key);
      clearTimeout(timer);
      timer = killWhenStuck();
    });
    child.once('error', reject);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve({ done, found });
    });
    child.send(asked);
  });
}
