import { type EmailAddress, isSameMailbox } from '../../domain/mail/email-address.ts';
import type { Decision, Effect } from '../../domain/ticket/decision.ts';
import { heldShownKey, onlyHeldShownKey } from '../../domain/ticket/dedupe-key.ts';
import type { TicketFacts } from '../../domain/ticket/facts.ts';
import type { TicketId } from '../../domain/ticket/ids.ts';
import { isLinkPurpose } from '../../domain/ticket/link.ts';
import type { Reason } from '../../domain/ticket/reasons.ts';
import type { TokenRow } from '../../domain/ticket/reply-token.ts';
import { tokenOfSomeoneElse } from '../agent/returned/token-of-someone-else.ts';
import { decideLink } from '../desk/decide-link.ts';
import { heldNotice, newTicket, notification, receipt, whoHears } from '../send/plan-outbox.ts';
import { decision, type MailQuestion, onTicket } from './mail-question.ts';
import { takeTurn } from './take-turn.ts';
import { whyOnlyHeld } from './why-only-held.ts';
import { cleanSubject, newWordsOf, queryWords, saysSomething, wordsBesideLinkText } from './words/mail-words.ts';
import { isOnlyThanks } from './words/only-thanks.ts';

/** A mail of somebody who is no agent; undefined where it names no ticket of theirs and so opens one. */
export function decideCustomerMail(question: MailQuestion, from: EmailAddress): Decision | undefined {
  const { ticket, match, verification } = question;
  if (!ticket || !match) return undefined;
  const isCustomer = isSameMailbox(ticket.customer, from);
  const token = match.by === 'token' ? match.token : undefined;
  if (token?.purpose === 'agent') return tokenOfSomeoneElse(question, ticket, token, from);
  if (!isCustomer) return thirdParty(question, ticket, from);
  if (verification === 'failed' || (verification === 'unverified' && !token)) {
    return onTicket(ticket, decision('parked', 'customer-not-verified'));
  }
  const onlyHeld = whyOnlyHeld(question, ticket, match);
  if (token && isLinkPurpose(token.purpose) && onlyHeld === undefined) {
    const { facts, rules, now } = question;
    const { purpose } = token;
    const link = { ticket, purpose, token, agents: facts.agents, reopenDays: rules.reopenDays, now };
    return decideLink(link, wordsBesideLinkText(question.mail));
  }
  if (ticket.spam) return onTicket(ticket, decision('parked', 'ticket-was-spam'));
  const isLink = token !== undefined && isLinkPurpose(token.purpose);
  if (onlyHeld !== undefined && (isLink || onlyHeld !== 'recipients-not-signed')) {
    return holdOnly(question, ticket, onlyHeld, isLink);
  }
  if (!saysSomething(question.mail)) {
    return { ...onTicket(ticket, decision('held', 'no-new-words')), actor: 'customer' };
  }
  if (ticket.status === 'closed' && saysOnlyThanks(question)) return showThanks(question, ticket);
  return playTurn(question, ticket, from, token, onlyHeld);
}

function saysOnlyThanks({ mail, facts, identity }: MailQuestion): boolean {
  return isOnlyThanks(mail, [...facts.agents.map(({ name }) => name), identity.name, identity.brand.name]);
}

/** Thanks for a closed ticket: the agents read them, and nothing opens again. */
function showThanks(question: MailQuestion, ticket: TicketFacts): Decision {
  return {
    ...onTicket(ticket, decision('held', 'only-thanks')),
    actor: 'customer',
    words: newWordsOf(question.mail),
    effects: whoHears(question.facts.agents, ticket.assigneeId).map(
      (agent): Effect => ({ do: 'send', draft: notification(agent, 'thanks') }),
    ),
  };
}

/** Kept, shown to the agents, and nothing is done to the ticket; the customer is told nothing, since they may not know of it. */
function holdOnly(question: MailQuestion, ticket: TicketFacts, reason: Reason, isLink: boolean): Decision {
  const { mail } = question;
  const said = isLink ? wordsBesideLinkText(mail) : mail.reply;
  const held = { ...onTicket(ticket, decision('held', reason)), actor: 'customer' as const };
  if (!saysSomething(mail, said)) return held;
  // A closed ticket stands in no queue, so each such mail is shown at once.
  const isClosed = ticket.status === 'closed';
  const shown = isClosed ? undefined : onlyHeldShownKey(ticket.id, reason, ticket.turns.at(-1)?.responseId);
  return {
    ...held,
    words: newWordsOf(mail, said),
    effects: whoHears(question.facts.agents, ticket.assigneeId).map(
      (agent): Effect => ({ do: 'send', draft: notification(agent, 'only-held', shown) }),
    ),
  };
}

