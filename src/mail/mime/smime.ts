/**
 * S/MIME (RFC 8551) as far as a desk can read it: `signed-data` that is opaque (section 3.5.2) is a wrapper around a MIME
 * entity, readable by everybody, and is opened. Whether the signature is good is not asked: who wrote a mail is decided
 * by its domain (mail/sender). `enveloped-data` is encrypted, and stays shut. The CMS structure (RFC 5652) is read by
 * asn1js.
 */
import { inflateSync } from 'node:zlib';
import * as asn1js from 'asn1js';
import type { MimePart } from './mime-parts.ts';

export type SmimeReading =
  | { kind: 'opened'; entity: Buffer }
  | { kind: 'encrypted' }
  /** a signature alone, certificates, or no CMS at all */
  | { kind: 'other' };

/** Object identifiers of RFC 5652, RFC 5083 and RFC 3274. */
const SIGNED_DATA = '1.2.840.113549.1.7.2';
const ENVELOPED_DATA = ['1.2.840.113549.1.7.3', '1.2.840.113549.1.9.16.1.23'];
const COMPRESSED_DATA = '1.2.840.113549.1.9.16.1.9';

/** More than a mail may have is not unpacked. */
const MAX_ENTITY = 50 * 1024 * 1024;
/** Programs that stream write pieces of about 1,000 bytes, each of which is a node; nothing honest nests deeper. */
const BOUNDS = { maxNodes: 60_000, maxDepth: 30, maxContentLength: MAX_ENTITY, parseEmbedded: false };
const OTHER: SmimeReading = { kind: 'other' };

export function isSmime(part: MimePart, filename: string | undefined): boolean {
  if (/^application\/(?:x-)?pkcs7-mime$/.test(part.type)) return true;
  return part.type === 'application/octet-stream' && /\.p7m$/i.test(filename ?? '');
}

/** What the decoded content of such a part is. Never throws. */
export function readSmime(content: Buffer): SmimeReading {
  try {
    return readContentInfo(content);
  } catch {
    return OTHER;
  }
}

function readContentInfo(content: Buffer): SmimeReading {
  const { result, offset } = asn1js.fromBER(pemFree(content), BOUNDS);
  if (offset < 0 || !(result instanceof asn1js.Sequence)) return OTHER;
  const [type, wrapped] = result.valueBlock.value;
  const name = oidOf(type);
  if (ENVELOPED_DATA.includes(name)) return { kind: 'encrypted' };
  if (name !== SIGNED_DATA && name !== COMPRESSED_DATA) return OTHER;
  // SignedData and CompressedData both begin with a version, algorithms, and the encapsulated content.
  const inner = childrenOf(childrenOf(wrapped)[0])[2];
  const entity = octetsOf(childrenOf(childrenOf(inner)[1])[0]);
  if (entity === undefined || entity.length === 0) return OTHER;
  if (name === SIGNED_DATA) return { kind: 'opened', entity };
  return { kind: 'opened', entity: inflateSync(entity, { maxOutputLength: MAX_ENTITY }) };
}

/** Some programs put the text form of RFC 7468 into the part. */
function pemFree(content: Buffer): Buffer {
  if (content[0] === 0x30) return content;
  const text = content.toString('latin1');
  const begin = text.indexOf('-----BEGIN ');
  const start = text.indexOf('\n', begin);
  const end = text.indexOf('-----END ', start);
  return begin < 0 || end < 0 ? content : Buffer.from(text.slice(start, end), 'base64');
}

type Block = asn1js.BaseBlock | undefined;

function childrenOf(block: Block): asn1js.BaseBlock[] {
  return block instanceof asn1js.Constructed ? block.valueBlock.value : [];
}

function oidOf(block: Block): string {
  return block instanceof asn1js.ObjectIdentifier ? block.valueBlock.toString() : '';
}

/** An octet string may come in pieces (BER), as every program writes it that streams. */
function octetsOf(block: Block): Buffer | undefined {
  return block instanceof asn1js.OctetString ? Buffer.from(block.getValue()) : undefined;
}
