import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { OutboxId } from '../../../domain/ticket/ids.ts';
import { findBounceTokens, type TokenRow, type TokenText } from '../../../domain/ticket/reply-token.ts';

/** The desk's keys: the first makes digests, all of them verify, so that SECRET can be rotated. */
export type TokenKeys = [Buffer, ...Buffer[]];

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const MAC_BYTES = 16;

/** The 128-bit digest over everything a token row says, as 26 characters of base 32. */
export function tokenMac(key: Buffer, row: TokenRow): string {
  const said = [
    'reply-token',
    row.id,
    row.purpose,
    row.ticketId,
    row.responseId ?? '-',
    row.agentId ?? '-',
    row.seenResponseId ?? '-',
    row.mailboxId ?? '-',
    row.createdAt,
    row.expiresAt,
  ].join('|');
  return keyedDigest(key, said);
}

/** True where the text's digest was made by one of our keys over exactly this row. Constant time. */
export function isGenuine(keys: TokenKeys, row: TokenRow, text: TokenText): boolean {
  if (row.id !== text.tokenId || row.ticketId !== text.ticketId) return false;
  return keys.some((key) => sameText(tokenMac(key, row), text.mac));
}

/** The envelope sender's token: it ties a delivery report to its outbox row, and needs no row of its own. */
export function bounceToken(key: Buffer, outboxId: OutboxId): string {
  return `b${outboxId.toString(36)}-${keyedDigest(key, `bounce|${outboxId}`)}`;
}

/** The outbox rows named by genuine bounce tokens in an address. */
export function readBounceTokens(keys: TokenKeys, address: string): OutboxId[] {
  return findBounceTokens(address)
    .filter(({ outboxId, mac }) => keys.some((key) => sameText(keyedDigest(key, `bounce|${outboxId}`), mac)))
    .map(({ outboxId }) => outboxId);
}

/**
 * What stands in the Message-ID of a mail that has no reply address. Not the envelope's token: a person in copy of
 * an answer to it reads the one and must not learn the other.
 */
export function messageToken(key: Buffer, outboxId: OutboxId): string {
  return `b${outboxId.toString(36)}-${keyedDigest(key, `message|${outboxId}`)}`;
}

/** The outbox rows named by genuine tokens in a Message-ID. */
export function readMessageTokens(keys: TokenKeys, messageId: string): OutboxId[] {
  return findBounceTokens(messageId)
    .filter(({ outboxId, mac }) => keys.some((key) => sameText(keyedDigest(key, `message|${outboxId}`), mac)))
    .map(({ outboxId }) => outboxId);
}

/** Node makes a key object of a buffer at each use, which costs more than the digest. */
const keyObjects = new WeakMap<Buffer, KeyObject>();

function keyObjectOf(key: Buffer): KeyObject {
  const made = keyObjects.get(key) ?? createSecretKey(key);
  keyObjects.set(key, made);
  return made;
}

/** 128 bit of HMAC-SHA256 over what is said, as 26 characters of base 32. What is said must begin with its purpose. */
export function keyedDigest(key: Buffer, said: string): string {
  const bytes = createHmac('sha256', keyObjectOf(key)).update(said).digest().subarray(0, MAC_BYTES);
  let bits = 0;
  let held = 0;
  let text = '';
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += BASE32[(held >> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  if (bits > 0) text += BASE32[(held << (5 - bits)) & 31];
  return text;
}

/** Compares in constant time. */
export function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
