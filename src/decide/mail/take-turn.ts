import { DAY_MS } from '../../domain/desk/rules.ts';
import type { EpochMs, ResponseId } from '../../domain/ticket/ids.ts';
import type { TicketStatus, Turn } from '../../domain/ticket/ticket.ts';

/**
 * The rule that makes a ticket turns and not a chat: the customer may answer each response once, in one go.
 * The table is in docs/turns.md.
 */
export type TurnOutcome =
  | { kind: 'take'; responseId: ResponseId; reopens: boolean }
  | { kind: 'hold'; reason: 'before-any-response' | 'turn-already-taken'; responseId: ResponseId | undefined }
  | { kind: 'follow' };

export type TurnQuestion = {
  status: TicketStatus;
  closedAt: EpochMs | undefined;
  /** oldest first */
  turns: Turn[];
  /** the response that the mail names by its token; undefined where it names only the ticket */
  named: ResponseId | undefined;
  reopenDays: number;
  now: EpochMs;
};

/**
 * A mail that names a response is about that response, even if a newer one exists; one that names only the ticket is
 * about the newest response.
 */
export function takeTurn(question: TurnQuestion): TurnOutcome {
  const { turns, status } = question;
  const turn = turns.find((candidate) => candidate.responseId === question.named) ?? turns.at(-1);
  if (status === 'closed') {
    const mayReopen = turn !== undefined && !turn.answered && withinReopening(question);
    return mayReopen ? { kind: 'take', responseId: turn.responseId, reopens: true } : { kind: 'follow' };
  }
  if (turn === undefined) return { kind: 'hold', reason: 'before-any-response', responseId: undefined };
  if (turn.answered) return { kind: 'hold', reason: 'turn-already-taken', responseId: turn.responseId };
  return { kind: 'take', responseId: turn.responseId, reopens: false };
}

function withinReopening({ closedAt, reopenDays, now }: TurnQuestion): boolean {
  return reopenDays > 0 && closedAt !== undefined && now - closedAt <= reopenDays * DAY_MS;
}
