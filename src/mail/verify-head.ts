/**
 * What has to be read of a mail before its signatures are. A signature says that some bytes are as they were signed; it
 * does not say that we read these bytes as the signer did. Whoever has a signed mail can still put fields around the
 * signed ones, and so this looks for everything that would make us see another mail in the same signed bytes.
 */
import { domainToASCII } from 'node:url';
import { lineEnd, readHead } from './raw-message.ts';

/** Signatures of one mail that are verified at most (RFC 6376 section 8.4 names the reason). */
const MOST_SIGNATURES = 5;
/** A signature with a 4096-bit key and a long list of fields needs 1,500 bytes. */
const LONGEST_SIGNATURE = 4_000;
/** The library looks for each name that a signature covers in all fields; real mails have 40 names and 100 fields. */
const MOST_SIGNED_NAMES = 200;
const MOST_FIELDS = 5_000;

/** Fields that a mail has once (RFC 5322 section 3.6, RFC 2045); of two, some readers see one and some the other. */
const SINGLE_FIELDS = [
  'from',
  'sender',
  'reply-to',
  'to',
  'cc',
  'date',
  'subject',
  'message-id',
  'in-reply-to',
  'references',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
];

export type SignedHead = {
  /** Every line is a plain field, so every reader finds the same fields and the same body. */
  plain: boolean;
  /** The first field that stands more than once and must not. */
  repeated: string | undefined;
  /** Names of the fields there are. */
  names: Set<string>;
  /** The body can be read in one way only, even if anybody may have written the Content-Type. */
  typeIsPinned: boolean;
  /** DNS names of the keys of the signatures that are verified. */
  keyNames: Set<string>;
  /** Signatures that are not verified: of other domains, too many, or too long. */
  leftOut: number;
  /** The bytes to verify, in pieces: without the signatures that are left out where there are too many. */
  pieces: Buffer[];
};

export function readSignedHead(raw: Buffer, fromDomain: string): SignedHead {
  const head = readHead(raw, 0, () => false, true);
  const counts = Map.groupBy(head.fields, (field) => field.name);
  const signatures = (counts.get('dkim-signature') ?? []).map((field) => readSignature(field.value));
  const near = (one: FoundSignature) => nearness(one.domain, fromDomain);
  const ours = signatures
    .filter((one) => one.usable && near(one) >= 2)
    .sort((a, b) => near(b) - near(a))
    .slice(0, MOST_SIGNATURES);
  const body = raw.subarray(head.bodyStart);
  return {
    plain: head.clean && head.fields.length <= MOST_FIELDS,
    repeated: SINGLE_FIELDS.find((name) => (counts.get(name)?.length ?? 0) > 1),
    names: new Set(counts.keys()),
    typeIsPinned: isPinned(counts.get('content-type')?.[0]?.value ?? 'text/plain', body),
    keyNames: new Set(ours.map((one) => one.keyName)),
    leftOut: signatures.length - ours.length,
    pieces:
      signatures.length > MOST_SIGNATURES || signatures.some((one) => !one.usable)
        ? [withoutSignatures(raw, head.bodyStart, (index) => ours.some((one) => one === signatures[index])), body]
        : [raw],
  };
}

type FoundSignature = { domain: string; keyName: string; usable: boolean };

function readSignature(value: string): FoundSignature {
  const tag = (name: string) =>
    new RegExp(`(?:^|;)[ \\t]*${name}[ \\t]*=[ \\t]*([^;]*)`).exec(value)?.[1]?.trim().toLowerCase() ?? '';
  const domain = tag('d');
  const usable = value.length <= LONGEST_SIGNATURE && value.split(':').length <= MOST_SIGNED_NAMES;
  return { domain, keyName: `${tag('s')}._domainkey.${domain}`, usable };
}

/** How many labels two names end with alike; domains of one owner have at least two, others may have as many. */
function nearness(one: string, other: string): number {
  const [a = [], b = []] = [one, other].map((name) => domainToASCII(name).split('.').reverse());
  const different = a.findIndex((label, index) => label !== b[index]);
  if (different >= 0) return different;
  return a.length === b.length ? Number.POSITIVE_INFINITY : a.length;
}

/** The header again, with only those of its signatures that `keeps` names by their number. Needs a plain head. */
function withoutSignatures(raw: Buffer, bodyStart: number, keeps: (index: number) => boolean): Buffer {
  const kept: Buffer[] = [];
  let number = -1;
  let keeping = true;
  for (let at = 0; at < bodyStart; ) {
    const end = lineEnd(raw, at);
    const line = raw.subarray(at, end);
    if (line[0] !== 0x20 && line[0] !== 0x09) {
      const isSignature = /^dkim-signature:/i.test(line.toString('latin1', 0, 15));
      if (isSignature) number++;
      keeping = !isSignature || keeps(number);
    }
    if (keeping) kept.push(line);
    at = end;
  }
  return Buffer.concat(kept);
}

const PLAIN_TEXT = /^text\/plain(?:;(?:charset|format|delsp|reply-type)=(?:"[\w.:-]*"|[\w.:-]+))*;?$/i;
const MULTIPART =
  /^multipart\/(?:alternative|mixed|related|signed);(?:(?!boundary=)[\w-]+=(?:"[^"\\]*"|[^\s";]+);)*boundary=(?:"([^"\\]{1,70})"|([^\s";]{1,70}))(?:;(?!boundary=)[\w-]+=(?:"[^"\\]*"|[^\s";]+))*;?$/i;
const ENDS = 2_000;

/**
 * Gmail, Yahoo, Yandex and Proton do not sign Content-Type, so asking for it would shut out their users. What a forger
 * could do with it: name another boundary, so that other words of the signed body become the mail (it may well quote
 * the forger). That cannot be done where the boundary begins and ends the body, and not where the type is plain text,
 * which shows everything.
 */
function isPinned(contentType: string, body: Buffer): boolean {
  const value = contentType.replace(/[ \t]+(?=[;=]|$)|(?<=[;=]|^)[ \t]+/g, '');
  if (value.length > 1_000) return false;
  if (PLAIN_TEXT.test(value)) return true;
  const match = MULTIPART.exec(value);
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined) return false;
  const first = body.toString('latin1', 0, ENDS).trimStart().split(/\r?\n/)[0];
  const last = body
    .toString('latin1', Math.max(0, body.length - ENDS))
    .trimEnd()
    .split(/\r?\n/)
    .at(-1);
  return first?.trimEnd() === `--${boundary}` && last === `--${boundary}--`;
}
