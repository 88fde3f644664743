import { ImapFlow, type MailboxObject } from 'imapflow';
import {
  type FetchedMail,
  type FetchLimits,
  fetchBodies,
  fetchSizes,
  planBatches,
  searchUids,
  uidSet,
} from './fetch-mails.ts';
import { ImapFault, toImapFault } from './imap-fault.ts';
import { type ImapUrl, parseImapUrl } from './imap-url.ts';
import { createNewsWatch, type News } from './news-watch.ts';

export type { FetchedMail, FetchLimits } from './fetch-mails.ts';
export { ImapFault, type ImapFaultKind } from './imap-fault.ts';
export { type ImapUrl, parseImapUrl } from './imap-url.ts';
export type { News } from './news-watch.ts';

export type MailboxStatus = {
  /** UIDs of another UIDVALIDITY name other mails (RFC 3501 section 2.3.1.1). Constant for a connection. */
  uidValidity: number;
  /** One above the highest UID that was there at SELECT or has been fetched since. */
  uidNext: number;
  exists: number;
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
  /**
   * The lowest UID that arrived on the day of `since` or later (SEARCH SINCE knows days only), or undefined; saves
   * listing a mailbox of old mail.
   */
  firstUidSince(since: number): Promise<number | undefined>;
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
  /** Let the password travel without TLS to a host that is not this machine. */
  allowPlaintext?: boolean;
};

const KEYWORD = '$TurnmailStored';
/** SEARCH SINCE counts days in the server's time zone; one more day is on the safe side. */
const DAY_MS = 86_400_000;
/** Up to so many new mails, their sizes are asked for at once; above, a SEARCH comes first. */
const MANY = 1000;
const SIZES_AT_ONCE = 500;
/** A folder can be replaced under an open connection; SELECT tells. */
const RESELECT_MS = 10 * 60_000;
/** A slow but honest line is allowed this many bytes per millisecond below the time-out. */
const SLOWEST_BYTES_PER_MS = 16;

/** Connects, logs in and opens the folder. Rejects with an ImapFault. */
export async function connectMailbox(options: MailboxOptions): Promise<MailboxConnection> {
  const url = parseImapUrl(options.url);
  const where = `mailbox ${url.folder} of ${url.user} at ${url.host}:${url.port}`;
  const client = createClient(url, options);
  try {
    const highestUid = await withDeadline(client, 3 * options.timeoutMs, async () => {
      await client.connect();
      if (options.moveTo !== undefined) await ensureFolder(client, options.moveTo);
      await client.mailboxOpen(url.folder);
      return highestUidOf(client, selected(client));
    });
    return connectionOf(client, url, options, where, highestUid);
  } catch (error) {
    client.close();
    throw toImapFault(error, where);
  }
}

function createClient(url: ImapUrl, options: MailboxOptions): ImapFlow {
  const log = (entry: { msg?: string; err?: { code?: string } }) => {
    if (entry.msg !== undefined)
      options.onLog?.(`${entry.msg}${entry.err?.code === undefined ? '' : ` (${entry.err.code})`}`);
  };
  const silent = () => undefined;
  const client = new ImapFlow({
    host: url.host,
    port: url.port,
    secure: url.secure,
    // Unset is STARTTLS where offered; true refuses to log in without it.
    ...(url.secure || url.loopback || options.allowPlaintext === true ? {} : { doSTARTTLS: true }),
    auth: { user: url.user, pass: url.password },
    tls: { rejectUnauthorized: !url.loopback },
    clientInfo: { name: 'turnmail' },
    connectionTimeout: options.timeoutMs,
    greetingTimeout: options.timeoutMs,
    disableAutoIdle: true,
    disableAutoEnable: true,
    disableCompression: true,
    disableBinary: true,
    logger: options.onLog === undefined ? false : { trace: silent, debug: silent, info: silent, warn: log, error: log },
  });
  // The error that ends a connection also rejects what was under way; without a listener it would end the process.
  client.on('error', () => undefined);
  return client;
}

async function ensureFolder(client: ImapFlow, path: string): Promise<void> {
  const folders = await client.list();
  if (folders.some((folder) => folder.path === path)) return;
  await client.mailboxCreate(path).catch((error: unknown) => {
    throw new ImapFault('missing-folder', `The folder ${path} is missing and cannot be made.`, error);
  });
}

function selected(client: ImapFlow): MailboxObject {
  if (client.mailbox === false || !client.usable)
    throw new ImapFault('network', 'The connection to the mailbox is lost.');
  return client.mailbox;
}

