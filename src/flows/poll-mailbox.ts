import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../domain/fault.ts';
import type { EpochMs, MailboxId } from '../domain/ids.ts';
import type { MailboxConnection } from '../imap/mailbox-connection.ts';
import { reach } from '../runtime/kill-point.ts';
import { inTransaction } from '../store/database.ts';
import {
  claimMailbox,
  findCursor,
  lockCursor,
  type MailboxLease,
  markCursor,
  markPolled,
  releaseMailbox,
} from '../store/mailboxes.ts';
import type { Desk } from './desk.ts';
import { storeRawMail } from './store-raw-mail.ts';

export type PollingDesk = Desk & {
  connect(): Promise<MailboxConnection>;
  /** names this process among the pollers */
  holder: string;
  pollMs: number;
  initialSync: 'new' | 'all' | { since: EpochMs };
  maxMailBytes: number;
};

const LEASE_MS = 30_000;
const RENEW_MS = 8_000;
const LONGEST_PAUSE_MS = 60_000;
const BATCH = { limit: 50, maxBatchBytes: 16 * 1024 * 1024 };
/** Clocks of mail servers differ from ours; mail of the last minutes before the first start counts as new. */
const CLOCK_DIFFERENCE_MS = 5 * 60_000;

/**
 * Reads one mailbox until `signal` aborts: takes the lease, connects, fetches, waits for news. Whatever goes wrong is
 * noted where readiness sees it and tried again with growing pauses. Without the lease it only waits.
 */
export async function pollMailbox(desk: PollingDesk, mailboxId: MailboxId, signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    let pause = 2_000;
    try {
      const now = desk.clock.now();
      const lease = await claimMailbox(desk.database, mailboxId, desk.holder, now, now + LEASE_MS);
      if (lease) {
        await withLease(desk, lease, signal);
        failures = 0;
      }
    } catch (error) {
      failures++;
      pause = Math.min(LONGEST_PAUSE_MS, 1_000 * 2 ** Math.min(failures - 1, 6));
      desk.metrics.polls.inc({ outcome: 'failed' });
      desk.log.warn({ err: error, mailbox: mailboxId, failures, pauseMs: pause }, 'the mailbox could not be read');
      const why = error instanceof Error ? error.message : String(error);
      await markPolled(desk.database, mailboxId, desk.clock.now(), why).catch(() => {});
    }
    await sleep(pause, undefined, { signal }).catch(() => {});
  }
}

/** One connection's life, while the lease is ours. Renewing fails when another poller has taken it: then we stop. */
async function withLease(desk: PollingDesk, lease: MailboxLease, signal: AbortSignal): Promise<void> {
  const lost = new AbortController();
  const stop = AbortSignal.any([signal, lost.signal]);
  const renewal = setInterval(() => void renew(desk, lease, lost), RENEW_MS);
  let connection: MailboxConnection | undefined;
  try {
    connection = await desk.connect();
    await readMailbox(desk, connection, lease, stop);
  } catch (error) {
    if (!stop.aborted) throw error;
  } finally {
    clearInterval(renewal);
    await connection?.close().catch(() => {});
    if (!lost.signal.aborted) await releaseMailbox(desk.database, lease).catch(() => {});
  }
}

async function renew(desk: PollingDesk, lease: MailboxLease, lost: AbortController): Promise<void> {
  try {
    const now = desk.clock.now();
    const again = await claimMailbox(desk.database, lease.mailboxId, desk.holder, now, now + LEASE_MS);
    if (again?.epoch !== lease.epoch) lost.abort();
  } catch (err) {
    // The database is away: storing will fail too, and the epoch fences us if another poller takes over.
    desk.log.warn({ err, mailbox: lease.mailboxId }, 'the lease was not renewed');
  }
}

async function readMailbox(
  desk: PollingDesk,
  connection: MailboxConnection,
  lease: MailboxLease,
  stop: AbortSignal,
): Promise<void> {
  const { uidValidity } = connection.status();
  const place = await findPlace(desk, lease, connection);
  const limits = { ...BATCH, maxMailBytes: desk.maxMailBytes };
  let { lastUid } = place;
  while (!stop.aborted) {
    for await (const batch of connection.fetchAfter(lastUid, limits)) {
      reach('fetch');
      const upTo = batch.at(-1)?.uid ?? lastUid;
      const mails = batch.filter((mail) => (mail.internalDate ?? place.syncFrom) >= place.syncFrom);
      const ids = await storeRawMail(desk, lease, uidValidity, mails, upTo);
      if (ids.length > 0) await desk.queue.hint('process', ids);
      reach('hint');
      await connection.markStored(mails.map((mail) => mail.uid));
      lastUid = upTo;
      if (stop.aborted) return;
    }
    desk.metrics.polls.inc({ outcome: 'good' });
    await markPolled(desk.database, lease.mailboxId, desk.clock.now(), undefined);
    await connection.waitForNews(desk.pollMs, stop);
  }
}

/**
 * Where to go on reading. At the first start INITIAL_SYNC says what to do with mail that is there; after a change of
 * UIDVALIDITY all UIDs are void (RFC 9051 section 2.3.1.1), so everything since the first start is read again and the
 * digests of what we have seen swallow the rest.
 */
async function findPlace(
  desk: PollingDesk,
  lease: MailboxLease,
  connection: MailboxConnection,
): Promise<{ lastUid: number; syncFrom: EpochMs }> {
  const { uidValidity, uidNext } = connection.status();
  const cursor = await findCursor(desk.database, lease.mailboxId);
  if (cursor.uidValidity === uidValidity) return cursor;
  if (cursor.uidValidity !== undefined) {
    desk.log.warn(
      { mailbox: lease.mailboxId },
      'UIDVALIDITY has changed: what came since the first start is read again',
    );
  }
  const syncFrom = cursor.uidValidity === undefined ? firstSync(desk) : cursor.syncFrom;
  const firstUid = syncFrom === 0 ? 1 : ((await connection.firstUidSince(syncFrom)) ?? uidNext);
  const isNew = cursor.uidValidity === undefined && desk.initialSync === 'new';
  const lastUid = isNew ? Math.max(0, uidNext - 1) : firstUid - 1;
  await inTransaction(desk.database, async (tx) => {
    const locked = await lockCursor(tx, lease);
    if (!locked) throw new Fault('lease-lost', 'another poller has taken the mailbox');
    await markCursor(tx, lease.mailboxId, { uidValidity, lastUid, syncFrom });
  });
  return { lastUid, syncFrom };
}

function firstSync({ initialSync, clock }: PollingDesk): EpochMs {
  if (initialSync === 'all') return 0;
  return initialSync === 'new' ? Math.max(0, clock.now() - CLOCK_DIFFERENCE_MS) : initialSync.since;
}
