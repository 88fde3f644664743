/** Mail that is wrapped or locked: what S/MIME only signs is opened, what somebody encrypted is known as such. */
import type { EncryptedBy } from '../../domain/mail/parsed-mail.ts';
import { filenameOf } from '../mime/attachments.ts';
import { leavesOf } from '../mime/body-parts.ts';
import type { MimePart } from '../mime/mime-parts.ts';
import { repairBytes } from '../mime/raw-message.ts';
import { isSmime, readSmime } from '../mime/smime.ts';
import { decodePart } from '../mime/transfer-encoding.ts';

/** A signed mail inside a signed mail (RFC 2634 section 1.1) has two wrappers; each one more copies the mail again. */
export const MAX_WRAPPERS = 3;

/**
 * `part` holds a MIME entity, `bytes`. Where it is the whole mail, only the entity is to be read, and its fields are
 * those of a part: the sender's own header counts. Elsewhere `bytes` are the mail with the entity in the part's place.
 */
export type Wrapped = { isWhole: boolean; bytes: Buffer };

/** The first wrapper that can be opened, or undefined. */
export function openWrapper(raw: Buffer, parts: MimePart[]): Wrapped | undefined {
  for (const part of leavesOf(parts)) {
    if (!isWrapper(part)) continue;
    const smime = readSmime(decodePart(part));
    if (smime.kind !== 'opened' || !isEntity(smime.entity)) continue;
    if (part.parent === undefined) return { isWhole: true, bytes: smime.entity };
    const whole = repairBytes(raw);
    const end = part.body.byteOffset - whole.byteOffset + part.body.length;
    const isSameBuffer = part.body.buffer === whole.buffer;
    if (!isSameBuffer || end > whole.length) return undefined;
    return { isWhole: false, bytes: Buffer.concat([whole.subarray(0, part.start), smime.entity, whole.subarray(end)]) };
  }
  return undefined;
}

/** What a person encrypted, by its structure (RFC 8551 section 3.3, RFC 3156 section 4); undefined where nobody did. */
export function encryptedBy(parts: MimePart[]): EncryptedBy | undefined {
  if (parts.some(({ type, params }) => type === 'multipart/encrypted' && isPgp(params['protocol']))) return 'OpenPGP';
  const isLocked = (part: MimePart) =>
    isWrapper(part) &&
    (/^(?:auth-?)?enveloped-data$/i.test(part.params['smime-type'] ?? '') ||
      readSmime(decodePart(part)).kind === 'encrypted');
  return leavesOf(parts).some(isLocked) ? 'S/MIME' : undefined;
}

const PGP_MESSAGE = /^-----BEGIN PGP MESSAGE-----[ \t]*$/m;

/** An OpenPGP message written into the text itself (RFC 9580 section 6.2). */
export function holdsPgpMessage(words: string): boolean {
  return PGP_MESSAGE.test(words.slice(0, 100_000));
}

function isPgp(protocol: string | undefined): boolean {
  return protocol === undefined || /pgp/i.test(protocol);
}

/** A part that stands for the mail itself. `contract.pdf.p7m` is a signed file, and stays one. */
function isWrapper(part: MimePart): boolean {
  const filename = filenameOf(part);
  if (!isSmime(part, filename)) return false;
  return part.parent === undefined || filename === undefined || /^smime\.p7m$/i.test(filename);
}

/** Whether the bytes begin as a MIME entity does, with a field of its header or the empty line behind none. */
function isEntity(bytes: Buffer): boolean {
  return /^(?:\r?\n|[\x21-\x39\x3b-\x7e]{1,100}[ \t]*:)/.test(bytes.toString('latin1', 0, 200));
}
