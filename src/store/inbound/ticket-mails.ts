import type { EpochMs, InboundId, TicketId } from '../../domain/ticket/ids.ts';
import type { Disposition } from '../../domain/ticket/reasons.ts';
import type { Database } from '../database.ts';

/** A mail about a ticket, without its bytes. */
export type TicketMail = {
  id: InboundId;
  disposition: Disposition;
  from: string | null;
  subject: string | null;
  receivedAt: EpochMs;
};

/** All mails that were filed under a ticket, oldest first: of its customer, of others, of agents. */
export async function listTicketMails(database: Database, ticketId: TicketId): Promise<TicketMail[]> {
  const { rows } = await database.query<TicketMail>(
    `select id, disposition, from_address as "from", subject, received_at as "receivedAt" from inbound_mails
     where ticket_id = $1 and disposition is not null order by id`,
    [ticketId],
  );
  return rows;
}
