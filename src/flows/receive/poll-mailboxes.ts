import { setTimeout as sleep } from 'node:timers/promises';
import { shareMailboxes } from '../../decide/desk/share-mailboxes.ts';
import type { MailboxId } from '../../domain/ticket/ids.ts';
import { claimMailboxes, deletePoller, listLeases, markPoller } from '../../store/inbound/mailbox-leases.ts';
import { type MailboxLease, releaseMailbox } from '../../store/inbound/mailboxes.ts';
import type { Desk } from '../desk.ts';
import { createMemory, type Memory, type PollingDesk, readWithLease } from './poll-mailbox.ts';

export type PollersDesk = Pick<Desk, 'database' | 'log'> & {
  /** names this process among the pollers */
  holder: string;
};

const LEASE_MS = 30_000;
const RENEW_MS = 8_000;
const LOOK_MS = 2_000;
/** Many that begin at once would all want the database and the servers at the same moment. */
const BEGIN_APART_MS = 20;

type Reader = { lease: MailboxLease; end: AbortController; lost: boolean; done: Promise<void> };

/**
 * Reads mailboxes until `signal` aborts, each over a connection of its own and none waiting for another: as many of them as
 * are this process's share. One that cannot be read is given back and left alone for a while, so that another process may
 * try it. All leases are looked at and renewed together.
 */
export async function pollMailboxes(
  desk: PollersDesk,
  mailboxes: ReadonlyMap<MailboxId, PollingDesk>,
  signal: AbortSignal,
): Promise<void> {
  const readers = new Map<MailboxId, Reader>();
  const memories = new Map<MailboxId, Memory>([...mailboxes].map(([id, { pollMs }]) => [id, createMemory(pollMs)]));
  /** When each that failed may be tried again, by performance.now(). */
  const resting = new Map<MailboxId, number>();
  let wake = new AbortController();
  let pollers = 1;
  let renewedAt = Number.NEGATIVE_INFINITY;

  const begin = (lease: MailboxLease, delayMs: number) => {
    const id = lease.mailboxId;
    const [polling, memory] = [mailboxes.get(id), memories.get(id)];
    if (!polling || !memory || readers.has(id)) return;
    const reader: Reader = { lease, end: new AbortController(), lost: false, done: Promise.resolve() };
    const read = async () => {
      await sleep(delayMs, undefined, { signal: reader.end.signal }).catch(() => {});
      const pauseMs = await readWithLease(polling, lease, memory, reader.end.signal);
      if (pauseMs > 0) resting.set(id, performance.now() + pauseMs);
      if (!reader.lost) await releaseMailbox(desk.database, lease).catch(() => {});
    };
    reader.done = read().finally(() => {
      readers.delete(id);
      wake.abort();
    });
    readers.set(id, reader);
  };
  const renew = async () => {
    pollers = await markPoller(desk.database, desk.holder, LEASE_MS);
    const held = await claimMailboxes(desk.database, [...readers.keys()], desk.holder, LEASE_MS);
    const epochs = new Map(held.map(({ mailboxId, epoch }) => [mailboxId, epoch]));
    for (const [id, reader] of readers) {
      if (epochs.get(id) === reader.lease.epoch) continue;
      reader.lost = true;
      reader.end.abort();
    }
    renewedAt = performance.now();
  };
  const look = async () => {
    if (performance.now() - renewedAt >= RENEW_MS) await renew();
    const now = performance.now();
    for (const [id, until] of resting) if (until <= now) resting.delete(id);
    const seen = await listLeases(desk.database, [...mailboxes.keys()], desk.holder);
    // Whose they were may be gone by now.
    if (seen.some(({ free }) => free)) pollers = await markPoller(desk.database, desk.holder, LEASE_MS);
    const shared = seen.map((one) => ({ ...one, mine: readers.has(one.id) }));
    const { take, giveUp } = shareMailboxes(shared, pollers, new Set(resting.keys()));
    for (const id of giveUp) readers.get(id)?.end.abort();
    const leases = await claimMailboxes(desk.database, take, desk.holder, LEASE_MS);
    for (const [index, lease] of leases.entries()) begin(lease, index * BEGIN_APART_MS);
  };

  const stop = () => {
    wake.abort();
    for (const { end } of readers.values()) end.abort();
  };
  signal.addEventListener('abort', stop, { once: true });
  while (!signal.aborted) {
    wake = new AbortController();
    // Where the database is away storing fails too, and the epoch fences us if another poller takes over.
    await look().catch((err: unknown) => desk.log.warn({ err }, 'the leases of mailboxes were not renewed'));
    const next = Math.min(LOOK_MS, ...[...resting.values()].map((until) => Math.max(0, until - performance.now())));
    if (!signal.aborted) await sleep(next, undefined, { signal: wake.signal }).catch(() => {});
  }
  stop();
  await Promise.all([...readers.values()].map(({ done }) => done));
  await deletePoller(desk.database, desk.holder).catch(() => {});
}
