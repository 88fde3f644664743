/** `turnmail doctor`: tries every connection that the settings name. Nothing is changed and no secret is shown. */

import type { AccessTokens } from '../../auth/access-tokens.ts';
import { isFault } from '../../domain/fault.ts';
import type { EmailAddress } from '../../domain/mail/email-address.ts';
import { signInAccounts } from '../../roles/sign-in.ts';
import { wallClock } from '../../runtime/clock.ts';
import { type Config, loadProcessConfig, type Role } from '../../runtime/settings/config.ts';
import type { MailboxConfig } from '../../runtime/settings/mailbox-config.ts';
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
  let conceal = passwordHider(undefined);
  const report = (check: Check) => {
    const shown = { ...check, detail: conceal(check.detail) };
    checks.push(shown);
    if (!options.json) print(checkLines(shown));
  };
  const config = readConfig(roles, report);
  if (config !== undefined) {
    conceal = passwordHider(config);
    report({ name: 'settings', state: 'ok', detail: 'complete and readable', todo: null });
    const mail = (stores: Stores | undefined) => checkMail(config, stores, options);
    for (const check of await checkStores(config, mail)) report(check);
    if (roles.includes('web')) report(await checkPages(config));
    for (const mailbox of config.mailboxes) report(nameMailbox(config, mailbox, checkReplyAddress(mailbox)));
  }
  const fine = checks.every(({ state }) => state !== 'failed');
  if (options.json) printJson({ ok: fine, checks });
  else print(`\n${summarySentence(checks)}`);
  return fine ? 0 : 1;
}

type MailOptions = { roles: readonly Role[]; send: boolean };

const AT_ONCE = 8;

/** The servers of each mailbox, some at a time, so that those that are silent do not add up. */
async function checkMail(config: Config, stores: Stores | undefined, options: MailOptions): Promise<Check[]> {
  const desk = stores && (await deskOf(config, stores.database, { hint: async () => {} }));
  const accounts = await signInAccounts(config, wallClock.now);
  const agents = stores?.agents ?? config.agents.map(({ address }) => address);
  const { createSignIn } = await import('../../flows/operate/sign-in.ts');
  const look = async (mailbox: MailboxConfig): Promise<Check[]> => {
    const { mailboxName } = mailbox.identity;
    const account = accounts.get(mailbox);
    if (account !== undefined && desk === undefined) {
      const todo = `turnmail login ${mailboxName}`;
      return [failed('sign-in', 'nobody has signed in yet, so the mail servers cannot be tried', todo)];
    }
    return await checkServers(config, mailbox, account && desk && createSignIn(desk, account), agents, options);
  };
  const checks: Check[] = [];
  for (let at = 0; at < config.mailboxes.length; at += AT_ONCE) {
    const some = config.mailboxes.slice(at, at + AT_ONCE);
    const found = await Promise.all(some.map(look));
    checks.push(...found.flatMap((ofOne, index) => ofOne.map((check) => nameMailbox(config, some[index], check))));
  }
  return checks;
}

async function checkServers(
  { settings }: Config,
  mailbox: MailboxConfig,
  accessTokens: AccessTokens | undefined,
  agents: EmailAddress[],
  { roles, send }: MailOptions,
): Promise<Check[]> {
  const checks: Check[] = [];
  if (roles.includes('poll')) checks.push(...(await checkImap(mailbox, settings, accessTokens)));
  if (roles.includes('send')) checks.push(...(await checkSmtp(mailbox, settings, accessTokens, agents)));
  if (send) checks.push(await checkDelivery(mailbox, settings, accessTokens));
  return checks;
}

/** Of several mailboxes each check says whose it is. */
function nameMailbox({ mailboxes }: Config, mailbox: MailboxConfig | undefined, check: Check): Check {
  if (mailboxes.length === 1 || mailbox === undefined) return check;
  const { mailboxName } = mailbox.identity;
  return { ...check, mailbox: mailboxName, detail: `${mailboxName}: ${check.detail}` };
}

function summarySentence(checks: Check[]): string {
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

function checkLines({ name, state, detail, todo }: Check): string {
  const line = `${state.padEnd(6)}  ${name.padEnd(9)} ${printable(detail).replaceAll('\n', ' ')}`;
  return todo === null ? line : `${line}\n${' '.repeat(18)}-> ${todo}`;
}

/** Takes the passwords of the settings out of what servers and libraries say, plain or as they stand in a URL. */
function passwordHider(config: Config | undefined): (text: string) => string {
  const secrets = new Set<string>([process.env['OAUTH_CLIENT_SECRET']?.trim() ?? '']);
  const urls = ['IMAP_URL', 'SMTP_URL', 'DATABASE_URL', 'QUEUE_URL'].map((name) => process.env[name] ?? '');
  for (const { imapUrl, smtpUrl, oauth } of config?.mailboxes ?? []) {
    urls.push(imapUrl ?? '', smtpUrl ?? '');
    secrets.add(oauth?.clientSecret ?? '');
  }
  for (const value of urls) {
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
