import { createHash } from 'node:crypto';
import type { ParsedMail } from '../../domain/mail/parsed-mail.ts';
import type { TicketId } from '../../domain/ticket/ids.ts';
import type { Disposition, Reason } from '../../domain/ticket/reasons.ts';
import type { ParserPool } from '../../mail/parse/parser-pool.ts';
import { senderKey } from '../../mail/sender/sender-key.ts';
import type { Authenticate } from '../../mail/sender/verify-dkim.ts';
import { inTransaction, type Tx } from '../../store/database.ts';
import { insertInboundMails } from '../../store/inbound/inbound-mails.ts';
import { ensureMailbox } from '../../store/inbound/mailboxes.ts';
import type { Desk } from '../desk.ts';
import { understandOrders } from '../operate/understand-orders.ts';
import { askWhoSent } from './check-sender.ts';
import { decideWithin } from './decide-batch.ts';
import { readMail, understoodMail } from './understood-mail.ts';

/** What the desk would do with a mail; `ticketId` is the ticket that it would touch, null where it would open one or none. */
export type Foreseen = { disposition: Disposition; reason: Reason; ticketId: TicketId | null };

/**
 * Decides a mail as if it had come this moment, and takes all of it back: the very code of deciding and applying runs, in
 * a transaction that always ends in a rollback. Numbers of rows are used up by it, and nothing else changes.
 */
export async function foreseeDecision(
  desk: Desk & { authenticate: Authenticate; parser: ParserPool },
  raw: Buffer,
  mail: ParsedMail,
): Promise<Foreseen> {
  const now = desk.clock.now();
  const read = readMail(desk, mail);
  const { verification, signed } = await askWhoSent(desk, raw, read, mail.date ?? now);
  const orders = await understandOrders(desk, { ...read, verification });
  try {
    return await inTransaction(desk.database, async (tx) => {
      const stored = await insertForNow(tx, raw, now, mail.date ?? now);
      const understood = await understoodMail(desk, stored, read, { verification, signed, check: undefined }, orders);
      const { decided } = await decideWithin(tx, desk, [understood]);
      const [one] = decided;
      if (!one) throw new Error('a batch of one came to nothing');
      const { disposition, reason, ticketId = null } = one.decision;
      throw new TakenBack({ disposition, reason, ticketId });
    });
  } catch (error) {
    if (error instanceof TakenBack) return error.foreseen;
    throw error;
  }
}

/** Thrown inside the transaction so that nothing of it stays. */
class TakenBack extends Error {
  readonly foreseen: Foreseen;
  constructor(foreseen: Foreseen) {
    super('foreseen');
    this.foreseen = foreseen;
  }
}

/** A row as the poller would have stored it, in a mailbox of its own. */
async function insertForNow(tx: Tx, raw: Buffer, now: number, receivedAt: number) {
  const mailboxId = await ensureMailbox(tx, 'turnmail explain', now);
  const sha256 = createHash('sha256').update(raw).digest();
  const row = { uid: 1, receivedAt, size: raw.length, raw, sha256, orderKey: senderKey(raw) };
  const [id] = await insertInboundMails(tx, mailboxId, 1, [row], now);
  if (id === undefined) throw new Error('a mail was inserted and returned no row');
  return { id, mailboxId, sha256, orderKey: row.orderKey, receivedAt };
}
