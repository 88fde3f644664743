import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { addressKey, domainOf, localPartOf } from '../domain/email-address.ts';
import { Fault } from '../domain/fault.ts';
import type { Identity, ReplyAddress } from '../domain/identity.ts';
import type { OauthSettings } from '../domain/oauth.ts';
import type { Rules } from '../domain/rules.ts';
import { DEFAULT_LANGUAGE, languageOf, type Words } from '../domain/words.ts';
import { nearNamesIn } from './near-settings.ts';
import { checkOauth, oauthOf } from './oauth-settings.ts';
import { hasRoomForToken, type NamedMailbox } from './setting-readers.ts';
import { type RawSettings, readSettings, type SettingName } from './settings.ts';
import { readWording } from './template-wording.ts';
import { trustAuthority } from './trust-authority.ts';
import { wordsIn } from './words-files.ts';

/** The parts of Turnmail that can run alone. */
export const ROLES = ['poll', 'process', 'send', 'web', 'sweep'] as const;
export type Role = (typeof ROLES)[number];

export type Config = {
  settings: RawSettings;
  identity: Identity;
  rules: Rules;
  agents: NamedMailbox[];
  dataDir: string;
  /** undefined: start the embedded Postgres */
  databaseUrl: string | undefined;
  queueUrl: string | undefined;
  /** our sentences in all languages, with those of TEMPLATES_DIR before ours */
  words: Words;
  /** undefined: every login has a password */
  oauth: OauthSettings | undefined;
  /** the first signs tokens; all verify */
  keys: [Buffer, ...Buffer[]];
};

/**
 * Reads the settings once.
 * @param nearNames problems with names that are almost those of settings
 * @throws Fault settings-invalid whose message lists every problem, one a line
 */
export function loadConfig(
  roles: readonly Role[],
  env: NodeJS.ProcessEnv = process.env,
  nearNames: readonly string[] = [],
): Config {
  const { settings, problems } = readSettings(env);
  // What could not be read is named once, by its own problem.
  const unread = problems.map((problem) => problem.name);
  const all = [...nearNames, ...problems.map((problem) => problem.sentence), ...crossCheck(settings, roles, unread)];
  if (all.length > 0) {
    const list = all.map((problem) => `  - ${problem}`);
    throw new Fault('settings-invalid', ['The settings are not right, so nothing was started:', ...list].join('\n'));
  }
  return buildConfig(settings as RawSettings);
}

/** The settings of this process: `.env` in the working directory, and the environment, which wins. */
export function loadProcessConfig(roles: readonly Role[], file = '.env'): Config {
  if (existsSync(file)) process.loadEnvFile(file);
  const config = loadConfig(roles, process.env, nearNamesIn(file));
  trustAuthority(config.settings.TLS_CA_FILE);
  return config;
}

export const TEMPLATES_FOLDER = fileURLToPath(new URL('../../templates/', import.meta.url));

/** Ours first: what stands in a later one wins. */
function templateFolders({ TEMPLATES_DIR: own }: Partial<RawSettings>): string[] {
  return own === undefined ? [TEMPLATES_FOLDER] : [TEMPLATES_FOLDER, path.resolve(own)];
}

function wordsOf(settings: Partial<RawSettings>): Words {
  return wordsIn(templateFolders(settings));
}

function crossCheck(settings: Partial<RawSettings>, roles: readonly Role[], unread: SettingName[]): string[] {
  const lacks = (name: SettingName) => settings[name] === undefined && !unread.includes(name);
  const problems: string[] = [];
  if (roles.includes('poll') && lacks('IMAP_URL')) {
    problems.push(
      'IMAP_URL is not set; it is the mailbox to read, such as imaps://user:pass@imap.acme.example:993/INBOX',
    );
  }
  if (roles.includes('send') && lacks('SMTP_URL')) {
    problems.push(
      'SMTP_URL is not set; it is the relay for outgoing mail, such as smtp://user:pass@smtp.acme.example:587',
    );
  }
  if (settings.DATABASE_URL && lacks('SECRET')) {
    problems.push(
      'SECRET is not set; with a DATABASE_URL every process needs the same one: make it with openssl rand -hex 32',
    );
  }
  const desk = settings.SUPPORT_ADDRESS;
  if (desk && lacks('REPLY_ADDRESS') && !derivedReplyAddress(desk.address)) {
    problems.push(
      'REPLY_ADDRESS cannot be derived, since SUPPORT_ADDRESS is too long before its @; set it, or set it to none',
    );
  }
  if (desk && settings.OPERATORS?.some(({ address }) => addressKey(address) === addressKey(desk.address))) {
    problems.push('OPERATORS holds the address of the desk itself; an operator needs another one');
  }
  const { languages } = wordsOf(settings);
  const language = settings.LOCALE && languageOf(settings.LOCALE.locale);
  if (language && language !== DEFAULT_LANGUAGE && !languages.includes(language)) {
    problems.push(
      `LOCALE names a language that no words are there for; there are ${[DEFAULT_LANGUAGE, ...languages].join(', ')}`,
    );
  }
  if (settings.TEMPLATES_DIR !== undefined && !existsSync(settings.TEMPLATES_DIR)) {
    problems.push(`TEMPLATES_DIR names a folder that is not there: ${settings.TEMPLATES_DIR}`);
  }
  return [...problems, ...(unread.includes('OAUTH_PROVIDER') ? [] : checkOauth(settings))];
}

