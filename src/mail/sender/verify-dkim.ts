/**
 * Who sent a mail, by DKIM (RFC 6376) and DMARC (RFC 9989). mailauth does the cryptography; what counts as good is
 * stricter here than there. SPF speaks of the connection, which is gone when a mail is read over IMAP, so only
 * signatures count. ARC and mailing lists are not trusted: what comes through a list is not the sender's any more.
 */

import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { domainToASCII } from 'node:url';
import type { DKIMResult } from 'mailauth';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { dmarc } from 'mailauth/lib/dmarc/index.js';
import { domainOf, type EmailAddress, parseEmailAddress } from '../../domain/mail/email-address.ts';
import type {
  Authentication,
  CheckedSignature,
  DmarcReading,
  SignatureState,
  SignedParts,
} from '../../domain/mail/sender-check.ts';
import { type MailQuestions, printableAscii, type SenderDns } from './verify-dns.ts';
import { readSignedHead, type SignedHead } from './verify-head.ts';

const PIECE = 64 * 1024;
const LF = 0x0a;
const CR = 0x0d;
const NO_DMARC: DmarcReading = { result: 'none', policy: undefined, policyDomain: undefined };

/** `authenticateMail` with DNS at hand. */
export type Authenticate = (raw: Buffer, from: EmailAddress, receivedAt: number) => Promise<Authentication>;

/**
 * Asks who sent a mail. Never rejects for anything a mail or DNS may hold, and takes at most the budget of `dns` (five seconds).
 * @param from the address that our own reader found; nobody else is verified
 * @param receivedAt when the mail reached our mail server, in epoch milliseconds: signatures must hold at that time
 */
export async function authenticateMail(
  raw: Buffer,
  from: EmailAddress,
  receivedAt: number,
  dns: SenderDns,
): Promise<Authentication> {
  const domain = domainOf(from);
  const head = readSignedHead(raw, domain);
  const questions = dns.questionsOf((name) => !name.includes('._domainkey.') || head.keyNames.has(name.toLowerCase()));
  try {
    // Asked ahead, so that the answers come together.
    for (const name of [...head.keyNames, `_dmarc.${domainToASCII(domain)}`])
      void questions.ask(name, 'TXT').catch(() => {});
    const checked = head.plain
      ? await checkSignatures(head, from, receivedAt, questions)
      : { sameFrom: true, signatures: [] };
    const { sameFrom, signatures } = checked;
    const good = sameFrom ? signatures.filter((signature) => signature.state === 'good') : [];
    return {
      sameFrom,
      plainHead: head.plain,
      signatures,
      signaturesLeftOut: head.leftOut,
      dmarc: await readDmarc(from, good, questions),
      dns: questions.answers(),
    };
  } finally {
    questions.end();
  }
}

async function checkSignatures(
  head: SignedHead,
  from: EmailAddress,
  receivedAt: number,
  { ask, outOfTime }: MailQuestions,
): Promise<{ sameFrom: boolean; signatures: CheckedSignature[] }> {
  const stop = new AbortController();
  const input = Readable.from(streamPieces(head.pieces, stop.signal), { objectMode: false });
  try {
    const verified = dkimVerify(input, { resolver: ask, strict: true, curTime: new Date(receivedAt) });
    verified.catch(() => {});
    const { headerFrom, fromFields, results } = await Promise.race([verified, outOfTime]);
    const theirs = headerFrom.map((address) => parseEmailAddress(address));
    return {
      sameFrom: fromFields === 1 && theirs.length === 1 && theirs[0] === from,
      signatures: results
        // By the Public Suffix List, with the private suffixes; DMARC walks DNS instead, and both must agree.
        .filter((result) => Boolean(result.status.aligned))
        .map((result) => judgeSignature(result, head)),
    };
  } catch (error) {
    const timeout = error instanceof Error && 'code' in error && error.code === 'ETIMEOUT';
    const state: SignatureState = timeout ? 'dns-failure' : 'unusable';
    return {
      sameFrom: true,
      signatures: [...head.keyNames].map((name) => ({
        domain: printableAscii(name, 255),
        selector: '',
        algorithm: '',
        state,
        detail: timeout ? 'out of time' : 'could not be read',
        covers: { to: false, cc: false, date: false, signedAt: undefined },
      })),
    };
  } finally {
    stop.abort();
  }
}

/**
 * In pieces with a breath between them, so that a large mail does not hold up the others, and can be given up. The
 * library would mend bare line feeds too, but with a promise for each, which makes a mail of nothing else a weapon.
 */
