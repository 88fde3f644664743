import type { OfMailboxes } from '../../domain/desk/mailboxes.ts';
import { DAY_MS } from '../../domain/desk/rules.ts';
import type { FeedbackView } from '../../domain/mail/mail-view.ts';
import type { EpochMs } from '../../domain/ticket/ids.ts';
import { formatTicketNumber } from '../../domain/ticket/reply-token.ts';
import type { Database } from '../../store/database.ts';
import { listFeedback } from '../../store/tickets/feedback.ts';

/** The digest says in words what period this is. */
const FEEDBACK_DAYS = 7;
const MAX_UNHAPPY = 10;

/** What customers said of closed tickets lately, for the digest. */
export async function viewFeedback(
  database: Database,
  now: EpochMs,
  of: OfMailboxes,
): Promise<{ satisfied: number; notSatisfied: number; unhappy: FeedbackView[] }> {
  const found = await listFeedback(database, now - FEEDBACK_DAYS * DAY_MS, MAX_UNHAPPY, of);
  const unhappy = found.unhappy.map(({ ticketId, customer, words }) => ({
    number: formatTicketNumber(ticketId),
    customer,
    words,
  }));
  return { satisfied: found.satisfied, notSatisfied: found.notSatisfied, unhappy };
}
