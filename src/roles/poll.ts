import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { AccessTokens } from '../auth/access-tokens.ts';
import { mailboxSource } from '../domain/imap-url.ts';
import type { Desk } from '../flows/desk.ts';
import type { PollingDesk } from '../flows/receive/poll-mailbox.ts';
import type { Config } from '../runtime/config.ts';
import { ensureMailbox } from '../store/inbound/mailboxes.ts';

const MEGABYTE = 1024 * 1024;

/** Watches the mailbox and stores what arrives. */
export async function startPoll(
  { settings }: Config,
  desk: Desk & Pick<PollingDesk, 'fresh'>,
  accessTokens: AccessTokens | undefined,
  closers: (() => Promise<void>)[],
): Promise<void> {
  const { connectMailbox } = await import('../imap/mailbox-connection.ts');
  const { pollMailbox } = await import('../flows/receive/poll-mailbox.ts');
  const url = settings.IMAP_URL ?? '';
  const mailboxId = await ensureMailbox(desk.database, mailboxSource(url), desk.clock.now());
  const polling = {
    ...desk,
    connect: () =>
      connectMailbox({
        url,
        accessTokens,
        timeoutMs: settings.IMAP_TIMEOUT_SECONDS * 1000,
        allowPlaintext: settings.ALLOW_PLAINTEXT,
        ...(settings.IMAP_MOVE_TO === undefined ? {} : { moveTo: settings.IMAP_MOVE_TO }),
        maxMailBytes: settings.MAX_MAIL_MB * MEGABYTE,
        onLog: (line: string) => desk.log.debug(line),
      }),
    holder: `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`,
    pollMs: settings.POLL_SECONDS * 1000,
    initialSync: settings.INITIAL_SYNC,
    maxMailBytes: settings.MAX_MAIL_MB * MEGABYTE,
  };
  const abort = new AbortController();
  const polled = pollMailbox(polling, mailboxId, abort.signal);
  closers.push(async () => {
    abort.abort();
    await polled;
  });
}
