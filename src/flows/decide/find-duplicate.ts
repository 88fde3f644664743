import { createHash } from 'node:crypto';
import { decision } from '../../decide/mail/mail-question.ts';
import type { TicketMatch } from '../../decide/mail/match-ticket.ts';
import type { Decision } from '../../domain/decision.ts';
import type { MailFacts, Verification } from '../../domain/facts.ts';
import type { InboundId } from '../../domain/ids.ts';
import type { MailKind, ParsedMail } from '../../domain/parsed-mail.ts';
import type { Disposition, Reason } from '../../domain/reasons.ts';
import type { Tx } from '../../store/database.ts';
import { releaseSeen, takeSeen, type WaitingMail } from '../../store/inbound/inbound-mails.ts';

/**
 * Seen before: the same bytes, or the same Message-ID, content and meaning. Whoever was in copy of a mail can send it
 * ahead with a field added or its signature broken, and the true one must not count as its duplicate then. So two mails
 * are the same only where we believe both alike and both name the same ticket by the same token, and only what was acted
 * on is remembered (`forgetUnlessActed`).
 */
export async function findDuplicate(
  tx: Tx,
  waiting: WaitingMail,
  mail: ParsedMail,
  verification: Verification,
  match: TicketMatch | undefined,
): Promise<{ duplicate: MailFacts['duplicate']; meaning: Buffer | undefined }> {
  const bytes = waiting.sha256 ?? sha256(`inbound ${waiting.id}`);
  const names =
    match === undefined ? '-' : match.by === 'token' ? `token-${match.token.id}` : `ticket-${match.ticketId}`;
  const { messageId, contentHash } = mail;
  const meaning =
    messageId === undefined
      ? undefined
      : sha256(`id-content-and-meaning|${contentHash}|${verification}|${names}|${messageId}`);
  const owners = await takeSeen(tx, waiting.id, meaning ? [bytes, meaning] : [bytes]);
  const [ofBytes, ofMeaning] = owners.map((owner) => (owner === waiting.id ? undefined : owner));
  return { duplicate: duplicateOf(ofBytes, ofMeaning), meaning };
}

function duplicateOf(ofBytes: InboundId | undefined, ofMeaning: InboundId | undefined): MailFacts['duplicate'] {
  if (ofBytes !== undefined) return { of: ofBytes, reason: 'same-bytes' };
  return ofMeaning === undefined ? undefined : { of: ofMeaning, reason: 'same-id-and-content' };
}

/** Another mail with the same words may be the one that something comes of: a copy that means the same is no claim on them. */
const RELEASE_MEANING_OF: Disposition[] = ['parked', 'automatic', 'loop', 'bounce', 'duplicate'];

/** Nor is a copy that came without the addresses or the age of the true one: see decide/mail/why-only-held.ts. */
const RELEASE_MEANING_FOR: Reason[] = ['not-addressed-to-us', 'recipients-not-signed', 'older-than-its-ticket'];

/** Ends for good that change nothing. A parked mail is none: a person may yet accept it. */
const IGNORED: Disposition[] = ['automatic', 'loop', 'bounce'];

/**
 * A second copy of a mail that nothing came of: the same meaning, kind and end. It is asked after deciding, and only of
 * a mail that nothing would come of anyway, so nobody can make a true mail a duplicate by sending an automatic one ahead.
 */
export async function markRepeatOfIgnored(
  tx: Tx,
  waiting: WaitingMail,
  meaning: Buffer | undefined,
  kind: MailKind,
  decided: Decision,
): Promise<Decision> {
  const { disposition, reason, ticketId, effects } = decided;
  if (meaning === undefined || !IGNORED.includes(disposition)) return decided;
  const end = sha256(`came-to-nothing|${kind}|${disposition}|${reason}|${ticketId ?? '-'}|${meaning.toString('hex')}`);
  const [of] = await takeSeen(tx, waiting.id, [end]);
  if (of === undefined || of === waiting.id || effects.length > 0) return decided;
  return { ...decision('duplicate', 'same-id-and-content'), duplicateOf: of };
}

/** Forgets what a mail means unless something was done with it; its very bytes stay known. */
export async function forgetUnlessActed(
  tx: Tx,
  id: InboundId,
  { disposition, reason }: Pick<Decision, 'disposition' | 'reason'>,
  meaning: Buffer | undefined,
): Promise<void> {
  const released = RELEASE_MEANING_OF.includes(disposition) || RELEASE_MEANING_FOR.includes(reason);
  if (meaning !== undefined && released) await releaseSeen(tx, id, meaning);
}

function sha256(said: string): Buffer {
  return createHash('sha256').update(said).digest();
}
