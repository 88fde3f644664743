import type { Context, Liquid } from 'liquidjs';

/** Expressions of templates as functions: names, literals, conditions and filters. See compile-template.ts. */

/** Something that is not known here. */
export class Unknown extends Error {}

export type Names = Record<string, unknown>;
/** `scopes[0]` holds what the template assigns, the last the innermost loop's. */
export type Frame = { scopes: Names[]; view: object; globals: object; context: Context; out: string };
export type Read = (frame: Frame) => unknown;

// What liquidjs 10 has read; its types keep these fields private. render-template.test.ts holds both ways to the same words.
export type Token = { content?: unknown; literal?: string; operator?: string; variable?: unknown; props?: Token[] };
type ReadFilter = {
  name: string;
  args: (Token | [string, Token])[];
  token: unknown;
  handler: (...args: unknown[]) => unknown;
};
export type ReadValue = { initial: { postfix: Token[] }; filters: ReadFilter[] };
export type ReadHash = { hash: Record<string, Token | undefined> };

export function isTruthy(value: unknown): boolean {
  return value !== false && value !== undefined && value !== null;
}

export function compileHash({ hash }: ReadHash): (frame: Frame) => Names {
  const reads = Object.entries(hash).map(([name, token]): [string, Read] => [
    name,
    token === undefined ? () => true : compileToken(token, false),
  ]);
  return (frame) => Object.fromEntries(reads.map(([name, read]) => [name, read(frame)]));
}

export function compileValue(
  { engine }: { engine: Liquid },
  { initial, filters }: ReadValue,
  isLenient: boolean,
): Read {
  const lenient = isLenient || filters[0]?.name === 'default';
  const read = compileExpression(initial.postfix, lenient);
  if (filters.length === 0) return read;
  const steps = filters.map(({ args, token, handler }) => ({
    handler,
    token,
    args: args.map((arg): Read => {
      if (!Array.isArray(arg)) return compileToken(arg, false);
      const [name, value] = arg;
      const named = compileToken(value, false);
      return (frame) => [name, named(frame)];
    }),
  }));
  const filtered: Read = (frame) =>
    steps.reduce((value, { handler, token, args }) => {
      const asked = { context: frame.context, token, liquid: engine };
      return handler.apply(asked, [value, ...args.map((arg) => arg(frame))]);
    }, read(frame));
  return isConstant(initial.postfix, filters) ? readOnce(filtered) : filtered;
}

/** Filters that make the same of the same words in every mail of a language. */
const STEADY_FILTERS: ReadonlySet<string> = new Set(['say', 'say_plain', 'escape']);

/** `{{ 'Thank you for writing to us.' | say }}`: a sentence without values, as most are. */
function isConstant(postfix: readonly Token[], filters: readonly ReadFilter[]): boolean {
  const isLiteral = postfix.length === 1 && postfix[0] !== undefined && 'content' in postfix[0];
  return isLiteral && filters.every(({ name, args }) => STEADY_FILTERS.has(name) && args.length === 0);
}

function readOnce(read: Read): Read {
  let known: { value: unknown } | undefined;
  return (frame) => {
    known ??= { value: read(frame) };
    return known.value;
  };
}

const OPERATORS: Record<string, (left: unknown, right: unknown) => unknown> = {
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '>': (left, right) => (left as number) > (right as number),
  '<': (left, right) => (left as number) < (right as number),
  '>=': (left, right) => (left as number) >= (right as number),
  '<=': (left, right) => (left as number) <= (right as number),
  and: (left, right) => isTruthy(left) && isTruthy(right),
  or: (left, right) => isTruthy(left) || isTruthy(right),
};

function compileExpression(postfix: Token[], lenient: boolean): Read {
  const operands: Read[] = [];
  for (const token of postfix) {
    if (token.operator === undefined) {
      operands.push(compileToken(token, lenient));
      continue;
    }
    const operate = OPERATORS[token.operator];
    const [right, left] = [operands.pop(), operands.pop()];
    if (!operate || !right || !left) throw new Unknown(token.operator);
    operands.push((frame) => operate(left(frame), right(frame)));
  }
  const [only] = operands;
  if (!only || operands.length > 1) throw new Unknown('expression');
  return only;
}

export function compileToken(token: Token, lenient: boolean): Read {
  if ('content' in token) {
    const { content } = token;
    if (typeof content === 'object') throw new Unknown('literal');
    return () => content;
  }
  const path = token.props?.map(({ content }) => content);
  if (token.variable !== undefined || !path?.every((name) => typeof name === 'string' || typeof name === 'number'))
    throw new Unknown('name');
  const [first, ...others] = path;
  if (typeof first !== 'string' || first === 'block') throw new Unknown('name');
  return (frame) => {
    let value: unknown = findVariable(frame, first);
    for (const name of others) {
      if (value === undefined || value === null) break;
      value = Object.hasOwn(Object(value), name) ? (value as Names)[name] : builtInProperty(value, name);
    }
    if (value !== undefined) return value;
    if (lenient) return null;
    throw new Error(`undefined variable: ${path.join('.')}`);
  };
}

/** Names that the language gives to what has no such name of its own. */
function builtInProperty(value: unknown, name: string | number): unknown {
  if (!Array.isArray(value)) return name === 'size' && typeof value === 'string' ? value.length : undefined;
  if (name === 'size') return value.length;
  return name === 'first' ? value[0] : name === 'last' ? value.at(-1) : undefined;
}

function findVariable({ scopes, view, globals }: Frame, name: string): unknown {
  for (let at = scopes.length - 1; at >= 0; at--) {
    const scope = scopes[at];
    if (scope && Object.hasOwn(scope, name)) return scope[name];
  }
  if (Object.hasOwn(view, name)) return (view as Names)[name];
  return Object.hasOwn(globals, name) ? (globals as Names)[name] : undefined;
}
