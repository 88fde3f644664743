import { createHash } from 'node:crypto';
import { storedId } from '../../domain/ticket/stored-id.ts';
import type { MailboxConnection, MailSize } from '../../imap/mailbox-connection.ts';
import { type KnownMail, listKnownMails } from '../../store/inbound/mailbox-places.ts';
import type { MailboxLease } from '../../store/inbound/mailboxes.ts';
import type { Desk } from '../desk.ts';

/** Newest mails that are held against what we know of them, and how far below the newest they are looked for. */
const LOOK_AT = 20;
const LOOK_BELOW = 500;
/** Of those that look different, as many are read as settle the matter. */
const READ_AT_MOST = 3;
const MAX_HEAD = 65_536;

/**
 * True where the server has given UIDs that we have read to other mails although it has not changed UIDVALIDITY (RFC 9051
 * section 2.3.1.1 forbids it): a mailbox that was restored from a snapshot does that. The newest mails up to our cursor tell,
 * since those were the first to be given again; date and size raise the doubt, and the bytes settle it. Where UIDNEXT has
 * gone back and nothing that is there is known, it is taken for so: that costs another look at what is there.
 */
export async function givesUidsAgain(
  desk: Desk,
  lease: MailboxLease,
  connection: MailboxConnection,
  { uidEpoch, lastUid }: { uidEpoch: number; lastUid: number },
): Promise<boolean> {
  if (lastUid < 1) return false;
  const { uidNext } = connection.status();
  const from = Math.max(1, Math.min(uidNext, lastUid) - LOOK_BELOW);
  const newest = (await connection.uidsAmong([{ from, to: lastUid }])).slice(-LOOK_AT);
  const known = await listKnownMails(desk.database, lease.mailboxId, uidEpoch, newest);
  if (known.size === 0) return wentBack(connection, lastUid);
  const sizes = await connection.sizesOf(newest.filter((uid) => known.has(uid)));
  const doubtful = sizes.filter((mail) => looksOther(mail, known.get(mail.uid))).slice(-READ_AT_MOST);
  if (doubtful.length === 0) return false;
  const limits = { limit: 1, maxBatchBytes: 1, maxMailBytes: Math.max(...doubtful.map((mail) => mail.size)) };
  for await (const [mail] of connection.fetchAmong(
    doubtful.map(({ uid }) => ({ from: uid, to: uid })),
    limits,
  )) {
    const before = mail && known.get(mail.uid);
    if (mail?.raw && before && !isSameMail(mail.raw, before)) return true;
  }
  return false;
}

/** Some servers write a mail anew for each that asks (Exchange does): other bytes with the Message-ID that we know are no other mail. */
function isSameMail(raw: Buffer, known: KnownMail): boolean {
  if (createHash('sha256').update(raw).digest().equals(known.sha256)) return true;
  return known.messageId !== undefined && storedId(raw.toString('utf8', 0, MAX_HEAD)).includes(known.messageId);
}

/** UIDNEXT never goes back (RFC 9051 section 2.3.1.1); where the server does not say it, nobody can tell. */
export function wentBack(connection: MailboxConnection, lastUid: number): boolean {
  const { uidNext, saysUidNext } = connection.status();
  return saysUidNext && uidNext <= lastUid;
}

function looksOther(mail: MailSize, known: KnownMail | undefined): boolean {
  if (known === undefined) return false;
  const otherDate = mail.internalDate !== undefined && mail.internalDate !== known.receivedAt;
  return otherDate || mail.size !== known.size;
}
