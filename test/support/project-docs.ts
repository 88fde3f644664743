import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FAULTS } from '../../src/domain/fault.ts';
import { DEFAULT_BLOCKED_TYPES } from '../../src/domain/mail/blocked-types.ts';
import { REASONS } from '../../src/domain/ticket/reasons.ts';
import { SETTINGS } from '../../src/runtime/settings/settings.ts';

/**
 * The parts of the documents that follow from the code: `.env.example`, the README's table of settings,
 * docs/settings.md and docs/reasons.md. `npx node test/support/project-docs.ts` writes them; test/unit/drift.test.ts holds them.
 */
const ROOT = new URL('../../', import.meta.url);
const NEEDED = ['SUPPORT_ADDRESS', 'IMAP_URL', 'SMTP_URL', 'AGENTS'];

/** The settings that people set, shown in the README. All of them stand in docs/settings.md. */
export const README_SETTINGS: readonly (keyof typeof SETTINGS)[] = [
  'SUPPORT_ADDRESS',
  'IMAP_URL',
  'SMTP_URL',
  'AGENTS',
  'OPERATORS',
  'DATABASE_URL',
  'QUEUE_URL',
  'DATA_DIR',
  'SECRET',
  'REPLY_ADDRESS',
  'SENDER_TRUST',
  'PUBLIC_URL',
  'HTTP_PORT',
  'INITIAL_SYNC',
  'REOPEN_DAYS',
  'AUTO_CLOSE_DAYS',
  'REMIND_HOURS',
  'DIGEST_AT',
  'TZ',
  'RAW_RETENTION_DAYS',
];

export function envExample(): string {
  const lines = Object.entries(SETTINGS).map(([name, { fallback, example, meaning }]) => {
    const needed = NEEDED.includes(name);
    const note = needed ? '' : fallback === '' ? ' (unset)' : ` (default: ${fallback})`;
    return `# ${plain(meaning)}${note}\n${needed ? '' : '#'}${name}=${example.startsWith('(') ? '' : example}`;
  });
  return [
    '# Settings of Turnmail. Copy this file to .env and fill in the first four; everything else has a default.',
    '# The environment wins over this file. In URLs, letters such as @ and / in a password are written %40 and %2F.',
    '',
    `${lines.join('\n\n')}\n`,
  ].join('\n');
}

export function settingsTable(names: readonly (keyof typeof SETTINGS)[]): string {
  const rows = names.map((name) => {
    const { fallback, example, meaning } = SETTINGS[name];
    return `| \`${name}\` | \`${example}\` | ${fallback === '' ? '' : `\`${fallback}\``} | ${meaning} |`;
  });
  return ['| name | example | default | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

export function reasonsPage(): string {
  const reasons = Object.entries(REASONS).map(([code, words]) => `| \`${code}\` | ${words} |`);
  const faults = Object.entries(FAULTS).map(([code, act]) => `| \`${code}\` | ${WHO_ACTS[act]} |`);
  return [
    '# Why a mail went where it went',
    '',
    'Every inbound mail ends with a disposition and a reason from this closed list; `turnmail trace` prints them, `/metrics`',
    'counts them. Written by `npx node test/support/project-docs.ts`; a test holds it to the code.',
    '',
    '| reason | means |',
    '|---|---|',
    ...reasons,
    '',
    '# Faults',
    '',
    'What nobody expected is thrown as a fault with a code, by who must act.',
    '',
    '| code | who acts |',
    '|---|---|',
    ...faults,
    '',
  ].join('\n');
}

const WHO_ACTS = {
  config: 'the operator, before anything starts',
  transient: 'nobody: it is tried again',
  permanent: 'the operator, once',
  bug: 'us: please report it',
} as const;

const BLOCKED_MARKS = { begin: '<!-- blocked: begin -->', end: '<!-- blocked: end -->' };

/** docs/security.md with the files that are not passed on, and the numbers of packages that it names. */
export function securityPage(page: string): string {
  const types = [...DEFAULT_BLOCKED_TYPES];
  const endings = types.filter((type) => !type.includes('/'));
  const contentTypes = types.filter((type) => type.includes('/'));
  const list = [wrapped('Endings: ', endings), '', wrapped('Types: ', contentTypes)].join('\n');
  const direct = Object.keys(JSON.parse(readProjectFile('package.json')).dependencies).length;
  const lock: Record<string, { dev?: boolean; optional?: boolean }> = JSON.parse(
    readProjectFile('package-lock.json'),
  ).packages;
  const all = Object.entries(lock).filter(([name, { dev, optional }]) => name !== '' && !dev && !optional).length;
  return between(page, BLOCKED_MARKS, list)
    .replace(/\d+ direct dependencies/, `${direct} direct dependencies`)
    .replace(/\d+ with all that they need/, `${all} with all that they need`);
}

function wrapped(head: string, words: string[]): string {
  const lines = [head.trim()];
  for (const word of words) {
    const line = `${lines.at(-1)} \`${word}\``;
    if (line.length > 120) lines.push(`\`${word}\``);
    else lines[lines.length - 1] = line;
  }
  return lines.join('\n');
}

export const MARKS = { begin: '<!-- settings: begin -->', end: '<!-- settings: end -->' };

export function readProjectFile(name: string): string {
  return readFileSync(new URL(name, ROOT), 'utf8');
}

export function readmeWithSettings(readme: string): string {
  return between(readme, MARKS, settingsTable(README_SETTINGS));
}

export function settingsPage(): string {
  return [
    '# Settings',
    '',
    'Environment variables, or a `.env` file in the working directory. The environment wins. They are checked once at the',
    'start: every problem is listed at once, and nothing starts. Written by `npx node test/support/project-docs.ts`.',
    '',
    settingsTable(Object.keys(SETTINGS) as (keyof typeof SETTINGS)[]),
    '',
  ].join('\n');
}

function between(page: string, marks: { begin: string; end: string }, text: string): string {
  const begin = page.indexOf(marks.begin);
  const end = page.indexOf(marks.end);
  if (begin < 0 || end < begin) throw new Error(`a page has no marks ${marks.begin}`);
  return `${page.slice(0, begin + marks.begin.length)}\n${text}\n${page.slice(end)}`;
}

function plain(text: string): string {
  return text.replaceAll('`', '');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL('.env.example', ROOT), envExample());
  writeFileSync(new URL('docs/reasons.md', ROOT), reasonsPage());
  writeFileSync(new URL('docs/security.md', ROOT), securityPage(readProjectFile('docs/security.md')));
  writeFileSync(new URL('docs/settings.md', ROOT), settingsPage());
  writeFileSync(new URL('README.md', ROOT), readmeWithSettings(readProjectFile('README.md')));
}
