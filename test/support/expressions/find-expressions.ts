import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Expression, type Program, parseSync, Visitor } from 'oxc-parser';

/** A regular expression of the sources. `line` counts from 1. */
export type FoundExpression = { file: string; line: number; source: string; flags: string };

/** A `new RegExp(...)` or `RegExp(...)`. Its source is known only once it runs: on import, or when a function is called. */
export type MadeExpression = { file: string; line: number; onImport: boolean };

/** Every regular expression that is written in the TypeScript files below `folder`, and where others are made. */
export function findExpressions(folder: string): { literals: FoundExpression[]; made: MadeExpression[] } {
  const literals: FoundExpression[] = [];
  const made: MadeExpression[] = [];
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  for (const name of names.sort()) {
    const file = path.join(folder, name);
    const text = readFileSync(file, 'utf8');
    const { program, errors } = parseSync(file, text);
    if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]?.message}`);
    const lineOf = (offset: number) => text.slice(0, offset).split('\n').length;
    visitExpressions(program, (found) => {
      if ('source' in found)
        literals.push({ file, line: lineOf(found.start), source: found.source, flags: found.flags });
      else made.push({ file, line: lineOf(found.start), onImport: found.onImport });
    });
  }
  return { literals, made };
}

type Visited = { start: number } & ({ source: string; flags: string } | { onImport: boolean });

function visitExpressions(program: Program, tell: (found: Visited) => void): void {
  let depth = 0;
  const enter = () => {
    depth += 1;
  };
  const leave = () => {
    depth -= 1;
  };
  const call = (node: { start: number; callee: Expression }) => {
    if (node.callee.type === 'Identifier' && node.callee.name === 'RegExp')
      tell({ start: node.start, onImport: depth === 0 });
  };
  new Visitor({
    FunctionDeclaration: enter,
    'FunctionDeclaration:exit': leave,
    FunctionExpression: enter,
    'FunctionExpression:exit': leave,
    ArrowFunctionExpression: enter,
    'ArrowFunctionExpression:exit': leave,
    NewExpression: call,
    CallExpression: call,
    Literal: (node) => {
      if ('regex' in node) tell({ start: node.start, source: node.regex.pattern, flags: node.regex.flags });
    },
  }).visit(program);
}
