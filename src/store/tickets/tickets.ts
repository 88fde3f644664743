import type { EmailAddress } from '../../domain/email-address.ts';
import type { TicketFacts } from '../../domain/facts.ts';
import type { AgentId, EpochMs, MailboxId, ResponseId, TicketId } from '../../domain/ids.ts';
import type { ClosedBy } from '../../domain/outbox-item.ts';
import type { Feedback, TicketStatus } from '../../domain/ticket.ts';
import type { Database, Tx } from '../database.ts';

export type NewTicket = {
  email: EmailAddress;
  query: string;
  subject: string;
  mailboxId: MailboxId | undefined;
  messageId: string | undefined;
  follows: TicketId | undefined;
  locale: string;
  now: EpochMs;
};

/** Opens a ticket; its first mail is both the first and the newest of its thread. */
export async function insertTicket(tx: Tx, ticket: NewTicket): Promise<TicketId> {
  const { rows } = await tx.query<{ ticket_id: TicketId }>(
    `with opened as (
       insert into tickets (email, created_time, last_updated_on, status, query) values ($1, $2, $2, 'open', $3) returning id)
     insert into ticket_mail (ticket_id, mailbox_id, subject, first_message_id, last_message_id, follows_ticket_id, locale)
     select id, $4, $5, $6, $6, $7, $8 from opened returning ticket_id`,
    [
      ticket.email,
      ticket.now,
      ticket.query,
      ticket.mailboxId ?? null,
      ticket.subject,
      ticket.messageId ?? null,
      ticket.follows ?? null,
      ticket.locale,
    ],
  );
  const row = rows[0];
  if (!row) throw new Error('a ticket was inserted and returned no row');
  return row.ticket_id;
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
  feedback_words: string | null;
  spam: boolean;
};

/**
 * Locks a ticket until commit and reads it with its turns. Two statements on purpose: the second sees what the holder
 * of the lock before us committed, which a subquery of the first would not (READ COMMITTED).
 */
export async function lockTicket(tx: Tx, id: TicketId): Promise<TicketFacts | undefined> {
  const locked = await tx.query('select from tickets where id = $1 for update', [id]);
  return locked.rowCount === 1 ? await readTicket(tx, id) : undefined;
}

/** The same without a lock, for looking. */
export async function findTicket(database: Database, id: TicketId): Promise<TicketFacts | undefined> {
  return await readTicket(database, id);
}

/** Columns by name: a `*` in a prepared statement breaks when a newer version's migration adds one beside us. */
async function readTicket(client: Database | Tx, id: TicketId): Promise<TicketFacts | undefined> {
  const { rows } = await client.query<TicketRow & { turns: TurnRow[] | null }>(
    `select t.id, t.email, t.created_time, t.last_updated_on, t.status, t.query, t.feedback, t.last_response, m.mailbox_id,
       m.subject, m.first_message_id, m.last_message_id, m.assignee_id, m.locale, m.follows_ticket_id, m.closed_at, m.closed_by,
       m.feedback_words, m.spam,
       ${TURNS} as turns
     from tickets t join ticket_mail m on m.ticket_id = t.id where t.id = $1`,
    [id],
  );
  return rows[0] && readTicketFacts(rows[0]);
}

export type TurnRow = {
  id: ResponseId;
  sent_time: number;
  answered: boolean;
  agent_id: AgentId | null;
  response_sent: string;
};

