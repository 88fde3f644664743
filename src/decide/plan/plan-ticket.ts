import { Fault } from '../../domain/fault.ts';
import type { Effect } from '../../domain/ticket/decision.ts';
import type { TicketFacts } from '../../domain/ticket/facts.ts';
import type { EpochMs, ResponseId } from '../../domain/ticket/ids.ts';
import type { AnswerRow, NewResponseRow, TicketState } from '../../domain/ticket/planned-rows.ts';
import type { Turn } from '../../domain/ticket/ticket.ts';

/** A ticket while a decision changes it, effect by effect; its rows are read off at the end. */
export type ChangingTicket = {
  state: TicketState;
  turns: (Turn & { responseSent: string })[];
  /** undefined where nothing of its own rows changes */
  changed: boolean;
  responses: NewResponseRow[];
  answers: AnswerRow[];
};

/** Effects that change the rows of a ticket that is there. */
export type TicketEffect = Extract<
  Effect,
  { do: 'take-turn' | 'respond' | 'close' | 'reopen' | 'feedback' | 'feedback-words' | 'assign' | 'move' }
>;

export function isTicketEffect(effect: Effect): effect is TicketEffect {
  return ['take-turn', 'respond', 'close', 'reopen', 'feedback', 'feedback-words', 'assign', 'move'].includes(
    effect.do,
  );
}

export function beginTicket(facts: TicketFacts): ChangingTicket {
  const { id, status, lastUpdatedOn, feedback, lastResponse, lastMessageId, assigneeId, closedAt, closedBy } = facts;
  const { spam, reopenedAt, feedbackAt, feedbackWords, mailboxId } = facts;
  const unchanged = { id, status, lastUpdatedOn, feedback, lastResponse, lastMessageId, mailboxId, assigneeId };
  return {
    state: { ...unchanged, closedAt, closedBy, spam, reopenedAt, feedbackAt, feedbackWords, personActedAt: undefined },
    turns: facts.turns.map((turn) => ({ ...turn })),
    changed: false,
    responses: [],
    answers: [],
  };
}

/**
 * Carries out one effect on the ticket's future rows.
 * @param responseId the id for a new response
 * @throws Fault turn-lost where the ticket is not as it was decided on
 */
export function changeTicket(
  ticket: ChangingTicket,
  effect: TicketEffect,
  { messageId, responseId, now }: { messageId: string | undefined; responseId: ResponseId | undefined; now: EpochMs },
): void {
  const { state } = ticket;
  ticket.changed = true;
  switch (effect.do) {
    case 'take-turn': {
      const turn = ticket.turns.find((one) => one.responseId === effect.responseId);
      loseTurnUnless(turn !== undefined && !turn.answered, 'the turn was taken meanwhile');
      if (turn) turn.answered = true;
      ticket.answers.push({ responseId: effect.responseId, words: effect.words });
      state.lastMessageId = messageId ?? state.lastMessageId;
      state.lastUpdatedOn = now;
      return;
    }
    case 'respond':
      addResponse(ticket, effect.words, responseId, now);
      return;
    case 'close':
      loseTurnUnless(state.status !== 'closed', 'the ticket was closed meanwhile');
      Object.assign(state, {
        status: 'closed',
        lastUpdatedOn: now,
        feedback: undefined,
        lastResponse: ticket.turns.at(-1)?.responseSent,
        closedAt: now,
        closedBy: effect.by,
        spam: effect.spam,
        feedbackAt: undefined,
        feedbackWords: undefined,
      } satisfies Partial<TicketState>);
      return;
    case 'reopen':
      loseTurnUnless(state.status === 'closed', 'the ticket was reopened meanwhile');
      Object.assign(state, {
        status: effect.to,
        lastUpdatedOn: now,
        feedback: undefined,
        lastResponse: undefined,
        closedAt: undefined,
        closedBy: undefined,
        spam: false,
        reopenedAt: now,
      } satisfies Partial<TicketState>);
      return;
    case 'feedback':
      loseTurnUnless(state.status === 'closed', 'the ticket is not closed any more');
      state.feedback = effect.feedback;
      state.feedbackAt = now;
      state.lastUpdatedOn = now;
      return;
    case 'feedback-words':
      loseTurnUnless(state.feedbackWords === undefined, 'the customer has said why already');
      state.feedbackWords = effect.words;
      return;
    case 'assign':
      state.assigneeId = effect.agentId;
      return;
    case 'move':
      state.mailboxId = effect.mailboxId;
      if (!effect.keepsAgent) state.assigneeId = undefined;
      return;
  }
}

/** A response opens a turn. Its time never stands before an earlier one of the ticket, whatever the clock says. */
function addResponse(ticket: ChangingTicket, words: string, id: ResponseId | undefined, now: EpochMs): void {
  if (id === undefined) throw new Fault('impossible-state', 'fewer ids of responses were reserved than are needed');
  const sentTime = Math.max(now, (ticket.turns.at(-1)?.sentTime ?? 0) + 1);
  ticket.responses.push({ id, ticketId: ticket.state.id, words, sentTime });
  ticket.turns.push({ responseId: id, sentTime, answered: false, responseSent: words });
  ticket.state.status = 'in_process';
  ticket.state.lastUpdatedOn = now;
}

function loseTurnUnless(done: boolean, otherwise: string): void {
  if (!done) throw new Fault('turn-lost', otherwise);
}
