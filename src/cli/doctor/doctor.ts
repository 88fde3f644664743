/** `turnmail doctor`: tries every connection that the settings name. Nothing is changed and no secret is shown. */

import type { AccessTokens } from '../../auth/access-tokens.ts';
import { localPartOf } from '../../domain/email-address.ts';
import { isFault } from '../../domain/fault.ts';
import { signInAccount } from '../../roles/sign-in.ts';
import { wallClock } from '../../runtime/clock.ts';
import { type Config, loadProcessConfig, type Role } from '../../runtime/config.ts';
import type { Database } from '../../store/database.ts';
import { deskOf } from '../reach-desk.ts';
import { print, printable, printJson } from '../terminal-text.ts';
import { type Check, failed } from './doctor-check.ts';
import { checkPages, checkReplyAddress, checkStores, type Stores } from './doctor-checks.ts';
import { checkImap, checkSmtp } from './doctor-mail.ts';
import { checkDelivery } from './doctor-send.ts';

/** Looks at what these roles need. Resolves to 0 when nothing failed, else 1. */
export async function doctor(options: { json: boolean; roles: readonly Role[]; send: boolean }): Promise<number> {
  const { roles } = options;
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
    const mail = (stores: Stores | undefined) => checkMail(config, stores, options);
    for (const check of await checkStores(config, mail)) report(check);
    if (roles.includes('web')) report(await checkPages(config));
    report(checkReplyAddress(config));
  }
  const fine = checks.every(({ state }) => state !== 'failed');
  if (options.json) printJson({ ok: fine, checks });
  else print(`\n${lastWords(checks)}`);
  return fine ? 0 : 1;
}

/** The servers of mail, with the tokens that the database keeps for them. */
async function checkMail(
  config: Config,
  stores: Stores | undefined,
  { roles, send }: { roles: readonly Role[]; send: boolean },
): Promise<Check[]> {
  if (config.oauth !== undefined && stores === undefined) {
    const name = localPartOf(config.identity.address);
    return [
      failed('sign-in', 'nobody has signed in yet, so the mail servers cannot be tried', `turnmail login ${name}`),
    ];
  }
  const accessTokens = stores && (await accessTokensOf(config, stores.database));
  const agents = stores?.agents ?? config.agents.map(({ address }) => address);
  const checks: Check[] = [];
  if (roles.includes('poll')) checks.push(...(await checkImap(config, accessTokens)));
  if (roles.includes('send')) checks.push(...(await checkSmtp(config, accessTokens, agents)));
  if (send) checks.push(await checkDelivery(config, accessTokens));
  return checks;
}

async function accessTokensOf(config: Config, database: Database): Promise<AccessTokens | undefined> {
  const account = await signInAccount(config, wallClock.now);
  if (account === undefined) return undefined;
  const { createSignIn } = await import('../../flows/operate/sign-in.ts');
  return createSignIn(deskOf(config, database, { hint: async () => {} }), account);
}

function lastWords(checks: Check[]): string {
  if (checks.some(({ state }) => state === 'failed')) return 'Something is wrong; see above.';
  const warnings = checks.filter(({ state }) => state === 'warn').length;
  if (warnings === 0) return 'All is well.';
  return `Works, with ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}.`;
}

function readConfig(roles: readonly Role[], report: (check: Check) => void): Config | undefined {
  try {
    return loadProcessConfig(roles);
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
  const secrets = new Set<string>([process.env['OAUTH_CLIENT_SECRET']?.trim() ?? '']);
  for (const name of ['IMAP_URL', 'SMTP_URL', 'DATABASE_URL', 'QUEUE_URL']) {
    const value = process.env[name] ?? '';
    const written = /^[^/]*:\/\/[^/@:]*:(.*)@/.exec(value)?.[1];
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
