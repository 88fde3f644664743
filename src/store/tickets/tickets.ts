import type { EmailAddress } from '../../domain/mail/email-address.ts';
import type { TicketFacts } from '../../domain/ticket/facts.ts';
import type { AgentId, EpochMs, MailboxId, ResponseId, TicketId } from '../../domain/ticket/ids.ts';
import type { ClosedBy } from '../../domain/ticket/outbox-item.ts';
import type { NewTicketRow, TicketState } from '../../domain/ticket/planned-rows.ts';
import type { Feedback, TicketStatus } from '../../domain/ticket/ticket.ts';
import type { Database, Tx } from '../database.ts';

/** Opens tickets under ids that were reserved; the first mail of each is both the first and the newest of its thread. */
export async function insertTickets(tx: Tx, tickets: NewTicketRow[]): Promise<void> {
  if (tickets.length === 0) return;
  await tx.query(
    `with opened as (
       insert into tickets (id, email, created_time, last_updated_on, status, query, feedback, last_response)
       overriding system value
       select t.id, t.email, t.at, t.at, t.status, t.query, t.feedback, t.last_response
       from unnest($1::bigint[], $2::text[], $3::bigint[], $4::ticket_status[], $5::text[], $6::ticket_feedback[], $7::text[])
         as t(id, email, at, status, query, feedback, last_response)
       order by t.id)
     insert into ticket_mail (ticket_id, mailbox_id, subject, first_message_id, last_message_id, follows_ticket_id, locale,
       assignee_id, closed_at, closed_by, spam, reopened_at, person_acted_at, feedback_at, feedback_words)
     select * from unnest($1::bigint[], $8::bigint[], $9::text[], $10::text[], $11::text[], $12::bigint[], $13::text[],
       $14::bigint[], $15::bigint[], $16::text[], $17::boolean[], $18::bigint[], $19::bigint[], $20::bigint[], $21::text[])`,
    [
      tickets.map((ticket) => ticket.id),
      tickets.map((ticket) => ticket.customer),
      tickets.map((ticket) => ticket.lastUpdatedOn),
      tickets.map((ticket) => ticket.status),
      tickets.map((ticket) => ticket.query),
      tickets.map((ticket) => ticket.feedback ?? null),
      tickets.map((ticket) => ticket.lastResponse ?? null),
      tickets.map((ticket) => ticket.mailboxId ?? null),
      tickets.map((ticket) => ticket.subject),
      tickets.map((ticket) => ticket.firstMessageId ?? null),
      tickets.map((ticket) => ticket.lastMessageId ?? null),
      tickets.map((ticket) => ticket.follows ?? null),
      tickets.map((ticket) => ticket.locale),
      ...sideColumns(tickets),
    ],
  );
}

function sideColumns(tickets: TicketState[]): unknown[] {
  return [
    tickets.map((ticket) => ticket.assigneeId ?? null),
    tickets.map((ticket) => ticket.closedAt ?? null),
    tickets.map((ticket) => ticket.closedBy ?? null),
    tickets.map((ticket) => ticket.spam),
    tickets.map((ticket) => ticket.reopenedAt ?? null),
    tickets.map((ticket) => ticket.personActedAt ?? null),
    tickets.map((ticket) => ticket.feedbackAt ?? null),
    tickets.map((ticket) => ticket.feedbackWords ?? null),
  ];
}

/** Writes what tickets are from now on. The caller has locked them and knows what they were. */
export async function updateTickets(tx: Tx, tickets: TicketState[]): Promise<void> {
  if (tickets.length === 0) return;
  await tx.query(
    `with changed as (
       update tickets t set status = c.status, last_updated_on = c.last_updated_on, feedback = c.feedback,
         last_response = c.last_response
       from unnest($1::bigint[], $2::ticket_status[], $3::bigint[], $4::ticket_feedback[], $5::text[])
         as c(id, status, last_updated_on, feedback, last_response)
       where t.id = c.id)
     update ticket_mail m set last_message_id = c.last_message_id, assignee_id = c.assignee_id, closed_at = c.closed_at,
       closed_by = c.closed_by, spam = c.spam, reopened_at = c.reopened_at, feedback_at = c.feedback_at,
       feedback_words = c.feedback_words, mailbox_id = c.mailbox_id,
       person_acted_at = coalesce(c.person_acted_at, m.person_acted_at)
     from unnest($1::bigint[], $6::text[], $7::bigint[], $8::bigint[], $9::text[], $10::boolean[], $11::bigint[], $12::bigint[],
       $13::bigint[], $14::text[], $15::bigint[])
       as c(id, last_message_id, assignee_id, closed_at, closed_by, spam, reopened_at, person_acted_at, feedback_at, feedback_words,
         mailbox_id)
     where m.ticket_id = c.id`,
    [
      tickets.map((ticket) => ticket.id),
      tickets.map((ticket) => ticket.status),
      tickets.map((ticket) => ticket.lastUpdatedOn),
      tickets.map((ticket) => ticket.feedback ?? null),
      tickets.map((ticket) => ticket.lastResponse ?? null),
      tickets.map((ticket) => ticket.lastMessageId ?? null),
      ...sideColumns(tickets),
      tickets.map((ticket) => ticket.mailboxId ?? null),
    ],
  );
}

