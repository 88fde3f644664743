import type { EmailAddress } from '../../domain/mail/email-address.ts';
import type { EpochMs, MailboxId } from '../../domain/ticket/ids.ts';
import type { Feedback } from '../../domain/ticket/ticket.ts';
import type { Tx } from '../database.ts';

/** A closed ticket from elsewhere, with its one response. */
export type ImportedTicket = {
  email: EmailAddress;
  query: string;
  subject: string;
  lastResponse: string;
  feedback: Feedback | undefined;
  createdTime: EpochMs;
  closedTime: EpochMs;
};

/**
 * Inserts closed tickets in one statement for each table. A ticket that is there already (the same customer, time and
 * words) is left as it is, so that a broken-off import can be run again.
 * @returns how many were new
 */
export async function insertImportedTickets(
  tx: Tx,
  tickets: readonly ImportedTicket[],
  { locale, mailboxId }: { locale: string; mailboxId?: MailboxId | undefined },
): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    `with wanted as (
       select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::ticket_feedback[], $6::bigint[], $7::bigint[])
         with ordinality as w(email, query, subject, last_response, feedback, created_time, closed_time, position)),
     fresh as materialized (
       select distinct on (lower(w.email), w.created_time, md5(w.query))
         nextval(pg_get_serial_sequence('tickets', 'id')) as id, w.*
       from wanted w where not exists (
         select from tickets t where lower(t.email) = lower(w.email) and t.created_time = w.created_time and t.query = w.query)
       order by lower(w.email), w.created_time, md5(w.query), w.position),
     opened as (
       insert into tickets (id, email, created_time, last_updated_on, status, query, feedback, last_response)
       overriding system value
       select id, email, created_time, closed_time, 'closed', query, feedback, last_response from fresh),
     responded as (
       insert into responses (response_sent, ticket_id, sent_time) select last_response, id, closed_time from fresh),
     sided as (
       insert into ticket_mail (ticket_id, subject, mailbox_id, locale, closed_at, closed_by)
       select id, subject, $9::bigint, $8, closed_time, 'operator' from fresh),
     audited as (
       insert into audit_log (at, ticket_id, actor, action) select closed_time, id, 'operator', 'imported' from fresh)
     select count(*) as count from fresh`,
    [
      tickets.map((ticket) => ticket.email),
      tickets.map((ticket) => ticket.query),
      tickets.map((ticket) => ticket.subject),
      tickets.map((ticket) => ticket.lastResponse),
      tickets.map((ticket) => ticket.feedback ?? null),
      tickets.map((ticket) => ticket.createdTime),
      tickets.map((ticket) => ticket.closedTime),
      locale,
      mailboxId ?? null,
    ],
  );
  return rows[0]?.count ?? 0;
}
