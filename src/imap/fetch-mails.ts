import type { FetchMessageObject, ImapFlow } from 'imapflow';
import { DAY_MS } from '../domain/desk/rules.ts';
import type { UidRange } from '../domain/ticket/ids.ts';
import { ImapFault, isNotNow, isRefusal } from './imap-fault.ts';

export type FetchedMail = {
  uid: number;
  /** RFC822.SIZE as the server says it; some are off by a little. */
  size: number;
  /** Epoch milliseconds, where the server knows it. */
  internalDate: number | undefined;
  /** The bytes, unless `withheld` says why there are none. */
  raw: Buffer | undefined;
  /**
   * `too-large`: above the limit, not fetched. `unreadable`: it is there, and the server refuses to hand it out, or it was
   * to be left. `unwanted`: not fetched, since `wanted` did not name it.
   */
  withheld: 'too-large' | 'unreadable' | 'unwanted' | undefined;
};

export type FetchLimits = {
  /** Most mails of one batch. */
  limit: number;
  /** Most bytes of one batch by the server's sizes; a single larger mail is a batch of its own. */
  maxBatchBytes: number;
  /** A mail above this is not fetched. */
  maxMailBytes: number;
  /** Asked before bodies are fetched: the UIDs of those that are wanted. Unset: all are. */
  wanted?(sizes: MailSize[]): Promise<ReadonlySet<number>>;
  /** Mails that made trouble before: fetched alone, or not at all. */
  fetchMode?(uid: number): 'alone' | 'leave' | undefined;
};

export type MailDate = { uid: number; internalDate: number | undefined };
export type MailSize = MailDate & { size: number };

/** Servers that count lines otherwise than bytes are a few percent off. */
const SIZE_LEEWAY = 64 * 1024;

const SIZES = { uid: true, size: true, internalDate: true } as const;
/** Ranges in one command; servers take lines of 8,000 characters. */
const RANGES_AT_ONCE = 200;
/** Mails of one batch that are not fetched. */
const MAX_PASSED = 1000;

/** UIDs above `after`, ascending, by one SEARCH; for a mailbox that may hold very many. */
export async function searchUids(client: ImapFlow, after: number): Promise<number[]> {
  const found = await client.search({ uid: `${after + 1}:*` }, { uid: true });
  if (!Array.isArray(found)) throw new ImapFault('protocol', 'The server did not answer a search for new mail.');
  // `7:*` names the last mail even when its UID is below 7 (RFC 3501 section 6.4.8).
  return found.filter((uid) => uid > after).sort((a, b) => a - b);
}

/** Those of the UIDs that name a mail now, ascending. */
export async function searchAmong(client: ImapFlow, ranges: UidRange[]): Promise<number[]> {
  const there: number[] = [];
  for (let at = 0; at < ranges.length; at += RANGES_AT_ONCE) {
    const found = await client.search({ uid: writeSet(ranges.slice(at, at + RANGES_AT_ONCE)) }, { uid: true });
    if (!Array.isArray(found)) throw new ImapFault('protocol', 'The server did not answer a search by UID.');
    for (const uid of found) there.push(uid);
  }
  return there.sort((a, b) => a - b);
}

/** SEARCH SINCE compares days without time or zone (RFC 3501 section 6.4.4), so one day more is asked for. Ascending. */
export async function searchSince(client: ImapFlow, since: number): Promise<number[]> {
  const found = await client.search({ since: new Date(since - DAY_MS) }, { uid: true });
  if (!Array.isArray(found)) throw new ImapFault('protocol', 'The server did not answer a search by date.');
  return found.sort((a, b) => a - b);
}

/** When mails arrived, by the server's clock; without their sizes, which some servers must open each mail for. */
export async function fetchDates(client: ImapFlow, uids: number[]): Promise<MailDate[]> {
  const rows = await client.fetchAll(uidSet(uids), { uid: true, internalDate: true }, { uid: true });
  return rows.map((row) => ({ uid: row.uid, internalDate: epochMs(row.internalDate) }));
}

/**
 * Sizes before bodies, so that nothing is fetched that we would not keep. `range` is a UID set; mails that are gone
 * are left out. A server may mix in news of flags, which are rows without a size; a mail whose size never comes must
 * not be passed over, since the cursor would leave it behind.
 */
export async function fetchSizes(client: ImapFlow, range: string, after: number): Promise<MailSize[]> {
  const sizes = new Map<number, MailSize>();
  const bare = new Set<number>();
  const take = (rows: FetchMessageObject[]) => {
    for (const row of rows) {
      if (!(row.uid > after)) continue;
      if (row.size === undefined) bare.add(row.uid);
      else sizes.set(row.uid, { uid: row.uid, size: row.size, internalDate: epochMs(row.internalDate) });
    }
  };
  take(await client.fetchAll(range, SIZES, { uid: true }));
  const open = [...bare].filter((uid) => !sizes.has(uid));
  if (open.length > 0) {
    take(await client.fetchAll(uidSet(open), SIZES, { uid: true }));
    const unknown = open.filter((uid) => !sizes.has(uid));
    const still = unknown.length === 0 ? [] : await client.fetchAll(uidSet(unknown), { uid: true }, { uid: true });
    if (still.length > 0) throw new ImapFault('protocol', 'The server does not say how large its mails are.');
  }
  return [...sizes.values()].sort((a, b) => a.uid - b.uid);
}

/** A mail of a batch, and whether its body is to be asked for. */
export type PlannedMail = MailSize & { skip: 'too-large' | 'unreadable' | 'unwanted' | undefined };

