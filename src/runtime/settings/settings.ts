import type { z } from 'zod';
import { BOUND_SETTINGS } from './bound-settings.ts';
import { BRAND_SETTINGS } from './brand-settings.ts';
import { MAIL_SETTINGS } from './mail-settings.ts';
import { OAUTH_SETTINGS } from './oauth-settings.ts';
import { REPORT_SETTINGS } from './report-settings.ts';
import { type Setting, setting } from './setting.ts';
import {
  blockedTypes,
  imapUrl,
  initialSync,
  locale,
  logLevel,
  people,
  proxies,
  queuePrefix,
  readReplyAddress,
  readTeamNews,
  secret,
  senderTrust,
  smtpUrl,
  supportAddress,
  text,
  textIfSet,
  timeZone,
  url,
  wholeNumber,
  yesOrNo,
} from './setting-readers.ts';

/**
 * Every setting of Turnmail, once: how it is read, what it is when unset, and what it means. `.env.example` and the
 * README's table are held against this list by a test (test/unit/drift.test.ts).
 */

export const SETTINGS = {
  SUPPORT_ADDRESS: setting(
    supportAddress,
    '',
    'Acme Support <support@acme.example>',
    'what customers write to and see',
  ),
  IMAP_URL: setting(
    imapUrl,
    '',
    'imaps://user:pass@imap.acme.example:993/INBOX',
    'the mailbox that is read; `imap:` is plain or STARTTLS; credentials URL-encoded; no password with OAUTH_PROVIDER',
  ),
  SMTP_URL: setting(smtpUrl, '', 'smtp://user:pass@smtp.acme.example:587', 'relay for all outgoing mail'),
  AGENTS: setting(
    people,
    '',
    'Alice <alice@acme.example>, bob@acme.example',
    'agents to ensure at start; `turnmail agent` manages them later',
  ),
  MAILBOXES_FILE: setting(
    textIfSet,
    '',
    './mailboxes.yaml',
    'several mailboxes in one YAML file (docs/mailboxes.md), in the place of SUPPORT_ADDRESS, IMAP_URL, SMTP_URL and REPLY_ADDRESS; the other settings of a mailbox are those of all that do not say it themselves',
  ),
  OPERATORS: setting(
    people,
    '',
    'Olga <olga@acme.example>',
    'who gets a mail when the desk itself needs a look: mail cannot be fetched or sent, mail is parked',
  ),
  ...MAIL_SETTINGS,
  ...OAUTH_SETTINGS,
  DATABASE_URL: setting(
    url(['postgres', 'postgresql']),
    '',
    'postgres://turnmail:pass@localhost:5432/turnmail',
    'your Postgres; unset: embedded Postgres in `DATA_DIR`',
  ),
  DATABASE_TIMEOUT_SECONDS: setting(
    wholeNumber(2, 3600),
    '60',
    '60',
    'longest wait for one answer of the database; after it the connection is given up and the work tried again',
  ),
  QUEUE_URL: setting(
    url(['redis', 'rediss']),
    '',
    'redis://localhost:6379',
    'Redis for the queue; unset: BullMQ on the same Postgres',
  ),
  QUEUE_PREFIX: setting(queuePrefix, 'turnmail', 'turnmail', 'name of the queues, for several desks on one Redis'),
  DATA_DIR: setting(text, './data', './data', 'embedded Postgres and the secret live here'),
  SECRET: setting(
    secret,
    '',
    '(64 hex digits)',
    '32 random bytes, hex: keys the tokens; embedded mode makes and keeps one in `DATA_DIR`',
  ),
  SECRET_PREVIOUS: setting(
    secret,
    '',
    '(64 hex digits)',
    'the secret before this one: its tokens stay valid while you rotate',
  ),
  REPLY_ADDRESS: setting(
    readReplyAddress,
    '',
    'support+{token}@acme.example',
    'where answers go; unset: derived from SUPPORT_ADDRESS; `none` where the provider has no plus addresses',
  ),
  SENDER_TRUST: setting(
    senderTrust,
    'dkim',
    'dkim',
    'how the From of a mail is believed: `dkim` (we verify DKIM and DMARC), `authentication-results:<authserv-id>` (your server did) or `none` (a filter before us refuses forgeries)',
  ),
  PUBLIC_URL: setting(
    url(['http', 'https']),
    '',
    'https://help.acme.example',
    'base of the links; unset: mail-only links',
  ),
  HTTP_PORT: setting(wholeNumber(0, 65535), '8080', '8080', 'port of pages, health and metrics'),
  HTTP_HOST: setting(text, '127.0.0.1', '127.0.0.1', 'address that port listens on'),
  TRUST_PROXY: setting(
    proxies,
    '',
    '127.0.0.1',
    'addresses of your reverse proxy; unset: forwarded headers are ignored',
  ),
  INITIAL_SYNC: setting(
    initialSync,
    'new',
    'new',
    '`new`, `all` or a date: what to do with mail that was there before the first start',
  ),
  LOCALE: setting(
    locale,
    'en',
    'de',
    'language of mails and pages: en, de, fr, es, it, nl, pt or pl (also de-AT, pt-BR); `auto`: each customer in the language of their first mail; `auto:de`: German where that is in doubt',
  ),
  TEMPLATES_DIR: setting(
    textIfSet,
    '',
    './wording',
    'a folder whose files stand for those of `templates/`, one by one; `turnmail templates` lists, copies and previews them',
  ),
  ...BRAND_SETTINGS,
  AGENT_NAMES: setting(
    yesOrNo,
    'yes',
    'yes',
    'responses come from "Alice Ames at Acme Support" and end with the agent\'s name; `no`: the desk\'s name alone',
  ),
  TEAM_NEWS: setting(
    readTeamNews,
    'digest',
    'digest',
    'colleagues who were notified of a ticket hear that somebody took or answered it: `yes` each time, `digest` once a ticket, `no` never',
  ),
  POLL_SECONDS: setting(wholeNumber(1, 3600), '30', '30', 'fallback beside IDLE'),
  IMAP_TIMEOUT_SECONDS: setting(
    wholeNumber(1, 600),
    '30',
    '30',
    'the mailbox must answer a command within this; large mails get more by their size',
  ),
  IMAP_MOVE_TO: setting(
    textIfSet,
    '',
    'Processed',
    'folder to move stored mail to (a copy, where the server cannot move); unset: it stays where it is',
  ),
  TLS_CA_FILE: setting(
    textIfSet,
    '',
    './ca.pem',
    'certificates (PEM) of an authority of your own, believed beside the public ones',
  ),
  ALLOW_PLAINTEXT: setting(yesOrNo, 'no', 'no', 'IMAP and SMTP without TLS to other machines'),
  REOPEN_DAYS: setting(
    wholeNumber(0, 3650),
    '7',
    '7',
    'days after closing in which an answer reopens the ticket; 0 is never',
  ),
  MAX_MAIL_AGE_DAYS: setting(wholeNumber(0, 3650), '7', '7', 'days a mail may be under way; 0 is no limit'),
  AUTO_CLOSE_DAYS: setting(
    wholeNumber(0, 3650),
    '14',
    '14',
    'days of silence after a response until the ticket closes; 0 is never',
  ),
  REMIND_HOURS: setting(
    wholeNumber(0, 8760),
    '24',
    '24',
    'hours a ticket may wait for the desk until its agent is reminded, and after twice that everybody; 0 is never',
  ),
  ...REPORT_SETTINGS,
  TZ: setting(timeZone, 'UTC', 'Europe/Berlin', 'time zone of the digest, of times in mails and on the command line'),
  TOKEN_DAYS: setting(wholeNumber(1, 3650), '365', '365', 'days that reply addresses and links stay valid'),
  SUGGEST_TO_CUSTOMERS: setting(
    yesOrNo,
    'no',
    'no',
    'a receipt may carry the one past answer that is beyond doubt, with a link "this solved it"',
  ),
  SUGGEST_WITHIN_MS: setting(
    wholeNumber(10, 60_000),
    '250',
    '250',
    'milliseconds that a mail waits for past answers; it goes without them rather than later',
  ),
  ...BOUND_SETTINGS,
  MAX_MAIL_MB: setting(wholeNumber(1, 500), '50', '50', 'larger mails are parked unread'),
  MAX_ATTACHED_MB: setting(
    wholeNumber(0, 100),
    '10',
    '10',
    'attachments of a customer that travel along to the agents, a hundred at most; more are named only',
  ),
  BLOCKED_TYPES: setting(
    blockedTypes,
    'default',
    'default, docm, xlsm',
    'attachments that are named and not passed on, by file name ending or content type; `default` is the list in docs/security.md, `none` passes everything on',
  ),
  PARSE_SECONDS: setting(wholeNumber(1, 300), '20', '20', 'reading one mail may take this long'),
  PARSE_HEAP_MB: setting(wholeNumber(64, 8192), '256', '256', 'memory for reading one mail'),
  PARSERS: setting(
    wholeNumber(1, 64),
    '1',
    '2',
    'parser processes of a process with the role `process` or `send`; beside a slow mail there are up to four more for a while',
  ),
  PROCESS_CONCURRENCY: setting(wholeNumber(1, 64), '8', '8', 'mails parsed and checked side by side by one process'),
  SEND_CONNECTIONS: setting(
    wholeNumber(1, 64),
    '4',
    '12',
    'SMTP connections of one process; fewer where the relay takes fewer; a process that dies leaves at most as many mails of unknown fate',
  ),
  SEND_TIMEOUT_SECONDS: setting(
    wholeNumber(5, 600),
    '60',
    '60',
    'silence of the SMTP server after which an attempt ends',
  ),
  UNKNOWN_RESEND_MINUTES: setting(
    wholeNumber(0, 10_080),
    '30',
    '30',
    'minutes until a mail that a server may or may not have taken is sent once more, the same bytes; 0 is never',
  ),
  RAW_RETENTION_DAYS: setting(
    wholeNumber(0, 36_500),
    '0',
    '90',
    'days after which the bytes of mails that have ended are removed from the database, words stay; 0 is never',
  ),
  SWEEP_SECONDS: setting(wholeNumber(1, 600), '5', '5', 'how often lost hints and expired leases are looked for'),
  LOG_LEVEL: setting(logLevel, 'info', 'info', 'how much is logged: fatal, error, warn, info, debug, trace or silent'),
} as const;

export type SettingName = keyof typeof SETTINGS;
export type RawSettings = { [Name in SettingName]: z.output<(typeof SETTINGS)[Name]['schema']> };

/** What could be read, and every problem, each as the rest of a sentence that begins with the setting's name. */
export type SettingsReading = { settings: Partial<RawSettings>; problems: { name: SettingName; why: string }[] };

/** Reads settings, an empty one like one that is not there. Never throws: see `problems`. */
export function readSettings(
  env: NodeJS.ProcessEnv,
  names: readonly SettingName[] = Object.keys(SETTINGS) as SettingName[],
): SettingsReading {
  const reading: SettingsReading = { settings: {}, problems: [] };
  for (const name of names) {
    const { schema, fallback }: Setting = SETTINGS[name];
    const result = schema.safeParse(env[name]?.trim() || fallback || undefined);
    if (result.success) Object.assign(reading.settings, { [name]: result.data });
    else reading.problems.push(...result.error.issues.map((issue) => ({ name, why: issue.message })));
  }
  return reading;
}
