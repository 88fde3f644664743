/**
 * What has to be read of a mail before its signatures are. A signature says that some bytes are as they were signed; it
 * does not say that we read these bytes as the signer did. A person who has a signed mail can still put fields around the
 * signed ones, and so this looks for everything that would make us see another mail in the same signed bytes.
 */
import { domainToASCII } from 'node:url';
import { charsetOf } from '../charset/charsets.ts';
import { lineEnd, readHead } from '../mime/raw-message.ts';

/** Signatures of one mail that are verified at most (RFC 6376 section 8.4 names the reason). */
const MAX_SIGNATURES = 5;
/** A signature with a 4096-bit key and a long list of fields needs 1,500 bytes. */
const MAX_SIGNATURE = 4_000;
/** The library looks for each name that a signature covers in all fields; real mails have 40 names and 100 fields. */
const MAX_SIGNED_NAMES = 200;
const MAX_FIELDS = 5_000;

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
  /** Fields that decide how the body is read, and leave another way: unsigned, anybody may have written them. */
  open: string[];
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
  const near = (one: FoundSignature) => countSharedLabels(one.domain, fromDomain);
  const ours = signatures
    .filter((one) => one.usable && near(one) >= 2)
    .sort((a, b) => near(b) - near(a))
    .slice(0, MAX_SIGNATURES);
  const body = raw.subarray(head.bodyStart);
  return {
    plain: head.clean && head.fields.length <= MAX_FIELDS,
    repeated: SINGLE_FIELDS.find((name) => (counts.get(name)?.length ?? 0) > 1),
    names: new Set(counts.keys()),
    open: openFields((name) => counts.get(name)?.[0]?.value.trim(), body),
    keyNames: new Set(ours.map((one) => one.keyName)),
    leftOut: signatures.length - ours.length,
    pieces:
      signatures.length > MAX_SIGNATURES || signatures.some((one) => !one.usable)
        ? [withoutSignatures(raw, head.bodyStart, (index) => ours.some((one) => one === signatures[index])), body]
        : [raw],
  };
}

type FoundSignature = { domain: string; keyName: string; usable: boolean };

function readSignature(value: string): FoundSignature {
  if (value.length > MAX_SIGNATURE || value.split(':').length > MAX_SIGNED_NAMES) {
    return { domain: '', keyName: '', usable: false };
  }
  const tag = (name: string) =>
    new RegExp(`(?:^|;)[ \\t]*${name}[ \\t]*=[ \\t]*([^;]*)`).exec(value)?.[1]?.trim().toLowerCase() ?? '';
  const domain = tag('d');
  return { domain, keyName: `${tag('s')}._domainkey.${domain}`, usable: true };
}

/** How many labels two names end with alike; domains of one owner have at least two, others may have as many. */
function countSharedLabels(one: string, other: string): number {
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

const PLAIN_TEXT = /^text\/plain(?:;(?:charset|format|delsp|reply-type)="?[\w.:-]+"?)*;?$/i;
/**
 * Charsets in which ASCII is ASCII. In the others (UTF-7, HZ, UTF-16 and all that shift) signed words become different
 * ones, and there are more names for them than anybody could list.
 */
const KEEPS_ASCII =
  /^(?:utf-8|iso-8859-|windows-|koi8|macintosh|gb18030|big5|euc-|iso-2022-jp|shift_jis|tis-620|cp\d|ibm\d)/;
const MULTIPART =
  /^multipart\/(?:alternative|mixed|related|signed);(?:(?!boundary=)[\w-]+=(?:"[^"\\]*"|[^\s";]+);)*boundary=(?:"([^"\\]{1,70})"|([^\s";]{1,70}))(?:;(?!boundary=)[\w-]+=(?:"[^"\\]*"|[^\s";]+))*;?$/i;
/** What is longer is cut, and fits none of the forms. */
const MAX_TYPE = 1_000;
const ENDS = 2_000;
const MAX_BASE64 = 4_000_000;

/**
 * Gmail, Yahoo and Yandex do not sign Content-Type, Microsoft does not sign Content-Transfer-Encoding, so asking for them
 * would shut out their users. What a forger could do with them: name another boundary or encoding, so that other words of
 * the signed body become the mail (it may well quote the forger), or none are left. These fields are open where that can
 * be done.
 */
function openFields(valueIn: (field: string) => string | undefined, body: Buffer): string[] {
  const type = (valueIn('content-type') ?? 'text/plain')
    .slice(0, MAX_TYPE)
    .replace(/(?<![ \t])[ \t]*([;=])[ \t]*/g, '$1');
  const encoding = (valueIn('content-transfer-encoding') ?? '7bit').toLowerCase();
  const disposition = (valueIn('content-disposition') ?? 'inline').toLowerCase();
  return [
    ...(isPinnedType(type, body) ? [] : ['content-type']),
    ...(isPinnedEncoding(encoding, type, body) ? [] : ['content-transfer-encoding']),
    ...(disposition === 'inline' ? [] : ['content-disposition']),
  ];
}

/** Plain text shows everything; a boundary that begins and ends the body cannot be moved. */
function isPinnedType(type: string, body: Buffer): boolean {
  if (PLAIN_TEXT.test(type)) {
    const charsets = [...type.matchAll(/;charset="?([\w.:-]+)/gi)].map((match) => charsetOf(match[1]));
    return charsets.every((name) => name === undefined || KEEPS_ASCII.test(name));
  }
  const match = MULTIPART.exec(type);
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined) return false;
  const first = body.toString('latin1', 0, ENDS).trimStart().split(/\r?\n/)[0];
  const last = body
    .toString('latin1', Math.max(0, body.length - ENDS))
    .trimEnd()
    .split(/\r?\n/)
    .at(-1);
  if (first?.trimEnd() !== `--${boundary}` || last !== `--${boundary}--`) return false;
  // Parts that were signed side by side: called alternatives only one is read, and a start parameter names which.
  if (/^multipart\/alternative/i.test(type)) return areAlternatives(body, boundary);
  return !/;start=/i.test(type);
}

const ALTERNATIVES = [
  'text/plain',
  'text/x-amp-html',
  'text/html',
  'multipart/related',
  'multipart/mixed',
  'text/calendar',
];
const MAX_SEARCH = 4_000_000;

/** As mail programs write them: each kind once, from the plainest on, and none of them a file. */
function areAlternatives(body: Buffer, boundary: string): boolean {
  if (body.length > MAX_SEARCH) return false;
  const lines = body.toString('latin1').split(/\r?\n/);
  const starts = lines.flatMap((line, index) => (line.trimEnd() === `--${boundary}` ? [index + 1] : []));
  const kinds = starts.map((start) => {
    const end = lines.indexOf('', start);
    const head = lines.slice(start, end < 0 ? start : end).join('\n');
    if (/^content-disposition[ \t]*:[ \t]*attachment/im.test(head)) return -1;
    return ALTERNATIVES.indexOf(/^content-type[ \t]*:[ \t]*([\w/-]+)/im.exec(head)?.[1]?.toLowerCase() ?? 'text/plain');
  });
  return kinds.every((kind, index) => kind > (kinds[index - 1] ?? -1));
}

/** No encoding, or one that these very bytes show: nobody writes words that are all base64. */
function isPinnedEncoding(encoding: string, type: string, body: Buffer): boolean {
  if (/^(?:7bit|8bit|binary)$/.test(encoding)) return true;
  if (!/^text\//i.test(type)) return false;
  if (encoding !== 'base64') return encoding === 'quoted-printable';
  return body.length <= MAX_BASE64 && !/[^A-Za-z0-9+/=\s]/.test(body.toString('latin1'));
}
