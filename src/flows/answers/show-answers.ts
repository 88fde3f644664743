import { cleanWords } from '../../decide/answers/past-words.ts';
import type { TicketId } from '../../domain/ticket/ids.ts';
import type { ShownAnswer } from '../../domain/ticket/ticket.ts';
import { findShownAnswers, insertShowing } from '../../store/answers/shown-answers.ts';
import { inTransaction } from '../../store/database.ts';
import type { Desk } from '../desk.ts';
import { suggestAnswers, trySuggesting } from './suggest-answers.ts';

/**
 * The past answers that go with a ticket: looked up when its first mail is composed, then kept, so that every agent sees
 * the same numbers. Never fails a mail: where anything goes wrong there are none.
 */
export async function showAnswers(desk: Desk, ticketId: TicketId, query: string): Promise<ShownAnswer[]> {
  try {
    const known = await findShownAnswers(desk.database, ticketId);
    if (known) return known;
    const found = await trySuggesting(desk, query, desk.rules.suggestWithinMs);
    // Not known in time is not the same as none: the next mail about the ticket asks again.
    if (!found) return [];
    const rows = found.map(({ answerId, responseId, score, passage }, index) => ({
      number: index + 1,
      answerId,
      responseId,
      score,
      passage,
    }));
    await inTransaction(desk.database, (tx) => insertShowing(tx, ticketId, rows, desk.clock.now()));
    return (await findShownAnswers(desk.database, ticketId)) ?? [];
  } catch (err) {
    desk.log.warn({ err, ticket: ticketId }, 'past answers could not be shown');
    return [];
  }
}

/**
 * The one answer that is beyond doubt, for a receipt, without the greeting and the name that it was sent with; none where
 * anything in it may be about another customer, nor before the desk has enough of its own tickets to know.
 */
export async function sureAnswer(desk: Desk, query: string): Promise<string | undefined> {
  const [first] = await suggestAnswers(desk, query);
  return first?.sure && first.passage.marks.length === 0 ? cleanWords(first) : undefined;
}
