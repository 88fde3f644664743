import {
  AssignTag,
  BlockTag,
  CaptureTag,
  CaseTag,
  Context,
  ForTag,
  IfTag,
  LayoutTag,
  type Liquid,
  Output,
  RenderTag,
  type Template,
  UnlessTag,
} from 'liquidjs';
import {
  compileHash,
  compileToken,
  compileValue,
  type Frame,
  isTruthy,
  type Names,
  type ReadHash,
  type ReadValue,
  type Token,
  Unknown,
} from './compile-expression.ts';

/**
 * Templates as functions. liquidjs reads them, and keeps the rules of the language; its way to render, a generator for each
 * name and each piece, takes most of the time of a mail. What it has read is turned into functions here, once at start.
 */
export type Compiled = (view: object) => string;

/** @returns undefined where a template has something that is not known here: liquidjs renders it */
export function compileTemplate(engine: Liquid, templates: Template[]): Compiled | undefined {
  try {
    const write = compileAll({ engine, pieces: new Map(), blocks: new Map() }, templates);
    return (view) => {
      const context = new Context({}, engine.options, { sync: true });
      const frame: Frame = { scopes: [{}], view, globals: engine.options.globals, context, out: '' };
      write(frame);
      return frame.out;
    };
  } catch (error) {
    if (!(error instanceof Unknown)) throw error;
    return undefined;
  }
}

type Write = (frame: Frame) => void;
type Compiling = {
  engine: Liquid;
  /** partials by name, compiled when first seen */
  pieces: Map<string, Write>;
  /** what the template puts in the place of its layout's blocks */
  blocks: Map<string, Write>;
};

type Branch = { value: ReadValue; templates: Template[] };

const fieldsOf = <Fields>(template: Template) => template as unknown as Fields;

function compileAll(compiling: Compiling, templates: Template[]): Write {
  const writes = templates.map((template) => compileOne(compiling, template));
  return (frame) => {
    for (const write of writes) write(frame);
  };
}

function compileOne(compiling: Compiling, template: Template): Write {
  if (template instanceof Output) return compileOutput(compiling, template);
  if (template instanceof IfTag) return compileIf(compiling, template, true);
  if (template instanceof UnlessTag) return compileIf(compiling, template, false);
  if (template instanceof ForTag) return compileFor(compiling, template);
  if (template instanceof CaseTag) return compileCase(compiling, template);
  if (template instanceof RenderTag) return compileRender(compiling, template);
  if (template instanceof LayoutTag) return compileLayout(compiling, template);
  if (template instanceof BlockTag) {
    const { block, templates } = fieldsOf<{ block: string; templates: Template[] }>(template);
    return compiling.blocks.get(block) ?? compileAll(compiling, templates);
  }
  if (template instanceof AssignTag) {
    const { key, value } = fieldsOf<{ key: string; value: ReadValue }>(template);
    const read = compileValue(compiling, value, true);
    return (frame) => assignVariable(frame, key, read(frame));
  }
  if (template instanceof CaptureTag) {
    const { variable, templates } = fieldsOf<{ variable: string; templates: Template[] }>(template);
    const write = compileAll(compiling, templates);
    return (frame) => assignVariable(frame, variable, captured(frame, write));
  }
  const { str } = fieldsOf<{ str?: unknown }>(template);
  if (typeof str !== 'string') throw new Unknown(template.constructor.name);
  return (frame) => {
    frame.out += str;
  };
}

function assignVariable(frame: Frame, name: string, value: unknown): void {
  const [bottom] = frame.scopes;
  if (bottom) bottom[name] = value;
}

function captured(frame: Frame, write: Write): string {
  const before = frame.out;
  frame.out = '';
  write(frame);
  const words = frame.out;
  frame.out = before;
  return words;
}

function compileOutput(compiling: Compiling, template: Template): Write {
  const read = compileValue(compiling, fieldsOf<{ value: ReadValue }>(template).value, false);
  return (frame) => {
    frame.out += valueAsOutput(read(frame));
  };
}

function valueAsOutput(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  return Array.isArray(value) ? value.map(valueAsOutput).join('') : String(value);
}

