import type { ImapFlow } from 'imapflow';
import type { AccessTokens } from '../auth/access-tokens.ts';
import { type ImapUrl, parseImapUrl } from '../domain/desk/imap-url.ts';
import type { UidRange } from '../domain/ticket/ids.ts';
import { withDeadline } from './deadline.ts';
import {
  type FetchedMail,
  type FetchLimits,
  fetchBodies,
  fetchDates,
  fetchSizes,
  type MailDate,
  type MailSize,
  planBatches,
  searchAmong,
  searchSince,
  searchUids,
  uidSet,
} from './fetch-mails.ts';
import { ImapFault, toImapFault } from './imap-fault.ts';
import { createNewsWatch, type News, type NewsWatch } from './news-watch.ts';
import { openMailbox, selected } from './open-mailbox.ts';
import { openWithToken } from './open-with-token.ts';

export type { FetchedMail, FetchLimits, MailDate, MailSize } from './fetch-mails.ts';
export { ImapFault, type ImapFaultKind } from './imap-fault.ts';
export type { News } from './news-watch.ts';

export type MailboxStatus = {
  /** UIDs of another UIDVALIDITY name other mails (RFC 3501 section 2.3.1.1). Constant for a connection. */
  uidValidity: number;
  /** One above the highest UID that was there at SELECT or has been fetched since. */
  uidNext: number;
  /** The server says UIDNEXT by itself; else the last mail that is there stands for it. */
  saysUidNext: boolean;
  exists: number;
  /** The server tells of new mail by itself (RFC 2177); else it is asked. */
  idle: boolean;
  /** The server moves mails, or removes single ones after copying: MOVE (RFC 6851) or UIDPLUS (RFC 4315). */
  moves: boolean;
};

/**
 * One folder of one account, open. Every method but `status` and `markStored` rejects with an ImapFault when the
 * connection is lost; the connection is then over, and a new one must be made. One command at a time.
 */
export type MailboxConnection = {
  /** As of SELECT and what the server has said since. */
  status(): MailboxStatus;
  /**
   * All mails with UID > `after`, ascending, in batches. Each batch is complete in memory before it is handed out, so
   * the consumer may take its time, and may use the connection. Never sets \Seen.
   */
  fetchAfter(after: number, limits: FetchLimits): AsyncIterable<FetchedMail[]>;
  /** The same for those of these UIDs that name a mail now. */
  fetchAmong(ranges: UidRange[], limits: FetchLimits): AsyncIterable<FetchedMail[]>;
  /** Those of these UIDs that name a mail now, ascending. */
  uidsAmong(ranges: UidRange[]): Promise<number[]>;
  /** UIDs that arrived on the day of `since` or later (SEARCH SINCE knows days only), ascending. */
  uidsSince(since: number): Promise<number[]>;
  /** When they arrived; those that are gone are left out. */
  datesOf(uids: number[]): Promise<MailDate[]>;
  sizesOf(uids: number[]): Promise<MailSize[]>;
  /**
   * Opens the folder again if that was longer ago than `olderThanMs`. A session may never be shown a mail whose UID is
   * below those that it knows, nor that the folder was replaced by another. @returns whether it was opened again
   */
  refresh(olderThanMs: number): Promise<boolean>;
  /**
   * After the bytes are safe: adds the keyword $TurnmailStored where the folder permits it, or moves the mails where
   * `moveTo` was asked for. False when it did not work; it matters to nobody but people who look into the mailbox.
   */
  markStored(uids: number[]): Promise<boolean>;
  /** Waits for mail that came since the last `fetchAfter` began, at most `timeoutMs`. */
  waitForNews(timeoutMs: number, signal: AbortSignal): Promise<News>;
  /** LOGOUT, or after a second without an answer the end of the connection. Never rejects. */
  close(): Promise<void>;
};

export type MailboxOptions = {
  url: string;
  /** Folder that stored mails go to; made where it is missing. */
  moveTo?: string;
  /** Longest wait for the answer to one command, in milliseconds; transfers get more by their size. */
  timeoutMs: number;
  /** Warnings of the library, one line each, without contents. */
  onLog?(line: string): void;
  /** For a URL without a password. */
  accessTokens?: AccessTokens | undefined;
  /** The largest mail whose body will be asked for; a server that hands out more is cut off. */
  maxMailBytes?: number;
  /** Let the password travel without TLS to a host that is not this machine. */
  allowPlaintext?: boolean;
};

