import type { Reason } from '../../../domain/ticket/reasons.ts';
import type { TokenRow } from '../../../domain/ticket/reply-token.ts';
import { type Line, say } from '../../../domain/words.ts';
import { isDatedTooEarly, isTooOld } from '../../mail/mail-age.ts';
import type { MailQuestion } from '../../mail/mail-question.ts';

/**
 * Why an agent's mail is too old to act, or undefined. Microsoft does not sign the recipient: who holds an agent's token
 * could send an old, well-signed mail of theirs to it.
 */
export function refuseOldMail(
  question: MailQuestion,
  { createdAt }: TokenRow,
): { reason: Reason; lines: Line[] } | undefined {
  if (!isTooOld(question, createdAt) && !isDatedTooEarly(question, createdAt)) return undefined;
  return {
    reason: 'agent-older-than-its-ticket',
    lines: [
      say(
        'Your mail was written more than a day before the notification that it answers, or long before it arrived, so nothing was done: an old mail of yours may have been sent again by somebody else. If you wrote it now, set the clock of your computer and send it again.',
      ),
    ],
  };
}
