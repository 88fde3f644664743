import type { OutboxId, TicketId } from '../../domain/ticket/ids.ts';
import type { MailTemplate } from '../../domain/ticket/outbox-item.ts';
import type { Database, Tx } from '../database.ts';

/** An outbox row of unknown fate that the agents were not told of yet. */
export type OpenUnknown = {
  id: OutboxId;
  template: MailTemplate;
  ticketId: TicketId | undefined;
  /** how long ago that was, by the database's clock */
  msSinceEnd: number;
  unknownAttempts: number;
  heardOf: boolean;
  /** its Message-ID and envelope sender, sealed */
  ids: Buffer | undefined;
};

type Row = {
  id: OutboxId;
  kind: MailTemplate;
  ticket_id: TicketId | null;
  ms_since_end: number;
  unknowns: number;
  heard_of: boolean;
  sealed_ids: Buffer | null;
};

/**
 * The mail was taken when its Message-ID came into the mailbox, or when a mail about its ticket answers it, is addressed
 * to the token that stands only in it, or is a delivery report about it. Its id among References proves nothing, since our
 * later mails carry it there too. Raw bytes are searched, so only rows are looked at about which something is decided now.
 */
const HEARD_OF = `o.undelivered_at is not null
  or exists (select from inbound_mails m where m.message_id = o.message_id)`;

/** Of these mails those whose tokens stand where only somebody who has the mail can have them from. */
export async function listNamedIn(
  database: Database,
  mails: { id: OutboxId; ticketId: TicketId; tokens: string[] }[],
): Promise<Set<OutboxId>> {
  if (mails.length === 0) return new Set();
  const { rows } = await database.query<{ id: OutboxId }>(
    `select o.id from unnest($1::bigint[], $2::bigint[], $3::text[]) as o(id, ticket_id, tokens)
     where exists (select from inbound_mails m where m.ticket_id = o.ticket_id
       and encode(substring(m.raw from 1 for 200000), 'escape') ~* (
         '(^|\\n)(in-reply-to|to|cc|delivered-to|x-original-to|message-id|original-envelope-id):([^\\n]|\\n[ \\t])*('
         || o.tokens || ')'))`,
    [mails.map(({ id }) => id), mails.map(({ ticketId }) => ticketId), mails.map(({ tokens }) => tokens.join('|'))],
  );
  return new Set(rows.map((row) => row.id));
}

/** Mails of unknown fate to decide about, oldest first: those that ended at least `quietMs` ago. */
export async function listOpenUnknown(database: Database, quietMs: number, limit: number): Promise<OpenUnknown[]> {
  const { rows } = await database.query<Row>(
    `select o.id, o.kind, o.ticket_id, epoch_ms() - o.ended_at as ms_since_end, a.unknowns, (${HEARD_OF}) as heard_of, o.sealed_ids
     from outbox o cross join lateral (
       select count(*) filter (where outcome = 'unknown')::int as unknowns from outbox_attempts where outbox_id = o.id) a
     where o.state = 'unknown' and a.unknowns < 2 and o.ended_at <= epoch_ms() - $1::bigint and o.told_at is null
     order by o.id limit $2`,
    [quietMs, limit],
  );
  return rows.map((row) => ({
    id: row.id,
    template: row.kind,
    ticketId: row.ticket_id ?? undefined,
    msSinceEnd: row.ms_since_end,
    unknownAttempts: row.unknowns,
    heardOf: row.heard_of,
    ids: row.sealed_ids ?? undefined,
  }));
}

/** How many attempts to send this mail ended without an answer of the server. */
export async function countUnknownAttempts(tx: Tx, id: OutboxId): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    `select count(*)::int as count from outbox_attempts where outbox_id = $1 and outcome = 'unknown'`,
    [id],
  );
  return rows[0]?.count ?? 0;
}

/** The mail is due again, with the bytes it has. @returns false where another process was faster */
export async function markToResend(tx: Tx, id: OutboxId): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update outbox set state = 'pending', ended_at = null, next_attempt_at = epoch_ms() where id = $1 and state = 'unknown'`,
    [id],
  );
  return rowCount === 1;
}

/** Something shows that the mail was taken. @returns false where another process was faster */
export async function markFoundSent(tx: Tx, id: OutboxId): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update outbox set state = 'sent', last_error = null where id = $1 and state = 'unknown'`,
    [id],
  );
  return rowCount === 1;
}
