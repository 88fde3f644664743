import type { AccessTokens } from '../auth/access-tokens.ts';
import type { OauthProvider } from '../auth/oauth-provider.ts';
import { SIGN_IN_CAUSE } from '../decide/desk/plan-alarms.ts';
import { causeOf } from '../domain/desk/alarm.ts';
import { parseImapUrl } from '../domain/desk/imap-url.ts';
import { parseSmtpUrl } from '../domain/desk/smtp-url.ts';
import { addressKey } from '../domain/mail/email-address.ts';
import type { Desk } from '../flows/desk.ts';
import type { SignIn, SigningIn } from '../flows/operate/sign-in.ts';
import { repeat } from '../runtime/repeat.ts';
import type { Config } from '../runtime/settings/config.ts';
import type { MailboxConfig } from '../runtime/settings/mailbox-config.ts';

/** Nothing but a look at the clock, until the time has come. */
const KEEP_FRESH_MS = 10_000;

export type Accounts = ReadonlyMap<MailboxConfig, SigningIn>;

/** The mailboxes whose logins need tokens, with whose tokens are used. */
export async function signInAccounts({ mailboxes }: Pick<Config, 'mailboxes'>, now: () => number): Promise<Accounts> {
  const accounts = new Map<MailboxConfig, SigningIn>();
  // Mailboxes of one application ask its provider who it is once.
  const providers = new Map<string, () => Promise<OauthProvider>>();
  for (const mailbox of mailboxes) {
    const { oauth, identity, imapUrl, smtpUrl } = mailbox;
    if (oauth === undefined) continue;
    const { createOauthProvider } = await import('../auth/oauth-provider.ts');
    const key = JSON.stringify(oauth);
    const provider = providers.get(key) ?? createOauthProvider(oauth, now);
    providers.set(key, provider);
    accounts.set(mailbox, {
      mailbox: addressKey(identity.address),
      name: identity.mailboxName,
      identity,
      cause: causeOf(SIGN_IN_CAUSE, identity, mailboxes.length),
      user: imapUrl === undefined ? (parseSmtpUrl(smtpUrl ?? '').credentials?.user ?? '') : parseImapUrl(imapUrl).user,
      provider,
    });
  }
  return accounts;
}

/** The access tokens of this process by mailbox, renewed before they end. */
export async function startSignIn(
  desk: Desk,
  accounts: Accounts,
  closers: (() => Promise<void>)[],
): Promise<(mailbox: MailboxConfig) => AccessTokens | undefined> {
  const signIns = new Map<MailboxConfig, SignIn>();
  if (accounts.size > 0) {
    const { createSignIn } = await import('../flows/operate/sign-in.ts');
    for (const [mailbox, account] of accounts) {
      const signIn = createSignIn(desk, account);
      signIns.set(mailbox, signIn);
      // Each by itself: a provider that is silent keeps no other mailbox waiting.
      repeat(desk.log, 'keep the sign-in fresh', KEEP_FRESH_MS, () => signIn.keepFresh(), closers);
    }
  }
  return (mailbox) => signIns.get(mailbox);
}
