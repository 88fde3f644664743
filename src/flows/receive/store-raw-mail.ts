import { createHash } from 'node:crypto';
import { Fault } from '../../domain/fault.ts';
import type { InboundId } from '../../domain/ticket/ids.ts';
import type { FetchedMail } from '../../imap/mailbox-connection.ts';
import { senderKey } from '../../mail/sender/sender-key.ts';
import { killPoint } from '../../runtime/kill-point.ts';
import { inTransaction } from '../../store/database.ts';
import { insertInboundMails } from '../../store/inbound/inbound-mails.ts';
import { movePlace } from '../../store/inbound/mailbox-places.ts';
import { lockMailbox, type MailboxLease, markMailbox } from '../../store/inbound/mailboxes.ts';
import type { Desk } from '../desk.ts';
import type { FreshBytes } from './fresh-bytes.ts';

/**
 * Stores a batch of raw mails and moves the cursor, in one commit and only while the lease is ours. Nothing has been
 * understood yet, and nothing on the IMAP server may change before this has returned.
 * @param mails those that get a row
 * @param upTo the highest UID that is accounted for by this batch and those before it
 * @param passed the UIDs of all that were there, and of those that are to be asked for again
 * @returns the ids of mails that are to be decided now
 * @throws Fault lease-lost
 */
export async function storeRawMail(
  desk: Desk & { fresh?: FreshBytes },
  lease: MailboxLease,
  uidValidity: number,
  mails: FetchedMail[],
  upTo: number,
  passed: { there: number[]; owed: number[] } = { there: mails.map((mail) => mail.uid), owed: [] },
): Promise<InboundId[]> {
  const now = desk.clock.now();
  const rows = mails.map((mail) => ({
    uid: mail.uid,
    receivedAt: mail.internalDate ?? now,
    size: mail.size,
    raw: mail.raw,
    sha256: mail.raw && createHash('sha256').update(mail.raw).digest(),
    orderKey: mail.raw ? senderKey(mail.raw) : `large:${lease.mailboxId}:${uidValidity}:${mail.uid}`,
  }));
  const ids = await inTransaction(desk.database, async (tx) => {
    const mailbox = await lockMailbox(tx, lease);
    if (!mailbox) throw new Fault('lease-lost', 'another poller has taken the mailbox');
    const inserted = rows.length === 0 ? [] : await insertInboundMails(tx, lease.mailboxId, uidValidity, rows, now);
    if (mailbox.uidValidity !== uidValidity) await markMailbox(tx, lease.mailboxId, { uidValidity });
    await movePlace(tx, lease.mailboxId, uidValidity, { upTo, ...passed }, now);
    killPoint('store-before-commit');
    return inserted;
  });
  killPoint('store-after-commit');
  keepBytes(desk, ids, rows);
  desk.metrics.mailsStored.inc(ids.length);
  return ids;
}

/** Deciding in this process need not read the bytes back. Which row is which is certain only where every row is new. */
function keepBytes(
  { fresh }: { fresh?: FreshBytes },
  ids: InboundId[],
  rows: { uid: number; raw: Buffer | undefined }[],
): void {
  if (!fresh || ids.length !== rows.length) return;
  for (const [index, { raw }] of rows.toSorted((a, b) => a.uid - b.uid).entries()) {
    const id = ids[index];
    if (id !== undefined && raw) fresh.keep(id, raw);
  }
}
