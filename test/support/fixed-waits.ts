import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type CallExpression, type Expression, parseSync, Visitor } from 'oxc-parser';

/** What vitest.config.ts gives every test; one that gives itself less would be red on a busy machine. */
export const TEST_TIMEOUT_MS = 180_000;
/** What a wait may be at least where it only catches what stands still, in ms. */
const MIN_BOUND_MS = 60_000;
const MIN_OF_PROPERTY: Record<string, number> = {
  timeout: MIN_BOUND_MS,
  testTimeout: TEST_TIMEOUT_MS,
  hookTimeout: TEST_TIMEOUT_MS,
};
/** Calls that wait for something; a number among their arguments that is this large is a time. */
const WAITING = /^(?:waitFor|waitUntil|until|mailTo|eventually|served|red|green|comeToRest|poll)$/;
const MIN_TIME = 1_000;
const UPPER_BOUND = /^toBeLessThan(?:OrEqual)?$/;
const ELAPSED = /performance\.now|Date\.now|\btook|\bcost\(|elapsed|seconds|cpuMs/i;
/** How a fixed time is explained, in a comment on its line or on one of the four lines above. */
const REASON = /(?:\/\/|\*) ?(?:Fixed pause|Time bound): \w.{9,}/;
const LINES_ABOVE = 4;

/** Every fixed time of a test that has no reason beside it, one sentence each, in the order of the text. */
export function findFixedWaits(file: string, text: string): string[] {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]?.message}`);
  const lines = text.split('\n');
  const found: { line: number; what: string }[] = [];
  const tell = (start: number, what: string) => {
    const line = text.slice(0, start).split('\n').length;
    const beside = lines.slice(Math.max(0, line - 1 - LINES_ABOVE), line);
    if (!beside.some((one) => REASON.test(one))) found.push({ line, what });
  };
  const sleepsInSql = (node: { start: number }, words: string) => {
    // Fixed pause: none here, these are the words that are looked for.
    if (words.includes('pg_sleep')) tell(node.start, 'pg_sleep');
  };
  new Visitor({
    CallExpression: (node) => {
      const what = judgeCall(node, text);
      if (what !== undefined) tell(endOfName(node), what);
    },
    Property: (node) => {
      const { key, value } = node;
      const min = key.type === 'Identifier' ? MIN_OF_PROPERTY[key.name] : undefined;
      if (min !== undefined && key.type === 'Identifier' && value.type === 'Literal')
        if (typeof value.value === 'number' && value.value < min) tell(node.start, `${key.name}: ${value.value}`);
    },
    Literal: (node) => sleepsInSql(node, typeof node.value === 'string' ? node.value : ''),
    TemplateElement: (node) => sleepsInSql(node, node.value.raw),
  }).visit(program);
  return found.map(({ line, what }) => `${file}:${line} ${what}`);
}

/** The line of a call is that of its last name: `expect(...)` may stand lines above its `.toBeLessThan`. */
function endOfName({ callee }: CallExpression): number {
  return callee.type === 'MemberExpression' ? callee.property.start : callee.start;
}

/** `test`, `it` and `describe`, also as `test.each(...)(...)`. */
function isTest(callee: Expression): boolean {
  if (callee.type === 'CallExpression') return isTest(callee.callee);
  if (callee.type === 'MemberExpression') return isTest(callee.object);
  return (
    callee.type === 'Identifier' && /^(?:test|it|describe|before(?:All|Each)|after(?:All|Each))$/.test(callee.name)
  );
}

/** The time that a test, or a hook, is given of its own. */
function ownBound(given: CallExpression['arguments']): number | undefined {
  for (const one of given) {
    if (one.type === 'Literal' && typeof one.value === 'number') return one.value;
    if (one.type !== 'ObjectExpression') continue;
    for (const property of one.properties)
      if (property.type === 'Property' && property.key.type === 'Identifier' && property.key.name === 'timeout')
        if (property.value.type === 'Literal' && typeof property.value.value === 'number') return property.value.value;
  }
  return undefined;
}

function judgeCall({ callee, arguments: given }: CallExpression, text: string): string | undefined {
  const own = isTest(callee) ? ownBound(given) : undefined;
  if (own !== undefined && own < TEST_TIMEOUT_MS) return `a test of at most ${own}`;
  const times = given.flatMap((one) => (one.type === 'Literal' && typeof one.value === 'number' ? one.value : []));
  const short = times.find((time) => time >= MIN_TIME && time < MIN_BOUND_MS);
  if (callee.type === 'Identifier') {
    if (callee.name === 'setTimeout' || callee.name === 'sleep') return callee.name;
    return WAITING.test(callee.name) && short !== undefined ? `${callee.name} for at most ${short}` : undefined;
  }
  if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return undefined;
  const { name } = callee.property;
  const of = text.slice(callee.object.start, callee.object.end);
  if (of === 'vi' && /^wait(?:For|Until)$/.test(name) && !given.some((one) => one.type === 'ObjectExpression'))
    return `vi.${name} for at most a second`;
  if (WAITING.test(name) && short !== undefined) return `${name} for at most ${short}`;
  if (of === 'AbortSignal' && name === 'timeout') return 'AbortSignal.timeout';
  return UPPER_BOUND.test(name) && ELAPSED.test(of) ? `${name} of a time` : undefined;
}

/** The same for every file of the tests, test/bench aside: what is measured there is time. */
export function findFixedWaitsBelow(root: string): string[] {
  return readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .map((name) => path.posix.join('test', name.split(path.sep).join('/')))
    .filter((file) => file.endsWith('.ts') && !file.startsWith('test/bench/'))
    .sort()
    .flatMap((file) => findFixedWaits(file, readFileSync(path.join(root, file), 'utf8')));
}
