import type { Decision, Effect } from '../../domain/decision.ts';
import { heldShownKey, onlyHeldShownKey, tokenMisusedKey } from '../../domain/dedupe-key.ts';
import { addressKey, type EmailAddress } from '../../domain/email-address.ts';
import type { TicketFacts } from '../../domain/facts.ts';
import type { TicketId } from '../../domain/ids.ts';
import { isLinkPurpose } from '../../domain/link.ts';
import type { Reason } from '../../domain/reasons.ts';
import type { TokenRow } from '../../domain/reply-token.ts';
import { decideLink } from '../desk/decide-link.ts';
import { heldNotice, notification, receipt, whoHears } from '../send/plan-outbox.ts';
import { decision, type MailQuestion, onTicket } from './mail-question.ts';
import { cleanSubject, newWords, queryWords, saysSomething, wordsBesideTwin } from './mail-words.ts';
import { takeTurn } from './take-turn.ts';
import { whyOnlyHeld } from './why-only-held.ts';

/** A mail of somebody who is no agent; undefined where it names no ticket of theirs and so opens one. */
export function decideCustomerMail(question: MailQuestion, from: EmailAddress): Decision | undefined {
  const { ticket, match, verification } = question;
  if (!ticket || !match) return undefined;
  const isCustomer = addressKey(ticket.customer) === addressKey(from);
  const token = match.by === 'token' ? match.token : undefined;
  if (token?.purpose === 'agent') return tokenOfSomeoneElse(question, ticket, token);
  if (!isCustomer) return thirdParty(question, ticket, from);
  if (verification === 'failed' || (verification === 'unverified' && !token)) {
    return onTicket(ticket, decision('parked', 'customer-not-verified'));
  }
  const onlyHeld = whyOnlyHeld(question, ticket, match);
  if (token && isLinkPurpose(token.purpose) && onlyHeld === undefined) {
    const { facts, rules, now } = question;
    const { purpose } = token;
    const link = { ticket, purpose, token, agents: facts.agents, reopenDays: rules.reopenDays, now };
    return decideLink(link, wordsBesideTwin(question.mail));
  }
  if (ticket.spam) return onTicket(ticket, decision('parked', 'ticket-was-spam'));
  const isLink = token !== undefined && isLinkPurpose(token.purpose);
  if (onlyHeld !== undefined && (isLink || onlyHeld !== 'recipients-not-signed')) {
    return holdOnly(question, ticket, onlyHeld, isLink);
  }
  if (!saysSomething(question.mail)) {
    return { ...onTicket(ticket, decision('held', 'no-new-words')), actor: 'customer' };
  }
  return playTurn(question, ticket, from, token, onlyHeld);
}

/** Kept, shown to the agents, and nothing is done to the ticket; the customer is told nothing, since they may not know of it. */
function holdOnly(question: MailQuestion, ticket: TicketFacts, reason: Reason, isLink: boolean): Decision {
  const { mail } = question;
  const said = isLink ? wordsBesideTwin(mail) : mail.reply;
  const held = { ...onTicket(ticket, decision('held', reason)), actor: 'customer' as const };
  if (!saysSomething(mail, said)) return held;
  const shown = onlyHeldShownKey(ticket.id, reason, ticket.turns.at(-1)?.responseId);
  return {
    ...held,
    words: newWords(mail, said),
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
          { do: 'take-turn', responseId: outcome.responseId, words: newWords(mail) },
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
        words: newWords(mail),
        effects: [
          { do: 'send', draft: heldNotice(from, ticket.id, outcome.responseId) },
          ...hears.map((agent): Effect => ({ do: 'send', draft: notification(agent, 'held', shown) })),
        ],
      };
    }
    case 'follow':
      return openTicket(question, from, ticket.id);
  }
}

/** A new ticket, and a receipt; agents each get a notification of their own. */
export function openTicket(question: MailQuestion, from: EmailAddress, follows: TicketId | undefined): Decision {
  const { mail, facts, rules, verification } = question;
  // Whoever did not prove their address gets a receipt and nothing that their words could choose.
  const proved = verification === 'verified';
  const suggests = rules.suggestToCustomers && proved;
  // The number of another desk stays; one of a ticket that is here goes, whoever its customer is.
  const isOurs = (id: number) => facts.named.some(({ ticketId }) => ticketId === id);
  const subject = cleanSubject(mail.subject, isOurs);
  return {
    ...decision('ticket', follows === undefined ? 'new-request' : 'follows-closed-ticket'),
    actor: 'customer',
    effects: [
      { do: 'open-ticket', email: from, query: queryWords(mail), subject, follows },
      { do: 'send', draft: receipt(from, suggests, proved) },
      ...facts.agents.map((agent): Effect => ({ do: 'send', draft: notification(agent, 'new-ticket') })),
    ],
  };
}

/** Somebody who holds a genuine token of a ticket but is not its customer: shown to the agents, never a turn. */
function thirdParty(question: MailQuestion, ticket: TicketFacts, from: EmailAddress): Decision {
  const { mail, match } = question;
  if (match?.by !== 'token') return openTicket(question, from, undefined);
  // Its domain disowns it, so nobody shall read it as the words of whoever it names.
  if (question.verification === 'failed') return onTicket(ticket, decision('parked', 'sender-refused-by-its-domain'));
  // Whoever sends the mail of a link as it is has said nothing.
  const said = isLinkPurpose(match.token.purpose) ? wordsBesideTwin(mail) : mail.reply;
  if (!saysSomething(mail, said)) return onTicket(ticket, decision('third-party', 'no-new-words'));
  const hears = whoHears(question.facts.agents, ticket.assigneeId);
  return {
    ...onTicket(ticket, decision('third-party', 'third-party-wrote')),
    actor: 'third-party',
    words: newWords(mail, said),
    effects: hears.map((agent): Effect => ({ do: 'send', draft: notification(agent, 'third-party') })),
  };
}

/** An agent's token in other hands does nothing; the agent it was made for is told once. */
function tokenOfSomeoneElse(question: MailQuestion, ticket: TicketFacts, token: TokenRow): Decision {
  const owner = question.facts.agents.find((agent) => agent.id === token.agentId);
  return {
    ...onTicket(ticket, decision('parked', 'token-of-someone-else')),
    effects: owner ? [{ do: 'send', draft: notification(owner, 'third-party', tokenMisusedKey(token.id)) }] : [],
  };
}
