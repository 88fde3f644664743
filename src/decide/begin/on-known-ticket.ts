import type { Decision, Effect } from '../../domain/ticket/decision.ts';
import type { TicketFacts } from '../../domain/ticket/facts.ts';
import { formatTicketNumber } from '../../domain/ticket/reply-token.ts';
import { say } from '../../domain/words.ts';
import { agentName } from '../agent/find-agents.ts';
import { readersAfter } from '../agent/readers.ts';
import { decision, onTicket } from '../mail/mail-question.ts';
import { cleanSubject } from '../mail/words/mail-words.ts';
import { confirmation, copies, notification, returned, whoHears } from '../send/plan-outbox.ts';
import { type BeginningOrder, readersOf, withFiles } from './beginning-order.ts';
import { whyNotSent } from './refuse-beginning.ts';

/** The mail to a customer belongs to a ticket of theirs that is open: it is a response there. They have it already. */
export function respondInCopy(order: BeginningOrder, ticket: TicketFacts): Decision {
  const { question, agent, customer, commands, response: words } = order;
  const lines = [
    say('Your mail to {customer} is the newest response to ticket {number}; it was not sent again.', {
      customer,
      number: formatTicketNumber(ticket.id),
    }),
  ];
  const effects: Effect[] = [{ do: 'respond', agentId: agent.id, words }, ...readersOf(order)];
  if (ticket.assigneeId === undefined) effects.push({ do: 'assign', agentId: agent.id });
  if (whyNotSent(question, customer) === undefined) {
    const added = commands.flatMap((command) => (command.name === 'cc' ? command.addresses : []));
    const readers = readersAfter(ticket.readers, added, []);
    effects.push(...withFiles(copies(readers), order));
  }
  effects.push({ do: 'send', draft: confirmation(agent, lines, true) });
  return {
    ...onTicket(ticket, decision('response', 'agent-wrote-to-customer')),
    actor: `agent:${agent.id}`,
    agentId: agent.id,
    effects,
  };
}

/** A mail of a ticket that is open: no second one is opened; what was forwarded is kept with the first. */
export function keepWithTicket(order: BeginningOrder, ticket: TicketFacts): Decision {
  const { agent, beginning, customer, response: words, note, query } = order;
  const number = formatTicketNumber(ticket.id);
  const subject = cleanSubject(beginning.shown?.subject ?? '');
  const head = `Forwarded by ${agentName(agent)}, a mail of ${customer}${subject === '' ? '' : ` ("${subject}")`}:`;
  const kept = [note, head, query].filter((text) => text !== '').join('\n\n');
  const lines = [
    say(
      'This mail of {customer} belongs to ticket {number}, which is open, so no second one was opened. It was kept there as a note, and nothing was sent to the customer.',
      { customer, number },
    ),
    ...(words === '' ? [] : [say('Your words are below. To send them, reply to this mail with them.')]),
    say('To open a ticket of its own all the same, forward it again with /new on the first line.'),
  ];
  const draft = words === '' ? confirmation(agent, lines, true) : returned(agent, lines, words, true);
  return {
    ...onTicket(ticket, decision('note', 'agent-forward-of-known-ticket')),
    actor: `agent:${agent.id}`,
    agentId: agent.id,
    effects: [
      { do: 'note', agentId: agent.id, note: kept },
      { do: 'send', draft },
    ],
  };
}

/**
 * What a customer answered to the agent alone, forwarded to the desk: their answer, where it shows that it answers the newest
 * response and nobody has answered that. A mail from before the response can show neither of the two signs.
 */
export function takeForwardedAnswer(order: BeginningOrder, ticket: TicketFacts): Decision | undefined {
  const { question, agent, beginning, customer } = order;
  const { shown } = beginning;
  const turn = ticket.turns.at(-1);
  const isAnswer = shown !== undefined && turn !== undefined && !turn.answered && order.response === '';
  if (!isAnswer || shown.newWords === '') return undefined;
  const known = question.facts.beginning?.open.find(({ ticketId }) => ticketId === ticket.id)?.messageIds ?? [];
  const answers = shown.ids.slice(1).some((id) => known.includes(id)) || holdsQuote(shown.words, turn.responseSent);
  if (!answers) return undefined;
  const number = formatTicketNumber(ticket.id);
  const lines = [
    say(
      'What {customer} answered you was recorded as their answer to the newest response of ticket {number}. To respond, reply to this mail.',
      { customer, number },
    ),
    ...(order.note === '' ? [] : [say('Your note was kept inside; nothing was sent to the customer.')]),
  ];
  const others = whoHears(question.facts.agents, ticket.assigneeId).filter(({ id }) => id !== agent.id);
  const drafts = [
    confirmation(agent, lines, true),
    ...(ticket.assigneeId === undefined ? [] : others.map((other) => notification(other, 'history'))),
  ];
  return {
    ...onTicket(ticket, decision('answer', 'agent-forwarded-answer')),
    actor: `agent:${agent.id}`,
    agentId: agent.id,
    responseId: turn.responseId,
    effects: [
      { do: 'take-turn', responseId: turn.responseId, words: shown.newWords },
      ...(order.note === '' ? [] : [{ do: 'note', agentId: agent.id, note: order.note } as const]),
      ...drafts.map((draft): Effect => ({ do: 'send', draft })),
    ],
  };
}

/** Fewer letters than this are found in any mail. */
const MIN_QUOTED = 30;

/** True where a text holds another, however it was wrapped and marked. */
function holdsQuote(text: string, quoted: string): boolean {
  const letters = (one: string) => one.normalize('NFKC').replace(/[^\p{L}\p{N}]+/gu, '');
  const sought = letters(quoted).slice(0, 2_000);
  return sought.length >= MIN_QUOTED && letters(text).includes(sought);
}