function compileIf(compiling: Compiling, template: Template, wanted: boolean): Write {
  const { branches, elseTemplates } = fieldsOf<{ branches: Branch[]; elseTemplates?: Template[] }>(template);
  const compiled = branches.map(({ value, templates }, index) => ({
    read: compileValue(compiling, value, true),
    // An `elsif` of `unless` is one of `if`.
    wanted: index === 0 ? wanted : true,
    write: compileAll(compiling, templates),
  }));
  const otherwise = compileAll(compiling, elseTemplates ?? []);
  return (frame) => {
    const found = compiled.find((branch) => isTruthy(branch.read(frame)) === branch.wanted);
    (found?.write ?? otherwise)(frame);
  };
}

function compileCase(compiling: Compiling, template: Template): Write {
  type Fields = { value: ReadValue; branches: { values: Token[]; templates: Template[] }[]; elseTemplates: Template[] };
  const { value, branches, elseTemplates } = fieldsOf<Fields>(template);
  const read = compileValue(compiling, value, true);
  const compiled = branches.map(({ values, templates }) => ({
    values: values.map((token) => compileToken(token, true)),
    write: compileAll(compiling, templates),
  }));
  const otherwise = compileAll(compiling, elseTemplates);
  return (frame) => {
    const target = read(frame);
    const found = compiled.filter(({ values }) => values.some((one) => one(frame) === target));
    for (const { write } of found) write(frame);
    if (found.length === 0) otherwise(frame);
  };
}

function compileFor(compiling: Compiling, template: Template): Write {
  type Fields = {
    variable: string;
    collection: Token;
    hash: ReadHash;
    templates: Template[];
    elseTemplates?: Template[];
  };
  const { variable, collection, hash, templates, elseTemplates } = fieldsOf<Fields>(template);
  if (Object.keys(hash.hash).some((name) => name !== 'reversed' && name !== 'limit')) throw new Unknown('for');
  const read = compileToken(collection, false);
  const limit = hash.hash['limit'] && compileToken(hash.hash['limit'], false);
  const isReversed = 'reversed' in hash.hash;
  const write = compileAll(compiling, templates);
  const otherwise = compileAll(compiling, elseTemplates ?? []);
  return (frame) => {
    const all = itemsOf(read(frame));
    if (all.length === 0) return otherwise(frame);
    const some = limit === undefined ? all : all.slice(0, Number(limit(frame)));
    const items = isReversed ? some.toReversed() : some;
    const scope: Names = {};
    frame.scopes.push(scope);
    for (const [index, item] of items.entries()) {
      scope[variable] = item;
      scope['forloop'] = { index: index + 1, index0: index, first: index === 0, last: index === items.length - 1 };
      write(frame);
    }
    frame.scopes.pop();
  };
}

function itemsOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value === 'string') return value === '' ? [] : [value];
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

function compileRender(compiling: Compiling, template: Template): Write {
  const { file, hash, ...others } = fieldsOf<{ file: unknown; hash: ReadHash; with?: unknown; forBinding?: unknown }>(
    template,
  );
  if (typeof file !== 'string' || others.with !== undefined || others.forBinding !== undefined)
    throw new Unknown('render');
  const read = compileHash(hash);
  if (!compiling.pieces.has(file)) {
    // A piece that renders itself finds this one, which ends it.
    compiling.pieces.set(file, () => {
      throw new Error(`the piece ${file} renders itself`);
    });
    const write = compileAll({ ...compiling, blocks: new Map() }, compiling.engine.parseFileSync(file));
    compiling.pieces.set(file, write);
  }
  const write = compiling.pieces.get(file);
  // A piece sees what it is given and nothing else.
  return (frame) => {
    const own: Frame = { ...frame, scopes: [read(frame)], view: {}, out: '' };
    write?.(own);
    frame.out += own.out;
  };
}

function compileLayout(compiling: Compiling, template: Template): Write {
  const { file, args, templates } = fieldsOf<{ file: unknown; args: ReadHash; templates: Template[] }>(template);
  if (typeof file !== 'string') throw new Unknown('layout');
  const isBlock = (one: Template) => one instanceof BlockTag;
  const blocks = templates.filter(isBlock).map((one): [string, Write] => {
    const block = fieldsOf<{ block: string; templates: Template[] }>(one);
    return [block.block, compileAll(compiling, block.templates)];
  });
  const around = compileAll(
    compiling,
    templates.filter((one) => !isBlock(one)),
  );
  const layout = compileAll({ ...compiling, blocks: new Map(blocks) }, compiling.engine.parseFileSync(file));
  const read = compileHash(args);
  return (frame) => {
    // Outside of blocks nothing is shown, but names are given.
    captured(frame, around);
    frame.scopes.push(read(frame));
    layout(frame);
    frame.scopes.pop();
  };
}
