import { ImapFlow, type MailboxObject } from 'imapflow';
import type { ImapUrl } from '../domain/imap-url.ts';
import { withDeadline } from './deadline.ts';
import { ImapFault } from './imap-fault.ts';

export type OpenOptions = {
  moveTo?: string;
  timeoutMs: number;
  onLog?(line: string): void;
  allowPlaintext?: boolean;
  /** Takes the place of a password. */
  accessToken?: string | undefined;
};

/** A logged-in client with its folder selected, and the highest UID that was there. Rejects with the library's error. */
export async function openMailbox(
  url: ImapUrl,
  options: OpenOptions,
): Promise<{ client: ImapFlow; highestUid: number; saysUidNext: boolean }> {
  const client = createClient(url, options);
  try {
    const opened = await withDeadline(client, 3 * options.timeoutMs, async () => {
      await client.connect();
      if (options.moveTo !== undefined) await ensureFolder(client, options.moveTo);
      await client.mailboxOpen(url.folder);
      // The library sets it itself once it has fetched something.
      const saysUidNext = selected(client).uidNext > 0;
      return { saysUidNext, highestUid: await highestUidOf(client, selected(client)) };
    });
    return { client, ...opened };
  } catch (error) {
    client.close();
    throw error;
  }
}

function createClient(url: ImapUrl, options: OpenOptions): ImapFlow {
  const log = (entry: { msg?: string; err?: { code?: string } }) => {
    if (entry.msg === undefined) return;
    options.onLog?.(entry.err?.code === undefined ? entry.msg : `${entry.msg} (${entry.err.code})`);
  };
  const silent = () => undefined;
  const client = new ImapFlow({
    host: url.host,
    port: url.port,
    secure: url.secure,
    // Unset is STARTTLS where offered; true refuses to log in without it.
    ...(url.secure || url.loopback || options.allowPlaintext === true ? {} : { doSTARTTLS: true }),
    auth:
      options.accessToken === undefined
        ? { user: url.user, pass: url.password }
        : { user: url.user, accessToken: options.accessToken },
    tls: { rejectUnauthorized: !url.loopback },
    clientInfo: { name: 'turnmail' },
    connectionTimeout: options.timeoutMs,
    greetingTimeout: options.timeoutMs,
    disableAutoIdle: true,
    disableAutoEnable: true,
    disableCompression: true,
    // BINARY would hand out bodies decoded, and we want the bytes that were sent.
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

/** The open folder; throws an ImapFault when the connection is gone. */
export function selected(client: ImapFlow): MailboxObject {
  if (client.mailbox === false || !client.usable) {
    throw new ImapFault('network', 'The connection to the mailbox is lost.');
  }
  return client.mailbox;
}

/** UIDNEXT is optional in RFC 3501; where it is missing the last mail says what it would have said. */
async function highestUidOf(client: ImapFlow, mailbox: MailboxObject): Promise<number> {
  if (mailbox.uidNext > 0) return mailbox.uidNext - 1;
  if (mailbox.exists === 0) return 0;
  const rows = await client.fetchAll('*', { uid: true });
  return Math.max(0, ...rows.map((row) => row.uid));
}
