import type { Rules, SenderTrust } from '../../domain/desk/rules.ts';
import { domainOf } from '../../domain/mail/email-address.ts';
import type { Classification, ParsedMail } from '../../domain/mail/parsed-mail.ts';
import type { Authentication, ServerVerdict, SignedParts } from '../../domain/mail/sender-check.ts';
import type { Verification } from '../../domain/ticket/facts.ts';

/** Why a sender is believed or not; stored with the mail. */
export type SenderReason =
  | 'dmarc-pass'
  | 'from-read-differently'
  | 'changed-after-signing'
  | 'refused-by-dmarc-policy'
  | 'dns-failure'
  | 'no-dmarc-record'
  | 'unclear-header'
  | 'weak-signature'
  | 'no-usable-signature'
  | 'not-signed';

/** Stored where another server's word counts. */
export const SERVER_SAID = 'server-said';

/** `again`: DNS failed in a way that may pass, and the answer hangs on it. */
export type SenderJudgement = { verification: Verification; reason: SenderReason; again: boolean };

/**
 * Whether a mail needs its sender verified by us: not where no verdict would change what is done with it, because it
 * is automatic, comes from ourselves or names nobody.
 */
export function needsSenderCheck(mail: ParsedMail, classification: Classification, rules: Rules): boolean {
  return rules.senderTrust.kind === 'dkim' && mail.from.kind === 'one' && classification.kind === 'normal';
}

/**
 * What our own checks of signatures come to. Verified is only who passes DMARC by a signature that is good by our rules
 * (src/mail/sender/verify-dkim.ts), so a domain without a DMARC record is never verified: nothing then says that its servers
 * sign only what their own people wrote. Failed is what its domain tells us to refuse, or signed otherwise.
 */
export function judgeAuthentication(found: Authentication): SenderJudgement {
  const { dmarc, signatures } = found;
  const is = (...states: (typeof signatures)[number]['state'][]) =>
    signatures.some((one) => states.includes(one.state));
  if (!found.sameFrom) return { verification: 'failed', reason: 'from-read-differently', again: false };
  if (dmarc.result === 'pass') return { verification: 'verified', reason: 'dmarc-pass', again: false };
  if (dmarc.result === 'dns-failure' || is('dns-failure')) {
    return { verification: 'unverified', reason: 'dns-failure', again: true };
  }
  if (is('broken', 'altered')) return { verification: 'failed', reason: 'changed-after-signing', again: false };
  if (dmarc.policy === 'reject' || dmarc.policy === 'quarantine') {
    return { verification: 'failed', reason: 'refused-by-dmarc-policy', again: false };
  }
  return { verification: 'unverified', reason: whyUnverified(found), again: false };
}

/**
 * What the good signatures of a mail cover together, and the earliest time that one of them names: who sends a signed mail
 * on can add no good signature of its author's domain. Undefined where there is none.
 */
export function signedPartsOf({ sameFrom, signatures }: Authentication): SignedParts | undefined {
  const good = sameFrom ? signatures.filter(({ state }) => state === 'good').map(({ covers }) => covers) : [];
  if (good.length === 0) return undefined;
  const times = good.flatMap(({ signedAt }) => (signedAt === undefined ? [] : [signedAt]));
  return {
    to: good.some(({ to }) => to),
    cc: good.some(({ cc }) => cc),
    date: good.some(({ date }) => date),
    signedAt: times.length > 0 ? Math.min(...times) : undefined,
  };
}

function whyUnverified({ plainHead, signatures, dmarc }: Authentication): SenderReason {
  if (!plainHead) return 'unclear-header';
  if (signatures.some((one) => one.state === 'good') && dmarc.result === 'none') return 'no-dmarc-record';
  if (signatures.some((one) => one.state === 'weak')) return 'weak-signature';
  return signatures.length > 0 ? 'no-usable-signature' : 'not-signed';
}

/** Pauses before DNS is asked again; after the last the sender counts as unverified. */
const PAUSES_MS = [15_000, 60_000, 300_000];

