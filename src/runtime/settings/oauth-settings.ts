import { existsSync } from 'node:fs';
import { parseImapUrl } from '../../domain/desk/imap-url.ts';
import { isLoopback } from '../../domain/desk/mail-server.ts';
import type { OauthSettings } from '../../domain/desk/oauth.ts';
import { parseSmtpUrl } from '../../domain/desk/smtp-url.ts';
import { setting } from './setting.ts';
import { oauthGrant, oauthProvider, text, textIfSet, wholeNumber } from './setting-readers.ts';
import type { RawSettings } from './settings.ts';

/** Signing in without a password. IMAP_URL and SMTP_URL then name a user and no password. */
export const OAUTH_SETTINGS = {
  OAUTH_PROVIDER: setting(
    oauthProvider,
    '',
    'microsoft',
    'signs in with OAuth2 where IMAP_URL or SMTP_URL has a user and no password: `microsoft`, `google`, or the URL of any other issuer with a discovery document',
  ),
  OAUTH_CLIENT_ID: setting(
    textIfSet,
    '',
    '(id of the application)',
    'the application that you registered with the provider',
  ),
  OAUTH_CLIENT_SECRET: setting(
    textIfSet,
    '',
    '(secret of the application)',
    'its secret, where it has one; with Microsoft it means an application that signs in by itself (client credentials)',
  ),
  OAUTH_TENANT: setting(
    text,
    'organizations',
    'acme.example',
    'Microsoft: the directory that the mailbox belongs to, by a domain or its id; needed for client credentials',
  ),
  OAUTH_GRANT: setting(
    oauthGrant,
    '',
    'device',
    'how the first token is had: `device` (a code entered on a page), `code` (a browser), `client` (client credentials), `service-account`; unset: what fits the provider',
  ),
  OAUTH_SCOPES: setting(
    textIfSet,
    '',
    'https://mail.google.com/',
    'what is asked for; unset: what reading and sending mail needs with Microsoft and Google, else `offline_access`',
  ),
  OAUTH_KEY_FILE: setting(
    textIfSet,
    '',
    './service-account.json',
    'Google: the JSON key of a service account with domain-wide delegation, which signs in by itself',
  ),
  OAUTH_REDIRECT_PORT: setting(
    wholeNumber(0, 65535),
    '0',
    '8123',
    'port of the loopback address that the browser comes back to during `turnmail login`; 0 is any free one',
  ),
} as const;

type OauthNames = Pick<RawSettings, keyof typeof OAUTH_SETTINGS | 'IMAP_URL' | 'SMTP_URL'>;

/** Where a login needs a token: the URL names a user and no password. */
function needsToken(settings: Partial<OauthNames>): {
  imap: boolean;
  smtp: boolean;
} {
  const { IMAP_URL: imap, SMTP_URL: smtp } = settings;
  return {
    imap: imap !== undefined && parseImapUrl(imap).password === '',
    smtp: smtp !== undefined && parseSmtpUrl(smtp).credentials?.password === '',
  };
}

/** What is wrong: which setting, and the rest of a sentence that begins with its name. */
export function checkOauth(settings: Partial<OauthNames>): { name: keyof OauthNames; why: string }[] {
  const needed = needsToken(settings);
  const provider = settings.OAUTH_PROVIDER;
  const problems: ReturnType<typeof checkOauth> = [];
  if (provider === undefined) {
    const why = 'has a user name and no password; write user:password@, or set OAUTH_PROVIDER';
    if (needed.imap) problems.push({ name: 'IMAP_URL', why });
    if (needed.smtp) problems.push({ name: 'SMTP_URL', why });
    if (settings.OAUTH_CLIENT_ID !== undefined)
      problems.push({ name: 'OAUTH_CLIENT_ID', why: 'is set and OAUTH_PROVIDER is not' });
    return problems;
  }
  const { OAUTH_GRANT: grant, OAUTH_KEY_FILE: keyFile, OAUTH_CLIENT_SECRET: secret } = settings;
  const byKey = grant === 'service-account' || (grant === undefined && keyFile !== undefined);
  if (byKey && keyFile === undefined)
    problems.push({ name: 'OAUTH_KEY_FILE', why: 'is not set; OAUTH_GRANT=service-account needs it' });
  if (keyFile !== undefined && !existsSync(keyFile))
    problems.push({ name: 'OAUTH_KEY_FILE', why: `names a file that is not there: ${keyFile}` });
  if (!byKey && settings.OAUTH_CLIENT_ID === undefined) {
    const why = 'is not set; it is the id of the application that you registered with the provider';
    problems.push({ name: 'OAUTH_CLIENT_ID', why });
  }
  if (grant === 'client' && secret === undefined)
    problems.push({ name: 'OAUTH_CLIENT_SECRET', why: 'is not set; OAUTH_GRANT=client needs it' });
  const appOnly = provider === 'microsoft' && (grant === 'client' || (grant === undefined && secret !== undefined));
  if (appOnly && ['organizations', 'common', 'consumers'].includes(settings.OAUTH_TENANT ?? '')) {
    const why = 'is not set; an application that signs in by itself needs it, such as acme.example';
    problems.push({ name: 'OAUTH_TENANT', why });
  }
  if (provider instanceof URL && provider.protocol === 'http:' && !isLoopback(provider.hostname)) {
    const why = 'must begin with https://; http:// is for a provider on this machine';
    problems.push({ name: 'OAUTH_PROVIDER', why });
  }
  return problems;
}

/** @returns undefined where no login needs a token */
export function oauthOf(settings: OauthNames): OauthSettings | undefined {
  const { OAUTH_PROVIDER: provider } = settings;
  const needed = needsToken(settings);
  if (provider === undefined || !(needed.imap || needed.smtp)) return undefined;
  return {
    provider,
    clientId: settings.OAUTH_CLIENT_ID ?? '',
    clientSecret: settings.OAUTH_CLIENT_SECRET,
    tenant: settings.OAUTH_TENANT,
    grant: settings.OAUTH_GRANT,
    scopes: settings.OAUTH_SCOPES,
    keyFile: settings.OAUTH_KEY_FILE,
    redirectPort: settings.OAUTH_REDIRECT_PORT,
  };
}
