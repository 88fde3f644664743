import type { OfMailboxes } from '../../domain/desk/mailboxes.ts';
import type { EmailAddress } from '../../domain/mail/email-address.ts';
import type { EpochMs, TicketId } from '../../domain/ticket/ids.ts';
import type { Database } from '../database.ts';

/** What customers said of closed tickets lately; of those who were not satisfied the newest few by name. */
export type FeedbackSummary = {
  satisfied: number;
  notSatisfied: number;
  unhappy: { ticketId: TicketId; customer: EmailAddress; words: string }[];
};

export async function listFeedback(
  database: Database,
  since: EpochMs,
  limit: number,
  of?: OfMailboxes,
): Promise<FeedbackSummary> {
  const { rows } = await database.query<{
    satisfied: number;
    not_satisfied: number;
    unhappy: { id: TicketId; email: EmailAddress; words: string | null }[] | null;
  }>(
    `with lately as (
       select t.id, t.email, t.feedback, m.feedback_at, m.feedback_words
       from ticket_mail m join tickets t on t.id = m.ticket_id where m.feedback_at >= $1
         and ($3::bigint[] is null or m.mailbox_id = any($3) or (m.mailbox_id is null and $4)))
     select count(*) filter (where feedback = 'satisfied')::int as satisfied,
       count(*) filter (where feedback = 'not_satisfied')::int as not_satisfied,
       (select jsonb_agg(to_jsonb(u)) from (
          select id, email, left(feedback_words, 300) as words from lately
          where feedback = 'not_satisfied' order by feedback_at desc limit $2) u) as unhappy
     from lately`,
    [since, limit, of?.ids ?? null, of?.orNone ?? false],
  );
  const row = rows[0];
  return {
    satisfied: row?.satisfied ?? 0,
    notSatisfied: row?.not_satisfied ?? 0,
    unhappy: (row?.unhappy ?? []).map(({ id, email, words }) => ({
      ticketId: id,
      customer: email,
      words: words ?? '',
    })),
  };
}