/** Keyword on mails whose bytes we hold. */
const KEYWORD = '$TurnmailStored';
/** Up to so many new mails, their sizes are asked for at once; above, a SEARCH comes first. */
const MANY = 1000;
const SIZES_AT_ONCE = 500;
const DATES_AT_ONCE = 2000;
/** A slow but honest line is allowed this many bytes per millisecond below the time-out. */
const SLOWEST_BYTES_PER_MS = 16;

/** Connects, logs in and opens the folder. Rejects with an ImapFault. */
export async function connectMailbox(options: MailboxOptions): Promise<MailboxConnection> {
  const url = parseImapUrl(options.url);
  const where = `mailbox ${url.folder} of ${url.user} at ${url.host}:${url.port}`;
  let opened: Awaited<ReturnType<typeof openMailbox>>;
  try {
    opened =
      url.password === '' ? await openWithToken(url, options, options.accessTokens) : await openMailbox(url, options);
  } catch (error) {
    throw toImapFault(error, where);
  }
  const { client, highestUid, saysUidNext } = opened;
  return connectionOf({
    client,
    url,
    options,
    where,
    watch: createNewsWatch(client, options.timeoutMs),
    uidValidity: Number(selected(client).uidValidity),
    highestAtSelect: highestUid,
    highestUid,
    saysUidNext,
    selectedAt: performance.now(),
  });
}

type Context = {
  readonly client: ImapFlow;
  readonly url: ImapUrl;
  readonly options: MailboxOptions;
  readonly where: string;
  readonly watch: NewsWatch;
  readonly uidValidity: number;
  readonly highestAtSelect: number;
  highestUid: number;
  readonly saysUidNext: boolean;
  selectedAt: number;
};

function connectionOf(context: Context): MailboxConnection {
  const { client, watch, uidValidity } = context;
  return {
    status: () => ({
      uidValidity,
      uidNext: context.highestUid + 1,
      saysUidNext: context.saysUidNext,
      exists: client.mailbox === false ? 0 : client.mailbox.exists,
      idle: client.capabilities.has('IDLE'),
      moves: canMove(client),
    }),
    fetchAfter: (after, limits) => fetchAfter(context, after, limits),
    fetchAmong: (ranges, limits) => fetchAmong(context, ranges, limits),
    uidsAmong: (ranges) => run(context, 0, () => searchAmong(client, ranges)),
    uidsSince: (since) => run(context, 0, () => searchSince(client, since)),
    datesOf: (uids) => askInBlocks(context, uids, DATES_AT_ONCE, (some) => fetchDates(client, some)),
    sizesOf: (uids) => askInBlocks(context, uids, SIZES_AT_ONCE, (some) => fetchSizes(client, uidSet(some), 0)),
    refresh: (olderThanMs) => refresh(context, olderThanMs),
    markStored: (uids) => markStored(context, uids).catch(() => false),
    waitForNews: (timeoutMs, signal) =>
      watch.wait(timeoutMs, signal).catch((error: unknown) => {
        throw toImapFault(error, context.where);
      }),
    close: async () => {
      await withDeadline(client, 1000, () => client.logout()).catch(() => undefined);
      client.close();
    },
  };
}

/** One command, or a few that belong together; `bytes` is what it will transfer. */
async function run<T>(context: Context, bytes: number, step: () => Promise<T>): Promise<T> {
  const { client, options, where } = context;
  try {
    selected(client);
    return await withDeadline(client, options.timeoutMs + bytes / SLOWEST_BYTES_PER_MS, step);
  } catch (error) {
    throw toImapFault(error, where);
  }
}

async function askInBlocks<T>(
  context: Context,
  uids: number[],
  size: number,
  ask: (some: number[]) => Promise<T[]>,
): Promise<T[]> {
  const all: T[] = [];
  for (let at = 0; at < uids.length; at += size) {
    all.push(...(await run(context, 0, () => ask(uids.slice(at, at + size)))));
  }
  return all;
}

