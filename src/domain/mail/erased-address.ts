import type { TicketId } from '../ticket/ids.ts';
import type { EmailAddress } from './email-address.ts';

/** RFC 2606 section 2: a name that can never be delivered to. */
const ERASED_DOMAIN = 'erased.invalid';

/** What stands on a ticket whose customer was erased. It is made of the ticket's number alone, so nothing leads back. */
export function erasedAddress(ticketId: TicketId): EmailAddress {
  return `erased-${ticketId}@${ERASED_DOMAIN}` as EmailAddress;
}

export function isErasedAddress(address: EmailAddress): boolean {
  return address.endsWith(`@${ERASED_DOMAIN}`);
}
