import { z } from 'zod';
import { type EmailAddress, localPartOf, parseEmailAddress } from '../domain/email-address.ts';
import type { ReplyAddress, SenderTrust } from '../domain/policy.ts';

/**
 * Every setting of Turnmail, once: how it is read, what it is when unset, and what it means. `.env.example` and the
 * README's table are held against this list by a test (test/unit/drift.test.ts).
 */

const LONGEST_TOKEN = 50;

/** Unset and empty are the same, so that `QUEUE_URL=` in a .env file turns it off. */
const text = z
  .string()
  .trim()
  .optional()
  .transform((value) => value || undefined);

const required = (what: string) => text.pipe(z.string({ error: () => `is not set; it is ${what}` }));

const wholeNumber = (fallback: number, least: number, most: number) =>
  text.transform((value, context) => {
    const number = value === undefined ? fallback : Number(value);
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    context.addIssue(`must be a whole number from ${least} to ${most}, not "${value}"`);
    return z.NEVER;
  });

const yesOrNo = text.transform((value, context) => {
  if (value === undefined || ['0', 'no', 'false', 'off'].includes(value.toLowerCase())) return false;
  if (['1', 'yes', 'true', 'on'].includes(value.toLowerCase())) return true;
  context.addIssue(`must be yes or no, not "${value}"`);
  return z.NEVER;
});

/** A URL of one of the schemes; its value never appears in a message, since it may hold a password. */
const url = (schemes: string[]) =>
  text.transform((value, context) => {
    if (value === undefined) return undefined;
    const parsed = URL.canParse(value) ? new URL(value) : undefined;
    if (parsed && schemes.includes(parsed.protocol.slice(0, -1))) return value;
    context.addIssue(
      `must be a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')} (letters such as @ and / in a password are written %40 and %2F)`,
    );
    return z.NEVER;
  });

export type NamedMailbox = { name: string; address: EmailAddress };

/** `Name <user@host>` or `user@host`. */
export function readNamedMailbox(written: string): NamedMailbox | undefined {
  const match = /^(?:"?([^"<>]*?)"?\s*)<([^<>\s]+)>$/.exec(written.trim());
  const address = parseEmailAddress(match ? (match[2] ?? '') : written.trim());
  return address && { name: (match?.[1] ?? '').trim(), address };
}

const supportAddress = required(
  'the address that customers write to, such as Acme Support <support@acme.example>',
).transform((value, context) => {
  const mailbox = readNamedMailbox(value);
  if (mailbox) return mailbox;
  context.addIssue(`is no mail address: "${value}"; write it like Acme Support <support@acme.example>`);
  return z.NEVER;
});

const agents = text.transform((value, context) => {
  const mailboxes: NamedMailbox[] = [];
  for (const written of value?.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/) ?? []) {
    if (written.trim() === '') continue;
    const mailbox = readNamedMailbox(written);
    if (mailbox) mailboxes.push(mailbox);
    else context.addIssue(`holds something that is no mail address: "${written.trim()}"`);
  }
  return mailboxes;
});

const senderTrust = text.transform((value, context): SenderTrust => {
  if (value === undefined || value === 'none') return { kind: 'none' };
  const server = /^authentication-results:(\S+)$/.exec(value)?.[1];
  if (server !== undefined) return { kind: 'authentication-results', authservId: server };
  context.addIssue(`must be none or authentication-results:<authserv-id>, not "${value}"`);
  return z.NEVER;
});

const initialSync = text.transform((value, context): 'new' | 'all' | { since: number } => {
  if (value === undefined || value === 'new' || value === 'all') return value ?? 'new';
  const since = /^\d{4}-\d{2}-\d{2}/.test(value) ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(since)) return { since };
  context.addIssue(`must be new, all or a date such as 2026-11-01, not "${value}"`);
  return z.NEVER;
});

const secret = text.transform((value, context) => {
  if (value === undefined) return undefined;
  if (/^[0-9a-f]{64,}$/i.test(value)) return Buffer.from(value, 'hex');
  context.addIssue('must be at least 32 random bytes in hex (64 digits); make one with: openssl rand -hex 32');
  return z.NEVER;
});

const timeOfDay = text.transform((value, context) => {
  if (value === undefined) return undefined;
  if (/^(?:[01]\d|2[0-3]):[0-5]\d$/.test(value)) return value;
  context.addIssue(`must be a time of day such as 08:00, not "${value}"`);
  return z.NEVER;
});

const timeZone = text.transform((value, context) => {
  if (value === undefined) return 'UTC';
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone;
  } catch {
    context.addIssue(`is no time zone: "${value}"; write it like Europe/Berlin`);
    return z.NEVER;
  }
});

