import { isIP } from 'node:net';
import { z } from 'zod';
import type { Identity, ReplyAddress } from '../../domain/desk/identity.ts';
import { parseImapUrl } from '../../domain/desk/imap-url.ts';
import { OAUTH_GRANTS, type OauthGrant, type OauthSettings } from '../../domain/desk/oauth.ts';
import type { Rules, SenderTrust } from '../../domain/desk/rules.ts';
import { parseSmtpUrl } from '../../domain/desk/smtp-url.ts';
import { messageOf } from '../../domain/fault.ts';
import { type BlockedTypes, DEFAULT_BLOCKED_TYPES } from '../../domain/mail/blocked-types.ts';
import { type EmailAddress, localPartOf, parseEmailAddress } from '../../domain/mail/email-address.ts';
import type { EpochMs } from '../../domain/ticket/ids.ts';
import { TOKEN_ROOM } from '../../domain/ticket/reply-token.ts';
import { DEFAULT_LANGUAGE } from '../../domain/words.ts';

/**
 * How the values of settings are written, each with a sentence for what is written wrongly. Values come trimmed, and a
 * setting that is unset or empty comes as its default (readSettings), so only those without a default may be undefined.
 */

/** Something that needs no reading, and has a default. */
export const text = z.string();
/** The same without a default. */
export const textIfSet = z.string().optional();

/** Of a setting without a default: undefined while it is unset. */
export const ifSet = <Value>(read: (value: string) => Value | Wrong) =>
  textIfSet.transform((value, context): Value | undefined => {
    if (value === undefined) return undefined;
    return valueOrIssue(read(value), context);
  });

/** Of a setting with a default. */
export const always = <Value>(read: (value: string) => Value | Wrong) =>
  text.transform((value, context): Value => valueOrIssue(read(value), context));

/** What is wrong with a value, as the rest of a sentence that begins with the setting's name. */
export class Wrong {
  readonly why: string;
  constructor(why: string) {
    this.why = why;
  }
}

function valueOrIssue<Value>(read: Value | Wrong, context: { addIssue(message: string): void }): Value {
  if (!(read instanceof Wrong)) return read;
  context.addIssue(read.why);
  return z.NEVER;
}

export const wholeNumber = (least: number, most: number) =>
  always((value) => {
    const number = Number(value);
    const fits = Number.isInteger(number) && number >= least && number <= most;
    return fits ? number : new Wrong(`must be a whole number from ${least} to ${most}, not "${value}"`);
  });

/** `yes`, `no` or `digest`; see Rules.teamNews. */
export const readTeamNews = always((value): Rules['teamNews'] | Wrong => {
  const named = { yes: 'each', digest: 'once', no: 'never' } as const;
  const key = value.toLowerCase();
  return key === 'yes' || key === 'digest' || key === 'no'
    ? named[key]
    : new Wrong(`must be yes, no or digest, not "${value}"`);
});

/** See Rules.machineMail. */
export const machineMail = always((value): Rules['machineMail'] | Wrong => {
  const key = value.toLowerCase();
  return key === 'park' || key === 'ticket' || key === 'ignore'
    ? key
    : new Wrong(`must be park, ticket or ignore, not "${value}"`);
});

export const yesOrNo = always((value) => {
  if (['0', 'no', 'false', 'off'].includes(value.toLowerCase())) return false;
  if (['1', 'yes', 'true', 'on'].includes(value.toLowerCase())) return true;
  return new Wrong(`must be yes or no, not "${value}"`);
});

/** A URL of one of the schemes; its value never appears in a message, since it may hold a password. */
export const url = (schemes: string[]) =>
  ifSet((value) => {
    const parsed = URL.canParse(value) ? new URL(value) : undefined;
    if (parsed && schemes.includes(parsed.protocol.slice(0, -1))) return value;
    const begins = schemes.map((scheme) => `${scheme}://`).join(' or ');
    return new Wrong(
      `must be a URL that begins with ${begins} (letters such as @ and / in a password are written %40 and %2F)`,
    );
  });

/** A URL as a parser of domain/ reads it, whose sentences begin with the setting's name. */
const urlReadBy = (parse: (value: string) => unknown) =>
  ifSet((value) => {
    try {
      parse(value);
      return value;
    } catch (error) {
      return new Wrong(
        messageOf(error)
          .replace(/^[A-Z_]+ /, '')
          .replace(/\.$/, ''),
      );
    }
  });

export const imapUrl = urlReadBy(parseImapUrl);
export const smtpUrl = urlReadBy(parseSmtpUrl);

export const oauthProvider = ifSet((value): OauthSettings['provider'] | Wrong => {
  const name = value.toLowerCase();
  if (name === 'microsoft' || name === 'google') return name;
  if (/^https?:/i.test(value) && URL.canParse(value)) return new URL(value);
  return new Wrong(`must be microsoft, google or the URL of an issuer, not "${value}"`);
});

export const oauthGrant = ifSet((value): OauthGrant | Wrong => {
  const grant = OAUTH_GRANTS.find((one) => one === value);
  return grant ?? new Wrong(`must be one of ${OAUTH_GRANTS.join(', ')}, not "${value}"`);
});

/** BullMQ puts it into the names of keys, where a colon divides. */
export const queuePrefix = always((value) =>
  /^[A-Za-z0-9_-]+$/.test(value) ? value : new Wrong(`must be letters, digits, - and _, not "${value}"`),
);

/** As Fastify takes it: addresses, networks (`10.0.0.0/8`) and its three names for them, between commas. */
export const proxies = ifSet((value) => {
  const wrong = value
    .split(',')
    .map((part) => part.trim())
    .find((part) => !isAddressOrNetwork(part));
  if (wrong === undefined) return value;
  return new Wrong(`must be addresses or networks such as 127.0.0.1, 10.0.0.0/8, not "${wrong}"`);
});

