import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { MAIL_TEMPLATES } from '../../src/domain/ticket/outbox-item.ts';
import { DISPOSITIONS, REASONS } from '../../src/domain/ticket/reasons.ts';
import { EXIT } from '../../src/runtime/exit-codes.ts';
import { ROLES } from '../../src/runtime/settings/config.ts';
import { SETTINGS } from '../../src/runtime/settings/settings.ts';
import {
  envExample,
  README_SETTINGS,
  readmeWithSettings,
  readProjectFile,
  reasonsPage,
  securityPage,
  settingsPage,
} from '../support/project-docs.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const HINT = 'run: npx node test/support/project-docs.ts';

describe('the documents say what the code does', () => {
  test('.env.example names every setting, with its default', () => {
    expect(readProjectFile('.env.example'), HINT).toBe(envExample());
  });

  test('README has the settings that people set, at most 20, and links docs/settings.md, which has all', () => {
    const readme = readProjectFile('README.md');
    expect(readme, HINT).toBe(readmeWithSettings(readme));
    expect(README_SETTINGS.length).toBeLessThanOrEqual(20);
    expect(readme).toContain('](docs/settings.md)');
    expect(readProjectFile('docs/settings.md'), HINT).toBe(settingsPage());
  });

  test('docs/reasons.md names every reason and fault', () => {
    expect(readProjectFile('docs/reasons.md'), HINT).toBe(reasonsPage());
  });

  test('docs/security.md names the files that are not passed on, and how many packages there are', () => {
    const page = readProjectFile('docs/security.md');
    expect(page, HINT).toBe(securityPage(page));
    expect(page).toMatch(/\d+ direct dependencies[\s\S]*\d+ with all that they need/);
  });

  test('every reason of the list is given somewhere', () => {
    const code = ['decide', 'flows', 'mail', 'imap', 'store'].flatMap((folder) =>
      readdirSync(new URL(`../../src/${folder}`, import.meta.url), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => readProjectFile(`src/${folder}/${name}`)),
    );
    const isGiven = (reason: string) => code.some((text) => text.includes(`'${reason}'`));
    expect(Object.keys(REASONS).filter((reason) => !isGiven(reason))).toEqual([]);
    expect(isGiven('no-such-reason')).toBe(false);
  });

  test('every setting the code reads from the environment is in the list', () => {
    const known = new Set(Object.keys(SETTINGS));
    const read = ['src', 'workers'].flatMap((folder) =>
      readdirSync(new URL(`../../${folder}`, import.meta.url), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .flatMap((name) =>
          [...readProjectFile(`${folder}/${name}`).matchAll(/\benv\[?\.?['"]?([A-Z][A-Z_]{3,})/g)].map(
            (match) => match[1] ?? '',
          ),
        ),
    );
    expect(read.filter((name) => !known.has(name) && !OUTSIDE.has(name))).toEqual([]);
  });

  test('README gives the two commands that do everything on a fresh machine', () => {
    const lines = readProjectFile('README.md').split('\n');
    for (const command of ['npm ci && npm run demo', 'npm ci && npm test'])
      expect(lines.some((line) => line.startsWith(`${command} `))).toBe(true);
  });

  test('README names every command, and every command explains itself', () => {
    const readme = readProjectFile('README.md');
    const help = turnmail(['--help']);
    const commands = [...help.matchAll(/^ {2}([a-z-]+)[ |]/gm)]
      .map((match) => match[1] ?? '')
      .filter((name) => name !== 'help');
    expect(commands.length).toBeGreaterThan(7);
    for (const command of commands) {
      expect(readme, `README lacks turnmail ${command}`).toMatch(new RegExp(`turnmail ${command}\\b`));
      expect(turnmail([command, '--help'])).toMatch(/^Usage: turnmail/m);
    }
    const named = [...readme.matchAll(/`turnmail ([a-z-]+)/g)].map((match) => match[1] ?? '');
    expect(named.filter((name) => !commands.includes(name))).toEqual([]);
  });

  test('README and CONTRIBUTING name only scripts and files that exist', () => {
    const scripts: Record<string, string> = JSON.parse(readProjectFile('package.json')).scripts;
    for (const page of ['README.md', 'CONTRIBUTING.md']) {
      const text = readProjectFile(page);
      const named = [...text.matchAll(/npm run ([a-z:]+)/g)].map((match) => match[1] ?? '');
      expect(
        named.filter((name) => !(name in scripts)),
        page,
      ).toEqual([]);
      const files = [...text.matchAll(/\]\(([^)#:]+)|\b((?:src|test|docs)\/[\w/-]+\.(?:ts|md))/g)];
      expect(files.length, page).toBeGreaterThan(4);
      expect(files.map((match) => match[1] ?? match[2] ?? '').filter((file) => !existsSync(ROOT + file))).toEqual([]);
    }
  });

  test('there is a worker for each role, a template for each mail, and a type in Postgres for each disposition', () => {
    for (const role of [...ROLES, 'all']) expect(existsSync(`${ROOT}/workers/${role}.ts`), role).toBe(true);
    for (const kind of MAIL_TEMPLATES) expect(existsSync(`${ROOT}/templates/${kind}/subject.txt`), kind).toBe(true);
    const written =
      /create type disposition as enum \(([^)]*)\)/.exec(readProjectFile('migrations/0001_schema.sql'))?.[1] ?? '';
    expect([...written.matchAll(/'([^']+)'/g)].map((match) => match[1]).sort()).toEqual([...DISPOSITIONS].sort());
    expect(Object.keys(REASONS).length).toBeGreaterThan(40);
  });

  test('README lists every exit code', () => {
    const listed = /an exit code: ([\s\S]*?)\.\n/.exec(readProjectFile('README.md'))?.[1] ?? '';
    expect([...listed.matchAll(/\b\d{2}\b/g)].map(([code]) => Number(code))).toEqual(Object.values(EXIT));
  });

  test('docker-compose.yml has a service for each role, and settings that exist', () => {
    const compose = parse(readProjectFile('docker-compose.yml'), { merge: true });
    for (const role of ROLES) expect(compose.services[role].command).toEqual(['up', '--role', role]);
    const settings = Object.keys(compose.services.poll.environment);
    expect(settings.filter((name) => !(name in SETTINGS))).toEqual([]);
    expect(compose.services.mail.profiles).toEqual(['try']);
    for (const service of Object.values<{ depends_on?: Record<string, unknown> }>(compose.services)) {
      for (const name of Object.keys(service.depends_on ?? {})) expect(Object.keys(compose.services)).toContain(name);
    }
  });
});

/** Not settings: what the launcher, the tests and the machine say. */
const OUTSIDE = new Set(['TURNMAIL_REEXEC', 'TURNMAIL_KILL_AT', 'NODE_ENV', 'PATH', 'HOME', 'TMPDIR']);

function turnmail(args: string[]): string {
  return execFileSync(process.execPath, [`${ROOT}/src/cli/main.ts`, ...args], { encoding: 'utf8' });
}

describe('the gate can fail', () => {
  test('on a README without the marks, and on one whose table is old', () => {
    expect(() => readmeWithSettings('# Turnmail')).toThrow('no marks');
    const old = readProjectFile('README.md').replace('REMIND_HOURS', 'REMIND_MINUTES');
    expect(readmeWithSettings(old)).not.toBe(old);
  });
});
