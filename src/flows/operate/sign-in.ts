import { setTimeout as sleep } from 'node:timers/promises';
import type { AccessTokens } from '../../auth/access-tokens.ts';
import type { OauthProvider } from '../../auth/oauth-provider.ts';
import type { Identity } from '../../domain/desk/identity.ts';
import { isUnattended, needsLogin, OauthRefusal, type OauthTokens } from '../../domain/desk/oauth.ts';
import { Fault, isFault, messageOf } from '../../domain/fault.ts';
import { seal, unseal } from '../../runtime/seal.ts';
import { isDatabaseAway } from '../../store/database.ts';
import {
  claimRenewal,
  endRenewal,
  findOauthRow,
  markRenewed,
  type OauthRefused,
  type OauthRow,
  storeSignIn,
} from '../../store/oauth-tokens.ts';
import type { Desk } from '../desk.ts';
import { tellAtOnce } from './watch-desk.ts';

/** A mailbox that is signed in to with tokens. */
export type SigningIn = {
  /** whose tokens: the mailbox's address in small letters */
  mailbox: string;
  /** as `turnmail login` takes it */
  name: string;
  /** what operators are told it as */
  cause: string;
  identity: Identity;
  /** whom a service account acts for */
  user: string;
  provider(): Promise<OauthProvider>;
};

export type SignIn = AccessTokens & {
  /** Renews what is due, so that a refusal is noticed while the old token still works. Never rejects. */
  keepFresh(): Promise<void>;
};

/** Longer than the provider may take to answer. */
const LEASE_MS = 60_000;
const PATIENCE_MS = 45_000;
const LOOK_AGAIN_MS = 200;
/** After this a refusal that no new sign-in heals, such as a wrong secret, is put to the proof again. */
const REFUSED_AGAIN_MS = 5 * 60_000;
const STORE_PAUSE_MS = 500;

type Stored = OauthTokens | undefined;

/**
 * The access token of a mailbox, from the database, renewed by one of all processes before it ends. No lock is held while
 * the provider is asked: a lease in the row keeps the others away, and `version` keeps a late answer from overwriting a
 * newer one.
 */
export function createSignIn(desk: Desk, account: SigningIn): SignIn {
  let known: Stored;
  let underWay: Promise<OauthTokens> | undefined;
  /** The token that was fetched because a server refused the one before, and that no server has let in yet. */
  let onTrial: string | undefined;

  const obtain = (refused: string | undefined): Promise<OauthTokens> => {
    const mayRenew = refused === undefined || refused !== onTrial;
    underWay ??= obtainTokens(desk, account, refused, mayRenew)
      .then((tokens) => {
        known = tokens;
        return tokens;
      })
      .finally(() => {
        underWay = undefined;
      });
    return underWay;
  };
  const current = async () => {
    const now = desk.clock.now();
    return known !== undefined && now < known.renewAt ? known : await obtain(undefined);
  };
  return {
    current: async () => (await current()).accessToken,
    renewed: async (refused) => {
      known = undefined;
      const { accessToken } = await obtain(refused);
      if (accessToken === refused) return undefined;
      onTrial = accessToken;
      return accessToken;
    },
    accepted: (token) => {
      if (token === onTrial) onTrial = undefined;
    },
    keepFresh: async () => {
      await current().catch((error: unknown) => {
        desk.log.warn({ err: error }, 'the sign-in could not be renewed');
      });
    },
  };
}

/** @param mayRenew false: another token is taken where one is there, and the provider is not asked */
async function obtainTokens(
  desk: Desk,
  account: SigningIn,
  refused: string | undefined,
  mayRenew: boolean,
): Promise<OauthTokens> {
  for (const deadline = performance.now() + PATIENCE_MS; ; await sleep(LOOK_AGAIN_MS)) {
    const now = desk.clock.now();
    const row = await findOauthRow(desk.database, account.mailbox);
    const tokens = row && openTokens(desk, account, row);
    const usable = tokens && tokens.accessToken !== refused && now < tokens.expiresAt ? tokens : undefined;
    if (usable && now < usable.renewAt) return usable;
    if (tokens && !mayRenew) return tokens;
    const { grant } = await account.provider();
    const fault = whyNotNow(account, row, tokens, isUnattended(grant));
    if (fault) {
      if (usable) return usable;
      throw fault;
    }
    const version = row?.version ?? 0;
    if (await claimRenewal(desk.database, account.mailbox, version, LEASE_MS, now)) {
      const renewed = await renew(desk, account, tokens, version, usable);
      if (renewed) return renewed;
    } else if (usable) return usable;
    if (performance.now() > deadline)
      throw new Fault('sign-in-unavailable', 'the sign-in is being renewed for too long');
  }
}

