import { Fault, messageOf } from '../../domain/fault.ts';
import type { MailboxId } from '../../domain/ticket/ids.ts';
import type { FetchedMail, FetchLimits, ImapFault, MailboxConnection } from '../../imap/mailbox-connection.ts';
import { killPoint } from '../../runtime/kill-point.ts';
import { findPlace } from '../../store/inbound/mailbox-places.ts';
import { type MailboxLease, markPolled } from '../../store/inbound/mailboxes.ts';
import { findReadingPlace, type SyncingDesk } from './find-place.ts';
import type { FreshBytes } from './fresh-bytes.ts';
import { givesUidsAgain, wentBack } from './reused-uids.ts';
import { storeRawMail } from './store-raw-mail.ts';
import { createTroubledMails, type TroubledMails } from './troubled-mails.ts';

export type PollingDesk = SyncingDesk & {
  connect(): Promise<MailboxConnection>;
  pollMs: number;
  maxMailBytes: number;
  /** of mails that are fetched together */
  maxBatchBytes: number;
  /** where the same process decides: keeps the bytes of what was just stored */
  fresh?: FreshBytes;
};

const MAX_PAUSE_MS = 30_000;
const MAX_OWN_PAUSE_MS = 5_000;
const BATCH = 50;
/** A folder is opened again this often, and at every other poll for as long after a new hole. */
const REFRESH_MS = 10 * 60_000;

/** What a poller knows of a mailbox beyond one connection. */
export type Memory = { failures: number; troubled: TroubledMails; uidEpoch: number | undefined };

export function createMemory(pollMs: number): Memory {
  return { failures: 0, troubled: createTroubledMails(pollMs), uidEpoch: undefined };
}

/**
 * Reads one mailbox while its lease is ours: connects, fetches, waits for news, until `signal` aborts. Whatever goes wrong is
 * noted where readiness sees it. Never rejects.
 * @returns how long the mailbox is to be left alone, in milliseconds; 0 where nothing was wrong
 */
export async function readWithLease(
  desk: PollingDesk,
  lease: MailboxLease,
  memory: Memory,
  signal: AbortSignal,
): Promise<number> {
  let connection: MailboxConnection | undefined;
  try {
    if (signal.aborted) return 0;
    connection = await desk.connect();
    await readMailbox(desk, connection, lease, memory, signal);
    return 0;
  } catch (error) {
    if (isImapFault(error)) memory.troubled.recordFailure(error.fetching);
    return signal.aborted ? 0 : await noteFailure(desk, lease.mailboxId, memory, error);
  } finally {
    await connection?.close().catch(() => {});
  }
}

async function noteFailure(desk: PollingDesk, mailbox: MailboxId, memory: Memory, error: unknown): Promise<number> {
  // One bad mail must not keep the others waiting: it has pauses of its own.
  const byOneMail = isImapFault(error) && error.fetching.length > 0;
  if (!byOneMail) memory.failures++;
  // Long pauses are for the mail server's sake; what is wrong on our own side is looked at again soon.
  const longest = isImapFault(error) ? MAX_PAUSE_MS : MAX_OWN_PAUSE_MS;
  const pauseMs = byOneMail ? 1_000 : Math.min(longest, 1_000 * 2 ** (memory.failures - 1));
  desk.metrics.polls.inc({ outcome: 'failed' });
  desk.log.warn({ err: error, mailbox, failures: memory.failures, pauseMs }, 'the mailbox could not be read');
  await markPolled(desk.database, mailbox, desk.clock.now(), messageOf(error)).catch(() => {});
  return pauseMs;
}

function isImapFault(error: unknown): error is ImapFault {
  return error instanceof Fault && error.name === 'ImapFault';
}

async function readMailbox(
  desk: PollingDesk,
  connection: MailboxConnection,
  lease: MailboxLease,
  memory: Memory,
  stop: AbortSignal,
): Promise<void> {
  const place = await findReadingPlace(desk, lease, connection);
  const { uidEpoch } = place;
  if (memory.uidEpoch !== uidEpoch) memory.troubled = createTroubledMails(desk.pollMs);
  memory.uidEpoch = uidEpoch;
  const { troubled } = memory;
  const { maxMailBytes, maxBatchBytes } = desk;
  const limits = { limit: BATCH, maxBatchBytes, maxMailBytes, wanted: place.wanted };
  let { lastUid } = place;
  const keep = async (batches: AsyncIterable<FetchedMail[]>, ahead: boolean) => {
    for await (const batch of batches) {
      killPoint('fetch');
      if (ahead) lastUid = Math.max(lastUid, batch.at(-1)?.uid ?? 0);
      const { rows, owed } = troubled.partition(batch);
      if (owed.length > 0) desk.log.warn({ mailbox: lease.mailboxId, uids: owed }, 'mails were not handed out');
      const there = batch.map((mail) => mail.uid);
      const ids = await storeRawMail(desk, lease, uidEpoch, rows, lastUid, { there, owed });
      if (ids.length > 0) await desk.queue.hint('process');
      killPoint('hint');
      await connection.markStored(rows.flatMap((mail) => (mail.withheld === 'unreadable' ? [] : mail.uid)));
      if (stop.aborted) return;
    }
  };
  const behind = watchBehind(desk, connection, lease, uidEpoch, {
    ...limits,
    fetchMode: (uid) => troubled.fetchMode(uid, true),
  });
  while (!stop.aborted) {
    const opened = await behind.refresh();
    if (
      (opened || wentBack(connection, lastUid)) &&
      (await givesUidsAgain(desk, lease, connection, { uidEpoch, lastUid }))
    )
      throw new Fault('imap-unavailable', 'the server has given UIDs again; the mailbox is read anew');
    await keep(connection.fetchAfter(lastUid, { ...limits, fetchMode: (uid) => troubled.fetchMode(uid, false) }), true);
    if (stop.aborted) return;
    await keep(behind.mails(), false);
    if (stop.aborted) return;
    desk.metrics.polls.inc({ outcome: 'good' });
    memory.failures = 0;
    await markPolled(desk.database, lease.mailboxId, desk.clock.now(), undefined);
    await connection.waitForNews(desk.pollMs, stop);
  }
}

/**
 * What may appear behind the cursor: a mail whose UID we passed before it was visible, as several delivery processes or a
 * replicated store make it happen, and one that the server refused. Only UIDs that we have not accounted for are asked for,
 * so an idle mailbox without any costs nothing, and mail that was read, was there before us or was erased never comes back.
 */
function watchBehind(
  desk: PollingDesk,
  connection: MailboxConnection,
  lease: MailboxLease,
  uidEpoch: number,
  limits: FetchLimits,
) {
  let seen = '';
  let newHoleAt = performance.now();
  return {
    refresh: () => {
      const young = seen !== '' && performance.now() - newHoleAt < REFRESH_MS;
      return connection.refresh(young ? 2 * desk.pollMs : REFRESH_MS);
    },
    async *mails(): AsyncGenerator<FetchedMail[]> {
      const place = await findPlace(desk.database, lease.mailboxId, uidEpoch);
      const ranges = [...(place?.holes ?? []), ...(place?.owed ?? [])];
      const now = ranges.map(({ from, to }) => `${from}-${to}`).join();
      if (now !== seen) newHoleAt = performance.now();
      seen = now;
      if (ranges.length > 0) yield* connection.fetchAmong(ranges, limits);
    },
  };
}
