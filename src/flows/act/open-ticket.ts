import { decideOpening, type Opening } from '../../decide/desk/decide-opening.ts';
import { agentsOf, findOneIdentity } from '../../domain/desk/mailboxes.ts';
import { Fault } from '../../domain/fault.ts';
import type { TicketId } from '../../domain/ticket/ids.ts';
import { inTransaction } from '../../store/database.ts';
import { listAgents } from '../../store/tickets/agents.ts';
import { carryOut } from '../decide/carry-out.ts';
import type { Desk } from '../desk.ts';

type OpenOutcome = { kind: 'done'; ticketId: TicketId; done: string } | { kind: 'refused'; why: string };

/** Opens a ticket by an operator's command: same effects and audit as an agent's mail, with the operator as actor. */
export async function openTicket(desk: Desk, opening: Opening): Promise<OpenOutcome> {
  const now = desk.clock.now();
  const identity =
    opening.mailbox === undefined ? desk.identities[0] : findOneIdentity(desk.identities, opening.mailbox);
  if (typeof identity === 'string') return { kind: 'refused', why: `${identity}.` };
  const mailboxId = desk.mailboxIdOf(identity);
  const outcome = await inTransaction<OpenOutcome>(desk.database, async (tx) => {
    const verdict = decideOpening(opening, {
      identities: desk.identities,
      agents: agentsOf(identity, await listAgents(tx)),
    });
    if (verdict.kind === 'refused') return verdict;
    const { effects, done } = verdict;
    const decision = { effects, actor: 'operator' as const, ticketId: undefined };
    const [carried] = await carryOut(
      tx,
      desk,
      [{ decision, ticket: undefined, identity, mailboxId, inbound: undefined }],
      now,
    );
    if (carried?.ticketId === undefined) throw new Fault('impossible-state', 'a ticket was opened and has no number');
    return { kind: 'done', ticketId: carried.ticketId, done };
  });
  if (outcome.kind === 'done') await desk.queue.hint('send');
  return outcome;
}