/** Cuts the list into batches that keep the limits. Mails that are not to be fetched weigh nothing. */
export async function planBatches(sizes: MailSize[], limits: FetchLimits): Promise<PlannedMail[][]> {
  const wanted = await limits.wanted?.(sizes);
  const batches: PlannedMail[][] = [];
  let batch: PlannedMail[] = [];
  let [count, bytes] = [0, 0];
  const end = () => {
    if (batch.length > 0) batches.push(batch);
    batch = [];
    [count, bytes] = [0, 0];
  };
  for (const mail of sizes) {
    const fetchMode = limits.fetchMode?.(mail.uid);
    const skip = whySkipped(mail, wanted, fetchMode, limits);
    const weight = skip === undefined ? mail.size : 0;
    const one = skip === undefined ? 1 : 0;
    const alone = one === 1 && fetchMode === 'alone';
    const full = count + one > limits.limit || bytes + weight > limits.maxBatchBytes || batch.length >= MAX_PASSED;
    if (full || alone) end();
    batch.push({ ...mail, skip });
    count += one;
    bytes += weight;
    if (alone) end();
  }
  end();
  return batches;
}

function whySkipped(
  mail: MailSize,
  wanted: ReadonlySet<number> | undefined,
  fetchMode: 'alone' | 'leave' | undefined,
  limits: FetchLimits,
): PlannedMail['skip'] {
  if (wanted?.has(mail.uid) === false) return 'unwanted';
  if (mail.size > limits.maxMailBytes) return 'too-large';
  return fetchMode === 'leave' ? 'unreadable' : undefined;
}

/** The bodies of one batch, ascending. A mail that went away in the meantime is left out. */
export async function fetchBodies(
  client: ImapFlow,
  batch: PlannedMail[],
  maxMailBytes: number,
): Promise<FetchedMail[]> {
  const asked = batch.filter((mail) => mail.skip === undefined);
  const announced = asked.reduce((sum, mail) => sum + mail.size, 0);
  const bound = { maxMailBytes, maxBytes: Math.max(maxMailBytes, 1.25 * announced) + SIZE_LEEWAY };
  const uids = asked.map((mail) => mail.uid);
  const sources = asked.length === 0 ? new Map() : await readTogether(client, uids, bound);
  const mails: FetchedMail[] = [];
  for (const { skip, ...mail } of batch) {
    const source = sources.get(mail.uid);
    if (skip !== undefined) mails.push({ ...mail, raw: undefined, withheld: skip });
    else if (source === 'unreadable') mails.push({ ...mail, raw: undefined, withheld: 'unreadable' });
    else if (source !== undefined && source.length > maxMailBytes) {
      mails.push({ ...mail, raw: undefined, withheld: 'too-large' });
    } else if (source !== undefined) mails.push({ ...mail, raw: source, withheld: undefined });
  }
  return mails;
}

type Sources = Map<number, Buffer | 'unreadable'>;

/** A single mail may be as large as any; all together not much larger than the server said that they are. */
type BodyBound = { maxMailBytes: number; maxBytes: number };

/** One FETCH for all; where the server refuses that, one by one, so that a single bad mail costs only itself. */
async function readTogether(client: ImapFlow, uids: number[], bound: BodyBound): Promise<Sources> {
  const sources: Sources = new Map();
  try {
    for (const [uid, source] of await readSources(client, uids, bound)) sources.set(uid, source);
  } catch (error) {
    if (!isRefusal(error) || isNotNow(error)) throw error;
  }
  for (const uid of uids) {
    if (sources.has(uid)) continue;
    const source = await readAlone(client, uid, bound);
    if (source !== undefined) sources.set(uid, source);
  }
  return sources;
}

/** Undefined when the mail is gone. */
async function readAlone(client: ImapFlow, uid: number, bound: BodyBound): Promise<Buffer | 'unreadable' | undefined> {
  try {
    const source = (await readSources(client, [uid], bound)).get(uid);
    if (source !== undefined) return source;
  } catch (error) {
    if (!isRefusal(error) || isNotNow(error)) throw error;
  }
  const there = await client.fetchAll(String(uid), { uid: true }, { uid: true });
  return there.some((row) => row.uid === uid) ? 'unreadable' : undefined;
}

/**
 * BODY.PEEK[], which never sets \Seen. The partial range is a bound for servers whose sizes are wrong: imapflow holds a
 * whole literal in memory, and one byte too many is how we know. Where fifty mails of a kilobyte turn out to be fifty of the
 * largest size, the connection ends, and each is asked for alone.
 */
async function readSources(
  client: ImapFlow,
  uids: number[],
  { maxMailBytes, maxBytes }: BodyBound,
): Promise<Map<number, Buffer>> {
  const query = { uid: true, source: { start: 0, maxLength: maxMailBytes + 1 } };
  const sources = new Map<number, Buffer>();
  let bytes = 0;
  for await (const row of client.fetch(uidSet(uids), query, { uid: true })) {
    if (row.source === undefined) continue;
    bytes += row.source.length;
    if (bytes > maxBytes) {
      client.close();
      throw new ImapFault('protocol', 'The server hands out much more than it has announced.');
    }
    sources.set(row.uid, row.source);
  }
  return sources;
}

/** `1:3,7` for ascending UIDs. */
export function uidSet(uids: number[]): string {
  const ranges: UidRange[] = [];
  for (const uid of uids) {
    const last = ranges.at(-1);
    if (last !== undefined && uid === last.to + 1) last.to = uid;
    else ranges.push({ from: uid, to: uid });
  }
  return writeSet(ranges);
}

function writeSet(ranges: UidRange[]): string {
  return ranges.map(({ from, to }) => (from === to ? String(from) : `${from}:${to}`)).join(',');
}

function epochMs(date: Date | string | undefined): number | undefined {
  const value = typeof date === 'string' ? Date.parse(date) : date?.getTime();
  return value === undefined || Number.isNaN(value) ? undefined : value;
}
