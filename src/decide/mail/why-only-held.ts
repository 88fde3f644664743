import type { TicketFacts } from '../../domain/ticket/facts.ts';
import type { Reason } from '../../domain/ticket/reasons.ts';
import { isTooOld } from './mail-age.ts';
import type { MailQuestion } from './mail-question.ts';
import type { TicketMatch } from './match/match-ticket.ts';
import { holdsToken, isAddedCc, isOurAddress, isSigned, openlyAddressed } from './match/our-addresses.ts';

/**
 * Why a mail of the ticket's customer is kept and shown and does nothing to the ticket, or undefined where it may act.
 * A customer writes to others too, perhaps in the same thread, and a reader of such a mail can hand it to us with its
 * signature whole. It was meant for us where an address of ours stands in To or Cc:
 *
 * - The reply address that holds the token: the customer's mail program put it there. That is enough.
 * - Another address of ours, and the ticket is named by a Message-ID or the subject. Who hands a mail to us can write our
 *   address into it, unless a signature covers the field. Where we verify signatures ourselves one must, except for a
 *   token at a desk without plus addresses: there is nothing else that its customers' answers could carry.
 * - None, as in Bcc or a mail that was redirected: it is held, whatever else it holds. So is one that only its envelope
 *   ties to the ticket.
 */
export function whyOnlyHeld(question: MailQuestion, ticket: TicketFacts, match: TicketMatch): Reason | undefined {
  const { mail, identity, signed, rules } = question;
  const token = match.by === 'token' ? match.token : undefined;
  if (isTooOld(question, token?.createdAt ?? ticket.createdTime)) return 'older-than-its-ticket';
  if (token !== undefined) {
    const byToken = openlyAddressed(mail, (named) => holdsToken(named, token, identity));
    if ((byToken.inTo || byToken.inCc) && !isAddedCc(byToken, signed)) return undefined;
    // Who hands a mail on chooses the envelope, and may choose another ticket by it.
    if (match.foundIn === 'address' && !isNamedInside(question, match)) return 'not-addressed-to-us';
  }
  const addressed = openlyAddressed(mail, (named) => isOurAddress(named, identity));
  if (!addressed.inTo && !addressed.inCc) return 'not-addressed-to-us';
  const onlyToken = token !== undefined && identity.replyAddress === undefined;
  if (rules.senderTrust.kind !== 'dkim' || onlyToken) return undefined;
  return isSigned(addressed, signed) ? undefined : 'recipients-not-signed';
}

/** True where the mail itself names the ticket too: by a Message-ID that it answers, or in its subject. */
function isNamedInside({ facts }: MailQuestion, { ticketId }: TicketMatch): boolean {
  return (
    facts.tokens.some(({ row, foundIn }) => row.ticketId === ticketId && foundIn !== 'address') ||
    facts.named.some((named) => named.ticketId === ticketId)
  );
}
