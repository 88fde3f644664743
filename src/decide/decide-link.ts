import type { Decision, Effect } from '../domain/decision.ts';
import type { TicketFacts } from '../domain/facts.ts';
import type { Feedback } from '../domain/ticket.ts';
import { about, nothing } from './mail-question.ts';
import { closing, feedbackThanks } from './plan-outbox.ts';

export type LinkPurpose = 'close' | 'satisfied' | 'not-satisfied';

/** What pressing a link changes now; `already` where it has been done, so that twice is once. */
export type LinkOutcome = { kind: 'act'; effects: Effect[] } | { kind: 'already' } | { kind: 'not-now' };

/** Closing works on any ticket that is not closed; feedback on a closed one, and can be changed. */
export function pressLink(facts: TicketFacts, purpose: LinkPurpose): LinkOutcome {
  const { ticket } = facts;
  if (purpose === 'close') {
    if (ticket.status === 'closed') return { kind: 'already' };
    return {
      kind: 'act',
      effects: [
        { do: 'close', by: 'customer', spam: false },
        { do: 'send', draft: closing(ticket.email, 'customer') },
      ],
    };
  }
  if (ticket.status !== 'closed') return { kind: 'not-now' };
  const feedback = feedbackOf(purpose);
  return ticket.feedback === feedback ? { kind: 'already' } : { kind: 'act', effects: [{ do: 'feedback', feedback }] };
}

export function feedbackOf(purpose: 'satisfied' | 'not-satisfied'): Feedback {
  return purpose === 'satisfied' ? 'satisfied' : 'not_satisfied';
}

/** The mailto: twin of a link: the same act by mail, and a short thank-you for feedback, once. */
export function decideLink(facts: TicketFacts, purpose: LinkPurpose): Decision {
  const outcome = pressLink(facts, purpose);
  const filed = {
    ...about(facts, nothing('link', purpose === 'close' ? 'closing-mail' : 'feedback-mail')),
    actor: 'customer' as const,
  };
  if (outcome.kind !== 'act') return { ...filed, reason: 'link-without-effect' };
  const thanks: Effect[] =
    purpose === 'close'
      ? []
      : [{ do: 'send', draft: feedbackThanks(facts.ticket.email, facts.ticket.id, feedbackOf(purpose)) }];
  return { ...filed, effects: [...outcome.effects, ...thanks] };
}
