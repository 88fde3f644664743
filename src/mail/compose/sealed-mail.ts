import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import type { EmailAddress } from '../../domain/mail/email-address.ts';
import type { OutboxId } from '../../domain/ticket/ids.ts';
import { storedId } from '../../domain/ticket/stored-id.ts';

/** What goes to the SMTP server: bytes that stay the same for every attempt, and the envelope. */
export type ComposedMail = { messageId: string; envelopeFrom: EmailAddress; raw: Buffer };

/**
 * The same at rest. Our mails hold tokens, and whoever reads the database, a backup of it or a replica, must not be able to
 * act with them. `ids` is the Message-ID and the envelope's sender, which are needed longer than the bytes: later mails of
 * the thread name the one, a second attempt the other. `messageId` and `envelopeFrom` are without their proof.
 */
export type SealedMail = { messageId: string; envelopeFrom: string; ids: Buffer; raw: Buffer };

/** The keys of the desk: the first seals, all of them open, so that SECRET can be rotated. */
type Keys = readonly [Buffer, ...Buffer[]];

export function sealMail(keys: Keys, id: OutboxId, { messageId, envelopeFrom, raw }: ComposedMail): SealedMail {
  return {
    messageId: storedId(messageId),
    envelopeFrom: storedId(envelopeFrom),
    ids: sealBytes(keys[0], `ids|${id}`, Buffer.from(JSON.stringify([messageId, envelopeFrom]))),
    raw: sealBytes(keys[0], `raw|${id}`, raw),
  };
}

/** @returns undefined where none of the keys opens it: SECRET was replaced, and SECRET_PREVIOUS does not name it */
export function openIds(keys: Keys, id: OutboxId, sealed: Buffer): Omit<ComposedMail, 'raw'> | undefined {
  const opened = unsealBytes(keys, `ids|${id}`, sealed);
  if (opened === undefined) return undefined;
  const [messageId, envelopeFrom] = JSON.parse(opened.toString()) as [string, EmailAddress];
  return { messageId, envelopeFrom };
}

/** @returns undefined where none of the keys opens it */
export function openRaw(keys: Keys, id: OutboxId, sealed: Buffer): Buffer | undefined {
  return unsealBytes(keys, `raw|${id}`, sealed);
}

/** A version, a nonce, the ciphertext and its tag. AES-256-GCM (NIST SP 800-38D), bound to its row and column by `about`. */
const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + NONCE_BYTES;

function sealBytes(key: Buffer, about: string, plain: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', sealingKey(key), nonce).setAAD(Buffer.from(about));
  return Buffer.concat([Buffer.from([VERSION]), nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function unsealBytes(keys: Keys, about: string, sealed: Buffer): Buffer | undefined {
  if (sealed[0] !== VERSION || sealed.length < HEAD_BYTES + TAG_BYTES) return undefined;
  for (const key of keys) {
    const decipher = createDecipheriv('aes-256-gcm', sealingKey(key), sealed.subarray(1, HEAD_BYTES));
    decipher.setAAD(Buffer.from(about)).setAuthTag(sealed.subarray(-TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(HEAD_BYTES, -TAG_BYTES)), decipher.final()]);
    } catch {
      // The tag does not fit: another key has sealed it, or it was tampered with.
    }
  }
  return undefined;
}

/** RFC 5869. Derived once for each key, and not the key of the tokens, so that one says nothing about the other. */
const derived = new WeakMap<Buffer, KeyObject>();

function sealingKey(secret: Buffer): KeyObject {
  const known =
    derived.get(secret) ?? createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', 'turnmail outbox at rest', 32)));
  derived.set(secret, known);
  return known;
}
