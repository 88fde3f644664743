import type { OfMailboxes } from '../../domain/desk/mailboxes.ts';
import type { EmailAddress } from '../../domain/mail/email-address.ts';
import { behindQuotes } from '../../domain/quoted-lines.ts';
import type { AgentId, EpochMs, InboundId, MailboxId, ResponseId, TicketId } from '../../domain/ticket/ids.ts';
import type { Disposition } from '../../domain/ticket/reasons.ts';
import type { Database, Tx } from '../database.ts';

/** A ticket as people read it: its turns, what was held, what was noted. For mails, `ticket show` and `trace`. */
export type TicketHistory = {
  turns: {
    responseId: ResponseId;
    agent: string | undefined;
    sentTime: EpochMs;
    response: string;
    answer: string | undefined;
    recTime: EpochMs | undefined;
  }[];
  held: {
    inboundId: InboundId;
    receivedAt: EpochMs;
    from: string | undefined;
    words: string;
    disposition: Disposition;
    /** it came from the address of the ticket's customer */
    isCustomer: boolean;
  }[];
  notes: { createdAt: EpochMs; agent: string | undefined; note: string }[];
};

/** How much of a ticket a mail shows: the newest so many of each kind, and so many characters of each text. */
export type HistoryBounds = { entries: number; characters: number; newestAnswerCharacters: number };

/** More characters than a text can have. */
const MAX_INT = 2_147_483_647;

const AGENT_NAME = `coalesce(nullif(a.name, ''), a.email)`;

/** What lies in the history of a ticket beyond the bounds that it was read with. */
export type LeftOut = { turns: number; held: number; notes: number };

/**
 * Turns, held mails and notes, each oldest first; three empty lists where there is no such ticket. With bounds, what Postgres
 * puts together is bounded too: somebody can send a ticket any number of mails, and jsonb holds at most 256 MB.
 */
export async function findTicketHistory(
  database: Database,
  ticketId: TicketId,
  bounds?: HistoryBounds,
): Promise<TicketHistory & { leftOut: LeftOut }> {
  const { rows } = await database.query<{
    turns:
      | {
          id: ResponseId;
          agent: string | null;
          sent_time: number;
          response_sent: string;
          response_received: string | null;
          rec_time: number | null;
        }[]
      | null;
    held:
      | {
          id: InboundId;
          received_at: number;
          from_address: string | null;
          words: string | null;
          disposition: Disposition;
          is_customer: boolean;
        }[]
      | null;
    notes: { created_at: number; agent: string | null; note: string }[] | null;
    counts: LeftOut;
  }>(
    `with turn as (
       select r.id, ${AGENT_NAME} as agent, r.sent_time, left(r.response_sent, $3) as response_sent,
         left(r.response_received, case when r.id = (
           select id from responses where ticket_id = $1 and response_received is not null
           order by sent_time desc, id desc limit 1) then $4::int else $3 end) as response_received, r.rec_time
       from (select * from responses where ticket_id = $1 order by sent_time desc, id desc limit $2) r
       left join inbound_mails m on m.response_id = r.id and m.disposition in ('response', 'ticket')
       left join agents a on a.id = m.agent_id),
     aside as (
       select id, received_at, from_address, left(words, $3) as words, disposition,
         lower(from_address) = (select lower(email) from tickets where id = $1) as is_customer
       from (select * from inbound_mails
             where ticket_id = $1 and disposition in ('held', 'third-party', 'link', 'automatic', 'bounce') and words is not null
             order by id desc limit $2) newest),
     note as (
       select n.id, n.created_at, ${AGENT_NAME} as agent, left(n.note, $3) as note
       from (select * from notes where ticket_id = $1 order by created_at desc, id desc limit $2) n
       left join agents a on a.id = n.agent_id)
     select
       (select jsonb_agg(to_jsonb(t) order by t.sent_time, t.id) from turn t) as turns,
       (select jsonb_agg(to_jsonb(h) order by h.id) from aside h) as held,
       (select jsonb_agg(to_jsonb(n) order by n.created_at, n.id) from note n) as notes,
       jsonb_build_object(
         'turns', (select count(*) from responses where ticket_id = $1),
         'held', (select count(*) from inbound_mails
                  where ticket_id = $1 and disposition in ('held', 'third-party', 'link', 'automatic', 'bounce') and words is not null),
         'notes', (select count(*) from notes where ticket_id = $1)) as counts`,
    [ticketId, bounds?.entries ?? null, bounds?.characters ?? MAX_INT, bounds?.newestAnswerCharacters ?? MAX_INT],
  );
  const row = rows[0];
  return {
    turns: (row?.turns ?? []).map((turn) => ({
      responseId: turn.id,
      agent: turn.agent ?? undefined,
      sentTime: turn.sent_time,
      response: turn.response_sent,
      answer: turn.response_received ?? undefined,
      recTime: turn.rec_time ?? undefined,
    })),
    held: (row?.held ?? []).map((mail) => ({
      inboundId: mail.id,
      receivedAt: mail.received_at,
      from: mail.from_address ?? undefined,
      words: mail.words ?? '',
      disposition: mail.disposition,
      isCustomer: mail.is_customer,
    })),
    notes: (row?.notes ?? []).map((note) => ({
      createdAt: note.created_at,
      agent: note.agent ?? undefined,
      note: note.note,
    })),
    leftOut: {
      turns: (row?.counts.turns ?? 0) - (row?.turns?.length ?? 0),
      held: (row?.counts.held ?? 0) - (row?.held?.length ?? 0),
      notes: (row?.counts.notes ?? 0) - (row?.notes?.length ?? 0),
    },
  };
}

