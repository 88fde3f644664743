import { digestMoment, planDigest, planReminder, type WaitingTicket } from '../../decide/desk/plan-reminders.ts';
import type { Identity } from '../../domain/desk/identity.ts';
import { queueOf, servedBy } from '../../domain/desk/mailboxes.ts';
import { HOUR_MS } from '../../domain/desk/rules.ts';
import type { Effect } from '../../domain/ticket/decision.ts';
import type { EpochMs } from '../../domain/ticket/ids.ts';
import { inTransaction, type Tx } from '../../store/database.ts';
import { listAgents } from '../../store/tickets/agents.ts';
import { findDeskSince, listOverdue, listQueue } from '../../store/tickets/ticket-history.ts';
import { lockTicket } from '../../store/tickets/tickets.ts';
import { agentsOfTicket } from '../act/agents-of-ticket.ts';
import { carryOutAct } from '../decide/carry-out.ts';
import type { Desk } from '../desk.ts';

export type RemindingDesk = Desk & {
  /** `HH:MM`, undefined for no daily list */
  digestAt: string | undefined;
  timeZone: string;
  /** 0 is never */
  remindHours: number;
};

const BATCH = 100;

/** Brings waiting tickets to mind: reminders, and the daily list. Any number of processes may call it at once. */
export async function remindAgents(desk: RemindingDesk): Promise<void> {
  const now = desk.clock.now();
  const sends = (await remindOfTickets(desk, now)) + (await sendDigests(desk, now));
  if (sends > 0) await desk.queue.hint('send');
}

async function remindOfTickets(desk: RemindingDesk, now: EpochMs): Promise<number> {
  if (desk.remindHours === 0) return 0;
  let sends = 0;
  for (const ticket of await listOverdue(desk.database, now - desk.remindHours * HOUR_MS, BATCH)) {
    sends += await remindOf(desk, ticket, now);
  }
  return sends;
}

async function remindOf(desk: RemindingDesk, ticket: WaitingTicket, now: EpochMs): Promise<number> {
  return await inTransaction(desk.database, async (tx) => {
    const facts = await lockTicket(tx, ticket.ticketId);
    // Looked at again under the lock: somebody may have responded in between.
    if (!facts || facts.status === 'closed') return 0;
    if ((await findDeskSince(tx, ticket.ticketId)) !== ticket.since) return 0;
    const drafts = planReminder(ticket, await agentsOfTicket(tx, desk, facts), desk.remindHours, now);
    const effects = drafts.map((draft) => ({ do: 'send' as const, draft }));
    return await carryOutAct(tx, desk, { effects, actor: 'system', ticket: facts }, now);
  });
}

async function sendDigests(desk: RemindingDesk, now: EpochMs): Promise<number> {
  const local = localMinute(now, desk.timeZone);
  const moment = digestMoment(desk.digestAt, local.time, now);
  if (moment === undefined) return 0;
  return await inTransaction(desk.database, async (tx) => {
    const waits = whoseQueueWaits(tx, desk, moment);
    const effects: Effect[] = [];
    for (const agent of await listAgents(tx)) {
      const served = servedBy(desk.identities, agent);
      if (!(await waits(served))) continue;
      const mailboxId = served[0] && desk.mailboxIdOf(served[0]);
      effects.push({ do: 'send', draft: { ...planDigest(agent, local.date), mailboxId } });
    }
    return await carryOutAct(tx, desk, { effects, actor: 'system', ticket: undefined }, now);
  });
}

/** Nobody needs a list of nothing, nor at noon one of the ticket that has just come, nor one of a mailbox of others. */
function whoseQueueWaits(tx: Tx, desk: Desk, moment: EpochMs): (served: Identity[]) => Promise<boolean> {
  // Many agents have the same mailboxes.
  const asked = new Map<string, boolean>();
  return async (served) => {
    const key = served.map(({ address }) => address).join();
    const known = asked.get(key);
    if (known !== undefined) return known;
    const [oldest] = served.length === 0 ? [] : (await listQueue(tx, 1, queueOf(desk, served))).rows;
    const waits = oldest !== undefined && oldest.since <= moment;
    asked.set(key, waits);
    return waits;
  };
}

/** `2026-11-22` and `08:00` on the wall of a time zone. */
export function localMinute(now: EpochMs, timeZone: string): { date: string; time: string } {
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(now);
  const [date = '', time = ''] = parts.split(' ');
  return { date, time };
}