/** How long to wait until DNS is asked again after `tries` tries, or undefined when it is time to go on without an answer. */
export function nextSenderCheck(tries: number): number | undefined {
  return PAUSES_MS[tries - 1];
}

/** The sender by what others have checked already: a filter before us, or the one server that we believe. */
export function verifyByOthers(mail: ParsedMail, trust: Exclude<SenderTrust, { kind: 'dkim' }>): Verification {
  if (trust.kind === 'none') return 'verified';
  if (mail.from.kind !== 'one') return 'unverified';
  const { result, domain } = readServerVerdict(mail, trust.authservId);
  if (result === 'fail') return 'failed';
  const speaksOfFrom = domain === undefined || sameDomain(domain, domainOf(mail.from.address));
  return result === 'pass' && speaksOfFrom ? 'verified' : 'unverified';
}

/**
 * The verdict of one server (RFC 8601): its topmost field counts, since it writes above what came before it, and must
 * remove what claims to be its own (section 5). Fields of other servers are no concern of ours. Its topmost field counts
 * even where it cannot be read, which a stranger's name in it may have done: what stands below is likely the stranger's.
 */
export function readServerVerdict(mail: ParsedMail, authservId: string): ServerVerdict {
  const own = mail.headers.find(
    ({ name, value }) => name === 'authentication-results' && serverOf(value) === authservId.toLowerCase(),
  );
  const parts = own === undefined ? undefined : splitResults(own.value);
  const results = (parts ?? []).slice(1).flatMap((part) => {
    const result = /^\s*dmarc\s*=\s*([a-z]+)/i.exec(part)?.[1];
    const domain = /\sheader\.from\s*=\s*([^\s;]+)/i.exec(part)?.[1];
    return result === undefined ? [] : [{ result: result.toLowerCase(), domain }];
  });
  const [only] = results;
  const clear = results.length === 1 ? only : undefined;
  return { server: authservId, result: clear?.result, domain: clear?.domain };
}

/** The authserv-id at the head of a field, in lower case, behind comments and with or without quotes (section 2.2). */
function serverOf(value: string): string | undefined {
  let at = 0;
  for (let depth = 0; at < value.length; at++) {
    const letter = value[at] ?? '';
    if (letter === '(') depth++;
    else if (depth > 0 && letter === '\\') at++;
    else if (depth > 0 && letter === ')') depth--;
    else if (depth === 0 && !/\s/.test(letter)) break;
  }
  const [, quoted, plain] = /^(?:"([^"\\]*)"|([^\s;("]+))/.exec(value.slice(at)) ?? [];
  return (quoted ?? plain)?.toLowerCase();
}

/** Servers write an international name in its ASCII form (RFC 8601 section 5), people do not. */
function sameDomain(one: string, other: string): boolean {
  const host = (name: string) => {
    const url = `http://${name}/`;
    return /[/@:?#\\]/.test(name) || !URL.canParse(url) ? undefined : new URL(url).host;
  };
  const found = host(one.replace(/\.$/, ''));
  return found !== undefined && found === host(other);
}

/**
 * The parts between semicolons, without comments and with quoted strings emptied: servers repeat in them what a sender
 * wrote (RFC 8601 section 7.1). Undefined where quotes or brackets are not closed.
 */
function splitResults(value: string): string[] | undefined {
  const parts = [''];
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < value.length; at++) {
    const letter = value[at];
    if (letter === '\\') at++;
    else if (quoted) quoted = letter !== '"';
    else if (letter === '(') depth++;
    else if (letter === ')') depth--;
    else if (depth > 0) continue;
    else if (letter === '"') {
      quoted = true;
      parts.push(`${parts.pop()}"`);
    } else if (letter === ';') parts.push('');
    else parts.push(`${parts.pop()}${letter}`);
    if (depth < 0) return undefined;
  }
  return quoted || depth > 0 ? undefined : parts;
}
