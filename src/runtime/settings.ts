import type { z } from 'zod';
import {
  blockedTypes,
  imapUrl,
  initialSync,
  logLevel,
  people,
  proxies,
  queuePrefix,
  replyAddress,
  secret,
  senderTrust,
  smtpUrl,
  supportAddress,
  text,
  textIfSet,
  timeOfDay,
  timeZone,
  url,
  weekTime,
  wholeNumber,
  yesOrNo,
} from './setting-readers.ts';

/**
 * Every setting of Turnmail, once: how it is read, what it is when unset, and what it means. `.env.example` and the
 * README's table are held against this list by a test (test/unit/drift.test.ts).
 */

/** `fallback` is what an unset or empty setting is read as, written as in the environment; '' is no default. */
type Setting = { schema: z.ZodType; fallback: string; example: string; meaning: string };
const setting = <S extends z.ZodType>(schema: S, fallback: string, example: string, meaning: string) =>
  ({ schema, fallback, example, meaning }) satisfies Setting;

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
    'the mailbox that is read; `imap:` is plain or STARTTLS; credentials URL-encoded',
  ),
  SMTP_URL: setting(smtpUrl, '', 'smtp://user:pass@smtp.acme.example:587', 'relay for all outgoing mail'),
  AGENTS: setting(
    people,
    '',
    'Alice <alice@acme.example>, bob@acme.example',
    'agents to ensure at start; `turnmail agent` manages them later',
  ),
  OPERATORS: setting(
    people,
    '',
    'Olga <olga@acme.example>',
    'who gets a mail when the desk itself needs a look: mail cannot be fetched or sent, mail is parked',
  ),
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
    replyAddress,
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
  POLL_SECONDS: setting(wholeNumber(1, 3600), '30', '30', 'fallback beside IDLE'),
  IMAP_TIMEOUT_SECONDS: setting(
    wholeNumber(1, 600),
    '30',
    '30',
    'the mailbox must answer a command within this; large mails get more by their size',
  ),
  IMAP_MOVE_TO: setting(textIfSet, '', 'Processed', 'folder to move stored mail to; unset: it stays where it is'),
  ALLOW_PLAINTEXT: setting(yesOrNo, 'no', 'no', 'IMAP and SMTP without TLS to other machines'),
  REOPEN_DAYS: setting(
    wholeNumber(0, 3650),
    '7',
    '7',
    'days after closing in which an answer reopens the ticket; 0 is never',
  ),
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
  DIGEST_AT: setting(
    timeOfDay,
    '',
    '08:00',
    'time of day of a mail with all waiting tickets to each agent; unset: only for /queue',
  ),
  REPORT_AT: setting(
    weekTime,
    '',
    'mon 08:00',
    'day of the week and time of day of a mail with the desk in numbers to each agent and operator; unset: only for /report',
  ),
  BOARD_NAMES: setting(yesOrNo, 'yes', 'no', 'the board shows subjects, customers and agents; `no` leaves them out'),
  TZ: setting(timeZone, 'UTC', 'Europe/Berlin', 'time zone of the digest and of times in mails'),
  TOKEN_DAYS: setting(wholeNumber(1, 3650), '365', '365', 'days that reply addresses and links stay valid'),
  SUGGEST_TO_CUSTOMERS: setting(
    yesOrNo,
    'no',
    'no',
    'a receipt may carry the one past answer that is beyond doubt, with a link "this solved it"',
  ),
  RATE_PER_HOUR: setting(
    wholeNumber(0, 1_000_000),
    '300',
    '300',
    'mails of one sender in an hour; more are parked, but for what customers write to their own tickets; 0 is no limit',
  ),
  NOTICES_PER_TICKET: setting(
    wholeNumber(0, 100_000),
    '2',
    '2',
    'automatic mails about one ticket to people outside the desk in 24 hours, until a person acts; more are not sent; 0 is no limit',
  ),
  NOTICES_PER_RECIPIENT: setting(
    wholeNumber(0, 100_000),
    '3',
    '3',
    'automatic mails to one mailbox outside the desk (tags such as jo+tag@ do not count) in 24 hours, until a person acts on a ticket of theirs; more are not sent; 0 is no limit',
  ),
  NOTICES_PER_DOMAIN: setting(
    wholeNumber(0, 1_000_000),
    '20',
    '20',
    "automatic mails to one mail domain in an hour, ten times as many to public mail providers and to the desk's own domain; more are not sent; 0 is no limit",
  ),
  NOTICES_PER_AGENT: setting(
    wholeNumber(0, 1_000_000),
    '100',
    '100',
    'mails to one agent about one ticket, or about none, in 24 hours, besides the first of each ticket; more are not sent; 0 is no limit',
  ),
  SEND_BRAKE: setting(
    wholeNumber(0, 1_000_000),
    '60',
    '60',
    'automatic mails in ten minutes to people outside the desk who had one in that time already; more wait, and the operators are told; 0 is no limit',
  ),
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
  PARSERS: setting(wholeNumber(1, 64), '2', '2', 'parser processes of a process with the role `process` or `send`'),
  PROCESS_CONCURRENCY: setting(wholeNumber(1, 64), '8', '8', 'mails decided at once by one process'),
  SEND_CONNECTIONS: setting(wholeNumber(1, 64), '4', '4', 'SMTP connections of one process'),
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

/** What could be read, and every problem, each as one sentence that begins with the setting's name. */
export type SettingsReading = { settings: Partial<RawSettings>; problems: { name: SettingName; sentence: string }[] };

/** Reads every setting, an empty one like one that is not there. Never throws: see `problems`. */
export function readSettings(env: NodeJS.ProcessEnv): SettingsReading {
  const reading: SettingsReading = { settings: {}, problems: [] };
  for (const [name, { schema, fallback }] of Object.entries(SETTINGS) as [SettingName, Setting][]) {
    const result = schema.safeParse(env[name]?.trim() || fallback || undefined);
    if (result.success) Object.assign(reading.settings, { [name]: result.data });
    else reading.problems.push(...result.error.issues.map((issue) => ({ name, sentence: `${name} ${issue.message}` })));
  }
  return reading;
}
