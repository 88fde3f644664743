import { addressKey, localPartOf } from '../domain/email-address.ts';
import { parseImapUrl } from '../domain/imap-url.ts';
import { parseSmtpUrl } from '../domain/smtp-url.ts';
import type { Desk } from '../flows/desk.ts';
import type { SignIn, SigningIn } from '../flows/operate/sign-in.ts';
import type { Config } from '../runtime/config.ts';
import { repeat } from '../runtime/repeat.ts';

/** Nothing but a look at the clock, until the time has come. */
const KEEP_FRESH_MS = 10_000;

/** Whose tokens are used, by the settings; undefined where every login has a password. */
export async function signInAccount(config: Config, now: () => number): Promise<SigningIn | undefined> {
  const { oauth, identity, settings } = config;
  if (oauth === undefined) return undefined;
  const { createOauthProvider } = await import('../auth/oauth-provider.ts');
  const { IMAP_URL: imap, SMTP_URL: smtp } = settings;
  return {
    mailbox: addressKey(identity.address),
    name: localPartOf(identity.address),
    user: imap === undefined ? (parseSmtpUrl(smtp ?? '').credentials?.user ?? '') : parseImapUrl(imap).user,
    provider: createOauthProvider(oauth, now),
  };
}

/** The access tokens of this process, renewed before they end. */
export async function startSignIn(
  desk: Desk,
  account: SigningIn | undefined,
  closers: (() => Promise<void>)[],
): Promise<SignIn | undefined> {
  if (account === undefined) return undefined;
  const { createSignIn } = await import('../flows/operate/sign-in.ts');
  const signIn = createSignIn(desk, account);
  repeat(desk.log, 'keep the sign-in fresh', KEEP_FRESH_MS, () => signIn.keepFresh(), closers);
  return signIn;
}
