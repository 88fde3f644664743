import { hideTokens } from '../../domain/mail/hide-tokens.ts';
import type { StructureBounds } from './mime-parts.ts';
import { readStructure } from './mime-parts.ts';
import { fieldOf, repairBytes } from './raw-message.ts';
import { decodeTransfer, transferEncodingOf } from './transfer-encoding.ts';

/** Parts within parts that are looked into; what lies deeper is taken out. */
const MAX_DEPTH = 10;
/** Nothing that anybody reads a token out of. */
const IS_MEDIA = /^(?:image|audio|video|font)\//;
/** hideTokens() writes this for a token; no letter of Latin-1 is it. */
const HIDDEN = /\u2026/g;

/**
 * The bytes of a mail without the proof of any token of ours, so that its reader can act by none of them. A mail without
 * tokens comes back as it came. What was signed over hidden bytes is no good signature any more.
 */
export function hideTokensInMail(message: Buffer, bounds: StructureBounds, depth = 0): Buffer {
  const raw = repairBytes(message);
  const structure = readStructure(raw, bounds);
  if (!structure.ok || depth > MAX_DEPTH) return hideInBytes(message);
  const pieces: Buffer[] = [];
  let at = 0;
  for (const part of structure.parts) {
    const start = part.body.byteOffset - raw.byteOffset;
    if (part.hasChildren || part.body.length === 0 || start < at) continue;
    const encoding = transferEncodingOf(fieldOf(part.fields, 'content-transfer-encoding') ?? '');
    const isMail = part.type.startsWith('message/');
    if (IS_MEDIA.test(part.type) || (encoding !== 'base64' && !isMail)) continue;
    const content = decodeTransfer(part.body, encoding);
    const hidden = isMail ? hideTokensInMail(content, bounds, depth + 1) : hideInBytes(content);
    if (hidden.equals(content)) continue;
    pieces.push(hideInBytes(raw.subarray(at, start)), encoding === 'identity' ? hidden : asBase64(hidden));
    at = start + part.body.length;
  }
  const rest = hideInBytes(raw.subarray(at));
  const hidden = Buffer.concat([...pieces, rest]);
  return hidden.equals(raw) ? message : hidden;
}

/** Quoted-printable and folded headers are read as hideTokens() reads what mail programs leave in. */
function hideInBytes(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1');
  const hidden = hideTokens(text);
  return hidden === text ? bytes : Buffer.from(hidden.replace(HIDDEN, 'hidden'), 'latin1');
}

function asBase64(bytes: Buffer): Buffer {
  return Buffer.from(`${bytes.toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n`, 'latin1');
}
