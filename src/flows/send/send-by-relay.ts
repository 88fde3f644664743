import type { OfMailboxes } from '../../domain/desk/mailboxes.ts';
import { listDueMailboxes } from '../../store/outbox/outbox.ts';
import type { Desk } from '../desk.ts';
import type { SendingDesk } from './prepare-mail.ts';
import { sendInLanes } from './send-waiting.ts';

/** One login to a mail server, and the mailboxes whose mails go out by it; undefined: all. */
export type Relay = { sending: SendingDesk; of: OfMailboxes };

/**
 * Sends what is due, each relay by lanes of its own: one that is slow or down keeps no mail of another waiting. With one relay
 * a call lasts until its lanes are done. With several it only sets going those that have something to do, since the slowest
 * would hold up the hint for the others.
 */
export function sendByRelay(
  desk: Desk,
  relays: Relay[],
  closers: (() => Promise<void>)[],
): (stop: AbortSignal) => Promise<void> {
  const drains = relays.map(({ sending, of }) => ({ of, drain: sendInLanes(sending, of) }));
  const [only] = drains;
  if (drains.length === 1 && only) return only.drain;
  const underWay = new Set<Promise<void>>();
  closers.push(async () => {
    await Promise.all(underWay);
  });
  return async (stop) => {
    const due = await listDueMailboxes(desk.database);
    const has = (of: OfMailboxes) => due.some((id) => of === undefined || id === undefined || of.ids.includes(id));
    for (const { drain } of drains.filter(({ of }) => has(of))) {
      const draining = drain(stop)
        .catch((err: unknown) => desk.log.warn({ err }, 'sending stopped for now'))
        .finally(() => underWay.delete(draining));
      underWay.add(draining);
    }
  };
}
