import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '../../domain/fault.ts';

/** Our templates, and a folder of the operator's whose files stand for ours of the same name. */
export type TemplateFolders = { ours: string; own?: string | undefined };

/**
 * The folders in which a file is looked for; the first that has it counts. The operator's come before ours, and what was made
 * for one language before what all languages share.
 */
export function layersFor({ ours, own }: TemplateFolders, language: string): string[] {
  const roots = own === undefined ? [ours] : [own, ours];
  return roots.flatMap((root) => [path.join(root, language), root]);
}

/** True where one language has a file of its own. */
export function hasOwn({ ours, own }: TemplateFolders, language: string, name: string): boolean {
  return [own, ours].some((root) => root !== undefined && existsSync(path.join(root, language, name)));
}

export type TemplateFile = { file: string; source: string };

/** @throws Fault `template-broken` where no folder has it */
export function readTemplate(layers: readonly string[], name: string): TemplateFile {
  for (const layer of layers) {
    const file = path.join(layer, name);
    const source = readTemplateIfThere(file);
    if (source !== undefined) return { file, source };
  }
  throw new Fault('template-broken', `the template ${path.join(layers.at(-1) ?? '', name)} is missing`);
}

/** layout.html and partials/x.html by the names that templates use for them: `layout`, `x`. */
export function readPieces(layers: readonly string[], extension: string): Record<string, TemplateFile> {
  const partials = layers.flatMap((layer) => listFilesEndingWith(path.join(layer, 'partials'), extension));
  const names = [...new Set(partials)].map((name) => path.join('partials', name));
  if (extension === '.html') names.push('layout.html');
  const pieces = names.map((name): [string, TemplateFile] => {
    const { file, source } = readTemplate(layers, name);
    return [path.basename(name, extension), { file, source: name === 'layout.html' ? source : source.trimEnd() }];
  });
  return Object.fromEntries(pieces);
}

const TAG_LINE = /^[ \t]*((?:\{%(?!-?[ ]*render\b)[^%]*%\}[ \t]*)+)\n/gm;

/** A line that holds nothing but control tags is no line of a text; `render` does put something there. */
export function withoutTagLines(source: string): string {
  return source.replace(TAG_LINE, '$1');
}

/** The line of `source` that a line of `withoutTagLines(source)` begins with, both from 1. */
export function lineInSource(source: string, line: number): number {
  let shown = 1;
  const lines = source.split('\n');
  for (let at = 0; at < lines.length; at++) {
    if (shown === line && !isTagLine(lines[at] ?? '')) return at + 1;
    if (!isTagLine(lines[at] ?? '')) shown++;
  }
  return lines.length;
}

function isTagLine(line: string): boolean {
  return withoutTagLines(`${line}\n`) !== `${line}\n`;
}

function readTemplateIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return undefined;
    throw new Fault('template-broken', `the template ${file} cannot be read`, { cause: error });
  }
}

function listFilesEndingWith(folder: string, extension: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(extension));
  } catch {
    return [];
  }
}