/** Whether asking the provider makes sense now. */
function whyNotNow(
  { name }: SigningIn,
  row: OauthRow | undefined,
  tokens: Stored,
  unattended: boolean,
): Fault | undefined {
  const refusal = row?.refusal;
  if (refusal !== undefined) {
    const again = !refusal.loginNeeded && refusal.msSince > REFUSED_AGAIN_MS;
    if (!again) return new Fault('sign-in-refused', refusalWords(name, refusal));
  }
  if (unattended || tokens?.refreshToken !== undefined) return undefined;
  if (row?.sealed === undefined)
    return new Fault('sign-in-refused', `nobody has signed in yet: run turnmail login ${name}`);
  const why = tokens ? 'the sign-in has ended and cannot be renewed' : 'the sign-in was sealed with another SECRET';
  return new Fault('sign-in-refused', `${why}: run turnmail login ${name}`);
}

/** What readiness and the operators read. */
function refusalWords(name: string, { words, loginNeeded }: OauthRefused): string {
  // What to do stands first, so that no line of a mail breaks it.
  if (loginNeeded) return `run turnmail login ${name}, since the sign-in provider refused to go on (${words})`;
  return `check the OAUTH_ settings, since the sign-in provider refused us (${words})`;
}

/** @returns undefined where somebody signed in meanwhile, so that their tokens are to be read */
async function renew(desk: Desk, account: SigningIn, tokens: Stored, version: number, usable: Stored): Promise<Stored> {
  const provider = await account.provider();
  let fresh: OauthTokens;
  try {
    fresh = await provider.renew(tokens?.refreshToken, account.user);
  } catch (error) {
    const refusal = error instanceof OauthRefusal ? error : undefined;
    const refused = refusal && { words: refusal.message, loginNeeded: needsLogin(refusal, provider.grant) };
    await endRenewal(desk.database, account.mailbox, version, refused, desk.clock.now()).catch(() => {});
    if (refusal) await tellOfRefusal(desk, account);
    if (usable) return usable;
    throw error;
  }
  // Not every provider rotates; where none came along the old refresh token stays good (RFC 6749 section 6).
  const kept = { ...fresh, refreshToken: fresh.refreshToken ?? tokens?.refreshToken };
  return (await storeRenewed(desk, account, kept, version)) ? kept : undefined;
}

/** The old refresh token may be void already, so the new one is stored however long the database is away. */
async function storeRenewed(desk: Desk, account: SigningIn, tokens: OauthTokens, version: number): Promise<boolean> {
  const sealed = sealTokens(desk, account, tokens);
  for (const deadline = performance.now() + LEASE_MS; ; await sleep(STORE_PAUSE_MS)) {
    try {
      return await markRenewed(desk.database, account.mailbox, version, sealed, desk.clock.now());
    } catch (error) {
      if (!isDatabaseAway(error) || performance.now() > deadline) throw error;
    }
  }
}

/** Operators hear of it now and not at the next look: the old token may carry the alert for some minutes. */
async function tellOfRefusal(desk: Desk, account: SigningIn): Promise<void> {
  const refusal = (await findOauthRow(desk.database, account.mailbox))?.refusal;
  if (refusal === undefined) return;
  const detail = refusalWords(account.name, refusal);
  desk.log.error({ detail }, 'the sign-in is refused');
  await tellAtOnce(desk, { cause: account.cause, ok: false, detail });
}

/** Keeps what a person's sign-in brought. */
export async function keepSignIn(
  desk: Pick<Desk, 'database' | 'keys' | 'clock'>,
  account: Pick<SigningIn, 'mailbox'>,
  tokens: OauthTokens,
): Promise<void> {
  await storeSignIn(desk.database, account.mailbox, sealTokens(desk, account, tokens), desk.clock.now());
}

function sealTokens(
  { keys }: Pick<Desk, 'keys'>,
  { mailbox }: Pick<SigningIn, 'mailbox'>,
  tokens: OauthTokens,
): Buffer {
  return seal(keys, `oauth ${mailbox}`, Buffer.from(JSON.stringify(tokens)));
}

function openTokens({ keys }: Desk, { mailbox }: SigningIn, { sealed }: OauthRow): Stored {
  const bytes = sealed && unseal(keys, `oauth ${mailbox}`, sealed);
  return bytes && (JSON.parse(bytes.toString('utf8')) as OauthTokens);
}

/** For readiness. @throws Error that says what to do */
export async function checkSignIn(desk: Desk, account: SigningIn): Promise<string> {
  const row = await findOauthRow(desk.database, account.mailbox);
  if (row?.refusal !== undefined) throw new Error(refusalWords(account.name, row.refusal));
  if (row?.sealed !== undefined) return 'signed in';
  const provider = await account.provider().catch((error: unknown) => {
    throw new Error(isFault(error) ? messageOf(error) : 'the sign-in provider does not answer');
  });
  if (isUnattended(provider.grant)) return 'no person is needed';
  throw new Error(`nobody has signed in yet: run turnmail login ${account.name}`);
}
