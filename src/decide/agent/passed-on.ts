/**
 * Which files of an agent's mail go to the customer. Left out are pictures that only the signature or the quoted part
 * shows, and what a mail program adds by itself: signatures and keys (RFC 8551, RFC 3156), whole mails in an S/MIME wrapper,
 * which hold what was quoted, and cards and invitations with the agent's own address.
 */

import type { Attachment, EncryptedBy } from '../../domain/mail/parsed-mail.ts';
import { leftOutKey, wordsDigest } from '../../domain/ticket/dedupe-key.ts';
import type { OutboxDraft } from '../../domain/ticket/outbox-item.ts';
import type { Reason } from '../../domain/ticket/reasons.ts';
import type { Agent } from '../../domain/ticket/ticket.ts';
import { type Sentence, say } from '../../domain/words.ts';
import { confirmation } from '../send/plan-outbox.ts';
import { endingsOf } from './blocked-file.ts';

type File = Pick<Attachment, 'filename' | 'contentType' | 'inline' | 'senderCard'> & { aside?: boolean | undefined };

const CRYPTO_TYPE =
  /^application\/(?:(?:x-)?pkcs7-|(?:x-)?pkcs12$|pgp-(?:signature|keys|encrypted)$|timestamp-reply$|timestamped-data$|cms$)/;
/** OpenPGP also names its keys, signatures and messages like this (RFC 3156, Enigmail, GnuPG). */
const CRYPTO_ENDINGS = new Set(['p7m', 'p7s', 'p7c', 'p7z', 'p12', 'pfx', 'pgp', 'gpg', 'asc']);

export function isCryptoFile({ contentType, filename }: Pick<Attachment, 'contentType' | 'filename'>): boolean {
  const type = (contentType.split(';')[0] ?? '').trim().toLowerCase();
  return CRYPTO_TYPE.test(type) || endingsOf(filename).some((ending) => CRYPTO_ENDINGS.has(ending));
}

/** A detached signature of the mail itself (RFC 8551 section 3.5.3, RFC 3156 section 5), which nobody attached. */
export function isSignatureFile({ contentType }: Pick<Attachment, 'contentType'>): boolean {
  return /^application\/(?:(?:x-)?pkcs7-signature|pgp-signature)(?:$|;)/i.test(contentType);
}

/** True for a file that the customer gets, unless the desk blocks its type. */
export function isPassedOn(file: File): boolean {
  return file.aside !== true && file.senderCard !== true && !isCryptoFile(file);
}

/** A picture within the text: where nothing but a signature stands there, its logo. */
export function isShownPicture({ contentType, inline, contentId }: Attachment): boolean {
  return inline && contentId !== undefined && contentType.startsWith('image/');
}

/** Of pictures that are elsewhere. */
const MAX_NAMED = 10;

/** What an agent is told of files that their response went out without; nothing where all went along. */
export function tellLeftOut(files: readonly File[], remote: readonly string[] = []): Sentence[] {
  const left = files.filter((file) => !isPassedOn(file));
  const cards = left.filter((file) => file.senderCard === true).map((file) => file.filename);
  const pictures = left.filter((file) => !isCryptoFile(file) && file.senderCard !== true).map((file) => file.filename);
  // Nobody attached the signature of a mail, so nobody misses it.
  const keys = left.filter((file) => isCryptoFile(file) && !isSignatureFile(file)).map((file) => file.filename);
  const lines: Sentence[] = [];
  if (pictures.length > 0)
    lines.push(
      say(
        'Your response was sent without {files}: it stands in your signature or in what you quoted. If the customer shall have it, attach it, or put it above.',
        { files: pictures.join(', ') },
      ),
    );
  if (remote.length > 0)
    lines.push(
      say(
        'Your response was sent without these pictures: {pictures}. Your mail shows them from a server on the web and does not bring them along. If the customer shall have them, attach them.',
        { pictures: remote.slice(0, MAX_NAMED).join(', ') },
      ),
    );
  if (keys.length > 0)
    lines.push(
      say(
        'Your response was sent without {files}: signatures and keys of your own mail are not passed on to customers.',
        { files: keys.join(', ') },
      ),
    );
  if (cards.length > 0)
    lines.push(
      say(
        'Your response was sent without {files}: it holds your own address, and customers write to the desk. If they shall have what it says, write it into your words.',
        { files: cards.join(', ') },
      ),
    );
  return lines;
}

/** An encrypted mail may hold anything, a private remark too, so nothing of it is sent. */
export function refuseEncrypted(by: EncryptedBy): [Reason, Sentence[]] {
  return [
    'agent-mail-encrypted',
    [
      say(
        'Your mail is encrypted with {method}, and the desk has no key to read it, so nothing was sent and nothing was done. Write it again without encryption; signing alone is fine.',
        { method: by },
      ),
    ],
  ];
}

/** Told once of the same files, since a signature with its logo comes with every mail of the agent. */
export function leftOut(agent: Agent, files: Attachment[], remote: readonly string[], lines: Sentence[]): OutboxDraft {
  const digests = files.filter((file) => !isPassedOn(file)).map(({ sha256 }) => sha256.slice(0, 16));
  const names = remote.map(wordsDigest);
  return { ...confirmation(agent, lines, true), dedupeKey: leftOutKey(agent.id, [...digests, ...names]) };
}
