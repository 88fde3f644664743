import type { EpochMs, MailboxId, UidRange } from '../../domain/ticket/ids.ts';
import type { Database, Tx } from '../database.ts';

/**
 * How far a folder was read under one uidEpoch of its mails. That is its UIDVALIDITY, and where the server gave UIDs again
 * without changing it, UIDVALIDITY (32 bits) plus 2^32 for each time that it did.
 */
export type MailboxPlace = {
  lastUid: number;
  /** UIDs up to `lastUid` that named no mail when we passed them. */
  holes: UidRange[];
  /** UIDs of mails that the server has not handed out yet. */
  owed: UidRange[];
  /** undefined for the first uidEpoch that we saw */
  knownBefore: EpochMs | undefined;
};

/** A folder that was renumbered more often than this has forgotten its oldest places. */
const MAX_PLACES = 20;
/** The newest holes are watched; as ranges, so that one of a million numbers is one. */
const MAX_HOLES = 500;

/** The newest uidEpoch that we know under a UIDVALIDITY; where we know none, its first. */
export async function findUidEpoch(database: Database, mailboxId: MailboxId, uidValidity: number): Promise<number> {
  const { rows } = await database.query<{ uidEpoch: number | null }>(
    `select max(uid_validity) as "uidEpoch" from mailbox_places where mailbox_id = $1 and uid_validity % 4294967296 = $2`,
    [mailboxId, uidValidity],
  );
  return rows[0]?.uidEpoch ?? uidValidity;
}

/** The uidEpoch that follows, under the same UIDVALIDITY. */
export function nextUidEpoch(uidEpoch: number): number {
  return uidEpoch + 2 ** 32;
}

export async function findPlace(
  database: Database,
  mailboxId: MailboxId,
  uidValidity: number,
): Promise<MailboxPlace | undefined> {
  const { rows } = await database.query<{
    last_uid: number;
    holes: string;
    owed: string;
    known_before: number | null;
  }>(
    `select last_uid, holes::text, owed::text, known_before from mailbox_places
     where mailbox_id = $1 and uid_validity = $2`,
    [mailboxId, uidValidity],
  );
  const row = rows[0];
  return (
    row && {
      lastUid: row.last_uid,
      holes: readRanges(row.holes),
      owed: readRanges(row.owed),
      knownBefore: row.known_before ?? undefined,
    }
  );
}

/** Begins a place; one that is there already stays. */
export async function openPlace(
  tx: Tx,
  mailboxId: MailboxId,
  uidValidity: number,
  place: { lastUid: number; holes: UidRange[]; knownBefore: EpochMs | undefined },
  now: EpochMs,
): Promise<void> {
  await tx.query(
    `insert into mailbox_places (mailbox_id, uid_validity, last_uid, holes, known_before, opened_at)
     values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
    [mailboxId, uidValidity, place.lastUid, writeRanges(place.holes), place.knownBefore ?? null, now],
  );
  await tx.query(
    `delete from mailbox_places where mailbox_id = $1 and uid_validity <> $2 and uid_validity in (
       select uid_validity from mailbox_places where mailbox_id = $1 order by opened_at desc, uid_validity offset $3)`,
    [mailboxId, uidValidity, MAX_PLACES],
  );
}

/**
 * Moves a place up to `upTo`, or fills in behind it. What lies between and was not `there` becomes holes; what was there
 * is none, and is owed only where `owed` says so.
 */
export async function movePlace(
  tx: Tx,
  mailboxId: MailboxId,
  uidValidity: number,
  read: { upTo: number; there: number[]; owed: number[] },
  now: EpochMs,
): Promise<void> {
  await tx.query(
    `insert into mailbox_places as place (mailbox_id, uid_validity, last_uid, owed, opened_at)
     values ($1, $2, $3, $5::int8multirange, $6)
     on conflict (mailbox_id, uid_validity) do update set
       last_uid = greatest(place.last_uid, $3),
       holes = (
         select coalesce(range_agg(hole), '{}') from (
           select hole from unnest(
             place.holes + case when $3 > place.last_uid then int8multirange(int8range(place.last_uid + 1, $3 + 1)) else '{}' end
             - $4::int8multirange) as hole
           order by hole desc limit ${MAX_HOLES}) as newest),
       owed = place.owed - $4::int8multirange + $5::int8multirange`,
    [mailboxId, uidValidity, read.upTo, writeUids(read.there), writeUids(read.owed), now],
  );
}

/** What we have stored under a UID; mails without bytes prove nothing. `messageId` is undefined where the mail has none, or nobody has read it yet. */
export type KnownMail = { receivedAt: EpochMs; size: number; sha256: Buffer; messageId: string | undefined };

export async function listKnownMails(
  database: Database,
  mailboxId: MailboxId,
  uidEpoch: number,
  uids: number[],
): Promise<Map<number, KnownMail>> {
  const { rows } = await database.query<{
    uid: number;
    received_at: number;
    size: number;
    raw_sha256: Buffer;
    message_id: string | null;
  }>(
    `select uid, received_at, size, raw_sha256, message_id from inbound_mails
     where mailbox_id = $1 and uid_validity = $2 and uid = any($3) and raw_sha256 is not null`,
    [mailboxId, uidEpoch, uids],
  );
  return new Map(
    rows.map((row) => [
      row.uid,
      { receivedAt: row.received_at, size: row.size, sha256: row.raw_sha256, messageId: row.message_id ?? undefined },
    ]),
  );
}

/** How many mails of each date and size a mailbox has brought us; of several uidEpochs the one with most counts. */
export async function countKnownMails(
  database: Database,
  mailboxId: MailboxId,
  dates: EpochMs[],
): Promise<Map<string, number>> {
  const { rows } = await database.query<{ key: string; count: number }>(
    `select key, max(count)::int as count from (
       select received_at || ':' || size as key, count(*) as count from inbound_mails
       where mailbox_id = $1 and received_at between $3 and $4 and received_at = any($2)
       group by uid_validity, received_at, size) as of_one_epoch
     group by key`,
    [mailboxId, dates, Math.min(...dates), Math.max(...dates)],
  );
  return new Map(rows.map((row) => [row.key, row.count]));
}

/** Postgres writes `{[5,6),[9,12)}`. */
function readRanges(text: string): UidRange[] {
  return [...text.matchAll(/\[(\d+),(\d+)\)/g)].map(([, from, to]) => ({ from: Number(from), to: Number(to) - 1 }));
}

function writeRanges(ranges: UidRange[]): string {
  return `{${ranges.map(({ from, to }) => `[${from},${to}]`).join()}}`;
}

function writeUids(uids: number[]): string {
  return writeRanges(uids.map((uid) => ({ from: uid, to: uid })));
}
