import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { type ArchitectureRules, checkArchitecture } from '../support/architecture.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Which part may import which; the picture is in src/README.md. `flows` gets instances of adapters from app.ts. */
const RULES: ArchitectureRules = {
  mayImport: {
    domain: [],
    decide: ['domain'],
    mail: ['domain'],
    store: ['domain'],
    auth: ['domain'],
    imap: ['domain', 'types:auth'],
    smtp: ['domain', 'types:auth'],
    queue: ['domain'],
    http: ['domain'],
    plots: ['domain'],
    runtime: ['domain'],
    flows: [
      'domain',
      'decide',
      'mail',
      'plots',
      'store',
      'runtime',
      'types:auth',
      'types:imap',
      'types:smtp',
      'types:queue',
      'types:http',
    ],
    dev: ['domain'],
    'reach-database': ['runtime'],
    roles: ['domain', 'decide', 'mail', 'store', 'auth', 'imap', 'smtp', 'queue', 'http', 'runtime', 'flows'],
    app: [
      'roles',
      'reach-database',
      'domain',
      'decide',
      'mail',
      'store',
      'imap',
      'smtp',
      'queue',
      'http',
      'runtime',
      'flows',
    ],
    'run-roles': ['domain', 'app', 'runtime'],
    cli: [
      'domain',
      'decide',
      'mail',
      'store',
      'auth',
      'imap',
      'smtp',
      'queue',
      'http',
      'runtime',
      'flows',
      'roles',
      'app',
      'reach-database',
      'run-roles',
      'dev',
    ],
    workers: ['run-roles', 'runtime'],
  },
  /** The folders in which an outside library may be imported. */
  libraryHomes: {
    '@fastify/formbody': ['http'],
    '@resvg/resvg-js': ['plots'],
    '@fastify/helmet': ['http'],
    '@fastify/rate-limit': ['http'],
    asn1js: ['mail'],
    bullmq: ['queue'],
    commander: ['cli'],
    'd3-scale': ['plots'],
    'd3-shape': ['plots'],
    eld: ['mail'],
    fastify: ['http'],
    'html-to-text': ['mail'],
    imapflow: ['imap', 'dev'],
    ioredis: ['queue'],
    libmime: ['mail'],
    liquidjs: ['mail'],
    mailauth: ['mail'],
    mailparser: ['mail'],
    'node-pg-migrate': ['store'],
    'openid-client': ['auth'],
    nodemailer: ['smtp', 'mail', 'dev'],
    pg: ['store', 'queue', 'runtime'],
    pino: ['runtime'],
    'prom-client': ['runtime'],
    'sanitize-html': ['mail'],
    'smtp-server': ['dev'],
    yaml: ['runtime'],
    zod: ['runtime'],
  },
  pure: ['domain', 'decide'],
  /** `queue` and `runtime` look after servers of their own: BullMQ's tables, and the embedded Postgres. */
  sqlHomes: ['store', 'queue', 'runtime'],
  mostLines: 300,
  mostFiles: 16,
  /** Files over the limit, each with the reason why splitting would make it harder to read. */
  longFiles: {},
  /** Names that functions of two files share, each with the reason why two names would be harder to read. */
  sharedNames: {},
};

describe('the house', () => {
  test('imports point one way, libraries stay at home, deciding is pure, files are short, names are of one thing', () => {
    expect(checkArchitecture(ROOT, RULES)).toEqual([]);
  });
});

/** The rules without exceptions. */
const BARE_RULES: ArchitectureRules = { ...RULES, longFiles: {}, sharedNames: {} };