function isAddressOrNetwork(written: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(written)) return true;
  const [address = '', mask, ...rest] = written.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  if (mask === undefined || isIP(mask) === family) return true;
  return /^[1-9]\d{0,2}$/.test(mask) && Number(mask) <= (family === 4 ? 32 : 128);
}

export type NamedMailbox = { name: string; address: EmailAddress };

/** `Name <user@host>` or `user@host`. */
export function readNamedMailbox(written: string): NamedMailbox | undefined {
  const match = /^"?([^"<>]*)(?:"\s*)?<([^<>\s]+)>$/.exec(written.trim());
  const address = parseEmailAddress(match ? (match[2] ?? '') : written.trim());
  return address && { name: (match?.[1] ?? '').trim(), address };
}

export const supportAddress = z
  .string({
    error: () => 'is not set; it is the address that customers write to, such as Acme Support <support@acme.example>',
  })
  .transform((value, context) =>
    valueOrIssue(
      readNamedMailbox(value) ??
        new Wrong(`is no mail address: "${value}"; write it like Acme Support <support@acme.example>`),
      context,
    ),
  );

/** People between commas; none while it is unset. */
export const people = textIfSet.transform((value, context) => {
  const mailboxes: NamedMailbox[] = [];
  for (const written of value?.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/) ?? []) {
    if (written.trim() === '') continue;
    const mailbox = readNamedMailbox(written);
    if (mailbox) mailboxes.push(mailbox);
    else context.addIssue(`holds something that is no mail address: "${written.trim()}"`);
  }
  return mailboxes;
});

export const senderTrust = always((value): SenderTrust | Wrong => {
  if (value === 'dkim' || value === 'none') return { kind: value };
  const authservId = /^authentication-results:(\S+)$/.exec(value)?.[1];
  if (authservId !== undefined) return { kind: 'authentication-results', authservId };
  return new Wrong(`must be dkim, authentication-results:<authserv-id> or none, not "${value}"`);
});

export const initialSync = always((value): 'new' | 'all' | { since: EpochMs } | Wrong => {
  if (value === 'new' || value === 'all') return value;
  const since = /^\d{4}-\d{2}-\d{2}/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(since) ? new Wrong(`must be new, all or a date such as 2026-11-01, not "${value}"`) : { since };
});

/** Its value never appears in a message. */
export const secret = ifSet((value) =>
  /^[0-9a-f]{64,}$/i.test(value)
    ? Buffer.from(value, 'hex')
    : new Wrong('must be at least 32 random bytes in hex (64 digits); make one with: openssl rand -hex 32'),
);

export type DeskLocale = Pick<Identity, 'locale' | 'guessLocale'>;

/** `de`, `pt-BR`; `auto` for the language of each customer, and `auto:de` where that is in doubt. */
export const locale = always((value): DeskLocale | Wrong => {
  const [first = '', second = DEFAULT_LANGUAGE, ...more] = value.split(':');
  const guessLocale = first.trim().toLowerCase() === 'auto';
  const [known] = more.length > 0 ? [] : canonicalLocale(guessLocale ? second.trim() : value);
  return known === undefined
    ? new Wrong(`must be a language such as de or pt-BR, or auto, or auto:de, not "${value}"`)
    : { locale: known, guessLocale };
});

function canonicalLocale(written: string): string[] {
  try {
    return written === '' ? [] : Intl.getCanonicalLocales(written.replaceAll('_', '-'));
  } catch {
    return [];
  }
}

export const timeZone = always((value) => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone;
  } catch {
    return new Wrong(`is no time zone: "${value}"; write it like Europe/Berlin`);
  }
});

export const readReplyAddress = ifSet((value): NonNullable<ReplyAddress> | 'none' | Wrong => {
  if (value === 'none') return value;
  const [before, after, ...more] = value.split('{token}');
  if (before !== undefined && after !== undefined && more.length === 0 && hasRoomForToken({ before, after })) {
    return { before, after };
  }
  return new Wrong(
    `must be an address with {token} once before the @, such as support+{token}@acme.example, and at most 64 letters before the @ with a token of ${TOKEN_ROOM}; or none`,
  );
});

/** True where an address comes of it whatever the token, and the token stands before the @. */
export function hasRoomForToken({ before, after }: NonNullable<ReplyAddress>): boolean {
  const token = 'x'.repeat(TOKEN_ROOM);
  const address = parseEmailAddress(`${before}${token}${after}`);
  return address !== undefined && localPartOf(address).includes(token);
}

/** `exe, text/html`; `default` in it stands for our list, so that a desk can add to it. */
export const blockedTypes = always((value): BlockedTypes | Wrong => {
  const words = value
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((word) => word !== '');
  if (words.length === 1 && words[0] === 'none') return new Set<string>();
  const wrong = words.find(
    (word) => word === 'none' || !/^\.?[a-z0-9_~-]{1,30}$|^[a-z0-9.+_-]+\/[a-z0-9.+_-]+$/.test(word),
  );
  if (wrong !== undefined) {
    return new Wrong(
      `must be file name endings and content types, such as exe, text/html; or default and more; or none; not "${wrong}"`,
    );
  }
  return new Set(words.flatMap((word) => (word === 'default' ? [...DEFAULT_BLOCKED_TYPES] : word.replace(/^\./, ''))));
});

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

export const logLevel = z.enum(LEVELS, { error: 'must be fatal, error, warn, info, debug, trace or silent' });
