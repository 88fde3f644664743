import { createHmac } from 'node:crypto';
import type { Identity, ReplyAddress } from '../../domain/desk/identity.ts';
import { mailboxSource } from '../../domain/desk/imap-url.ts';
import type { OauthSettings } from '../../domain/desk/oauth.ts';
import { addressKey, domainOf, localPartOf } from '../../domain/mail/email-address.ts';
import { DEFAULT_LANGUAGE, languageOf } from '../../domain/words.ts';
import { checkOauth, OAUTH_SETTINGS, oauthOf } from './oauth-settings.ts';
import { hasRoomForToken, type NamedMailbox } from './setting-readers.ts';
import type { RawSettings, SettingName } from './settings.ts';

/** What one mailbox of MAILBOXES_FILE may say for itself; the rest is the same for the whole desk. */
export const MAILBOX_SETTINGS = [
  'SUPPORT_ADDRESS',
  'IMAP_URL',
  'SMTP_URL',
  'REPLY_ADDRESS',
  'AGENTS',
  'PUBLIC_URL',
  'INITIAL_SYNC',
  'IMAP_MOVE_TO',
  'BRAND_NAME',
  'BRAND_LOGO_URL',
  'BRAND_COLOR',
  'BRAND_FOOTER',
  'LOCALE',
  ...(Object.keys(OAUTH_SETTINGS) as (keyof typeof OAUTH_SETTINGS)[]),
] as const satisfies readonly SettingName[];
export type MailboxSettingName = (typeof MAILBOX_SETTINGS)[number];
export type MailboxSettings = Pick<RawSettings, MailboxSettingName>;

/** These make one mailbox: beside MAILBOXES_FILE they would say a second time what stands there. */
export const ONE_MAILBOX: readonly MailboxSettingName[] = ['SUPPORT_ADDRESS', 'IMAP_URL', 'SMTP_URL', 'REPLY_ADDRESS'];

/** One support address: who the desk is there, and the servers behind it. */
export type MailboxConfig = {
  identity: Identity;
  imapUrl: string | undefined;
  smtpUrl: string | undefined;
  /** folder that stored mail goes to */
  moveTo: string | undefined;
  initialSync: RawSettings['INITIAL_SYNC'];
  /** undefined: every login has a password */
  oauth: OauthSettings | undefined;
};

/** A mailbox as it is written, before anything is made of it. */
export type WrittenMailbox = {
  settings: MailboxSettings;
  aliases: NamedMailbox['address'][];
  /** its own agents; undefined: those of the whole desk */
  agents: NamedMailbox[] | undefined;
};

export function mailboxConfigOf(
  written: WrittenMailbox,
  all: readonly WrittenMailbox[],
  secret: Buffer,
): MailboxConfig {
  const { settings } = written;
  return {
    identity: identityOf(written, all, secret),
    imapUrl: settings.IMAP_URL,
    smtpUrl: settings.SMTP_URL,
    moveTo: settings.IMAP_MOVE_TO,
    initialSync: settings.INITIAL_SYNC,
    oauth: oauthOf(settings),
  };
}

function identityOf(written: WrittenMailbox, all: readonly WrittenMailbox[], secret: Buffer): Identity {
  const { settings, aliases, agents } = written;
  const { address, name } = settings.SUPPORT_ADDRESS;
  return {
    address,
    mailboxName: mailboxNameOf(written, all),
    name: name || 'Support',
    ownAddresses: [address, ...aliases].map(addressKey),
    deskId: createHmac('sha256', secret)
      .update(`desk|${addressKey(address)}`)
      .digest('hex')
      .slice(0, 20),
    replyAddress: replyAddressOf(settings),
    publicUrl: settings.PUBLIC_URL?.replace(/(?<!\/)\/+$/, ''),
    ...settings.LOCALE,
    brand: {
      name: settings.BRAND_NAME ?? (name || 'Support'),
      logo: settings.BRAND_LOGO_URL,
      color: settings.BRAND_COLOR,
      footer: settings.BRAND_FOOTER,
    },
    agents: agents && new Set(agents.map((agent) => addressKey(agent.address))),
  };
}