/** UIDNEXT is optional in RFC 3501; where it is missing the last mail says what it would have said. */
async function highestUidOf(client: ImapFlow, mailbox: MailboxObject): Promise<number> {
  if (mailbox.uidNext > 0) return mailbox.uidNext - 1;
  if (mailbox.exists === 0) return 0;
  const rows = await client.fetchAll('*', { uid: true });
  return Math.max(0, ...rows.map((row) => row.uid));
}

function connectionOf(
  client: ImapFlow,
  url: ImapUrl,
  options: MailboxOptions,
  where: string,
  highestAtSelect: number,
): MailboxConnection {
  const uidValidity = Number(selected(client).uidValidity);
  const watch = createNewsWatch(client, options.timeoutMs);
  let highestUid = highestAtSelect;
  let selectedAt = performance.now();

  const command = async <T>(bytes: number, step: () => Promise<T>): Promise<T> => {
    try {
      selected(client);
      return await withDeadline(client, options.timeoutMs + bytes / SLOWEST_BYTES_PER_MS, step);
    } catch (error) {
      throw toImapFault(error, where);
    }
  };
  const reselect = async () => {
    if (performance.now() - selectedAt < RESELECT_MS) return;
    await command(0, () => client.mailboxOpen(url.folder));
    selectedAt = performance.now();
    if (Number(selected(client).uidValidity) === uidValidity) return;
    client.close();
    throw new ImapFault('protocol', `${where} has been replaced by another (UIDVALIDITY changed).`);
  };
  const newSizes = async function* (after: number) {
    // At most this many mails can be new: those that SELECT promised and those that were announced since.
    const atMost = Math.max(0, highestAtSelect - after) + watch.announced();
    if (atMost <= MANY) {
      yield await command(0, () => fetchSizes(client, `${after + 1}:*`, after));
      return;
    }
    const uids = await command(0, () => searchUids(client, after));
    for (let at = 0; at < uids.length; at += SIZES_AT_ONCE) {
      const some = uidSet(uids.slice(at, at + SIZES_AT_ONCE));
      yield await command(0, () => fetchSizes(client, some, after));
    }
  };

  return {
    status: () => ({
      uidValidity,
      uidNext: highestUid + 1,
      exists: client.mailbox === false ? 0 : client.mailbox.exists,
    }),
    fetchAfter: async function* (after, limits) {
      await reselect();
      let position = after;
      do {
        // A server may show a session only what it has announced to it, and announces at the end of a command; such
        // mail is the next round's.
        watch.seen();
        for await (const sizes of newSizes(position)) {
          for (const batch of planBatches(sizes, limits)) {
            const bytes = batch.reduce((sum, mail) => sum + mail.size, 0);
            const mails = await command(bytes, () => fetchBodies(client, batch, limits.maxMailBytes));
            position = Math.max(position, batch.at(-1)?.uid ?? 0);
            highestUid = Math.max(highestUid, position);
            if (mails.length > 0) yield mails;
          }
        }
      } while (watch.hasNews());
    },
    firstUidSince: async (since) => {
      const found = await command(0, () => client.search({ since: new Date(since - DAY_MS) }, { uid: true }));
      return Array.isArray(found) && found.length > 0
        ? found.reduce((lowest, uid) => Math.min(lowest, uid))
        : undefined;
    },
    markStored: async (uids) => {
      if (uids.length === 0) return true;
      const range = uidSet([...uids].sort((a, b) => a - b));
      const { moveTo } = options;
      const step = async () => {
        if (moveTo !== undefined) return (await client.messageMove(range, moveTo, { uid: true })) !== false;
        const permitted = selected(client).permanentFlags;
        if (permitted !== undefined && !permitted.has('\\*') && !permitted.has(KEYWORD)) return true;
        return client.messageFlagsAdd(range, [KEYWORD], { uid: true, silent: true });
      };
      return command(0, step).catch(() => false);
    },
    waitForNews: (timeoutMs, signal) =>
      watch.wait(timeoutMs, signal).catch((error: unknown) => {
        throw toImapFault(error, where);
      }),
    close: async () => {
      await withDeadline(client, 1000, () => client.logout()).catch(() => undefined);
      client.close();
    },
  };
}

/** imapflow's own time-out is for silence in the middle of IDLE; a command gets this one, and the connection ends. */
async function withDeadline<T>(client: ImapFlow, ms: number, step: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(Object.assign(new Error('The server did not answer in time'), { code: 'ETIMEDOUT' }));
      client.close();
    }, ms);
  });
  try {
    return await Promise.race([step(), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
