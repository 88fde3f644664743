import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Rules } from '../../domain/desk/rules.ts';
import { Fault } from '../../domain/fault.ts';
import { addressKey } from '../../domain/mail/email-address.ts';
import type { Words } from '../../domain/words.ts';
import { readWording } from '../template-wording.ts';
import { trustAuthority } from '../trust-authority.ts';
import { wordsIn } from '../words-files.ts';
import {
  checkApart,
  checkMailbox,
  MAILBOX_SETTINGS,
  type MailboxConfig,
  type MailboxSettingName,
  mailboxConfigOf,
  ONE_MAILBOX,
  type WrittenMailbox,
} from './mailbox-config.ts';
import { readMailboxEntries } from './mailbox-entries.ts';
import { nearNamesIn } from './near-settings.ts';
import type { NamedMailbox } from './setting-readers.ts';
import { type RawSettings, readSettings, type SettingName } from './settings.ts';

/** The parts of Turnmail that can run alone. */
export const ROLES = ['poll', 'process', 'send', 'web', 'sweep'] as const;
export type Role = (typeof ROLES)[number];

/** The settings of the desk, without those of its mailboxes. */
export type DeskSettings = Omit<RawSettings, MailboxSettingName>;

export type Config = {
  settings: DeskSettings;
  /** the first speaks where no mailbox is named */
  mailboxes: readonly [MailboxConfig, ...MailboxConfig[]];
  rules: Rules;
  /** of all mailboxes; who works on which tickets says Identity.agents */
  agents: NamedMailbox[];
  dataDir: string;
  /** undefined: start the embedded Postgres */
  databaseUrl: string | undefined;
  queueUrl: string | undefined;
  /** our sentences in all languages, with those of TEMPLATES_DIR before ours */
  words: Words;
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
  const { languages } = wordsOfTemplates(settings);
  const needs = { imap: roles.includes('poll'), smtp: roles.includes('send'), languages };
  const file = settings.MAILBOXES_FILE;
  const unread = problems.map(({ name }) => name);
  const said = problems
    .filter(({ name }) => file === undefined || !ONE_MAILBOX.includes(name as MailboxSettingName))
    .map(({ name, why }) => `${name} ${why}`);
  const mailboxes = file === undefined ? readOne(settings, unread, needs) : readSeveral(file, env, needs);
  const all = [...nearNames, ...said, ...mailboxes.problems, ...crossCheck(settings, mailboxes.written, unread)];
  if (all.length > 0) {
    const list = all.map((problem) => `  - ${problem}`);
    throw new Fault('settings-invalid', ['The settings are not right, so nothing was started:', ...list].join('\n'));
  }
  return buildConfig(settings as RawSettings, mailboxes.written);
}

/** The settings of this process: `.env` in the working directory, and the environment, which wins. */
export function loadProcessConfig(roles: readonly Role[], file = '.env'): Config {
  if (existsSync(file)) process.loadEnvFile(file);
  const config = loadConfig(roles, process.env, nearNamesIn(file));
  trustAuthority(config.settings.TLS_CA_FILE);
  return config;
}

export const TEMPLATES_FOLDER = fileURLToPath(new URL('../../../templates/', import.meta.url));

/** Ours first: what stands in a later one wins. */
function templateFolders({ TEMPLATES_DIR: own }: Partial<RawSettings>): string[] {
  return own === undefined ? [TEMPLATES_FOLDER] : [TEMPLATES_FOLDER, path.resolve(own)];
}

function wordsOfTemplates(settings: Partial<RawSettings>): Words {
  return wordsIn(templateFolders(settings));
}

type Needs = Parameters<typeof checkMailbox>[1];
type Mailboxes = { written: WrittenMailbox[]; problems: string[] };

/** The one mailbox of the environment. */
function readOne(settings: Partial<RawSettings>, unread: SettingName[], needs: Needs): Mailboxes {
  const problems = checkMailbox(settings, needs, unread).map(({ name, why }) => `${name} ${why}`);
  if (settings.SUPPORT_ADDRESS === undefined) return { written: [], problems };
  const whole = settings as RawSettings;
  const aliases = (whole.ALIASES ?? []).map(({ address }) => address);
  return { written: [{ settings: whole, aliases, agents: undefined }], problems };
}