const replyAddress = text.transform((value, context): ReplyAddress | 'none' | undefined => {
  if (value === undefined || value === 'none') return value;
  const parts = value.split('{token}');
  const sample = parts.length === 2 ? parseEmailAddress(parts.join('x'.repeat(LONGEST_TOKEN - 1))) : undefined;
  if (sample && localPartOf(sample).includes('x'.repeat(LONGEST_TOKEN - 1)))
    return { before: parts[0] ?? '', after: parts[1] ?? '' };
  context.addIssue(
    'must be an address with {token} once before the @, such as support+{token}@acme.example, and at most 64 letters before the @ with a token of 49; or none',
  );
  return z.NEVER;
});

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
    url(['imap', 'imaps']),
    '',
    'imaps://user:pass@imap.acme.example:993/INBOX',
    'the mailbox that is read; `imap:` is plain or STARTTLS; credentials URL-encoded',
  ),
  SMTP_URL: setting(
    url(['smtp', 'smtps']),
    '',
    'smtp://user:pass@smtp.acme.example:587',
    'relay for all outgoing mail',
  ),
  AGENTS: setting(
    agents,
    '',
    'Alice <alice@acme.example>, bob@acme.example',
    'agents to ensure at start; `turnmail agent` manages them later',
  ),
  DATABASE_URL: setting(
    url(['postgres', 'postgresql']),
    '',
    'postgres://turnmail:pass@localhost:5432/turnmail',
    'your Postgres; unset: embedded Postgres in `DATA_DIR`',
  ),
  QUEUE_URL: setting(
    url(['redis', 'rediss']),
    '',
    'redis://localhost:6379',
    'Redis for the queue; unset: BullMQ on the same Postgres',
  ),
  QUEUE_PREFIX: setting(text, 'turnmail', 'turnmail', 'name of the queues, for several desks on one Redis'),
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
    'none',
    'none',
    'how the From of a mail is believed: `none` (a filter before us refuses forgeries) or `authentication-results:<authserv-id>`',
  ),
  PUBLIC_URL: setting(
    url(['http', 'https']),
    '',
    'https://help.acme.example',
    'base of the links; unset: mail-only links',
  ),
  HTTP_PORT: setting(wholeNumber(8080, 0, 65535), '8080', '8080', 'port of pages, health and metrics'),
  HTTP_HOST: setting(text, '127.0.0.1', '127.0.0.1', 'address that port listens on'),
  TRUST_PROXY: setting(text, '', '127.0.0.1', 'addresses of your reverse proxy; unset: forwarded headers are ignored'),
  INITIAL_SYNC: setting(
    initialSync,
    'new',
    'new',
    '`new`, `all` or a date: what to do with mail that was there before the first start',
  ),
  POLL_SECONDS: setting(wholeNumber(30, 1, 3600), '30', '30', 'fallback beside IDLE'),
  IMAP_MOVE_TO: setting(text, '', 'Processed', 'folder to move stored mail to; unset: it stays where it is'),
  ALLOW_PLAINTEXT: setting(yesOrNo, 'no', 'no', 'IMAP and SMTP without TLS to other machines'),
  REOPEN_DAYS: setting(
    wholeNumber(7, 0, 3650),
    '7',
    '7',
    'days after closing in which an answer reopens the ticket; 0 is never',
  ),
  AUTO_CLOSE_DAYS: setting(
    wholeNumber(14, 0, 3650),
    '14',
    '14',
    'days of silence after a response until the ticket closes; 0 is never',
  ),
  REMIND_HOURS: setting(
    wholeNumber(24, 0, 8760),
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
  TZ: setting(timeZone, 'UTC', 'Europe/Berlin', 'time zone of the digest and of times in mails'),
  TOKEN_DAYS: setting(wholeNumber(365, 1, 3650), '365', '365', 'days that reply addresses and links stay valid'),
  RATE_PER_HOUR: setting(
    wholeNumber(1000, 0, 1_000_000),
    '1000',
    '1000',
    'mails of one sender in an hour; more are parked; 0 is no limit',
  ),
  MAX_MAIL_MB: setting(wholeNumber(50, 1, 500), '50', '50', 'larger mails are parked unread'),
  MAX_ATTACHED_MB: setting(
    wholeNumber(10, 0, 100),
    '10',
    '10',
    'attachments that travel along in our mails; more are named only',
  ),
  PARSE_SECONDS: setting(wholeNumber(20, 1, 300), '20', '20', 'reading one mail may take this long'),
  PARSE_HEAP_MB: setting(wholeNumber(256, 64, 8192), '256', '256', 'memory for reading one mail'),
  PARSERS: setting(wholeNumber(2, 1, 64), '2', '2', 'parser threads of the role `process`'),
  PROCESS_CONCURRENCY: setting(wholeNumber(8, 1, 64), '8', '8', 'mails decided at once by one process'),
  SEND_CONNECTIONS: setting(wholeNumber(4, 1, 64), '4', '4', 'SMTP connections of one process'),
  SEND_TIMEOUT_SECONDS: setting(
    wholeNumber(60, 5, 600),
    '60',
    '60',
    'silence of the SMTP server after which an attempt ends',
  ),
  SWEEP_SECONDS: setting(wholeNumber(5, 1, 600), '5', '5', 'how often lost hints and expired leases are looked for'),
  LOG_LEVEL: setting(
    text.pipe(
      z
        .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
          error: 'must be fatal, error, warn, info, debug, trace or silent',
        })
        .optional(),
    ),
    'info',
    'info',
    'how much is logged',
  ),
} as const;

export type SettingName = keyof typeof SETTINGS;
export type RawSettings = { [Name in SettingName]: z.output<(typeof SETTINGS)[Name]['schema']> };

/** What could be read, and every problem, each as one sentence that begins with the setting's name. */
export type SettingsReading = { settings: Partial<RawSettings>; problems: { name: SettingName; sentence: string }[] };

export function readSettings(env: NodeJS.ProcessEnv): SettingsReading {
  const reading: SettingsReading = { settings: {}, problems: [] };
  for (const [name, { schema }] of Object.entries(SETTINGS) as [SettingName, Setting][]) {
    const result = schema.safeParse(env[name]);
    if (result.success) Object.assign(reading.settings, { [name]: result.data });
    else reading.problems.push(...result.error.issues.map((issue) => ({ name, sentence: `${name} ${issue.message}` })));
  }
  return reading;
}
