import type { EmailAddress } from '../../domain/mail/email-address.ts';
import type { EpochMs, InboundId, OutboxId, TicketId } from '../../domain/ticket/ids.ts';
import type { Database } from '../database.ts';
import type { ResponseTableRow, TicketTableRow } from '../desk-tables.ts';

/** Everything that the desk holds about a customer, for `turnmail export`; rows as they are, bytes apart. */

/** Who gets copies of a ticket's responses, or got them until then. */
type ReaderRecord = { address: string; added_at: EpochMs; removed_at: EpochMs | null };

export type TicketRecord = TicketTableRow & {
  subject: string;
  /** what the customer wrote about the answer to their request, and when they said whether it was solved */
  feedback_words: string | null;
  feedback_at: EpochMs | null;
  responses: ResponseTableRow[];
  readers: ReaderRecord[];
  notes: { created_at: EpochMs; agent: string | null; note: string }[];
};

export async function listTicketRecords(database: Database, address: EmailAddress): Promise<TicketRecord[]> {
  const { rows } = await database.query<TicketRecord>(
    `select t.*, m.subject, m.feedback_words, m.feedback_at,
       coalesce((select jsonb_agg(to_jsonb(r) order by r.sent_time, r.id) from responses r where r.ticket_id = t.id), '[]') as responses,
       coalesce((select jsonb_agg(jsonb_build_object('address', address, 'added_at', added_at, 'removed_at', removed_at) order by added_at)
                 from ticket_readers where ticket_id = t.id), '[]') as readers,
       coalesce((select jsonb_agg(jsonb_build_object('created_at', n.created_at, 'agent', coalesce(nullif(a.name, ''), a.email),
                   'note', n.note) order by n.id)
                 from notes n left join agents a on a.id = n.agent_id where n.ticket_id = t.id), '[]') as notes
     from tickets t join ticket_mail m on m.ticket_id = t.id where lower(t.email) = lower($1) order by t.id`,
    [address],
  );
  return rows;
}

export type MailRecord = {
  id: InboundId;
  received_at: EpochMs;
  size: number;
  message_id: string | null;
  from_name: string | null;
  subject: string | null;
  words: string | null;
  words_html: string | null;
  kind: string | null;
  disposition: string | null;
  reason: string | null;
  ticket_id: TicketId | null;
  attachments: { filename: string; content_type: string; size: number; sha256: string }[];
  sender_check: { verification: string | null; reason: string; checked_at: EpochMs; findings: object } | null;
  raw_removed_at: EpochMs | null;
};

/** Mails from the address, on whatever ticket or none. */
export async function listMailRecords(database: Database, address: EmailAddress): Promise<MailRecord[]> {
  const { rows } = await database.query<MailRecord>(
    `select m.id, m.received_at, m.size, m.message_id, m.from_name, m.subject, m.words, m.words_html, m.kind, m.disposition, m.reason,
       m.ticket_id, m.raw_removed_at,
       coalesce((select jsonb_agg(jsonb_build_object('filename', a.filename, 'content_type', a.content_type, 'size', a.size,
                   'sha256', a.sha256) order by a.position) from attachments a where a.inbound_id = m.id), '[]') as attachments,
       (select jsonb_build_object('verification', c.verification, 'reason', c.reason, 'checked_at', c.checked_at,
          'findings', c.findings) from sender_checks c where c.inbound_id = m.id) as sender_check
     from inbound_mails m where m.order_key = lower($1) order by m.id`,
    [address],
  );
  return rows;
}

/**
 * Mails of other people about the person's tickets: that they are there, and no more. Their words to the person are the
 * responses; their bytes hold what is not the person's, such as the token of an agent.
 */
export async function listMailsOfOthers(
  database: Database,
  address: EmailAddress,
): Promise<{ id: InboundId; received_at: EpochMs; ticket_id: TicketId; disposition: string | null; of: string }[]> {
  const { rows } = await database.query(
    `select m.id, m.received_at, m.ticket_id, m.disposition, case when m.agent_id is null then 'somebody else' else 'an agent' end as of
     from inbound_mails m join tickets t on t.id = m.ticket_id
     where lower(t.email) = lower($1) and m.order_key <> lower($1) order by m.id`,
    [address],
  );
  return rows;
}

export type SentRecord = {
  id: OutboxId;
  kind: string;
  created_at: EpochMs;
  ended_at: EpochMs | null;
  state: string;
  message_id: string | null;
  ticket_id: TicketId | null;
  undelivered_at: EpochMs | null;
  raw_removed_at: EpochMs | null;
};

export async function listSentRecords(database: Database, address: EmailAddress): Promise<SentRecord[]> {
  const { rows } = await database.query<SentRecord>(
    `select id, kind, created_at, ended_at, state, message_id, ticket_id, undelivered_at, raw_removed_at
     from outbox where lower(recipient) = lower($1) order by id`,
    [address],
  );
  return rows;
}

/** Tickets of other people whose responses the address gets copies of, or got. */
export async function listReadTickets(
  database: Database,
  address: EmailAddress,
): Promise<{ ticket_id: TicketId; added_at: EpochMs; removed_at: EpochMs | null }[]> {
  const { rows } = await database.query(
    'select ticket_id, added_at, removed_at from ticket_readers where lower(address) = lower($1) order by ticket_id',
    [address],
  );
  return rows;
}

/** Notes on other people's tickets that name the address. */
export async function listNotesNaming(
  database: Database,
  address: EmailAddress,
): Promise<{ ticket_id: TicketId; created_at: EpochMs; note: string }[]> {
  const { rows } = await database.query(
    `select n.ticket_id, n.created_at, n.note from notes n join tickets t on t.id = n.ticket_id
     where position(lower($1) in lower(n.note)) > 0 and lower(t.email) <> lower($1) order by n.id`,
    [address],
  );
  return rows;
}
