import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';

/** `types:x` in mayImport allows `import type` from x and nothing else. */
export type ArchitectureRules = {
  mayImport: Record<string, string[]>;
  libraryHomes: Record<string, string[]>;
  pure: string[];
  /** the parts that may ask a database anything */
  sqlHomes: string[];
  mostLines: number;
  /** sources that one folder may hold, those of folders within it not counted */
  mostFiles: number;
  longFiles: Record<string, string>;
  /** names that functions of two files may share, each with the reason */
  sharedNames: Record<string, string>;
};

type Import = { from: string; typeOnly: boolean };
type Source = { file: string; part: string; text: string; imports: Import[] };

const IMPORT = /^\s*(import|export)\s+(type\s+)?(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gm;
const EXPORTED = /^export (?:async )?(?:function\*? |const )([a-z]\w*)/gm;
const FUNCTION = /^(?:async )?function\*? ([a-z]\w*)/gm;
/** A constant is a function where an arrow follows its parameters: one name, or a list that may hold brackets. */
const ARROW_FUNCTION =
  /^const ([a-z]\w*)(?:: [^=\n]+)? = (?:async )?(?:<[^=()]*>)?(?:\w+|\((?:[^()]|\([^()]*\))*\)(?:: [^=]+)?) =>/gm;
const DYNAMIC_IMPORT = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

const IMPURE: [string, RegExp][] = [
  ['Date.now', /\bDate\.now\b/],
  ['new Date()', /\bnew Date\(\s*\)/],
  ['Math.random', /\bMath\.random\b/],
  ['performance', /\bperformance\./],
  ['random bytes', /\brandom(?:UUID|Bytes|Int)\b/],
  ['async', /\basync\b|\bawait\b|\bPromise\b/],
  ['process', /\bprocess\.\w/],
  ['console', /\bconsole\./],
];

/** Every way in which the sources break the rules, one sentence each, in the order of the files. */
export function checkArchitecture(root: string, rules: ArchitectureRules): string[] {
  const sources = ['src', 'workers'].flatMap((folder) => readSources(root, folder));
  return [
    ...sources.flatMap((source) => [
      ...checkImports(source, rules),
      ...(rules.pure.includes(source.part) ? checkPurity(source) : []),
      ...(rules.sqlHomes.includes(source.part) ? [] : checkNoSql(source)),
    ]),
    ...checkLength([...sources, ...readSources(root, 'test')], rules),
    ...checkFolders(sources, rules),
    ...checkNames(sources, rules),
    ...findCircles(sources),
  ];
}

function readSources(root: string, folder: string): Source[] {
  let names: string[];
  try {
    names = readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' });
  } catch {
    return [];
  }
  return names
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => {
      const file = path.posix.join(folder, name.split(path.sep).join('/'));
      const text = readFileSync(path.join(root, file), 'utf8');
      return { file, part: partOf(file), text, imports: readImports(text) };
    });
}

/** `src/mail/x.ts` is in mail, `src/app.ts` is app, `workers/x.ts` is in workers. */
function partOf(file: string): string {
  const [top, second, third] = file.split('/');
  if (top !== 'src') return top ?? '';
  return third === undefined ? path.basename(second ?? '', '.ts') : (second ?? '');
}

function readImports(text: string): Import[] {
  const code = withoutComments(text);
  const found = [...code.matchAll(IMPORT)].map((match) => ({ from: match[3] ?? '', typeOnly: match[2] !== undefined }));
  const dynamic = [...code.matchAll(DYNAMIC_IMPORT)].map((match) => ({ from: match[1] ?? '', typeOnly: false }));
  return [...found, ...dynamic];
}

/** Comments blanked out; good enough for code that a formatter has laid out. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, ' ').replace(/(^|[^:'"`\\])\/\/[^\n]*/g, '$1');
}

function checkImports({ file, part, imports }: Source, rules: ArchitectureRules): string[] {
  const allowed = rules.mayImport[part];
  if (!allowed) return [`${file} stands in a part that the rules do not know: ${part}`];
  return imports.flatMap(({ from, typeOnly }) => {
    if (!from.startsWith('.')) return checkLibrary(file, part, from, rules);
    const target = path.posix.normalize(path.posix.join(path.posix.dirname(file), from));
    if (!target.startsWith('src/') && !target.startsWith('workers/'))
      return [`${file} imports ${target}, outside the sources`];
    const other = partOf(target);
    if (other === part || allowed.includes(other)) return [];
    if (allowed.includes(`types:${other}`)) {
      return typeOnly ? [] : [`${file} imports ${target}: ${part} may import only types of ${other}`];
    }
    return [`${file} imports ${target}: ${part} may not import ${other}`];
  });
}

