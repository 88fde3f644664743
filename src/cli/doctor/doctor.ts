/** `turnmail doctor`: tries every connection that the settings name. Nothing is changed and no secret is shown. */
import { isFault } from '../../domain/fault.ts';
import { type Config, loadConfig, loadEnvFile, type Role } from '../../runtime/config.ts';
import { print, printable, printJson } from '../terminal-text.ts';
import type { Check } from './doctor-check.ts';
import { checkImap, checkPages, checkReplyAddress, checkSmtp, checkStores } from './doctor-checks.ts';

/** Looks at what these roles need. Resolves to 0 when nothing failed, else 1. */
export async function doctor(options: { json: boolean; roles: readonly Role[] }): Promise<number> {
  const { roles } = options;
  loadEnvFile();
  const checks: Check[] = [];
  const conceal = concealer();
  const report = (check: Check) => {
    const shown = { ...check, detail: conceal(check.detail) };
    checks.push(shown);
    if (!options.json) print(describe(shown));
  };
  const config = readConfig(roles, report);
  if (config !== undefined) {
    report({ name: 'settings', state: 'ok', detail: 'complete and readable', todo: null });
    for (const check of await checkStores(config)) report(check);
    if (roles.includes('poll')) report(await checkImap(config));
    if (roles.includes('send')) report(await checkSmtp(config));
    if (roles.includes('web')) report(await checkPages(config));
    report(checkReplyAddress(config));
  }
  const fine = checks.every(({ state }) => state !== 'failed');
  if (options.json) printJson({ ok: fine, checks });
  else print(fine ? '\nAll is well.' : '\nSomething is wrong; see above.');
  return fine ? 0 : 1;
}

function readConfig(roles: readonly Role[], report: (check: Check) => void): Config | undefined {
  try {
    return loadConfig(roles);
  } catch (error) {
    if (!isFault(error, 'settings-invalid')) throw error;
    const problems = error.message.split('\n').map((line) => line.replace(/^ +- /, ''));
    const [first = '', ...rest] = problems.length > 1 ? problems.slice(1) : problems;
    for (const detail of [first, ...rest]) {
      report({ name: 'settings', state: 'failed', detail, todo: 'set it in the environment or in .env' });
    }
    return undefined;
  }
}

function describe({ name, state, detail, todo }: Check): string {
  const line = `${state.padEnd(6)}  ${name.padEnd(9)} ${printable(detail).replaceAll('\n', ' ')}`;
  return todo === null ? line : `${line}\n${' '.repeat(18)}-> ${todo}`;
}

/** Takes the passwords of the settings out of what servers and libraries say, plain or as they stand in a URL. */
function concealer(): (text: string) => string {
  const secrets = new Set<string>();
  for (const name of ['IMAP_URL', 'SMTP_URL', 'DATABASE_URL', 'QUEUE_URL']) {
    const value = process.env[name] ?? '';
    const written = /^[^/]*:\/\/[^/@]*?:(.*)@/.exec(value)?.[1];
    if (written === undefined || written === '') continue;
    secrets.add(written);
    if (URL.canParse(value)) secrets.add(new URL(value).password);
    try {
      secrets.add(decodeURIComponent(written));
    } catch {
      // It is not URL-encoded; the settings say so.
    }
  }
  const longestFirst = [...secrets].filter((secret) => secret !== '').sort((a, b) => b.length - a.length);
  return (text) => longestFirst.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text);
}