async function* streamPieces(parts: Buffer[], signal: AbortSignal): AsyncGenerator<Buffer> {
  let last = 0;
  for (const part of parts) {
    for (let at = 0; at < part.length && !signal.aborted; at += PIECE) {
      const piece = part.subarray(at, at + PIECE);
      yield withCrLf(piece, last);
      last = piece[piece.length - 1] ?? last;
      await setImmediate();
    }
  }
}

function withCrLf(piece: Buffer, before: number): Buffer {
  const isBare = (at: number) => (at === 0 ? before : piece[at - 1]) !== CR;
  let first = piece.indexOf(LF);
  while (first >= 0 && !isBare(first)) first = piece.indexOf(LF, first + 1);
  if (first < 0) return piece;
  const mended = Buffer.allocUnsafe(piece.length * 2);
  let length = piece.copy(mended, 0, 0, first);
  for (let at = first; at < piece.length; at++) {
    if (piece[at] === LF && isBare(at)) mended[length++] = CR;
    mended[length++] = piece[at] ?? 0;
  }
  return mended.subarray(0, length);
}

function judgeSignature(result: DKIMResult, head: SignedHead): CheckedSignature {
  const [state, detail] = stateOfSignature(result, head);
  return {
    domain: printableAscii(result.signingDomain ?? '', 255),
    selector: printableAscii(result.selector ?? '', 255),
    algorithm: printableAscii(result.algo ?? '', 40),
    state,
    detail: printableAscii(detail, 200),
    covers: coveredBy(result),
  };
}

function coveredBy(result: DKIMResult): SignedParts {
  const signed = signedFields(result);
  const signedAt = result.signTime ? Date.parse(result.signTime) : Number.NaN;
  return {
    to: signed.has('to'),
    cc: signed.has('cc'),
    date: signed.has('date'),
    signedAt: Number.isSafeInteger(signedAt) ? signedAt : undefined,
  };
}

function signedFields(result: DKIMResult): Set<string> {
  return new Set((result.signingHeaders?.keys ?? '').toLowerCase().split(/(?<!\s)\s*:\s*/));
}

/** What the library says of a signature that is not good, by its comment. */
const NOT_GOOD: Record<string, SignatureState> = {
  'body hash did not verify': 'broken',
  'bad signature': 'broken',
  expired: 'expired',
  'no key': 'no-key',
  'invalid public key': 'no-key',
};

function stateOfSignature(result: DKIMResult, head: SignedHead): [SignatureState, string] {
  const { status } = result;
  if (status.result === 'temperror') return ['dns-failure', status.comment ?? ''];
  if (status.result === 'policy') return ['weak', status.policy?.['dkim-rules'] ?? 'policy'];
  if (status.result !== 'pass') return [NOT_GOOD[status.comment ?? ''] ?? 'unusable', status.comment ?? ''];
  if (status.testing) return ['testing', ''];
  // Not "is anything left unsigned now": with l= anybody may add to the mail on its way.
  if (result.canonBodyLengthLimited) return ['weak', 'l='];
  if (head.repeated !== undefined) return ['altered', `${head.repeated} stands more than once`];
  const signed = signedFields(result);
  if (!signed.has('from')) return ['weak', 'from is not signed'];
  if (head.names.has('subject') && !signed.has('subject')) return ['weak', 'subject is not signed'];
  const open = head.open.find((name) => head.names.has(name) && !signed.has(name));
  if (open !== undefined) return ['weak', `${open} is not signed`];
  return ['good', ''];
}

async function readDmarc(
  from: EmailAddress,
  good: CheckedSignature[],
  questions: MailQuestions,
): Promise<DmarcReading> {
  const unknown: DmarcReading = { ...NO_DMARC, result: 'dns-failure' };
  const asked = dmarc({
    headerFrom: [from],
    fromFields: 1,
    spfDomains: [],
    dkimDomains: good.map((signature) => ({ domain: signature.domain })),
    resolver: questions.ask,
    strict: true,
  });
  const read = await Promise.race([asked, questions.outOfTime]).catch(() => undefined);
  if (read === undefined) return unknown;
  if (read === false) return NO_DMARC;
  const { result } = read.status;
  if (result === 'temperror') return unknown;
  if (result !== 'pass' && result !== 'fail') return NO_DMARC;
  return { result, policy: policyOf(read.policy), policyDomain: printableAscii(read.policyDomain ?? read.domain, 255) };
}

function policyOf(policy: string | undefined): DmarcReading['policy'] {
  return policy === 'reject' || policy === 'quarantine' ? policy : 'none';
}
