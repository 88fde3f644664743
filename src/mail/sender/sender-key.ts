import { createHash } from 'node:crypto';
import { readFrom } from '../headers/from-address.ts';
import { readHead } from '../mime/raw-message.ts';

const HEAD_BYTES = 64 * 1024;

/**
 * A key under which the mails of one sender are decided in order. It is read before the mail is understood and is no
 * identity: where From is unusable, the mail stands for itself.
 */
export function senderKey(raw: Buffer): string {
  const { fields } = readHead(raw.subarray(0, HEAD_BYTES), 0, () => false, true);
  const from = readFrom(fields);
  return from.kind === 'one'
    ? from.address.toLowerCase()
    : `mail:${createHash('sha256').update(raw).digest('hex').slice(0, 32)}`;
}
