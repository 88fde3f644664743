/**
 * `turnmail login`: signs in to the mailbox with OAuth2, once, and keeps what comes of it in the database, which is brought
 * up to this version, since it comes before the first start.
 */
import { createServer } from 'node:http';
import { createInterface } from 'node:readline/promises';
import type { OauthProvider } from '../auth/oauth-provider.ts';
import { findIdentities } from '../domain/desk/mailboxes.ts';
import { isUnattended, type OauthTokens } from '../domain/desk/oauth.ts';
import { isFault } from '../domain/fault.ts';
import { keepSignIn, type SigningIn } from '../flows/operate/sign-in.ts';
import { type Accounts, signInAccounts } from '../roles/sign-in.ts';
import { wallClock } from '../runtime/clock.ts';
import { EXIT } from '../runtime/exit-codes.ts';
import { redact } from '../runtime/logger.ts';
import type { Config } from '../runtime/settings/config.ts';
import { withDatabase } from './reach-desk.ts';
import { complain, print, printable } from './terminal-text.ts';

const CODE_WITHIN_MS = 15 * 60_000;

export async function login(mailbox: string | undefined): Promise<number> {
  return await withDatabase(async ({ config, database }) => {
    const accounts = await signInAccounts(config, wallClock.now);
    const chosen = chooseAccount(config, mailbox, accounts);
    if (typeof chosen === 'number') return chosen;
    const { account, port } = chosen;
    const { address } = account.identity;
    const tokens = await askForTokens(account, port);
    if (typeof tokens === 'number') return tokens;
    await keepSignIn({ database, keys: config.keys, clock: wallClock }, account, tokens);
    print(`Signed in: ${address}. A desk that is up goes on by itself; turnmail doctor tries the logins.`);
    return 0;
  }, 'bring-up');
}

/** The mailbox that is meant: the one named, or the only one that needs tokens. */
function chooseAccount(
  { mailboxes }: Config,
  named: string | undefined,
  accounts: Accounts,
): { account: SigningIn; port: number } | number {
  const all = mailboxes.map(({ identity }) => identity);
  const meant = named === undefined ? all : findIdentities(all, named);
  const addresses = all.map(({ address }) => address).join(', ');
  if (meant.length === 0) {
    complain(`there is no mailbox ${named}; this desk has ${addresses}`);
    return EXIT.notFound;
  }
  const fitting = [...accounts].filter(([{ identity }]) => meant.includes(identity));
  const [first] = fitting;
  if (first === undefined) {
    complain('no login needs a token: set OAUTH_PROVIDER, and leave the password out of IMAP_URL and SMTP_URL');
    return EXIT.config;
  }
  if (fitting.length > 1) {
    complain(`say which mailbox: ${fitting.map(([{ identity }]) => identity.mailboxName).join(', ')}`);
    return EXIT.usage;
  }
  const [{ oauth }, account] = first;
  return { account, port: oauth?.redirectPort ?? 0 };
}

async function askForTokens(account: SigningIn, port: number): Promise<OauthTokens | number> {
  try {
    const provider = await account.provider();
    const tokens = await byGrant(provider, account, port);
    if (tokens.refreshToken !== undefined || isUnattended(provider.grant)) return tokens;
    complain(
      'the provider gave no refresh token, so the sign-in would end soon; ask for offline_access (OAUTH_SCOPES)',
    );
    return EXIT.refused;
  } catch (error) {
    if (isFault(error, 'sign-in-refused')) {
      complain(`the sign-in failed: ${redact(error.message)}`);
      return EXIT.refused;
    }
    if (!isFault(error, 'sign-in-unavailable')) throw error;
    complain(redact(error.message));
    return EXIT.later;
  }
}

async function byGrant(provider: OauthProvider, account: SigningIn, port: number): Promise<OauthTokens> {
  if (isUnattended(provider.grant)) {
    print('No person is needed for this sign-in; asking the provider once.');
    return await provider.renew(undefined, account.user);
  }
  if (provider.grant === 'code') return await byBrowser(provider, port);
  const code = await provider.startDevice();
  print(`Sign in as ${printable(account.user)}: open this page and enter the code.\n`);
  print(`  page  ${printable(code.page)}\n  code  ${printable(code.userCode)}\n`);
  print(`Waiting until you have (at most ${Math.ceil(code.expiresInSeconds / 60)} minutes) ...`);
  return await code.wait();
}

/** The browser comes back to a port of this machine; where it runs elsewhere, its last address is pasted by hand. */
async function byBrowser(provider: OauthProvider, port: number): Promise<OauthTokens> {
  const back = await listenForBrowser(port);
  try {
    const { page, redeem } = await provider.startCode(back.address);
    print(`Open this page in a browser and sign in:\n\n  ${printable(page)}\n`);
    print(
      'If the browser is on another machine it ends at an address that cannot be reached: paste that address here.',
    );
    return await redeem(await back.cameBackTo);
  } finally {
    back.stop();
  }
}

async function listenForBrowser(wanted: number): Promise<{ address: string; cameBackTo: Promise<URL>; stop(): void }> {
  const { promise: cameBackTo, resolve, reject } = Promise.withResolvers<URL>();
  const server = createServer((request, reply) => {
    const url = new URL(request.url ?? '/', address);
    const mine = url.searchParams.has('code') || url.searchParams.has('error');
    reply.writeHead(mine ? 200 : 404, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
    reply.end(mine ? 'Turnmail has what it needs. You may close this page.\n' : 'Nothing is here.\n');
    if (mine) resolve(url);
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(wanted, '127.0.0.1', listening);
  });
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : wanted;
  const address = `http://127.0.0.1:${port}/`;
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    const pasted = line.trim();
    if (!URL.canParse(pasted)) {
      if (pasted !== '') complain('that is no address; paste all of it, from http to the end');
      return;
    }
    // What is redeemed must name the same redirect address as the page did.
    resolve(new URL(new URL(pasted).search, address));
  });
  const timer = setTimeout(() => reject(new Error('nobody signed in within 15 minutes')), CODE_WITHIN_MS);
  cameBackTo.catch(() => {});
  return {
    address,
    cameBackTo,
    stop: () => {
      clearTimeout(timer);
      lines.close();
      server.close();
      server.closeAllConnections();
    },
  };
}
