import { DAY_MS } from '../../domain/desk/rules.ts';
import type { EpochMs } from '../../domain/ticket/ids.ts';
import type { MailQuestion } from './mail-question.ts';

/**
 * Anybody who has a signed mail of somebody can send it again, years later. So a mail acts only soon after it was written.
 * When that was says the signature's own time (RFC 6376 section 3.5, `t=`), which the sender's server wrote; else the
 * Date, where a good signature covers it or there is none. Two comparisons, since either time of ours may be missing:
 *
 * - With the moment at which it reached our mail server, not with now: a mailbox may have lain unread for weeks. Mail
 *   servers try for up to five days, so the limit is a week where nothing else is set.
 * - With what it answers: a reply is written after that. A day is left for clocks that are wrong.
 *
 * Where nobody checks signatures (`SENDER_TRUST=none`) a forger writes any Date, so that it says nothing.
 */
export function isTooOld(question: MailQuestion, answeredAt: EpochMs): boolean {
  const { mail, signed, rules, receivedAt, now } = question;
  if (rules.senderTrust.kind === 'none') return false;
  // A good signature that covers neither lets the person who hands the mail over choose its age; no provider is known to make such.
  if (signed !== undefined && signed.signedAt === undefined && !signed.date) return true;
  const writtenAt = signed?.signedAt ?? mail.date;
  if (writtenAt === undefined) return signed !== undefined;
  if (writtenAt < answeredAt - DAY_MS) return true;
  const arrivedAt = Math.min(receivedAt, now);
  return rules.maxMailAgeDays > 0 && writtenAt < arrivedAt - rules.maxMailAgeDays * DAY_MS;
}

/** The Date alone, which agents are asked to have right: none of theirs is older than the notification that it answers. */
export function isDatedTooEarly({ mail, rules }: MailQuestion, answeredAt: EpochMs): boolean {
  return rules.senderTrust.kind !== 'none' && mail.date !== undefined && mail.date < answeredAt - DAY_MS;
}