/** The table of docs/turns.md. */
function playTurn(
  question: MailQuestion,
  ticket: TicketFacts,
  from: EmailAddress,
  token: TokenRow | undefined,
  onlyHeld: Reason | undefined,
): Decision {
  const { mail, rules, now } = question;
  const { turns } = ticket;
  const outcome = takeTurn({
    status: ticket.status,
    closedAt: ticket.closedAt,
    turns,
    named: token?.purpose === 'turn' ? token.responseId : undefined,
    reopenDays: rules.reopenDays,
    now,
  });
  const hears = whoHears(question.facts.agents, ticket.assigneeId);
  switch (outcome.kind) {
    case 'take': {
      if (onlyHeld !== undefined) return holdOnly(question, ticket, onlyHeld, false);
      const responder = turns.find((turn) => turn.responseId === outcome.responseId)?.agentId;
      // The agent who responded hears of the answer, even if a colleague has taken the ticket since.
      const also = question.facts.agents.filter(
        (agent) => agent.id === responder && !hears.some((one) => one.id === agent.id),
      );
      return {
        ...decision('answer', outcome.reopens ? 'answers-and-reopens' : 'answers-open-turn'),
        actor: 'customer',
        ticketId: ticket.id,
        responseId: outcome.responseId,
        effects: [
          { do: 'take-turn', responseId: outcome.responseId, words: newWordsOf(mail) },
          ...(outcome.reopens ? [{ do: 'reopen', to: 'in_process' } as const] : []),
          ...[...hears, ...also].map(
            (agent): Effect => ({ do: 'send', draft: notification(agent, outcome.reopens ? 'reopened' : 'answer') }),
          ),
        ],
      };
    }
    case 'hold': {
      const shown = heldShownKey(ticket.id, outcome.responseId);
      return {
        ...decision('held', outcome.reason),
        actor: 'customer',
        ticketId: ticket.id,
        responseId: outcome.responseId,
        words: newWordsOf(mail),
        effects: [
          { do: 'send', draft: heldNotice(from, ticket.id, outcome.responseId) },
          ...hears.map((agent): Effect => ({ do: 'send', draft: notification(agent, 'held', shown) })),
        ],
      };
    }
    case 'follow':
      return decideNewTicket(question, from, ticket.id);
  }
}

/** A new ticket, and a receipt; agents each get a notification of their own. */
export function decideNewTicket(question: MailQuestion, from: EmailAddress, follows: TicketId | undefined): Decision {
  const { mail, facts, rules, verification } = question;
  // A sender who did not prove their address gets a receipt and nothing that their words could choose.
  const proved = verification === 'verified';
  const suggests = rules.suggestToCustomers && proved;
  // The number of another desk stays; one of a ticket that is here goes, also where its customer is somebody else.
  const isOurs = (id: number) => facts.named.some(({ ticketId }) => ticketId === id);
  const subject = cleanSubject(mail.subject, isOurs);
  const fits = facts.openTickets.find((open) => subject !== '' && isSameSubject(open.subject, subject))?.ticketId;
  return {
    ...decision('ticket', follows === undefined ? 'new-request' : 'follows-closed-ticket'),
    actor: 'customer',
    effects: [
      { do: 'open-ticket', email: from, query: queryWords(mail), subject, follows },
      { do: 'send', draft: receipt(from, suggests, proved) },
      ...facts.agents.map((agent): Effect => ({ do: 'send', draft: newTicket(agent, fits) })),
    ],
  };
}

function isSameSubject(one: string, other: string): boolean {
  return cleanSubject(one).toLowerCase() === other.toLowerCase();
}

/**
 * Somebody who holds a genuine token of a ticket but is not its customer, or who was in copy of a mail about an open one and answers
 * that: shown to the agents, never a turn.
 */
function thirdParty(question: MailQuestion, ticket: TicketFacts, from: EmailAddress): Decision {
  const { mail, match } = question;
  const isCopied = match?.by === 'copy' && question.verification === 'verified' && ticket.status !== 'closed';
  if (match?.by !== 'token' && !isCopied) return decideNewTicket(question, from, undefined);
  // Its domain disowns it, so nobody shall read it as the words of the person in From.
  if (question.verification === 'failed') return onTicket(ticket, decision('parked', 'sender-refused-by-its-domain'));
  // A customer who sends the mail of a link as it is has said nothing.
  const said = match?.by === 'token' && isLinkPurpose(match.token.purpose) ? wordsBesideLinkText(mail) : mail.reply;
  if (!saysSomething(mail, said)) return onTicket(ticket, decision('third-party', 'no-new-words'));
  const hears = whoHears(question.facts.agents, ticket.assigneeId);
  return {
    ...onTicket(ticket, decision('third-party', 'third-party-wrote')),
    actor: 'third-party',
    words: newWordsOf(mail, said),
    effects: hears.map((agent): Effect => ({ do: 'send', draft: notification(agent, 'third-party') })),
  };
}
