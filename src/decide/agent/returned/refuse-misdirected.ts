import type { Reason } from '../../../domain/ticket/reasons.ts';
import type { TokenRow } from '../../../domain/ticket/reply-token.ts';
import { type Line, type Sentence, say } from '../../../domain/words.ts';
import type { MailQuestion } from '../../mail/mail-question.ts';
import {
  holdsToken,
  isAddedCc,
  isOurAddress,
  isTooManyToRead,
  openlyAddressed,
  outsidersOf,
} from '../../mail/match/our-addresses.ts';

/** At most this many outsiders are named in the sentence; the agent who wrote to them knows the others. */
const MAX_NAMED = 3;

/**
 * Why an agent's words may not go to the customer although the mail holds the agent's own token, or undefined where they
 * may. In the thread of a notification agents write to others too, and a mail program puts our Message-ID into all of it.
 *
 * - The reply address stands in To or Cc: the mail is meant for the customer, even if others read it too.
 * - It stands nowhere there, so that only the envelope, In-Reply-To or References hold the token: the mail counts where To
 *   and Cc hold nobody outside the desk. In-Reply-To and References need an address of ours there too, since words for a
 *   colleague may be sent on to us. Where we verify signatures, one must cover To and Cc, except at a desk without
 *   plus addresses, where a reply can hold its token nowhere else.
 */
export function refuseMisdirected(
  question: MailQuestion,
  token: TokenRow,
): { reason: Reason; lines: Line[] } | undefined {
  const { mail, match, identity, signed, facts, rules } = question;
  const byToken = openlyAddressed(mail, (named) => holdsToken(named, token, identity));
  if ((byToken.inTo || byToken.inCc) && !isAddedCc(byToken, signed)) return undefined;
  const outsiders = outsidersOf(mail, question.identities, facts.deskAgents);
  if (outsiders.length > 0 || isTooManyToRead(mail))
    return refuseMisdirectedFor(goesToOthers(outsiders.map(({ address }) => address)));
  if (match?.by === 'token' && match.foundIn === 'address') return undefined;
  const addressed = openlyAddressed(mail, (named) => isOurAddress(named, identity));
  if (!addressed.inTo && !addressed.inCc) return refuseMisdirectedFor(say('it is not addressed to the desk'));
  if (rules.senderTrust.kind !== 'dkim' || identity.replyAddress === undefined) return undefined;
  const covered = signed?.to === true && (mail.cc.length === 0 || signed.cc);
  return covered ? undefined : refuseMisdirectedFor(say('its signature does not say to whom you wrote'));
}

function refuseMisdirectedFor(why: Sentence): { reason: Reason; lines: Line[] } {
  return {
    reason: 'agent-wrote-to-others',
    lines: [
      say(
        'Your mail does not go to the reply address of a notification, and {why}. So it may be meant for somebody else, and nothing of it was sent to the customer.',
        { why },
      ),
      say(
        'To respond to the customer, reply to the notification and leave its address in To. To write to somebody else about the ticket, there is nothing to do: your mail program has sent it to them.',
      ),
    ],
  };
}

function goesToOthers(addresses: (string | undefined)[]): Sentence {
  const named = addresses.filter((address) => address !== undefined).slice(0, MAX_NAMED);
  return named.length === 0
    ? say('it goes to others than the desk')
    : say('it goes to others than the desk ({addresses})', { addresses: named.join(', ') });
}
