import { type EmailAddress, isSameMailbox } from '../../../domain/mail/email-address.ts';
import type { FoundIn, GenuineToken, NamedTicket } from '../../../domain/ticket/facts.ts';
import type { AgentId, EpochMs, TicketId } from '../../../domain/ticket/ids.ts';
import type { TokenRow } from '../../../domain/ticket/reply-token.ts';

/**
 * The ticket a mail is about and what says so; a token when one does, else a Message-ID or the subject. `copy`: it answers an earlier
 * mail about the ticket, and its sender was in copy of that.
 */
export type TicketMatch =
  | { by: 'token'; ticketId: TicketId; token: TokenRow; foundIn: FoundIn }
  | { by: 'name' | 'copy'; ticketId: TicketId; foundIn: FoundIn };

const STRENGTH: Record<FoundIn, number> = { address: 0, 'in-reply-to': 1, references: 2, subject: 3 };

/**
 * Tokens first, the address before the Message-IDs; then, for the ticket's own customer only, the Message-ID of an
 * earlier mail and the subject tag. A stranger who knows a number names nothing. Expired and revoked tokens say
 * nothing either: the mail may still be matched by name.
 */
export function matchTicket(
  from: EmailAddress,
  tokens: GenuineToken[],
  named: NamedTicket[],
  now: EpochMs,
): TicketMatch | undefined {
  const usable = tokens
    .filter(({ row }) => row.revokedAt === undefined && row.expiresAt > now)
    .sort((a, b) => STRENGTH[a.foundIn] - STRENGTH[b.foundIn]);
  const best = usable[0];
  if (best?.row.purpose === 'reader' && isSameMailbox(best.customer, from)) {
    // A copy that its reader handed to the customer: the customer's own words, by a token that is not theirs.
    return { by: 'name', ticketId: best.row.ticketId, foundIn: best.foundIn };
  }
  if (best) return { by: 'token', ticketId: best.row.ticketId, token: best.row, foundIn: best.foundIn };
  const nearest = (those: NamedTicket[]) => those.toSorted((a, b) => STRENGTH[a.foundIn] - STRENGTH[b.foundIn])[0];
  const own = nearest(named.filter(({ email }) => isSameMailbox(email, from)));
  if (own) return { by: 'name', ticketId: own.ticketId, foundIn: own.foundIn };
  const copied = nearest(named.filter((one) => one.copied === true));
  return copied && { by: 'copy', ticketId: copied.ticketId, foundIn: copied.foundIn };
}

/**
 * The tokens that may speak for this sender: their own, where the mail holds any; an agent's are also those of tickets whose
 * customer they are. An agent's mail may quote a customer's, a customer's may be in copy to another address of ours; and
 * a sender who holds none of their own is still told by the others.
 */
export function tokensFor(tokens: GenuineToken[], from: EmailAddress, agentId: AgentId | undefined): GenuineToken[] {
  const isTheirs = ({ row, customer }: GenuineToken) =>
    row.purpose === 'agent' ? agentId !== undefined && row.agentId === agentId : isSameMailbox(customer, from);
  const own = tokens.filter(isTheirs);
  return own.length > 0 ? own : tokens;
}
