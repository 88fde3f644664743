import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FAULTS } from '../../src/domain/fault.ts';
import { REASONS } from '../../src/domain/reasons.ts';
import { SETTINGS } from '../../src/runtime/settings.ts';

/**
 * The parts of the documents that follow from the code: `.env.example`, the README's table of settings, and
 * docs/reasons.md. `node test/support/project-docs.ts` writes them; test/unit/drift.test.ts holds them.
 */
const ROOT = new URL('../../', import.meta.url);
const NEEDED = ['SUPPORT_ADDRESS', 'IMAP_URL', 'SMTP_URL', 'AGENTS'];

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

export function settingsTable(): string {
  const rows = Object.entries(SETTINGS).map(
    ([name, { fallback, example, meaning }]) =>
      `| \`${name}\` | \`${example}\` | ${fallback === '' ? '' : `\`${fallback}\``} | ${meaning} |`,
  );
  return ['| name | example | default | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

export function reasonsPage(): string {
  const reasons = Object.entries(REASONS).map(([code, words]) => `| \`${code}\` | ${words} |`);
  const faults = Object.entries(FAULTS).map(([code, act]) => `| \`${code}\` | ${WHO_ACTS[act]} |`);
  return [
    '# Why a mail went where it went',
    '',
    'Every inbound mail ends with a disposition and a reason from this closed list; `turnmail trace` prints them, `/metrics`',
    'counts them. Written by `node test/support/project-docs.ts`; a test holds it to the code.',
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

export const MARKS = { begin: '<!-- settings: begin -->', end: '<!-- settings: end -->' };

export function readProjectFile(name: string): string {
  return readFileSync(new URL(name, ROOT), 'utf8');
}

export function readmeWithSettings(readme: string): string {
  const begin = readme.indexOf(MARKS.begin);
  const end = readme.indexOf(MARKS.end);
  if (begin < 0 || end < begin) throw new Error('README.md has no marks around its table of settings');
  return `${readme.slice(0, begin + MARKS.begin.length)}\n${settingsTable()}\n${readme.slice(end)}`;
}

function plain(text: string): string {
  return text.replaceAll('`', '');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL('.env.example', ROOT), envExample());
  writeFileSync(new URL('docs/reasons.md', ROOT), reasonsPage());
  writeFileSync(new URL('README.md', ROOT), readmeWithSettings(readProjectFile('README.md')));
}
