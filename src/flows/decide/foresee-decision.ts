import { createHash } from 'node:crypto';
import type { UnderstoodMail } from '../../decide/mail/understood-mail.ts';
import { judgeAuthentication, signedPartsOf, verifyByOthers } from '../../decide/mail/verify-sender.ts';
import type { ParsedMail } from '../../domain/mail/parsed-mail.ts';
import type { TicketId } from '../../domain/ticket/ids.ts';
import type { Disposition, Reason } from '../../domain/ticket/reasons.ts';
import { senderKey } from '../../mail/sender/sender-key.ts';
import type { Authenticate } from '../../mail/sender/verify-dkim.ts';
import { inTransaction, type Tx } from '../../store/database.ts';
import { insertInboundMails } from '../../store/inbound/inbound-mails.ts';
import { ensureMailbox } from '../../store/inbound/mailboxes.ts';
import type { Desk } from '../desk.ts';
import { decideWithin } from './decide-batch.ts';
import { understoodMail } from './understand-mail.ts';

/** What the desk would do with a mail; `ticketId` is the ticket that it would touch, null where it would open one or none. */
export type Foreseen = { disposition: Disposition; reason: Reason; ticketId: TicketId | null };

/**
 * Decides a mail as if it had come this moment, and takes all of it back: the very code of deciding and applying runs, in
 * a transaction that always ends in a rollback. Numbers of rows are used up by it, and nothing else changes.
 */
export async function foreseeDecision(
  desk: Desk & { authenticate: Authenticate },
  raw: Buffer,
  mail: ParsedMail,
): Promise<Foreseen> {
  const now = desk.clock.now();
  const sender = await judgeSender(desk, raw, mail, now);
  try {
    return await inTransaction(desk.database, async (tx) => {
      const stored = await insertForNow(tx, raw, now, mail.date ?? now);
      const understood = await understoodMail(desk, stored, mail, { ...sender, check: undefined });
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

async function judgeSender(
  desk: Desk & { authenticate: Authenticate },
  raw: Buffer,
  mail: ParsedMail,
  now: number,
): Promise<Pick<UnderstoodMail, 'verification' | 'signed'>> {
  const trust = desk.rules.senderTrust;
  if (trust.kind !== 'dkim') return { verification: verifyByOthers(mail, trust), signed: undefined };
  if (mail.from.kind !== 'one') return { verification: 'unverified', signed: undefined };
  const findings = await desk.authenticate(raw, mail.from.address, mail.date ?? now);
  return { verification: judgeAuthentication(findings).verification, signed: signedPartsOf(findings) };
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