async function* fetchAfter(context: Context, after: number, limits: FetchLimits): AsyncGenerator<FetchedMail[]> {
  const { watch } = context;
  let position = after;
  do {
    // A server may show a session only what it has announced to it, and announces at the end of a command; such mail
    // is the next round's.
    watch.seen();
    for await (const sizes of newSizes(context, position)) {
      yield* fetchPlanned(context, sizes, limits);
      position = Math.max(position, sizes.at(-1)?.uid ?? 0);
      context.highestUid = Math.max(context.highestUid, position);
    }
  } while (watch.hasNews());
}

async function* fetchAmong(context: Context, ranges: UidRange[], limits: FetchLimits): AsyncGenerator<FetchedMail[]> {
  const { client } = context;
  const uids = await run(context, 0, () => searchAmong(client, ranges));
  for (let at = 0; at < uids.length; at += SIZES_AT_ONCE) {
    const some = uidSet(uids.slice(at, at + SIZES_AT_ONCE));
    const sizes = await run(context, 0, () => fetchSizes(client, some, 0));
    yield* fetchPlanned(context, sizes, limits);
  }
}

async function* fetchPlanned(context: Context, sizes: MailSize[], limits: FetchLimits): AsyncGenerator<FetchedMail[]> {
  const { client } = context;
  for (const batch of await planBatches(sizes, limits)) {
    const asked = batch.filter((mail) => mail.skip === undefined);
    const bytes = asked.reduce((sum, mail) => sum + mail.size, 0);
    const mails = await run(context, bytes, () => fetchBodies(client, batch, limits.maxMailBytes)).catch(
      (error: unknown) => {
        const fault = toImapFault(error, context.where);
        // Perhaps one of them is the reason; the caller may ask more carefully next time.
        throw new ImapFault(
          fault.kind,
          fault.message,
          fault.cause,
          asked.map((mail) => mail.uid),
        );
      },
    );
    if (mails.length > 0) yield mails;
  }
}

async function* newSizes(context: Context, after: number): AsyncGenerator<MailSize[]> {
  const { client, watch } = context;
  // At most this many mails can be new: those that SELECT promised and those that were announced since.
  const atMost = Math.max(0, context.highestAtSelect - after) + watch.announced();
  if (atMost <= MANY) {
    yield await run(context, 0, () => fetchSizes(client, `${after + 1}:*`, after));
    return;
  }
  const uids = await run(context, 0, () => searchUids(client, after));
  for (let at = 0; at < uids.length; at += SIZES_AT_ONCE) {
    const some = uidSet(uids.slice(at, at + SIZES_AT_ONCE));
    yield await run(context, 0, () => fetchSizes(client, some, after));
  }
}

async function refresh(context: Context, olderThanMs: number): Promise<boolean> {
  const { client } = context;
  if (performance.now() - context.selectedAt < olderThanMs) return false;
  await run(context, 0, () => client.mailboxOpen(context.url.folder));
  context.selectedAt = performance.now();
  const { uidValidity, uidNext } = selected(client);
  if (context.saysUidNext && uidNext > 0) context.highestUid = uidNext - 1;
  if (Number(uidValidity) === context.uidValidity) return true;
  client.close();
  throw new ImapFault('protocol', `${context.where} has been replaced by another (UIDVALIDITY changed).`);
}

function canMove(client: ImapFlow): boolean {
  return ['MOVE', 'UIDPLUS', 'IMAP4REV2'].some((name) => client.capabilities.has(name));
}

async function markStored(context: Context, uids: number[]): Promise<boolean> {
  if (uids.length === 0) return true;
  const { client, options } = context;
  const range = uidSet([...uids].sort((a, b) => a - b));
  const { moveTo } = options;
  if (moveTo !== undefined && canMove(client)) {
    return (await run(context, 0, () => client.messageMove(range, moveTo, { uid: true }))) !== false;
  }
  // Without either, a move would end with EXPUNGE, which also removes what other people have marked as deleted.
  if (moveTo !== undefined) await run(context, 0, () => client.messageCopy(range, moveTo, { uid: true }));
  const permitted = selected(client).permanentFlags;
  if (permitted !== undefined && !permitted.has('\\*') && !permitted.has(KEYWORD)) return true;
  return run(context, 0, () => client.messageFlagsAdd(range, [KEYWORD], { uid: true, silent: true }));
}
