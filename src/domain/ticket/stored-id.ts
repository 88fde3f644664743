import { createHash } from 'node:crypto';

/**
 * The proof of a token of ours, in a Message-ID or an address: 26 letters behind the numbers of its ticket and row, or of
 * the outbox row (domain/ticket/reply-token.ts).
 */
const PROOF = /(?<![a-z0-9-])((?:\d{1,16}-[0-9a-z]{1,11}|b[0-9a-z]{1,11})-)([a-z2-7]{26})(?![a-z0-9])/gi;

/**
 * A Message-ID or address as it is stored, printed and looked up: in place of each proof stands a digest of it, `~` and 16
 * hexadecimal digits. Who reads it can do nothing with it, and an id that comes back whole is still found. What comes from
 * outside in the stored form becomes something else, so that it finds nothing.
 */
export function storedId(id: string): string {
  return id
    .replaceAll('-~', '-~~')
    .replace(PROOF, (_all, names: string, proof: string) => `${names}~${proofDigest(proof)}`);
}

function proofDigest(proof: string): string {
  return createHash('sha256').update(proof.toLowerCase()).digest('hex').slice(0, 16);
}
