import { planReusedAlert } from '../../decide/desk/plan-alarms.ts';
import { DAY_MS } from '../../domain/desk/rules.ts';
import { Fault } from '../../domain/fault.ts';
import type { EpochMs, UidRange } from '../../domain/ticket/ids.ts';
import type { MailboxConnection, MailDate, MailSize } from '../../imap/mailbox-connection.ts';
import { inTransaction } from '../../store/database.ts';
import {
  countKnownMails,
  findPlace,
  findUidEpoch,
  nextUidEpoch,
  openPlace,
} from '../../store/inbound/mailbox-places.ts';
import {
  findMailboxPast,
  lockMailbox,
  type MailboxLease,
  type MailboxPast,
  markMailbox,
} from '../../store/inbound/mailboxes.ts';
import { carryOutAct } from '../decide/carry-out.ts';
import type { Desk } from '../desk.ts';
import { givesUidsAgain } from './reused-uids.ts';

export type SyncingDesk = Desk & { initialSync: 'new' | 'all' | { since: EpochMs } };

/** Where to read on, and which mails from there are to be fetched at all. `uidEpoch` is in mailbox-places.ts. */
export type Place = { uidEpoch: number; lastUid: number; wanted(sizes: MailSize[]): Promise<ReadonlySet<number>> };

/** UIDs below the first place in which a mail may still become visible. */
const HOLES_BELOW = 2_000;
/** A mail may be on its way for so long with a date before that of one that is there already; the widest that fits. */
const MARGINS_MS = [5 * 60_000, 60_000, 0];
const MAX_OLD_MAILS = 5_000;
/** Clocks differ, and a mail that came shortly before the last good poll may not have been read. */
const SURELY_READ_MS = 60 * 60_000;

/**
 * Where to go on reading. At the first start INITIAL_SYNC says what to do with mail that is there. A UIDVALIDITY that was
 * seen before is read on from its own place; under a new one all UIDs are void (RFC 9051 section 2.3.1.1), so everything
 * since the first start is looked at again: what we have is known by date and size and not fetched, and the digests
 * of what we have seen swallow the rest. The same goes for a server that gives UIDs again under its old UIDVALIDITY.
 */
export async function findReadingPlace(
  desk: SyncingDesk,
  lease: MailboxLease,
  connection: MailboxConnection,
): Promise<Place> {
  const { uidValidity } = connection.status();
  const past = await findMailboxPast(desk.database, lease.mailboxId);
  const newest = await findUidEpoch(desk.database, lease.mailboxId, uidValidity);
  const known = await findPlace(desk.database, lease.mailboxId, newest);
  const lastUid = known?.lastUid ?? 0;
  const again = known !== undefined && (await givesUidsAgain(desk, lease, connection, { uidEpoch: newest, lastUid }));
  if (known && !again)
    return { uidEpoch: newest, lastUid, wanted: chooseUnknown(desk, lease, past, known.knownBefore) };
  const uidEpoch = again ? nextUidEpoch(newest) : newest;
  const first = past.uidValidity === undefined;
  const start = first ? await firstStart(desk, connection) : await renumbered(connection, past);
  const what = again ? 'UIDs were given again' : 'UIDVALIDITY has changed';
  if (!first) desk.log.warn({ mailbox: lease.mailboxId }, `${what}: what we do not have is read again`);
  const holes = await holesUpTo(connection, start.lastUid);
  const sends = await inTransaction(desk.database, async (tx) => {
    if (!(await lockMailbox(tx, lease))) throw new Fault('lease-lost', 'another poller has taken the mailbox');
    const { knownBefore, lastUid, ...rest } = start;
    const now = desk.clock.now();
    await openPlace(tx, lease.mailboxId, uidEpoch, { lastUid, holes, knownBefore }, now);
    await markMailbox(tx, lease.mailboxId, { uidValidity: uidEpoch, ...rest });
    if (!again) return 0;
    const effects = planReusedAlert(desk.rules.operators, lease.mailboxId, now).map(
      (draft) => ({ do: 'send', draft }) as const,
    );
    return await carryOutAct(tx, desk, { effects, actor: 'system', ticket: undefined }, now);
  });
  if (sends > 0) await desk.queue.hint('send');
  const now: MailboxPast = { ...past, syncFrom: start.syncFrom, oldMails: start.oldMails };
  return { uidEpoch, lastUid: start.lastUid, wanted: chooseUnknown(desk, lease, now, start.knownBefore) };
}

type Start = {
  lastUid: number;
  syncFrom: EpochMs;
  oldMails: string[];
  knownBefore: EpochMs | undefined;
  leftAlone?: number;
};

