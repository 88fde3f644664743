import { createHash } from 'node:crypto';
import type { EmailAddress } from '../../../src/domain/mail/email-address.ts';
import type { InboundId, TicketId } from '../../../src/domain/ticket/ids.ts';
import type { FateRow } from '../../../src/domain/ticket/planned-rows.ts';
import { type Database, inTransaction, openDatabase } from '../../../src/store/database.ts';
import { insertInboundMails, markDecided } from '../../../src/store/inbound/inbound-mails.ts';
import { ensureMailbox } from '../../../src/store/inbound/mailboxes.ts';
import { insertOutbox } from '../../../src/store/outbox/bounded-outbox.ts';
import { insertAudit } from '../../../src/store/tickets/ticket-records.ts';
import { insertTickets } from '../../../src/store/tickets/tickets.ts';
import { nextId, outboxRow, ticketRow } from '../../support/new-rows.ts';
import { createDatabase } from '../../support/postgres.ts';
import { deskSettings } from './run-turnmail.ts';

export type SeededDesk = {
  url: string;
  settings: Record<string, string>;
  database: Database;
  /** A mail from Jo that opened a ticket, with its receipt in the outbox. */
  openTicket(subject: string): Promise<{ ticketId: TicketId; inboundId: InboundId; messageId: string }>;
  drop(): Promise<void>;
};

export const JO = 'jo@customer.example' as EmailAddress;
export const NOON = Date.parse('2026-11-22T12:00:00Z');

/** A desk's database with the newest schema, and what mails would have written into it. */
export async function createSeededDesk(): Promise<SeededDesk> {
  const { url, drop } = await createDatabase();
  const database = openDatabase(url, { max: 2, onError: () => {} });
  let uid = 0;
  const openTicket: SeededDesk['openTicket'] = async (subject) => {
    uid++;
    const messageId = `m${uid}@customer.example`;
    const raw = Buffer.from(`Message-ID: <${messageId}>\r\n\r\n${subject}\r\n`);
    const mailboxId = await ensureMailbox(database, 'support@imap.acme.example:993/INBOX', NOON);
    return await inTransaction(database, async (tx) => {
      const sha256 = createHash('sha256').update(raw).digest();
      const mail = { uid, receivedAt: NOON, size: raw.length, raw, sha256, orderKey: JO };
      const [inboundId] = await insertInboundMails(tx, mailboxId, 7, [mail], NOON + 10);
      if (inboundId === undefined) throw new Error('no mail was stored');
      const ticketId = await nextId(tx, 'tickets');
      const query = `Hello,\nI ask about: ${subject}`;
      const thread = { firstMessageId: messageId, lastMessageId: messageId };
      await insertTickets(tx, [ticketRow(ticketId, NOON + 20, { customer: JO, query, subject, mailboxId, ...thread })]);
      const receipt = outboxRow(await nextId(tx, 'outbox'), JO, { template: 'receipt', ticketId, inboundId });
      await insertOutbox(tx, [receipt], NOON + 20);
      await insertAudit(tx, [{ ticketId, inboundId, actor: 'customer', action: 'opened' }], NOON + 20);
      const fate: FateRow = {
        id: inboundId,
        disposition: 'ticket',
        reason: 'new-request',
        kind: 'normal',
        kindReason: 'no-automatic-sign',
        messageId,
        fromAddress: JO,
        fromName: 'Jo',
        subject,
        words: undefined,
        ticketId,
        responseId: undefined,
        agentId: undefined,
        duplicateOf: undefined,
        tokenBefore: undefined,
        copied: [],
      };
      await markDecided(tx, [fate], NOON + 20);
      return { ticketId, inboundId, messageId };
    });
  };
  return {
    url,
    settings: deskSettings(url),
    database,
    openTicket,
    drop: async () => {
      await database.end();
      await drop();
    },
  };
}
