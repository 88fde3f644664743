import { decideOperatorAct, type OperatorAct } from '../../decide/desk/decide-operator-act.ts';
import { agentsOf } from '../../domain/desk/mailboxes.ts';
import type { TicketId } from '../../domain/ticket/ids.ts';
import { inTransaction } from '../../store/database.ts';
import { listAgents } from '../../store/tickets/agents.ts';
import { lockTicket } from '../../store/tickets/tickets.ts';
import { carryOutAct } from '../decide/carry-out.ts';
import type { Desk } from '../desk.ts';

export type { OperatorAct } from '../../decide/desk/decide-operator-act.ts';

/** What became of an operator's act; mails that follow from it are in the outbox. */
export type ActOutcome =
  | { kind: 'done'; ticketId: TicketId; done: string; sends: number }
  | { kind: 'refused'; why: string }
  | { kind: 'no-such-ticket' };

/** Does to a ticket what an agent can do by mail: same effects, same audit, with the operator as actor. */
export async function actOnTicket(desk: Desk, ticketId: TicketId, act: OperatorAct): Promise<ActOutcome> {
  const now = desk.clock.now();
  const outcome = await inTransaction<ActOutcome>(desk.database, async (tx) => {
    const facts = await lockTicket(tx, ticketId);
    if (!facts) return { kind: 'no-such-ticket' };
    const deskAgents = await listAgents(tx);
    const agents = agentsOf(desk.identityOf(facts.mailboxId), deskAgents);
    const inDesk = { ...desk, identityAt: desk.identityOf, facts: { agents, deskAgents } };
    const verdict = decideOperatorAct(facts, inDesk, act);
    if (verdict.kind === 'refused') return verdict;
    const { effects, done } = verdict;
    const sends = await carryOutAct(tx, desk, { effects, actor: 'operator', ticket: facts }, now);
    return { kind: 'done', ticketId, done, sends };
  });
  if (outcome.kind === 'done' && outcome.sends > 0) await desk.queue.hint('send');
  return outcome;
}
