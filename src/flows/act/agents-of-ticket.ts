import { agentsOf, type Mailboxes } from '../../domain/desk/mailboxes.ts';
import type { Agent, Ticket } from '../../domain/ticket/ticket.ts';
import type { Tx } from '../../store/database.ts';
import { listAgents } from '../../store/tickets/agents.ts';

/** Who works on a ticket: the agents of the mailbox that it is in now. */
export async function agentsOfTicket(
  tx: Tx,
  { identityOf }: Pick<Mailboxes, 'identityOf'>,
  ticket: Pick<Ticket, 'mailboxId'> | undefined,
): Promise<Agent[]> {
  return agentsOf(identityOf(ticket?.mailboxId), await listAgents(tx));
}