/** A ticket that waits for the desk. */
export type QueueRow = {
  ticketId: TicketId;
  customer: EmailAddress;
  subject: string;
  /** how the customer's newest words begin, behind the question that they quote */
  query: string;
  since: EpochMs;
  held: number;
  newestResponseId: ResponseId | undefined;
  assigneeId: AgentId | undefined;
  mailboxId: MailboxId | undefined;
};

/** The tickets that wait for the desk, longest first: at most `limit` rows, and how many there are in all. */
export async function listQueue(
  client: Database | Tx,
  limit: number,
  of?: OfMailboxes,
): Promise<{ rows: QueueRow[]; total: number }> {
  const { rows } = await client.query<{
    id: TicketId;
    email: EmailAddress;
    subject: string;
    query: string;
    since: number;
    held: number;
    newest: ResponseId | null;
    assignee_id: AgentId | null;
    mailbox_id: MailboxId | null;
    total: number;
  }>(
    `select t.id, t.email, m.subject, m.assignee_id, m.mailbox_id, w.newest_response_id as newest, w.desk_since as since,
       left(coalesce((select response_received from responses r where r.ticket_id = t.id and r.rec_time is not null
                      order by rec_time desc, id desc limit 1), t.query), 1500) as query,
       w.unseen as held,
       count(*) over ()::int as total
     from tickets t join ticket_mail m on m.ticket_id = t.id join ticket_moves w on w.ticket_id = t.id
     where t.status <> 'closed' and w.desk_since is not null
       and ($2::bigint[] is null or m.mailbox_id = any($2) or (m.mailbox_id is null and $3))
     order by since, t.id limit $1`,
    [limit, of?.ids ?? null, of?.orNone ?? false],
  );
  return {
    rows: rows.map((row) => ({
      ticketId: row.id,
      customer: row.email,
      subject: row.subject,
      query: behindQuotes(row.query),
      since: row.since,
      held: row.held,
      newestResponseId: row.newest ?? undefined,
      assigneeId: row.assignee_id ?? undefined,
      mailboxId: row.mailbox_id ?? undefined,
    })),
    total: rows[0]?.total ?? 0,
  };
}

/** Tickets that have waited for the desk since before `before`, and were not brought to mind twice for this wait. */
export async function listOverdue(
  database: Database,
  before: EpochMs,
  limit: number,
): Promise<{ ticketId: TicketId; since: EpochMs; assigneeId: AgentId | undefined }[]> {
  const { rows } = await database.query<{ id: TicketId; since: number; assignee_id: AgentId | null }>(
    `select waiting.id, waiting.since, waiting.assignee_id from (
       select t.id, m.assignee_id, w.desk_since as since
       from tickets t join ticket_mail m on m.ticket_id = t.id join ticket_moves w on w.ticket_id = t.id
       where t.status <> 'closed'
     ) waiting
     where waiting.since < $1 and not exists (
       select from outbox o where o.ticket_id = waiting.id
         and o.kind = 'notification' and o.payload->'last' = 'true' and (o.payload->>'since')::bigint = waiting.since)
     order by waiting.since limit $2`,
    [before, limit],
  );
  return rows.map((row) => ({ ticketId: row.id, since: row.since, assigneeId: row.assignee_id ?? undefined }));
}

/** Since when a ticket has waited for the desk; undefined where it waits for its customer. Means nothing of a closed one. */
export async function findDeskSince(tx: Tx, ticketId: TicketId): Promise<EpochMs | undefined> {
  const { rows } = await tx.query<{ desk_since: number | null }>(
    'select desk_since from ticket_moves where ticket_id = $1',
    [ticketId],
  );
  return rows[0]?.desk_since ?? undefined;
}
