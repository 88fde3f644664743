import { createPrivateKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The key of a Google service account with domain-wide delegation, as its JSON file holds it. */
export type ServiceAccount = { email: string; privateKey: string; tokenUri: string };

/** @throws Error of one sentence where the file is no such key */
export function readServiceAccount(file: string): ServiceAccount {
  let found: { client_email?: unknown; private_key?: unknown; token_uri?: unknown };
  try {
    found = JSON.parse(readFileSync(file, 'utf8'));
    createPrivateKey(String(found.private_key));
  } catch {
    throw new Error(`OAUTH_KEY_FILE ${file} cannot be read as the JSON key of a service account`);
  }
  const { client_email: email, private_key: privateKey, token_uri: tokenUri } = found;
  if (typeof email !== 'string' || typeof privateKey !== 'string')
    throw new Error(`OAUTH_KEY_FILE ${file} has no client_email or no private_key`);
  return {
    email,
    privateKey,
    tokenUri: typeof tokenUri === 'string' ? tokenUri : 'https://oauth2.googleapis.com/token',
  };
}

const ASSERTION_SECONDS = 600;

/** A signed claim that the account acts for `user` (RFC 7523 section 2.1). */
export function signAssertion(account: ServiceAccount, user: string, scopes: string, nowMs: number): string {
  const iat = Math.floor(nowMs / 1000);
  const claims = {
    iss: account.email,
    sub: user,
    scope: scopes,
    aud: account.tokenUri,
    iat,
    exp: iat + ASSERTION_SECONDS,
  };
  const text = [{ alg: 'RS256', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${text}.${sign('sha256', Buffer.from(text), account.privateKey).toString('base64url')}`;
}