describe('the gate can fail', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'turnmail-house-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const build = (name: string, files: Record<string, string>) => {
    const root = path.join(folder, name);
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      writeFileSync(path.join(root, file), text);
    }
    return checkArchitecture(root, BARE_RULES);
  };

  test('on an import that goes sideways', () => {
    const found = build('sideways', {
      'src/mail/a.ts': "import { b } from '../store/b.ts';\n",
      'src/store/b.ts': 'export const b = 1;\n',
    });
    expect(found).toEqual(['src/mail/a.ts imports src/store/b.ts: mail may not import store']);
  });

  test('on an adapter imported for more than its types', () => {
    const found = build('adapter', {
      'src/flows/a.ts': "import { send } from '../smtp/b.ts';\nimport type { B } from '../smtp/b.ts';\n",
      'src/smtp/b.ts': 'export const send = 1;\nexport type B = 1;\n',
    });
    expect(found).toEqual(['src/flows/a.ts imports src/smtp/b.ts: flows may import only types of smtp']);
  });

  test('on a circle', () => {
    const found = build('circle', {
      'src/decide/a.ts': "import { b } from './b.ts';\nexport const a = b;\n",
      'src/decide/b.ts': "import { a } from './a.ts';\nexport const b = a;\n",
    });
    expect(found).toEqual(['src/decide/a.ts and src/decide/b.ts import each other in a circle']);
  });

  test('on a library away from home, and on one that has no home', () => {
    const found = build('library', { 'src/decide/a.ts': "import pg from 'pg';\nimport left from 'left-pad';\n" });
    expect(found).toEqual([
      'src/decide/a.ts imports pg, whose home is store, queue, runtime',
      'src/decide/a.ts imports left-pad, which has no home in the rules',
    ]);
  });

  test('on a clock, on chance, on the environment and on waiting in pure code', () => {
    const found = build('impure', {
      'src/decide/a.ts': 'export const a = () => Date.now();\nexport const b = async () => process.env;\n',
      'src/domain/b.ts': 'export const d = () => new Date();\nexport const c = Math.random();\n',
    });
    expect(found).toEqual([
      'src/decide/a.ts uses Date.now, but decide is pure',
      'src/decide/a.ts uses async, but decide is pure',
      'src/decide/a.ts uses process, but decide is pure',
      'src/domain/b.ts uses new Date(), but domain is pure',
      'src/domain/b.ts uses Math.random, but domain is pure',
    ]);
  });

  test('on a statement outside of its home', () => {
    const found = build('statements', {
      'src/flows/a.ts': "export const a = (tx: { query(text: string): void }) => tx.query('select 1');\n",
      'src/cli/b.ts': 'export const b = (pool: any) => pool.query<{ id: number }>(`select 1`);\n',
      'src/store/c.ts': "export const c = (tx: { query(text: string): void }) => tx.query('select 1');\n",
    });
    expect(found).toEqual([
      'src/cli/b.ts asks the database something: cli is no home of SQL',
      'src/flows/a.ts asks the database something: flows is no home of SQL',
    ]);
  });

  test('on a file that is too long, and on an exception that is no longer needed', () => {
    const found = checkArchitecture(
      (() => {
        build('long', {
          'src/domain/a.ts': 'export {};\n'.repeat(301),
          'src/domain/b.ts': 'export {};\n',
          'test/unit/a.test.ts': 'export {};\n'.repeat(301),
        });
        return path.join(folder, 'long');
      })(),
      { ...BARE_RULES, longFiles: { 'src/domain/b.ts': 'was long once' } },
    );
    expect(found).toEqual([
      'src/domain/a.ts has 301 lines, more than 300, and no reason is written for it',
      'test/unit/a.test.ts has 301 lines, more than 300, and no reason is written for it',
      'src/domain/b.ts is listed as long and is not',
    ]);
  });

  test('on a folder with too many files', () => {
    const files = Array.from({ length: 17 }, (_file, index) => [`src/domain/many/f${index}.ts`, 'export {};\n']);
    expect(build('crowded', { ...Object.fromEntries(files), 'src/domain/a.ts': 'export {};\n' })).toEqual([
      'src/domain/many has 17 files, more than 16',
    ]);
  });

  test('on a function of one name in two files', () => {
    const found = build('names', {
      'src/domain/a.ts': 'export function carryOut() {}\nconst same = 1;\nfunction* walk() {}\n',
      'src/decide/b.ts': 'export const carryOut = () => {};\nconst same = 2;\nfunction inner(same: number) {}\n',
      'src/mail/c.ts':
        'const inner = (\n  a: (b: string) => void,\n): string[] => {};\nconst walk = async (a: number) => {};\n',
      'src/mail/d.ts': 'const walk: Walk = a => a;\n',
    });
    expect(found).toEqual([
      'carryOut is a function of src/decide/b.ts and src/domain/a.ts',
      'inner is a function of src/decide/b.ts and src/mail/c.ts',
      'walk is a function of src/domain/a.ts and src/mail/c.ts and src/mail/d.ts',
    ]);
  });

  test('on a name that is listed as shared and is not', () => {
    const root = path.join(folder, 'listed');
    mkdirSync(path.join(root, 'src/domain'), { recursive: true });
    writeFileSync(path.join(root, 'src/domain/a.ts'), 'function once() {}\n');
    expect(checkArchitecture(root, { ...BARE_RULES, sharedNames: { once: 'was there twice' } })).toEqual([
      'once is listed as the name of two functions and is not',
    ]);
  });

  test('on a part that nobody has given a place', () => {
    expect(build('stray', { 'src/utils/a.ts': 'export {};\n' })).toEqual([
      'src/utils/a.ts stands in a part that the rules do not know: utils',
    ]);
  });
});