export type TicketRow = {
  id: TicketId;
  email: EmailAddress;
  created_time: number;
  last_updated_on: number;
  status: TicketStatus;
  query: string;
  feedback: Feedback | null;
  last_response: string | null;
  mailbox_id: MailboxId | null;
  subject: string;
  first_message_id: string | null;
  last_message_id: string | null;
  assignee_id: AgentId | null;
  locale: string;
  follows_ticket_id: TicketId | null;
  closed_at: number | null;
  closed_by: ClosedBy | null;
  feedback_at: number | null;
  feedback_words: string | null;
  spam: boolean;
  reopened_at: number | null;
  readers: EmailAddress[] | null;
};

/** Locks tickets until commit, in the order of their ids. A statement of its own: the next sees what was committed meanwhile. */
export async function lockTickets(tx: Tx, ids: TicketId[]): Promise<void> {
  if (ids.length > 0) await tx.query('select from tickets where id = any($1) order by id for update', [ids]);
}

/**
 * Locks a ticket until commit and reads it with its turns. Two statements on purpose: the second sees what the holder
 * of the lock before us committed, which a subquery of the first would not (READ COMMITTED).
 */
export async function lockTicket(tx: Tx, id: TicketId): Promise<TicketFacts | undefined> {
  await lockTickets(tx, [id]);
  return (await listTicketFacts(tx, [id])).get(id);
}

/** The same without a lock, for looking. */
export async function findTicket(database: Database, id: TicketId): Promise<TicketFacts | undefined> {
  return (await listTicketFacts(database, [id])).get(id);
}

/** Columns by name: a `*` in a prepared statement breaks when a newer version's migration adds one beside us. */
export async function listTicketFacts(client: Database | Tx, ids: TicketId[]): Promise<Map<TicketId, TicketFacts>> {
  const { rows } = await client.query<TicketRow & { turns: TurnRow[] | null }>(
    `select t.id, t.email, t.created_time, t.last_updated_on, t.status, t.query, t.feedback, t.last_response, m.mailbox_id,
       m.subject, m.first_message_id, m.last_message_id, m.assignee_id, m.locale, m.follows_ticket_id, m.closed_at,
       m.closed_by, m.feedback_at, m.feedback_words, m.spam, m.reopened_at, ${READERS} as readers, ${TURNS} as turns
     from tickets t join ticket_mail m on m.ticket_id = t.id where t.id = any($1)`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, readTicketFacts(row)]));
}

export type TurnRow = {
  id: ResponseId;
  sent_time: number;
  answered: boolean;
  agent_id: AgentId | null;
  response_sent: string;
};

/** Who gets copies of the responses to ticket `t`, as one JSON value. */
export const READERS = `(
  select jsonb_agg(address order by added_at, address) from ticket_readers where ticket_id = t.id and removed_at is null)`;

/** The turns of ticket `t` as one JSON value, oldest first. */
export const TURNS = `(
  select jsonb_agg(jsonb_build_object('id', r.id, 'sent_time', r.sent_time, 'answered', r.response_received is not null,
    'agent_id', i.agent_id, 'response_sent', r.response_sent) order by r.sent_time, r.id)
  from responses r left join inbound_mails i on i.response_id = r.id and i.disposition in ('response', 'ticket')
  where r.ticket_id = t.id)`;

export function readTicketFacts(row: TicketRow & { turns: TurnRow[] | null }): TicketFacts {
  return {
    id: row.id,
    customer: row.email,
    createdTime: row.created_time,
    lastUpdatedOn: row.last_updated_on,
    status: row.status,
    query: row.query,
    feedback: row.feedback ?? undefined,
    lastResponse: row.last_response ?? undefined,
    mailboxId: row.mailbox_id ?? undefined,
    subject: row.subject,
    firstMessageId: row.first_message_id ?? undefined,
    lastMessageId: row.last_message_id ?? undefined,
    assigneeId: row.assignee_id ?? undefined,
    locale: row.locale,
    followsTicketId: row.follows_ticket_id ?? undefined,
    closedAt: row.closed_at ?? undefined,
    closedBy: row.closed_by ?? undefined,
    feedbackAt: row.feedback_at ?? undefined,
    feedbackWords: row.feedback_words ?? undefined,
    spam: row.spam,
    reopenedAt: row.reopened_at ?? undefined,
    readers: row.readers ?? [],
    turns: (row.turns ?? []).map((turn) => ({
      responseId: turn.id,
      sentTime: turn.sent_time,
      answered: turn.answered,
      agentId: turn.agent_id ?? undefined,
      responseSent: turn.response_sent,
    })),
  };
}

/**
 * Tickets in process that have waited for their customer since before `sentBefore`, longest first; of one ticket where it is
 * named. Where it is the customer's move, the newest response was the last to touch the ticket: the index of those in
 * process by that time leads to the few that are old, however many tickets there are.
 */
export async function listSilentTickets(
  client: Database | Tx,
  sentBefore: EpochMs,
  limit: number,
  ticketId?: TicketId,
): Promise<TicketId[]> {
  const { rows } = await client.query<{ id: TicketId }>(
    `select t.id from tickets t join ticket_moves w on w.ticket_id = t.id
     where t.status = 'in_process' and t.last_updated_on < $1 and w.desk_since is null and w.sent_time < $1
       and ($3::bigint is null or t.id = $3)
     order by t.last_updated_on limit $2`,
    [sentBefore, limit, ticketId ?? null],
  );
  return rows.map((row) => row.id);
}
