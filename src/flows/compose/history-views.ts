import type { FileView, HeldView } from '../../domain/mail/mail-view.ts';
import type { NotificationEvent } from '../../domain/ticket/outbox-item.ts';
import type { OutboxMaterial } from '../../store/outbox/outbox-material.ts';
import type { PlacedFiles } from '../../store/tickets/history-files.ts';
import type { TicketHistory } from '../../store/tickets/ticket-history.ts';

/** Events of a ticket as a whole. */
const SHOWS_NEWEST: NotificationEvent[] = ['reminder', 'assigned', 'moved'];

/** What an agent reads first where no mail is the news: the customer's newest words; a history begins at its beginning. */
export function newestWords(event: NotificationEvent, query: string, history: TicketHistory): string {
  if (event === 'history') return '';
  if (!SHOWS_NEWEST.includes(event)) return query;
  return history.turns.findLast((turn) => turn.answer !== undefined)?.answer ?? query;
}

/** The files of the words that `newestWords` gives. */
export function newestFiles(event: NotificationEvent, files: PlacedFiles, history: TicketHistory): FileView[] {
  if (!SHOWS_NEWEST.includes(event)) return [];
  const answered = history.turns.findLast((turn) => turn.answer !== undefined);
  return answered === undefined ? files.ofQuery : files.ofAnswer(answered.responseId);
}

/** What came out of turn from `after` on and before `until`. */
export function heldWithin(history: TicketHistory, files: PlacedFiles, after: number, until: number): HeldView[] {
  return history.held
    .filter(({ receivedAt }) => receivedAt >= after && receivedAt < until)
    .map(({ inboundId, receivedAt, words, from, disposition, isCustomer }) => {
      const automatic = disposition === 'automatic' || disposition === 'bounce';
      const isOthers = automatic || (disposition === 'third-party' && !isCustomer);
      const shown = { receivedAt, words, files: files.ofMail(inboundId), from: isOthers ? from : undefined };
      return automatic ? { ...shown, automatic } : shown;
    });
}

/** Names in the list of those in copy; more are a distribution list. */
const MAX_IN_COPY = 20;

/** Who else got the mail openly; agents know each other, and the customer is named elsewhere. */
export function inCopy({ cause, agents, facts: ticket }: Pick<OutboxMaterial, 'cause' | 'agents' | 'facts'>): string[] {
  const known = new Set([...agents.map(({ email }) => email), ticket?.customer ?? ''].map((one) => one.toLowerCase()));
  const others = (cause?.copied ?? []).filter((address) => !known.has(address));
  return others.length > MAX_IN_COPY
    ? [...others.slice(0, MAX_IN_COPY), `${others.length - MAX_IN_COPY} more`]
    : others;
}