function mailboxNameOf({ settings }: WrittenMailbox, all: readonly WrittenMailbox[]): string {
  const { address } = settings.SUPPORT_ADDRESS;
  const name = localPartOf(address).toLowerCase();
  const alike = all.filter((one) => localPartOf(one.settings.SUPPORT_ADDRESS.address).toLowerCase() === name);
  return alike.length > 1 ? addressKey(address) : name;
}

function replyAddressOf({ REPLY_ADDRESS: written, SUPPORT_ADDRESS: desk }: MailboxSettings): ReplyAddress {
  return written === 'none' ? undefined : (written ?? derivedReplyAddress(desk.address));
}

/** Plus addresses of the desk's own; undefined where they would be longer than an address may be. */
function derivedReplyAddress(address: NamedMailbox['address']): ReplyAddress {
  const derived = { before: `${localPartOf(address)}+`, after: `@${domainOf(address)}` };
  return hasRoomForToken(derived) ? derived : undefined;
}

/** What is wrong with one mailbox: which setting, and the rest of a sentence that begins with its name. */
export type MailboxProblem = { name: MailboxSettingName; why: string };

/** @param unread settings that could not be read: each is named once, by its own problem */
export function checkMailbox(
  settings: Partial<MailboxSettings>,
  needs: { imap: boolean; smtp: boolean; languages: readonly string[] },
  unread: readonly SettingName[],
): MailboxProblem[] {
  const lacks = (name: MailboxSettingName) => settings[name] === undefined && !unread.includes(name);
  const problems: MailboxProblem[] = [];
  if (needs.imap && lacks('IMAP_URL')) {
    const why = 'is not set; it is the mailbox to read, such as imaps://user:pass@imap.acme.example:993/INBOX';
    problems.push({ name: 'IMAP_URL', why });
  }
  if (needs.smtp && lacks('SMTP_URL')) {
    const why = 'is not set; it is the relay for outgoing mail, such as smtp://user:pass@smtp.acme.example:587';
    problems.push({ name: 'SMTP_URL', why });
  }
  const language = settings.LOCALE && languageOf(settings.LOCALE.locale);
  if (language && language !== DEFAULT_LANGUAGE && !needs.languages.includes(language)) {
    const there = [DEFAULT_LANGUAGE, ...needs.languages].join(', ');
    problems.push({ name: 'LOCALE', why: `names a language that no words are there for; there are ${there}` });
  }
  const desk = settings.SUPPORT_ADDRESS;
  if (desk && lacks('REPLY_ADDRESS') && !derivedReplyAddress(desk.address)) {
    const why = 'cannot be derived, since SUPPORT_ADDRESS is too long before its @; set it, or set it to none';
    problems.push({ name: 'REPLY_ADDRESS', why });
  }
  return [...problems, ...(unread.includes('OAUTH_PROVIDER') ? [] : checkOauth(settings))];
}

/** The setting, what nobody else may have, and how people call that. */
type Claim = [MailboxSettingName, string, string];

/** Two mailboxes that claim the same address, server or form of reply addresses; `index` is that of the second. */
export function checkApart(all: readonly WrittenMailbox[]): (MailboxProblem & { index: number })[] {
  const taken = new Map<string, number>();
  return all.flatMap(({ settings, aliases }, index) => {
    const { IMAP_URL: imap, SUPPORT_ADDRESS: desk } = settings;
    const reply = replyAddressOf(settings);
    const claims: Claim[] = [desk.address, ...aliases].map((address) => [
      'SUPPORT_ADDRESS',
      `address ${addressKey(address)}`,
      address,
    ]);
    if (imap !== undefined) claims.push(['IMAP_URL', `source ${mailboxSource(imap)}`, 'a folder']);
    if (reply) claims.push(['REPLY_ADDRESS', `reply ${reply.before}|${reply.after}`.toLowerCase(), 'a form']);
    return claims.flatMap(([name, key, what]) => {
      const before = taken.get(key);
      taken.set(key, before ?? index);
      const other = before === undefined ? undefined : all[before]?.settings.SUPPORT_ADDRESS.address;
      return before === undefined || before === index || other === undefined
        ? []
        : [{ index, name, why: `names ${what}, which mailbox ${other} has already` }];
    });
  });
}
