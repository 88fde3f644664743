import { ImapFlow, type MailboxObject } from 'imapflow';
import type { ImapUrl } from '../domain/desk/imap-url.ts';
import { withDeadline } from './deadline.ts';
import { ImapFault } from './imap-fault.ts';

export type OpenOptions = {
  moveTo?: string;
  timeoutMs: number;
  onLog?(line: string): void;
  allowPlaintext?: boolean;
  /** Takes the place of a password. */
  accessToken?: string | undefined;
  /** the largest mail whose body will be asked for */
  maxMailBytes?: number;
};

/** Of one line: a SEARCH may name more than a million mails in it. The library's own bounds are 1 GB. */
const MAX_LINE_BYTES = 12 * 1024 * 1024;
/** Of a literal that is no body, such as the name of a folder. */
const MAX_LITERAL_BYTES = 64 * 1024;
const MAX_TOKENS = 200_000;
const DEFAULT_MAIL_BYTES = 64 * 1024 * 1024;

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
  const log = (entry: { msg?: string; src?: string; payloadBytes?: number; err?: { code?: string } }) => {
    if (entry.msg === undefined) return;
    // What the server said may hold anybody's words. The library logs a line that it cannot parse.
    const said = entry.src === undefined ? entry.msg : `a line of ${entry.payloadBytes ?? 0} bytes cannot be parsed`;
    options.onLog?.(entry.err?.code === undefined ? said : `${said} (${entry.err.code})`);
  };
  const maxLiteralSize = MAX_LITERAL_BYTES + (options.maxMailBytes ?? DEFAULT_MAIL_BYTES);
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
    maxLineLength: MAX_LINE_BYTES,
    maxLiteralSize,
    maxResponseSize: maxLiteralSize + MAX_LINE_BYTES,
    maxResponseTokens: MAX_TOKENS,
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
