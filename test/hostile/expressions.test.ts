import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { findExpressions } from '../support/expressions/find-expressions.ts';
import { judgeExpressions } from '../support/expressions/judge-expressions.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Expressions whose time grows faster than their text, by file and source, with the reason why that harms nobody. */
const BOUNDED: Record<string, string> = {
  'src/cli/demo/demo-story.ts <form[^>]+method="?post': 'a page that the demo itself has just served',
  'src/mail/templates/load-pages.ts <style>([\\s\\S]*?)<\\/style>': 'the template of all pages, read once at start',
  'src/mail/templates/load-pages.ts <h1>(.*?)<\\/h1>': 'a page made of a template and a number',
  'src/cli/templates/templates.ts ^\\.?\\/+|\\/+$': 'a name that the operator types',
  'src/mail/templates/template-engine.ts ^([\\s\\S]*?)(?:, file:(.*?))?, line:(\\d+), col:\\d+$':
    'what liquidjs says about a template at start',
  'src/cli/demo/demo-story.ts <body[^>]*>([\\s\\S]*)<\\/body>': 'a page that the demo itself has just served',
  'src/cli/demo/demo-story.ts <button[^>]*>([\\s\\S]*?)<\\/button>': 'a page that the demo itself has just served',
};

/** Files that make expressions within functions, with sources as they come out, and the reason why there are no others. */
const MADE_IN_FUNCTIONS: Record<string, { sources: string[]; why: string }> = {
  'src/dev/imap-account-commands.ts': {
    sources: ['^.*$', '^INBOX/[^/]*$'],
    why: 'the LIST command of the development server; only demos and tests talk to it',
  },
  'src/mail/sender/verify-head.ts': {
    sources: ['(?:^|;)[ \\t]*d[ \\t]*=[ \\t]*([^;]*)', '(?:^|;)[ \\t]*s[ \\t]*=[ \\t]*([^;]*)'],
    why: 'the two tags d and s of a signature, in a field of at most MAX_SIGNATURE characters',
  },
};

type Named = { name: string; source: string; flags: string };

test('no regular expression of the sources takes time that grows faster than the text it is given', {
  timeout: 900_000,
}, async () => {
  const { literals, made } = findExpressions(path.join(ROOT, 'src'));
  expect(literals.length).toBeGreaterThan(400);
  const inFile = (file: string) => path.relative(ROOT, file);
  const named: Named[] = literals.map((one) => ({ ...one, name: `${inFile(one.file)} ${one.source}` }));
  named.push(...(await madeOnImport(made.filter((one) => one.onImport).map((one) => one.file))));
  const inFunctions = made.filter((one) => !one.onImport).map((one) => inFile(one.file));
  expect([...new Set(inFunctions)].sort(), 'files that make expressions in functions').toEqual(
    Object.keys(MADE_IN_FUNCTIONS).sort(),
  );
  for (const [file, { sources }] of Object.entries(MADE_IN_FUNCTIONS))
    for (const source of sources)
      named.push({ name: `${file} ${source}`, source, flags: source.includes('\\p{') ? 'u' : '' });
  const different = [...new Map(named.map((one) => [`/${one.source}/${one.flags}`, one])).values()];
  const verdicts = await judgeExpressions(different);
  const names = new Map(different.map((one) => [`/${one.source}/${one.flags}`, one.name]));
  const found = new Map(verdicts.map((one) => [names.get(`/${one.source}/${one.flags}`) ?? one.source, one.what]));
  const unexpected = [...found].filter(([name]) => BOUNDED[name] === undefined);
  expect(unexpected, 'expressions that are slow and have no reason in BOUNDED').toEqual([]);
  const all = new Set(named.map(({ name }) => name));
  expect(
    Object.keys(BOUNDED).filter((name) => !all.has(name)),
    'reasons for expressions that are gone',
  ).toEqual([]);
});

/** Expressions that a file makes while it is imported: the constructor is watched for that long. */
async function madeOnImport(files: string[]): Promise<Named[]> {
  const named: Named[] = [];
  const Original = globalThis.RegExp;
  for (const file of new Set(files)) {
    const name = path.relative(ROOT, file);
    const before = named.length;
    globalThis.RegExp = new Proxy(Original, {
      construct: (target, args: [string, string?]) => {
        const made = new target(...args);
        named.push({ name: `${name} ${made.source}`, source: made.source, flags: made.flags });
        return made;
      },
    });
    try {
      // The query makes it another module than the one that may have been imported before.
      await import(/* @vite-ignore */ `${file}?watched`);
    } finally {
      globalThis.RegExp = Original;
    }
    if (named.length === before) throw new Error(`${name} makes an expression on import, and none was seen`);
  }
  return named;
}

/** An expression, and what a repeated text does to it. */
const SLOW = [
  ['two blanks in a row', '\\s*\\n\\s*', 'g'],
  ['what ends a line, from every blank', '[ \\t]+$', ''],
  ['an end that never comes', '<b>(.*?)</b>', 'gs'],
  ['letters on both sides', '(\\w+)\\s?(\\w+)!', 'u'],
  ['a power of three', '^a*b?a*c?a*$', ''],
  ['exponential', '^(?:a+)+$', ''],
  ['exponential by alternatives', '^(?:a|[ab]|\\w)*$', ''],
  ['exponential in blanks that few think of', '^(?:\\s|\\u3000)+x$', ''],
] as const;

test.each(SLOW)('the gate sees %s', { timeout: 400_000 }, async (_name, source, flags) => {
  const verdicts = await judgeExpressions([
    { source: '^[a-z]+$', flags: '' },
    { source, flags },
    { source: ',', flags: 'g' },
  ]);
  expect(verdicts.map((verdict) => verdict.source)).toEqual([source]);
});

const QUICK = [
  '(?<!\\s)\\s*\\n\\s*',
  '[^\\s<>@"]{1,64}@[^\\s<>@"]{1,255}',
  '^\\s*(?:re|fwd)?:\\s*',
  '\\[#(\\d{1,15})\\]',
];

test('the gate lets expressions pass whose time grows as the text does', { timeout: 400_000 }, async () => {
  expect(await judgeExpressions(QUICK.map((source) => ({ source, flags: 'g' })))).toEqual([]);
});

const ALL_PLACES = `
const divided = 4 / 2 / 1;
const plain = /a+/; // here: a+
const inTemplate = \`\${divided / 2}\${'x'.replace(/b\\/[/]/g, '/')}\`; // here: b\\/[/]
class Named {
  static readonly shape: RegExp = /c(?=d)/u; // here: c(?=d)
  of(text: string, expression = /e/v) { // here: e
    return expression.test(text) || /f/.test(text); // here: f
  }
}
const made = new RegExp(plain.source);
const later = () => RegExp('g');
`;

test('the gate finds every expression of a file, in templates, classes and default values too', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'turnmail-expressions-'));
  await writeFile(path.join(folder, 'all-places.ts'), ALL_PLACES);
  const { literals, made } = findExpressions(folder);
  await rm(folder, { recursive: true });
  const named = ALL_PLACES.split('\n').flatMap((line, at) => {
    const source = /here: (\S+)/.exec(line)?.[1];
    return source === undefined ? [] : [`${at + 1} ${source}`];
  });
  expect(literals.map(({ line, source }) => `${line} ${source}`)).toEqual(named);
  expect(made.map(({ onImport }) => onImport)).toEqual([true, false]);
});
