import { closing } from '../../decide/send/plan-outbox.ts';
import { DAY_MS } from '../../domain/desk/rules.ts';
import type { TicketId } from '../../domain/ticket/ids.ts';
import { killPoint } from '../../runtime/kill-point.ts';
import { inTransaction } from '../../store/database.ts';
import { countWaiting } from '../../store/inbound/inbound-mails.ts';
import { listDeadAttempts, markDead, releaseExpiredClaims } from '../../store/outbox/dead-attempts.ts';
import { countOutbox } from '../../store/outbox/outbox.ts';
import { listSilentTickets, lockTicket } from '../../store/tickets/tickets.ts';
import { carryOutAct } from '../decide/carry-out.ts';
import type { Desk } from '../desk.ts';
import { endUnknownMails } from '../send/end-unknown-mails.ts';
import { endInTrouble } from '../send/tell-of-trouble.ts';

const SILENT_BATCH = 100;

/**
 * Periodic maintenance: finds rows that no hint told of, ends attempts whose process died, closes tickets after long silence.
 * Any number of sweeps may run at once.
 */
export async function sweep(desk: Desk): Promise<void> {
  await endDeadAttempts(desk);
  await endUnknownMails(desk);
  const now = desk.clock.now();
  const inbound = await countWaiting(desk.database);
  if (inbound.due > 0) await desk.queue.hint('process');
  const outbox = await countOutbox(desk.database);
  if (outbox.due > 0) await desk.queue.hint('send');
  const { metrics } = desk;
  metrics.waitingMails.set(inbound.waiting);
  metrics.pendingOutbox.set(outbox.pending);
  metrics.troubledOutbox.set({ state: 'unknown' }, outbox.unknown);
  metrics.troubledOutbox.set({ state: 'failed' }, outbox.failed);
  metrics.oldestWaitingSeconds.set({ table: 'inbound_mails' }, ageInSeconds(now, inbound.oldestStoredAt));
  metrics.oldestWaitingSeconds.set({ table: 'outbox' }, outbox.oldestDueMs / 1000);
  await closeSilentTickets(desk);
}

function ageInSeconds(now: number, since: number | undefined): number {
  return since === undefined ? 0 : Math.max(0, now - since) / 1000;
}

async function endDeadAttempts(desk: Desk): Promise<void> {
  const now = desk.clock.now();
  await releaseExpiredClaims(desk.database);
  for (const mail of await listDeadAttempts(desk.database)) {
    const told = await inTransaction(desk.database, (tx) =>
      endInTrouble(tx, desk, mail, now, false, async () => {
        const ended = await markDead(tx, mail.id, now);
        if (ended) killPoint('sweep');
        return ended;
      }),
    );
    desk.log.warn({ outbox: mail.id }, 'a process died while sending; nobody knows whether the mail was taken');
    if (told > 0) await desk.queue.hint('send');
  }
}

async function closeSilentTickets(desk: Desk): Promise<void> {
  const { autoCloseDays } = desk.rules;
  if (autoCloseDays === 0) return;
  const before = desk.clock.now() - autoCloseDays * DAY_MS;
  for (const id of await listSilentTickets(desk.database, before, SILENT_BATCH))
    await closeForSilence(desk, id, before);
}

async function closeForSilence(desk: Desk, id: TicketId, before: number): Promise<void> {
  const now = desk.clock.now();
  const sends = await inTransaction(desk.database, async (tx) => {
    const facts = await lockTicket(tx, id);
    // Looked at again under the lock: an answer may have come in between.
    if (!facts || (await listSilentTickets(tx, before, 1, id)).length === 0) return 0;
    const effects = [
      { do: 'close', by: 'silence', spam: false } as const,
      { do: 'send', draft: closing(facts.customer, 'silence') } as const,
    ];
    return await carryOutAct(tx, desk, { effects, actor: 'system', ticket: facts }, now);
  });
  if (sends > 0) await desk.queue.hint('send');
}
