import type { EmailAddress } from '../../src/domain/mail/email-address.ts';
import type { TicketId } from '../../src/domain/ticket/ids.ts';
import type { NewOutboxRow, NewTicketRow } from '../../src/domain/ticket/planned-rows.ts';
import type { Tx } from '../../src/store/database.ts';
import { type ReservationWanted, reserveIds } from '../../src/store/reserve-ids.ts';

const NOTHING: ReservationWanted = { tickets: 0, responses: 0, tokens: 0, outbox: 0, dedupeKeys: [], notices: [] };

/** The next id of a kind, as a batch reserves it. */
export async function nextId<K extends 'tickets' | 'responses' | 'tokens' | 'outbox'>(tx: Tx, of: K) {
  const reserved = await reserveIds(tx, { ...NOTHING, [of]: 1 });
  const [id] = reserved[of];
  if (id === undefined) throw new Error('no id was reserved');
  return id as (typeof reserved)[K][number];
}

/** An open ticket as its first mail makes it. */
export function ticketRow(
  id: TicketId,
  at: number,
  over: Partial<NewTicketRow> & { customer: EmailAddress },
): NewTicketRow {
  return {
    id,
    query: 'My printer burns.',
    subject: 'Printer',
    mailboxId: undefined,
    firstMessageId: undefined,
    lastMessageId: undefined,
    follows: undefined,
    locale: 'en',
    status: 'open',
    lastUpdatedOn: at,
    feedback: undefined,
    lastResponse: undefined,
    assigneeId: undefined,
    closedAt: undefined,
    closedBy: undefined,
    spam: false,
    reopenedAt: undefined,
    feedbackAt: undefined,
    feedbackWords: undefined,
    personActedAt: undefined,
    ...over,
  };
}

export function outboxRow(
  id: NewOutboxRow['id'],
  recipient: string,
  over: Partial<Omit<NewOutboxRow, 'id' | 'recipient'>> = {},
): NewOutboxRow {
  return {
    id,
    mailboxId: undefined,
    template: 'response',
    audience: 'customer',
    ticketId: undefined,
    responseId: undefined,
    inboundId: undefined,
    agentId: undefined,
    tokenId: undefined,
    recipient: recipient as EmailAddress,
    payload: {},
    dedupeKey: undefined,
    heldBy: undefined,
    ...over,
  };
}
