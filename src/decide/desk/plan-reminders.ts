import { HOUR_MS } from '../../domain/desk/rules.ts';
import { digestKey, forAgent, reminderKey } from '../../domain/ticket/dedupe-key.ts';
import type { EpochMs, TicketId } from '../../domain/ticket/ids.ts';
import type { OutboxDraft, OutboxPayload } from '../../domain/ticket/outbox-item.ts';
import type { Agent } from '../../domain/ticket/ticket.ts';
import { digest, notification, whoHears } from '../send/plan-outbox.ts';

/** A ticket that waits for the desk. */
export type WaitingTicket = { ticketId: TicketId; since: EpochMs; assigneeId: Agent['id'] | undefined };

/**
 * A ticket that has waited too long is brought to mind twice: after `remindHours` to the agent who has it, after twice that to
 * everybody, and then no more until the customer writes again. Dedupe keys make it once, whatever the clock does.
 */
export function planReminder(ticket: WaitingTicket, agents: Agent[], remindHours: number, now: EpochMs): OutboxDraft[] {
  const waited = now - ticket.since;
  if (remindHours === 0 || waited < remindHours * HOUR_MS) return [];
  const second = waited >= 2 * remindHours * HOUR_MS;
  const hears = second ? agents : whoHears(agents, ticket.assigneeId);
  const once = reminderKey(ticket.ticketId, ticket.since, second ? 'second' : 'first');
  const payload: OutboxPayload = { event: 'reminder', waitedMs: waited, ...(second ? { last: true } : {}) };
  return hears.map((agent) => ({ ...notification(agent, 'reminder', once), payload }));
}

/** The daily list, once for each agent and date of the desk's time zone. */
export function planDigest(agent: Agent, date: string): OutboxDraft {
  return { ...digest(agent), dedupeKey: forAgent(digestKey(date), agent.id) };
}

/**
 * The moment of today's digest once it has come, until midnight: a desk that was down at that minute is not skipped. Times
 * of day are `HH:MM`; on a day whose clocks are changed after the digest the moment may be an hour off.
 */
export function digestMoment(digestAt: string | undefined, localTime: string, now: EpochMs): EpochMs | undefined {
  if (digestAt === undefined || localTime < digestAt) return undefined;
  return now - (now % MINUTE_MS) - (minutesOf(localTime) - minutesOf(digestAt)) * MINUTE_MS;
}

const MINUTE_MS = 60_000;

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