/** The turns of ticket `t` as one JSON value, oldest first. */
export const TURNS = `(
  select jsonb_agg(jsonb_build_object('id', r.id, 'sent_time', r.sent_time, 'answered', r.response_received is not null,
    'agent_id', i.agent_id, 'response_sent', r.response_sent) order by r.sent_time, r.id)
  from responses r left join inbound_mails i on i.response_id = r.id and i.disposition = 'response'
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
    feedbackWords: row.feedback_words ?? undefined,
    spam: row.spam,
    turns: (row.turns ?? []).map((turn) => ({
      responseId: turn.id,
      sentTime: turn.sent_time,
      answered: turn.answered,
      agentId: turn.agent_id ?? undefined,
      responseSent: turn.response_sent,
    })),
  };
}

/** Closes an open ticket, copying its newest response by sent_time. @returns false where it was closed already */
export async function closeTicket(tx: Tx, id: TicketId, by: ClosedBy, spam: boolean, now: EpochMs): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update tickets set status = 'closed', last_updated_on = $2, feedback = null, last_response =
       (select response_sent from responses where ticket_id = $1 order by sent_time desc, id desc limit 1)
     where id = $1 and status <> 'closed'`,
    [id, now],
  );
  if (rowCount !== 1) return false;
  await tx.query(
    `update ticket_mail set closed_at = $2, closed_by = $3, spam = $4, feedback_at = null, feedback_words = null
     where ticket_id = $1`,
    [id, now, by, spam],
  );
  return true;
}

/** Opens a closed ticket again and forgets how it ended. @returns false where it is not closed */
export async function reopenTicket(tx: Tx, id: TicketId, to: 'open' | 'in_process', now: EpochMs): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update tickets set status = $2, last_updated_on = $3, last_response = null, feedback = null where id = $1 and status = 'closed'`,
    [id, to, now],
  );
  if (rowCount !== 1) return false;
  await tx.query(
    'update ticket_mail set closed_at = null, closed_by = null, spam = false, reopened_at = $2 where ticket_id = $1',
    [id, now],
  );
  return true;
}

/** A response puts its ticket in process. */
export async function markInProcess(tx: Tx, id: TicketId, now: EpochMs): Promise<void> {
  await tx.query(`update tickets set status = 'in_process', last_updated_on = $2 where id = $1`, [id, now]);
}

/** Something came in; `messageId`, where the mail has one, becomes the newest of the thread. */
export async function touchTicket(tx: Tx, id: TicketId, messageId: string | undefined, now: EpochMs): Promise<void> {
  await tx.query(
    `with touched as (update tickets set last_updated_on = $2 where id = $1)
     update ticket_mail set last_message_id = coalesce($3, last_message_id) where ticket_id = $1`,
    [id, now, messageId ?? null],
  );
}

/** @returns false where the ticket is not closed */
export async function markFeedback(tx: Tx, id: TicketId, feedback: Feedback, now: EpochMs): Promise<boolean> {
  const { rowCount } = await tx.query(
    `with told as (
       update tickets set feedback = $2, last_updated_on = $3 where id = $1 and status = 'closed' returning id)
     update ticket_mail set feedback_at = $3 where ticket_id = (select id from told)`,
    [id, feedback, now],
  );
  return rowCount === 1;
}

/** Why the customer was not satisfied. @returns false where something stands there already */
export async function writeFeedbackWords(tx: Tx, id: TicketId, words: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    'update ticket_mail set feedback_words = $2 where ticket_id = $1 and feedback_words is null',
    [id, words],
  );
  return rowCount === 1;
}

export async function markAssignee(tx: Tx, id: TicketId, agentId: AgentId): Promise<void> {
  await tx.query('update ticket_mail set assignee_id = $2 where ticket_id = $1', [id, agentId]);
}

/** Tickets in process that have waited for their customer since before `sentBefore`, oldest first; of one ticket where it is named. */
export async function listSilentTickets(
  client: Database | Tx,
  sentBefore: EpochMs,
  limit: number,
  ticketId?: TicketId,
): Promise<TicketId[]> {
  const { rows } = await client.query<{ id: TicketId }>(
    `select t.id from tickets t join ticket_moves w on w.ticket_id = t.id
     where t.status = 'in_process' and w.desk_since is null and w.sent_time < $1 and ($3::bigint is null or t.id = $3)
     order by t.id limit $2`,
    [sentBefore, limit, ticketId ?? null],
  );
  return rows.map((row) => row.id);
}