/** Those of MAILBOXES_FILE. */
function readSeveral(file: string, env: NodeJS.ProcessEnv, needs: Needs): Mailboxes {
  const twice = ONE_MAILBOX.filter((name) => (env[name]?.trim() ?? '') !== '');
  const problems =
    twice.length === 0
      ? []
      : [
          `MAILBOXES_FILE and ${twice.join(', ')} are both set; a desk has its mailboxes in the file, or one in the environment`,
        ];
  const shared = MAILBOX_SETTINGS.filter((name) => !ONE_MAILBOX.includes(name));
  const { written, problems: ofFile, placeOf } = readMailboxEntries(file, env, shared, needs);
  const apart = checkApart(written).map(({ index, name, why }) => `${placeOf(index, name)} ${why}`);
  return { written, problems: [...problems, ...ofFile, ...apart] };
}

function crossCheck(settings: Partial<RawSettings>, mailboxes: WrittenMailbox[], unread: SettingName[]): string[] {
  const problems: string[] = [];
  if (settings.DATABASE_URL && settings.SECRET === undefined && !unread.includes('SECRET')) {
    problems.push(
      'SECRET is not set; with a DATABASE_URL every process needs the same one: make it with openssl rand -hex 32',
    );
  }
  const desk = mailboxes.map((mailbox) => addressKey(mailbox.settings.SUPPORT_ADDRESS.address));
  if (settings.OPERATORS?.some(({ address }) => desk.includes(addressKey(address)))) {
    problems.push('OPERATORS holds the address of the desk itself; an operator needs another one');
  }
  problems.push(...checkAliases(settings, mailboxes));
  if (settings.TEMPLATES_DIR !== undefined && !existsSync(settings.TEMPLATES_DIR)) {
    problems.push(`TEMPLATES_DIR names a folder that is not there: ${settings.TEMPLATES_DIR}`);
  }
  return problems;
}

/** Mail from an address of ours is nobody's: an agent or operator who writes from one would never be heard. */
function checkAliases(settings: Partial<RawSettings>, mailboxes: WrittenMailbox[]): string[] {
  const { AGENTS = [], OPERATORS = [], ALIASES = [], MAILBOXES_FILE: file } = settings;
  const ours = mailboxes.flatMap(({ aliases }) => aliases.map(addressKey));
  const people = [...AGENTS, ...OPERATORS, ...mailboxes.flatMap(({ agents }) => agents ?? [])];
  const named = people.filter(({ address }) => ours.includes(addressKey(address)));
  return [
    ...(file !== undefined && ALIASES.length > 0 ? ['ALIASES is set beside MAILBOXES_FILE; write aliases there'] : []),
    ...[...new Set(named.map(({ address }) => address))].map(
      (address) => `ALIASES holds ${address}, which is an agent or operator; an alias is an address of the desk`,
    ),
  ];
}

/** Each once, with the first name that is given. */
function agentsOfAll(settings: RawSettings, mailboxes: WrittenMailbox[]): NamedMailbox[] {
  const all = [settings.AGENTS, ...mailboxes.map(({ agents }) => agents ?? [])].flat();
  const named = new Map<string, NamedMailbox>();
  for (const agent of all) {
    const known = named.get(addressKey(agent.address));
    if (known === undefined || known.name === '') named.set(addressKey(agent.address), agent);
  }
  return [...named.values()];
}

function buildConfig(settings: RawSettings, written: WrittenMailbox[]): Config {
  const dataDir = path.resolve(settings.DATA_DIR);
  const secret = settings.SECRET ?? keptSecret(dataDir);
  const [first, ...more] = written.map((mailbox) => mailboxConfigOf(mailbox, written, secret));
  if (first === undefined) throw new Fault('settings-invalid', 'no mailbox is named');
  const words = wordsOfTemplates(settings);
  return {
    settings,
    words,
    mailboxes: [first, ...more],
    agents: agentsOfAll(settings, written),
    dataDir,
    databaseUrl: settings.DATABASE_URL,
    queueUrl: settings.QUEUE_URL,
    keys: settings.SECRET_PREVIOUS ? [secret, settings.SECRET_PREVIOUS] : [secret],
    rules: rulesOf(settings, words),
  };
}

function rulesOf(settings: RawSettings, words: Words): Rules {
  return {
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
    machineMail: settings.MACHINE_MAIL,
    formSenders: settings.FORM_SENDERS.map(({ address }) => addressKey(address)),
    operators: settings.OPERATORS.map(({ address }) => address),
    begunPerAgent: settings.BEGUN_PER_AGENT,
    sendBrake: settings.SEND_BRAKE,
    unknownResendMinutes: settings.UNKNOWN_RESEND_MINUTES,
    blockedTypes: settings.BLOCKED_TYPES,
    wording: readWording(templateFolders(settings), words),
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