function checkLibrary(file: string, part: string, from: string, rules: ArchitectureRules): string[] {
  if (from.startsWith('node:') || builtinModules.includes(from)) return [];
  const name = from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/');
  const homes = rules.libraryHomes[name];
  if (!homes) return [`${file} imports ${name}, which has no home in the rules`];
  return homes.includes(part) ? [] : [`${file} imports ${name}, whose home is ${homes.join(', ')}`];
}

function checkPurity({ file, part, text, imports }: Source): string[] {
  const code = withoutComments(text).replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g, "''");
  const io = imports
    .filter(({ from }) => /^node:(?!crypto$|buffer$)/.test(from))
    .map(({ from }) => `${file} imports ${from}, but ${part} is pure`);
  return [
    ...IMPURE.filter(([, pattern]) => pattern.test(code)).map(([what]) => `${file} uses ${what}, but ${part} is pure`),
    ...io,
  ];
}

/** A statement needs no import where somebody hands over a pool or a transaction, so the imports do not show it. */
function checkNoSql({ file, part, text }: Source): string[] {
  const asks = /\.query\s*(?:<[^()]*>)?\s*\(/.test(withoutComments(text));
  return asks ? [`${file} asks the database something: ${part} is no home of SQL`] : [];
}

function checkLength(sources: Source[], { mostLines, longFiles }: ArchitectureRules): string[] {
  const lines = (source: Source) => source.text.replace(/\n$/, '').split('\n').length;
  const long = sources
    .filter((source) => lines(source) > mostLines && !longFiles[source.file])
    .map(
      (source) => `${source.file} has ${lines(source)} lines, more than ${mostLines}, and no reason is written for it`,
    );
  const stale = Object.keys(longFiles)
    .filter((file) => !sources.some((source) => source.file === file && lines(source) > mostLines))
    .map((file) => `${file} is listed as long and is not`);
  return [...long, ...stale];
}

/** A folder is read like a table of contents, and a long one is none. */
function checkFolders(sources: Source[], { mostFiles }: ArchitectureRules): string[] {
  const files = new Map<string, number>();
  for (const { file } of sources) files.set(path.posix.dirname(file), (files.get(path.posix.dirname(file)) ?? 0) + 1);
  return [...files]
    .filter(([, count]) => count > mostFiles)
    .map(([folder, count]) => `${folder} has ${count} files, more than ${mostFiles}`);
}

/** A search for a name that two files give to functions finds both, and a reader must look which is meant. */
function checkNames(sources: Source[], { sharedNames }: ArchitectureRules): string[] {
  const homes = new Map<string, Set<string>>();
  for (const { file, text } of sources) {
    for (const pattern of [EXPORTED, FUNCTION, ARROW_FUNCTION]) {
      for (const [, name = ''] of text.matchAll(pattern)) homes.set(name, (homes.get(name) ?? new Set()).add(file));
    }
  }
  const shared = [...homes].filter(([, files]) => files.size > 1).sort(([one], [other]) => (one < other ? -1 : 1));
  return [
    ...shared
      .filter(([name]) => !Object.hasOwn(sharedNames, name))
      .map(([name, files]) => `${name} is a function of ${[...files].join(' and ')}`),
    ...Object.keys(sharedNames)
      .filter((name) => !shared.some(([known]) => known === name))
      .map((name) => `${name} is listed as the name of two functions and is not`),
  ];
}

/** Circles of imports that exist at run time; types vanish. Each circle is named once, by its smallest file. */
function findCircles(sources: Source[]): string[] {
  const graph = new Map(
    sources.map(({ file, imports }) => [
      file,
      imports
        .filter(({ from, typeOnly }) => from.startsWith('.') && !typeOnly)
        .map(({ from }) => path.posix.normalize(path.posix.join(path.posix.dirname(file), from))),
    ]),
  );
  const found = new Set<string>();
  const done = new Set<string>();
  const visit = (file: string, trail: string[]) => {
    const at = trail.indexOf(file);
    if (at >= 0) found.add([...trail.slice(at)].sort().join(' and '));
    if (at >= 0 || done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...trail, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return [...found].map((circle) => `${circle} import each other in a circle`);
}
