import { DAY_MS } from '../../domain/desk/rules.ts';
import type { Decision, Effect } from '../../domain/ticket/decision.ts';
import { linkWordsShownKey } from '../../domain/ticket/dedupe-key.ts';
import type { TicketFacts } from '../../domain/ticket/facts.ts';
import type { EpochMs } from '../../domain/ticket/ids.ts';
import type { LinkPurpose } from '../../domain/ticket/link.ts';
import type { Reason } from '../../domain/ticket/reasons.ts';
import type { TokenRow } from '../../domain/ticket/reply-token.ts';
import type { Agent, Feedback } from '../../domain/ticket/ticket.ts';
import { decision, onTicket } from '../mail/mail-question.ts';
import { closing, dissatisfaction, feedbackThanks, notification, reopened, whoHears } from '../send/plan-outbox.ts';

/** What a link's outcome hangs on. */
export type LinkQuestion = {
  ticket: TicketFacts;
  purpose: LinkPurpose;
  token: Pick<TokenRow, 'id' | 'createdAt' | 'usedAt'>;
  agents: Agent[];
  reopenDays: number;
  now: EpochMs;
};

/** What pressing a link changes now; `already` where it has been done, so that twice is once. */
export type LinkOutcome = { kind: 'act'; effects: Effect[] } | { kind: 'already' } | { kind: 'not-now' };

/**
 * Closing works on any ticket that is not closed, once: a link that closed it does not close it again after it was opened
 * again. Feedback on a closed one, and it can be changed; opening again within the reopening window, by the link of the
 * last closing only. No link is ever a turn.
 */
export function pressLink(question: LinkQuestion): LinkOutcome {
  const outcome = effectOf(question);
  if (outcome.kind !== 'act') return outcome;
  return { ...outcome, effects: [...outcome.effects, { do: 'use-token', tokenId: question.token.id }] };
}

function effectOf(question: LinkQuestion): LinkOutcome {
  const { purpose, token, ticket } = question;
  if (purpose === 'close') {
    if (ticket.status === 'closed') return { kind: 'already' };
    if (token.usedAt !== undefined) return { kind: 'not-now' };
    return {
      kind: 'act',
      effects: [
        { do: 'close', by: 'customer', spam: false },
        { do: 'send', draft: closing(ticket.customer, 'customer') },
      ],
    };
  }
  if (purpose === 'reopen') return reopen(question);
  if (ticket.status !== 'closed') return { kind: 'not-now' };
  const feedback = feedbackOf(purpose);
  if (ticket.feedback === feedback) return { kind: 'already' };
  const told = feedback === 'not_satisfied' ? tellOfDissatisfaction(question, false) : [];
  return { kind: 'act', effects: [{ do: 'feedback', feedback }, ...told] };
}

function tellOfDissatisfaction({ ticket, agents }: LinkQuestion, said: boolean): Effect[] {
  if (ticket.spam) return [];
  return whoHears(agents, ticket.assigneeId).map((agent) => ({
    do: 'send',
    draft: dissatisfaction(agent, ticket.id, ticket.closedAt ?? 0, said),
  }));
}

/** What no line of words needs; Postgres refuses a NUL. */
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** More than this is a letter; it may be written as a mail. */
const MAX_FEEDBACK_WORDS = 4_000;

/** The button of a page, with what stands in its field, if it has one. */
export function pressPage(question: LinkQuestion, written: string): LinkOutcome {
  const pressed = pressLink(question);
  if (pressed.kind === 'not-now') return pressed;
  const { ticket } = question;
  const said = sayWhy({ ...question, ticket: { ...ticket, feedback: 'not_satisfied' } }, written);
  if (said.kind !== 'act') return pressed;
  // The agents hear of it once, with the words.
  const before = pressed.kind === 'act' ? pressed.effects.filter((effect) => effect.do !== 'send') : [];
  return { kind: 'act', effects: [...before, ...said.effects] };
}

/**
 * What the customer writes into the field of the page, after they said that they are not satisfied: kept once for each
 * closing, and told to the agents. It is no turn, and opens nothing.
 */
function sayWhy(question: LinkQuestion, written: string): LinkOutcome {
  const { ticket } = question;
  const words = written
    .replace(/\r\n?/g, '\n')
    .replace(CONTROLS, '')
    .trim()
    .slice(0, MAX_FEEDBACK_WORDS)
    .toWellFormed();
  if (question.purpose !== 'not-satisfied' || ticket.status !== 'closed') return { kind: 'not-now' };
  if (words === '' || ticket.feedbackWords !== undefined) return { kind: 'already' };
  return { kind: 'act', effects: [{ do: 'feedback-words', words }, ...tellOfDissatisfaction(question, true)] };
}

function reopen({ ticket, token, agents, reopenDays, now }: LinkQuestion): LinkOutcome {
  if (ticket.status !== 'closed') return { kind: 'already' };
  const { closedAt = 0 } = ticket;
  if (ticket.spam || token.createdAt < closedAt || now - closedAt > reopenDays * DAY_MS) return { kind: 'not-now' };
  return {
    kind: 'act',
    effects: [
      { do: 'reopen', to: ticket.turns.length > 0 ? 'in_process' : 'open' },
      ...whoHears(agents, ticket.assigneeId).map(
        (agent): Effect => ({ do: 'send', draft: notification(agent, 'reopened-by-mail') }),
      ),
    ],
  };
}

export function feedbackOf(purpose: 'satisfied' | 'not-satisfied'): Feedback {
  return purpose === 'satisfied' ? 'satisfied' : 'not_satisfied';
}

const FILED: Record<LinkPurpose, Reason> = {
  close: 'closing-mail',
  satisfied: 'feedback-mail',
  'not-satisfied': 'feedback-mail',
  reopen: 'reopening-mail',
};

/**
 * The mailto link beside a link: the same act by mail, and one short mail that says so where no other does. Words that the
 * customer wrote into it take no turn; they are shown to the agents like those of a held mail.
 */
export function decideLink(question: LinkQuestion, written: string): Decision {
  const { ticket, purpose } = question;
  const outcome = pressLink(question);
  const words = written === '' ? undefined : written;
  const filed = { ...onTicket(ticket, decision('link', FILED[purpose])), actor: 'customer' as const, words };
  if (outcome.kind !== 'act') return { ...filed, reason: 'link-without-effect', effects: showWords(question, words) };
  // An agent who hears that the ticket is open again, or that the customer is not satisfied, reads the words there.
  const shown = purpose === 'reopen' || purpose === 'not-satisfied' ? [] : showWords(question, words);
  return { ...filed, effects: [...outcome.effects, ...confirm(ticket, purpose), ...shown] };
}

function showWords({ ticket, agents }: LinkQuestion, words: string | undefined): Effect[] {
  if (words === undefined || ticket.spam) return [];
  const once = linkWordsShownKey(ticket.id);
  return whoHears(agents, ticket.assigneeId).map((agent) => ({
    do: 'send',
    draft: notification(agent, 'held', once),
  }));
}

/** Closing has its closing mail. */
function confirm(ticket: TicketFacts, purpose: LinkPurpose): Effect[] {
  if (purpose === 'close') return [];
  if (purpose === 'reopen') return [{ do: 'send', draft: reopened(ticket.customer) }];
  return [{ do: 'send', draft: feedbackThanks(ticket.customer, ticket.id, feedbackOf(purpose)) }];
}
