import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Bytes that lie in the database and that nobody may read who has the database alone: AES-256-GCM under a key from SECRET. */

const VERSION = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + IV_BYTES + TAG_BYTES;

/** `purpose` separates the keys: what was sealed for one purpose does not open for another. The first key seals. */
export function seal(keys: readonly [Buffer, ...Buffer[]], purpose: string, bytes: Buffer): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', derive(keys[0], purpose), iv);
  const body = Buffer.concat([cipher.update(bytes), cipher.final()]);
  return Buffer.concat([Buffer.from([VERSION]), iv, cipher.getAuthTag(), body]);
}

/** @returns undefined where none of the keys opens it: the secret is another one, or the bytes were changed */
export function unseal(keys: readonly Buffer[], purpose: string, sealed: Buffer): Buffer | undefined {
  if (sealed.length < HEAD_BYTES || sealed[0] !== VERSION) return undefined;
  const iv = sealed.subarray(1, 1 + IV_BYTES);
  const tag = sealed.subarray(1 + IV_BYTES, HEAD_BYTES);
  for (const key of keys) {
    const decipher = createDecipheriv('aes-256-gcm', derive(key, purpose), iv, { authTagLength: TAG_BYTES });
    decipher.setAuthTag(tag);
    try {
      return Buffer.concat([decipher.update(sealed.subarray(HEAD_BYTES)), decipher.final()]);
    } catch {
      // It was sealed with another key.
    }
  }
  return undefined;
}

/** HKDF (RFC 5869): a key of its own for each purpose. */
function derive(key: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', `turnmail seal ${purpose}`, 32));
}
