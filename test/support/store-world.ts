import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { EmailAddress } from '../../src/domain/mail/email-address.ts';
import type { InboundId, MailboxId, OutboxId, ResponseId, TicketId } from '../../src/domain/ticket/ids.ts';
import { type Database, inTransaction, openDatabase, type Tx } from '../../src/store/database.ts';
import { insertInboundMails } from '../../src/store/inbound/inbound-mails.ts';
import { ensureMailbox } from '../../src/store/inbound/mailboxes.ts';
import { insertOutbox } from '../../src/store/outbox/bounded-outbox.ts';
import { insertResponses } from '../../src/store/tickets/responses.ts';
import { insertTickets } from '../../src/store/tickets/tickets.ts';
import { nextId, outboxRow, ticketRow } from './new-rows.ts';
import { createDatabase } from './postgres.ts';

export const JO = 'jo@customer.example' as EmailAddress;

/** A database of a test's own, and rows in it made by the store's own statements. */
export type StoreWorld = {
  url: string;
  database: Database;
  mailboxId: MailboxId;
  /** runs one statement; resolves with its rows */
  sql<T extends pg.QueryResultRow = Record<string, unknown>>(statement: string, values?: unknown[]): Promise<T[]>;
  inTx<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  ticket(now?: number): Promise<TicketId>;
  /** a response on the ticket, which goes to in_process */
  response(ticketId: TicketId, words?: string, now?: number): Promise<ResponseId>;
  /** waiting mails, one for each sender named, in that order */
  mails(senders: string[]): Promise<InboundId[]>;
  /** pending rows, one for each recipient named, in that order */
  outbox(recipients: string[], ticketId?: TicketId, now?: number): Promise<OutboxId[]>;
  stop(): Promise<void>;
};

export async function startStoreWorld(): Promise<StoreWorld> {
  const { url, drop } = await createDatabase();
  const database = openDatabase(url, { max: 24, onError: () => {} });
  const inTx: StoreWorld['inTx'] = (work) => inTransaction(database, work);
  const mailboxId = await ensureMailbox(database, 'imap://desk.example/INBOX', 0);
  let uid = 0;
  return {
    url,
    database,
    mailboxId,
    inTx,
    sql: async <T extends pg.QueryResultRow>(statement: string, values: unknown[] = []) =>
      (await database.query<T>(statement, values)).rows,
    ticket: (now = 1_000) =>
      inTx(async (tx) => {
        const id = await nextId(tx, 'tickets');
        await insertTickets(tx, [ticketRow(id, now, { customer: JO, mailboxId })]);
        return id;
      }),
    response: (ticketId, words = 'Pour water on it.', now = 2_000) =>
      inTx(async (tx) => {
        const id = await nextId(tx, 'responses');
        await insertResponses(tx, [{ id, ticketId, words, sentTime: now }]);
        await tx.query(`update tickets set status = 'in_process', last_updated_on = $2 where id = $1`, [ticketId, now]);
        return id;
      }),
    mails: (senders) =>
      inTx((tx) => {
        const rows = senders.map((orderKey) => {
          uid++;
          const raw = Buffer.from(`From: ${orderKey}\r\n\r\nmail ${uid}\r\n`);
          const sha256 = createHash('sha256').update(raw).digest();
          return { uid, receivedAt: uid, size: raw.length, raw, sha256, orderKey };
        });
        return insertInboundMails(tx, mailboxId, 1, rows, 1_000);
      }),
    outbox: (recipients, ticketId, now = 1_000) =>
      inTx(async (tx) => {
        const ids: OutboxId[] = [];
        for (const to of recipients) {
          const id = await nextId(tx, 'outbox');
          ids.push(...(await insertOutbox(tx, [outboxRow(id, to, { ticketId })], now)));
        }
        return ids;
      }),
    stop: async () => {
      await database.end();
      await drop();
    },
  };
}
