import type { Verification } from '../ticket/facts.ts';
import type { EpochMs } from '../ticket/ids.ts';

/** What our own reading of a DKIM signature (RFC 6376) says; only `good` counts. */
export type SignatureState =
  | 'good'
  /** It verified, but the mail was changed around it: a field that must be single stands twice. */
  | 'altered'
  /** The body or a signed field is not what was signed. */
  | 'broken'
  /** It verified, but covers too little or is too cheap: `l=`, no Subject, an open Content-Type, a short key, SHA-1. */
  | 'weak'
  /** The domain says that it is still trying DKIM out (`t=y`), so it counts as unsigned (RFC 6376 section 3.6.1). */
  | 'testing'
  | 'expired'
  /** There is no such key, or it was revoked. */
  | 'no-key'
  | 'unusable'
  | 'dns-failure';

/** One signature of the sender's own domain, or of a domain under or above it. */
export type CheckedSignature = {
  domain: string;
  selector: string;
  algorithm: string;
  state: SignatureState;
  /** Why, in words of our own or of the library; empty where the state says it all. */
  detail: string;
  /** What it says of the mail where it is good. */
  covers: SignedParts;
};

/** Which fields a signature covers that say when a mail was written and to whom, and its own time (`t=`). */
export type SignedParts = { to: boolean; cc: boolean; date: boolean; signedAt: EpochMs | undefined };

/** What the domain of the From address asks for (RFC 7489, RFC 9989), held against the good signatures alone. */
export type DmarcReading = {
  result: 'pass' | 'fail' | 'none' | 'dns-failure';
  /** What to do with mail that does not pass; undefined where nothing is published or it could not be read. */
  policy: 'none' | 'quarantine' | 'reject' | undefined;
  /** Where the record stands. */
  policyDomain: string | undefined;
};

/** A question to DNS as it was answered; `error` is a code such as ENOTFOUND, ESERVFAIL or ETIMEOUT. */
export type DnsAnswer = { name: string; type: string; answers: string[]; error: string | undefined; tookMs: number };

/** Everything that was found out about who sent a mail; nothing in it needs the network again. */
export type Authentication = {
  /** The library reads the one From address exactly as we do. */
  sameFrom: boolean;
  /** Every line of the header is a plain field, so that no two readers divide header and body differently. */
  plainHead: boolean;
  signatures: CheckedSignature[];
  /** Signatures of other domains, and those beyond the limit: not looked at. */
  signaturesLeftOut: number;
  dmarc: DmarcReading;
  dns: DnsAnswer[];
};

/** What the one server that we believe said (RFC 8601); undefined where it said nothing, or nothing clear. */
export type ServerVerdict = { server: string; result: string | undefined; domain: string | undefined };

/** What is kept about the sender of a mail; `verification` is undefined while DNS is to be asked again. */
export type SenderCheck = { verification: Verification | undefined; reason: string; tries: number };