async function firstStart(desk: SyncingDesk, connection: MailboxConnection): Promise<Start> {
  const nothing = { oldMails: [], knownBefore: undefined };
  const { initialSync } = desk;
  if (initialSync === 'all') return { lastUid: 0, syncFrom: 0, ...nothing };
  const { uidNext, exists } = connection.status();
  if (initialSync !== 'new') {
    const uids = await connection.uidsSince(initialSync.since);
    const leftAlone = Math.max(0, exists - uids.length);
    return { lastUid: (uids[0] ?? uidNext) - 1, syncFrom: initialSync.since, leftAlone, ...nothing };
  }
  const leftAlone = exists;
  return {
    lastUid: uidNext - 1,
    knownBefore: undefined,
    leftAlone,
    ...(await rememberOldMails(connection, desk.clock.now())),
  };
}

/**
 * The UIDs say which mails were there at the first start until they are void. So the moment from which mail may be new is
 * written down, by the server's own clock, and the few that were there and are not older than it.
 */
async function rememberOldMails(
  connection: MailboxConnection,
  now: EpochMs,
): Promise<{ syncFrom: EpochMs; oldMails: string[] }> {
  const { uidNext } = connection.status();
  const uids = (await connection.uidsSince(now - DAY_MS)).filter((uid) => uid < uidNext);
  const dates = await connection.datesOf(uids);
  const newest = Math.max(now - DAY_MS, ...pastDates(dates, now));
  const margins = MARGINS_MS.map((margin) => dates.filter((mail) => (mail.internalDate ?? 0) >= newest - margin));
  const fitting = Math.max(
    0,
    margins.findIndex((mails) => mails.length <= MAX_OLD_MAILS),
  );
  const there = margins[fitting]?.slice(-MAX_OLD_MAILS).map((mail) => mail.uid) ?? [];
  const sizes = await connection.sizesOf(there);
  return { syncFrom: newest - (MARGINS_MS[fitting] ?? 0), oldMails: sizes.map(dateAndSize) };
}

/** A date in the future is nobody's time of arrival. */
function pastDates(dates: MailDate[], now: EpochMs): EpochMs[] {
  return dates.flatMap(({ internalDate }) => (internalDate !== undefined && internalDate <= now ? [internalDate] : []));
}

async function renumbered(connection: MailboxConnection, past: MailboxPast): Promise<Start> {
  const { syncFrom, oldMails, lastGoodPollAt } = past;
  const knownBefore = Math.max(0, (lastGoodPollAt ?? 0) - SURELY_READ_MS);
  if (syncFrom === 0) return { lastUid: 0, syncFrom, oldMails, knownBefore };
  const [firstUid] = await connection.uidsSince(syncFrom);
  return { lastUid: (firstUid ?? connection.status().uidNext) - 1, syncFrom, oldMails, knownBefore };
}

/** A mail that several processes deliver may become visible after another with a higher UID, also at the first start. */
async function holesUpTo(connection: MailboxConnection, lastUid: number): Promise<UidRange[]> {
  if (lastUid < 1) return [];
  const from = Math.max(1, lastUid - HOLES_BELOW);
  const holes: UidRange[] = [];
  let next = from;
  for (const uid of await connection.uidsAmong([{ from, to: lastUid }])) {
    if (uid > next) holes.push({ from: next, to: uid - 1 });
    next = Math.max(next, uid + 1);
  }
  if (next <= lastUid) holes.push({ from: next, to: lastUid });
  return holes;
}

const dateAndSize = (mail: MailSize) => `${mail.internalDate}:${mail.size}`;

/** Mail from before the first start is unwanted; under a later uidEpoch, so is what we have by its date and size. */
function chooseUnknown(
  desk: Desk,
  lease: MailboxLease,
  { syncFrom, oldMails }: MailboxPast,
  knownBefore: EpochMs | undefined,
): Place['wanted'] {
  const old = new Set(oldMails);
  const met = new Map<string, number>();
  return async (sizes) => {
    const young = sizes.filter(({ internalDate }) => (internalDate ?? syncFrom) >= syncFrom);
    if (knownBefore === undefined) return uidsOf(young);
    const unread = young.filter((mail) => !old.has(dateAndSize(mail)));
    const settled = unread.filter(({ internalDate }) => internalDate !== undefined && internalDate < knownBefore);
    if (settled.length === 0) return uidsOf(unread);
    const dates = settled.flatMap(({ internalDate }) => internalDate ?? []);
    const counts = await countKnownMails(desk.database, lease.mailboxId, dates);
    for (const mail of settled) met.set(dateAndSize(mail), (met.get(dateAndSize(mail)) ?? 0) + 1);
    // More of them than we have: one is unknown, and nobody can tell which.
    const have = new Set(
      settled.filter((mail) => (met.get(dateAndSize(mail)) ?? 0) <= (counts.get(dateAndSize(mail)) ?? 0)),
    );
    return uidsOf(unread.filter((mail) => !have.has(mail)));
  };
}

function uidsOf(mails: MailSize[]): Set<number> {
  return new Set(mails.map((mail) => mail.uid));
}
