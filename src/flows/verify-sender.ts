import type { Verification } from '../domain/facts.ts';
import type { ParsedMail } from '../domain/parsed-mail.ts';
import type { Policy } from '../domain/policy.ts';

/**
 * How far the From address is believed. `none`: a filter before us refuses forgeries, so every sender counts as
 * verified. `authentication-results:<id>`: only the topmost field of that server counts (RFC 8601 section 5), and only
 * dmarc=pass in it; a server further out cannot add one above it.
 */
export function verifySender(mail: ParsedMail, policy: Policy): Verification {
  const trust = policy.senderTrust;
  if (trust.kind !== 'authentication-results') return trust.kind === 'none' ? 'verified' : 'unverified';
  const topmost = mail.headers.find((field) => field.name === 'authentication-results');
  if (!topmost) return 'unverified';
  const [server, ...results] = topmost.value.split(';').map((part) => part.trim());
  if (server?.split(/\s+/)[0]?.toLowerCase() !== trust.authservId.toLowerCase()) return 'unverified';
  const dmarc = results
    .map((result) => /^dmarc\s*=\s*([a-z]+)/i.exec(result)?.[1]?.toLowerCase())
    .find((found) => found !== undefined);
  if (dmarc === 'pass') return 'verified';
  return dmarc === 'fail' ? 'failed' : 'unverified';
}
