import { mailboxSource } from '../domain/desk/imap-url.ts';
import { createMailboxes, type Mailboxes } from '../domain/desk/mailboxes.ts';
import { addressKey } from '../domain/mail/email-address.ts';
import type { EpochMs } from '../domain/ticket/ids.ts';
import type { Config } from '../runtime/settings/config.ts';
import type { Database } from '../store/database.ts';
import { ensureMailbox, listMailboxes } from '../store/inbound/mailboxes.ts';

/** The mailboxes of the settings, with the rows that the database has of them. */
export async function knowMailboxes(database: Database, { mailboxes }: Pick<Config, 'mailboxes'>): Promise<Mailboxes> {
  const [first, ...more] = mailboxes;
  const identities = [first.identity, ...more.map(({ identity }) => identity)] as const;
  return createMailboxes(identities, await listMailboxes(database), sourcesOf({ mailboxes }));
}

/** Where mail is read from, by the settings of this process. */
export function sourcesOf({ mailboxes }: Pick<Config, 'mailboxes'>): string[] {
  return mailboxes.flatMap(({ imapUrl }) => (imapUrl === undefined ? [] : mailboxSource(imapUrl)));
}

/** Every mailbox that is named gets its row, so that all processes know all of them, also those that others read. */
export async function ensureMailboxes(
  database: Database,
  { mailboxes }: Pick<Config, 'mailboxes'>,
  now: EpochMs,
): Promise<void> {
  for (const { imapUrl, identity } of mailboxes) {
    if (imapUrl !== undefined) await ensureMailbox(database, mailboxSource(imapUrl), now, addressKey(identity.address));
  }
}
