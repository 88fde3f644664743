import type { Decision, Effect } from '../../domain/decision.ts';
import { linkWordsShownKey } from '../../domain/dedupe-key.ts';
import type { TicketFacts } from '../../domain/facts.ts';
import type { EpochMs } from '../../domain/ids.ts';
import type { LinkPurpose } from '../../domain/link.ts';
import type { Reason } from '../../domain/reasons.ts';
import type { TokenRow } from '../../domain/reply-token.ts';
import { DAY_MS } from '../../domain/rules.ts';
import type { Agent, Feedback } from '../../domain/ticket.ts';
import { decision, onTicket } from '../mail/mail-question.ts';
import { closing, feedbackThanks, notification, reopened, whoHears } from '../send/plan-outbox.ts';

/** What a link's outcome hangs on. */
export type LinkQuestion = {
  facts: TicketFacts;
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
  const { purpose, token } = question;
  const { ticket } = question.facts;
  if (purpose === 'close') {
    if (ticket.status === 'closed') return { kind: 'already' };
    if (token.usedAt !== undefined) return { kind: 'not-now' };
    return {
      kind: 'act',
      effects: [
        { do: 'close', by: 'customer', spam: false },
        { do: 'send', draft: closing(ticket.email, 'customer') },
      ],
    };
  }
  if (purpose === 'reopen') return reopen(question);
  if (ticket.status !== 'closed') return { kind: 'not-now' };
  const feedback = feedbackOf(purpose);
  return ticket.feedback === feedback ? { kind: 'already' } : { kind: 'act', effects: [{ do: 'feedback', feedback }] };
}

function reopen({ facts, token, agents, reopenDays, now }: LinkQuestion): LinkOutcome {
  const { ticket, mail, turns } = facts;
  if (ticket.status !== 'closed') return { kind: 'already' };
  const { closedAt = 0 } = mail;
  if (mail.spam || token.createdAt < closedAt || now - closedAt > reopenDays * DAY_MS) return { kind: 'not-now' };
  return {
    kind: 'act',
    effects: [
      { do: 'reopen', to: turns.length > 0 ? 'in_process' : 'open' },
      ...whoHears(agents, mail.assigneeId).map(
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
 * The mailto: twin of a link: the same act by mail, and one short mail that says so where no other does. Words that the
 * customer wrote into it take no turn; they are shown to the agents like those of a held mail.
 */
export function decideLink(question: LinkQuestion, written: string): Decision {
  const { facts, purpose } = question;
  const outcome = pressLink(question);
  const words = written === '' ? undefined : written;
  const filed = { ...onTicket(facts, decision('link', FILED[purpose])), actor: 'customer' as const, words };
  if (outcome.kind !== 'act') return { ...filed, reason: 'link-without-effect', effects: showWords(question, words) };
  // Whoever hears that the ticket is open again reads the words there.
  const shown = purpose === 'reopen' ? [] : showWords(question, words);
  return { ...filed, effects: [...outcome.effects, ...confirm(facts, purpose), ...shown] };
}

function showWords({ facts, agents }: LinkQuestion, words: string | undefined): Effect[] {
  if (words === undefined || facts.mail.spam) return [];
  const once = linkWordsShownKey(facts.ticket.id);
  return whoHears(agents, facts.mail.assigneeId).map((agent) => ({
    do: 'send',
    draft: notification(agent, 'held', once),
  }));
}

/** Closing has its closing mail. */
function confirm({ ticket }: TicketFacts, purpose: LinkPurpose): Effect[] {
  if (purpose === 'close') return [];
  if (purpose === 'reopen') return [{ do: 'send', draft: reopened(ticket.email) }];
  return [{ do: 'send', draft: feedbackThanks(ticket.email, ticket.id, feedbackOf(purpose)) }];
}
