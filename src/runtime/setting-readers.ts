import { z } from 'zod';
import { type BlockedTypes, DEFAULT_BLOCKED_TYPES } from '../domain/blocked-types.ts';
import { type EmailAddress, localPartOf, parseEmailAddress } from '../domain/email-address.ts';
import type { ReplyAddress, SenderTrust } from '../domain/policy.ts';

/** How the values of settings are written, each with a sentence for what is written wrongly. */

const LONGEST_TOKEN = 50;

/** Unset and empty are the same, so that `QUEUE_URL=` in a .env file turns it off. */
export const text = z
  .string()
  .trim()
  .optional()
  .transform((value) => value || undefined);

const required = (what: string) => text.pipe(z.string({ error: () => `is not set; it is ${what}` }));

export const wholeNumber = (fallback: number, least: number, most: number) =>
  text.transform((value, context) => {
    const number = value === undefined ? fallback : Number(value);
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    context.addIssue(`must be a whole number from ${least} to ${most}, not "${value}"`);
    return z.NEVER;
  });

export const yesOrNo = text.transform((value, context) => {
  if (value === undefined || ['0', 'no', 'false', 'off'].includes(value.toLowerCase())) return false;
  if (['1', 'yes', 'true', 'on'].includes(value.toLowerCase())) return true;
  context.addIssue(`must be yes or no, not "${value}"`);
  return z.NEVER;
});

/** A URL of one of the schemes; its value never appears in a message, since it may hold a password. */
export const url = (schemes: string[]) =>
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

export const supportAddress = required(
  'the address that customers write to, such as Acme Support <support@acme.example>',
).transform((value, context) => {
  const mailbox = readNamedMailbox(value);
  if (mailbox) return mailbox;
  context.addIssue(`is no mail address: "${value}"; write it like Acme Support <support@acme.example>`);
  return z.NEVER;
});

export const agents = text.transform((value, context) => {
  const mailboxes: NamedMailbox[] = [];
  for (const written of value?.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/) ?? []) {
    if (written.trim() === '') continue;
    const mailbox = readNamedMailbox(written);
    if (mailbox) mailboxes.push(mailbox);
    else context.addIssue(`holds something that is no mail address: "${written.trim()}"`);
  }
  return mailboxes;
});

export const senderTrust = text.transform((value, context): SenderTrust => {
  if (value === undefined || value === 'dkim') return { kind: 'dkim' };
  if (value === 'none') return { kind: 'none' };
  const server = /^authentication-results:(\S+)$/.exec(value)?.[1];
  if (server !== undefined) return { kind: 'authentication-results', authservId: server };
  context.addIssue(`must be dkim, authentication-results:<authserv-id> or none, not "${value}"`);
  return z.NEVER;
});

export const initialSync = text.transform((value, context): 'new' | 'all' | { since: number } => {
  if (value === undefined || value === 'new' || value === 'all') return value ?? 'new';
  const since = /^\d{4}-\d{2}-\d{2}/.test(value) ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(since)) return { since };
  context.addIssue(`must be new, all or a date such as 2026-11-01, not "${value}"`);
  return z.NEVER;
});

export const secret = text.transform((value, context) => {
  if (value === undefined) return undefined;
  if (/^[0-9a-f]{64,}$/i.test(value)) return Buffer.from(value, 'hex');
  context.addIssue('must be at least 32 random bytes in hex (64 digits); make one with: openssl rand -hex 32');
  return z.NEVER;
});

export const timeOfDay = text.transform((value, context) => {
  if (value === undefined) return undefined;
  if (/^(?:[01]\d|2[0-3]):[0-5]\d$/.test(value)) return value;
  context.addIssue(`must be a time of day such as 08:00, not "${value}"`);
  return z.NEVER;
});

export const timeZone = text.transform((value, context) => {
  if (value === undefined) return 'UTC';
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone;
  } catch {
    context.addIssue(`is no time zone: "${value}"; write it like Europe/Berlin`);
    return z.NEVER;
  }
});

export const replyAddress = text.transform((value, context): ReplyAddress | 'none' | undefined => {
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

/** `exe, text/html`; `default` in it stands for our list, so that a desk can add to it. */
export const blockedTypes = text.transform((value, context): BlockedTypes => {
  if (value === undefined) return DEFAULT_BLOCKED_TYPES;
  const words = value
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((word) => word !== '');
  if (words.length === 1 && words[0] === 'none') return new Set();
  const wrong = words.find(
    (word) => word === 'none' || !/^\.?[a-z0-9_~-]{1,30}$|^[a-z0-9.+_-]+\/[a-z0-9.+_-]+$/.test(word),
  );
  if (wrong === undefined) {
    return new Set(
      words.flatMap((word) => (word === 'default' ? [...DEFAULT_BLOCKED_TYPES] : word.replace(/^\./, ''))),
    );
  }
  context.addIssue(
    `must be file name endings and content types, such as exe, text/html; or default and more; or none; not "${wrong}"`,
  );
  return z.NEVER;
});
