import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { AccessTokens } from '../auth/access-tokens.ts';
import { mailboxSource } from '../domain/desk/imap-url.ts';
import { addressKey } from '../domain/mail/email-address.ts';
import type { MailboxId } from '../domain/ticket/ids.ts';
import type { Desk } from '../flows/desk.ts';
import type { PollingDesk } from '../flows/receive/poll-mailbox.ts';
import type { Config } from '../runtime/settings/config.ts';
import type { MailboxConfig } from '../runtime/settings/mailbox-config.ts';
import { ensureMailbox } from '../store/inbound/mailboxes.ts';

const MEGABYTE = 1024 * 1024;
/** What one mailbox fetches at a time, and what all of a process may at most: a first start finds all of them full. */
const MAX_BATCH_BYTES = 16 * MEGABYTE;
const MAX_FETCHED_BYTES = 64 * MEGABYTE;

/** Watches the mailboxes and stores what arrives. */
export async function startPoll(
  { settings, mailboxes }: Config,
  desk: Desk & Pick<PollingDesk, 'fresh'>,
  tokensOf: (mailbox: MailboxConfig) => AccessTokens | undefined,
  closers: (() => Promise<void>)[],
): Promise<void> {
  const { connectMailbox } = await import('../imap/mailbox-connection.ts');
  const { pollMailboxes } = await import('../flows/receive/poll-mailboxes.ts');
  const pollingOf = (mailbox: MailboxConfig): PollingDesk => ({
    ...desk,
    connect: () =>
      connectMailbox({
        url: mailbox.imapUrl ?? '',
        accessTokens: tokensOf(mailbox),
        timeoutMs: settings.IMAP_TIMEOUT_SECONDS * 1000,
        allowPlaintext: settings.ALLOW_PLAINTEXT,
        ...(mailbox.moveTo === undefined ? {} : { moveTo: mailbox.moveTo }),
        maxMailBytes: settings.MAX_MAIL_MB * MEGABYTE,
        onLog: (line: string) => desk.log.debug(line),
      }),
    pollMs: settings.POLL_SECONDS * 1000,
    initialSync: mailbox.initialSync,
    maxMailBytes: settings.MAX_MAIL_MB * MEGABYTE,
    maxBatchBytes: Math.min(MAX_BATCH_BYTES, Math.floor(MAX_FETCHED_BYTES / mailboxes.length)),
  });
  const polling = new Map<MailboxId, PollingDesk>();
  for (const mailbox of mailboxes) {
    const { imapUrl, identity } = mailbox;
    if (imapUrl === undefined) continue;
    const source = mailboxSource(imapUrl);
    const id = await ensureMailbox(desk.database, source, desk.clock.now(), addressKey(identity.address));
    polling.set(id, pollingOf(mailbox));
  }
  const holder = `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
  const abort = new AbortController();
  const polled = pollMailboxes({ ...desk, holder }, polling, abort.signal);
  closers.push(async () => {
    abort.abort();
    await polled;
  });
}