/** Plus addresses of the desk's own; undefined where they would be longer than an address may be. */
function derivedReplyAddress(address: NamedMailbox['address']): ReplyAddress {
  const derived = { before: `${localPartOf(address)}+`, after: `@${domainOf(address)}` };
  return hasRoomForToken(derived) ? derived : undefined;
}

function buildConfig(settings: RawSettings): Config {
  const { SUPPORT_ADDRESS: desk } = settings;
  const dataDir = path.resolve(settings.DATA_DIR);
  const secret = settings.SECRET ?? keptSecret(dataDir);
  const replyAddress =
    settings.REPLY_ADDRESS === 'none' ? undefined : (settings.REPLY_ADDRESS ?? derivedReplyAddress(desk.address));
  const words = wordsOf(settings);
  return {
    settings,
    words,
    agents: settings.AGENTS,
    dataDir,
    databaseUrl: settings.DATABASE_URL,
    queueUrl: settings.QUEUE_URL,
    oauth: oauthOf(settings),
    keys: settings.SECRET_PREVIOUS ? [secret, settings.SECRET_PREVIOUS] : [secret],
    identity: {
      address: desk.address,
      name: desk.name || 'Support',
      ownAddresses: [addressKey(desk.address)],
      deskId: createHmac('sha256', secret)
        .update(`desk|${addressKey(desk.address)}`)
        .digest('hex')
        .slice(0, 20),
      replyAddress,
      publicUrl: settings.PUBLIC_URL?.replace(/(?<!\/)\/+$/, ''),
      locale: settings.LOCALE.locale,
      guessLocale: settings.LOCALE.guessLocale,
      brand: {
        name: settings.BRAND_NAME ?? (desk.name || 'Support'),
        logo: settings.BRAND_LOGO_URL,
        color: settings.BRAND_COLOR,
      },
    },
    rules: {
      senderTrust: settings.SENDER_TRUST,
      reopenDays: settings.REOPEN_DAYS,
      maxMailAgeDays: settings.MAX_MAIL_AGE_DAYS,
      autoCloseDays: settings.AUTO_CLOSE_DAYS,
      tokenDays: settings.TOKEN_DAYS,
      suggestToCustomers: settings.SUGGEST_TO_CUSTOMERS,
      suggestWithinMs: settings.SUGGEST_WITHIN_MS,
      agentNames: settings.AGENT_NAMES,
      teamNews: settings.TEAM_NEWS,
      ratePerHour: settings.RATE_PER_HOUR,
      notices: {
        perTicket: settings.NOTICES_PER_TICKET,
        perRecipient: settings.NOTICES_PER_RECIPIENT,
        perDomain: settings.NOTICES_PER_DOMAIN,
        perAgent: settings.NOTICES_PER_AGENT,
      },
      operators: settings.OPERATORS.map(({ address }) => address),
      sendBrake: settings.SEND_BRAKE,
      unknownResendMinutes: settings.UNKNOWN_RESEND_MINUTES,
      blockedTypes: settings.BLOCKED_TYPES,
      wording: readWording(templateFolders(settings), words),
    },
  };
}

/**
 * Embedded mode makes a secret at the first start and keeps it, readable by its owner only.
 * @throws Fault settings-invalid where DATA_DIR cannot be used, or its file holds something else
 */
function keptSecret(dataDir: string): Buffer {
  const file = path.join(dataDir, 'secret');
  const secret = readOrMakeSecret(file).trim();
  if (!/^[0-9a-f]{64,}$/.test(secret))
    throw new Fault('settings-invalid', `${file} does not hold a secret; remove it, or set SECRET`);
  return Buffer.from(secret, 'hex');
}

function readOrMakeSecret(file: string): string {
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    if (!existsSync(file)) writeFileSync(file, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    // Another process made it at the same moment.
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code !== 'EEXIST' || !existsSync(file)) {
      throw new Fault(
        'settings-invalid',
        `DATA_DIR cannot hold the secret ${file} (${code}); set DATA_DIR, or SECRET`,
        { cause },
      );
    }
  }
  return readFileSync(file, 'utf8');
}
