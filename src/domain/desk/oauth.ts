import { Fault } from '../fault.ts';
import type { EpochMs } from '../ticket/ids.ts';

/** Signing in to the mail servers with OAuth2 (RFC 6749) and no password. */

/**
 * How the first token is had. `device`: a person enters a code on a page (RFC 8628). `code`: a person's browser comes
 * back with a code (RFC 8252). `client`: the application's own right, no person. `service-account`: a key of Google's that may act for a user.
 */
export const OAUTH_GRANTS = ['device', 'code', 'client', 'service-account'] as const;
export type OauthGrant = (typeof OAUTH_GRANTS)[number];

/** Grants that need no person, neither at first nor ever. */
export function isUnattended(grant: OauthGrant): boolean {
  return grant === 'client' || grant === 'service-account';
}

/** What the settings say about the provider. */
export type OauthSettings = {
  /** `microsoft`, `google`, or the URL of any other issuer, whose discovery document says the rest */
  provider: 'microsoft' | 'google' | URL;
  clientId: string;
  clientSecret: string | undefined;
  /** of Microsoft: the directory that the account belongs to */
  tenant: string;
  grant: OauthGrant | undefined;
  scopes: string | undefined;
  /** the JSON key of a Google service account */
  keyFile: string | undefined;
  /** port of the loopback address that the browser comes back to; 0 is any */
  redirectPort: number;
};

/** What a provider handed out. A refresh token that comes along replaces the one before it. */
export type OauthTokens = {
  accessToken: string;
  expiresAt: EpochMs;
  renewAt: EpochMs;
  refreshToken: string | undefined;
};

/** RFC 6749 does not oblige a provider to say how long a token lives. */
const ASSUMED_LIFETIME_MS = 3_600_000;
const RENEW_BEFORE_MS = 300_000;

/** Renewed five minutes before its end, one that lives shortly when four fifths of its life are over. */
export function tokenTimes(
  expiresInSeconds: number | undefined,
  now: EpochMs,
): { expiresAt: EpochMs; renewAt: EpochMs } {
  const lifetime = expiresInSeconds === undefined ? ASSUMED_LIFETIME_MS : expiresInSeconds * 1_000;
  return { expiresAt: now + lifetime, renewAt: now + Math.floor(Math.max(lifetime - RENEW_BEFORE_MS, lifetime * 0.8)) };
}

/** The provider said no, by its error code (RFC 6749 section 5.2), and `words` of its own. */
export class OauthRefusal extends Fault {
  readonly error: string;

  constructor(error: string, words: string) {
    super('sign-in-refused', words === '' ? error : `${error}: ${words}`);
    this.name = 'OauthRefusal';
    this.error = error;
  }
}

/** True where only a person who signs in again helps; else a setting is wrong, and it may be tried again now and then. */
export function needsLogin({ error }: OauthRefusal, grant: OauthGrant): boolean {
  return !isUnattended(grant) && ['invalid_grant', 'interaction_required', 'consent_required'].includes(error);
}
