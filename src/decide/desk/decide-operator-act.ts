import { isErasedAddress } from '../../domain/mail/erased-address.ts';
import type { Effect } from '../../domain/ticket/decision.ts';
import type { TicketFacts } from '../../domain/ticket/facts.ts';
import { formatSubjectTag } from '../../domain/ticket/reply-token.ts';
import type { Agent } from '../../domain/ticket/ticket.ts';
import { DEFAULT_LANGUAGE, NO_WORDS, spoken } from '../../domain/words.ts';
import { findAgents } from '../agent/find-agents.ts';
import { type DeskToMoveIn, moveTicket } from '../agent/move-ticket.ts';
import { closing, copies, notification, response } from '../send/plan-outbox.ts';

/** What an operator does to a ticket on the command line; the same acts that agents have by mail. */
export type OperatorAct =
  | { act: 'respond'; words: string }
  | { act: 'close' }
  | { act: 'reopen' }
  | { act: 'revoke' }
  | { act: 'note'; words: string }
  | { act: 'assign'; to: string }
  | { act: 'move'; to: string };

/** `ticket show` shows an operator all that came out of turn. */
const SEES_ALL: Effect = { do: 'see-mails', mails: 'all' };

/** What to do and how to say it, or why not. */
export type OperatorVerdict = { kind: 'act'; effects: Effect[]; done: string } | { kind: 'refused'; why: string };

/** What an operator's command does to a ticket. An agent is found among those who work on it. */
export function decideOperatorAct(ticket: TicketFacts, desk: DeskToMoveIn, act: OperatorAct): OperatorVerdict {
  const tag = formatSubjectTag(ticket.id);
  const closed = ticket.status === 'closed';
  if (isErasedAddress(ticket.customer))
    return refused(`The customer of ticket ${tag} was erased; nothing can be done with it.`);
  switch (act.act) {
    case 'respond': {
      const words = act.words.trim();
      if (words === '') return refused('A response needs words.');
      if (closed) return refused(`Ticket ${tag} is closed; open it again first: turnmail ticket reopen ${ticket.id}`);
      const effects: Effect[] = [
        { do: 'respond', agentId: undefined, words },
        SEES_ALL,
        ...[response(ticket.customer), ...copies(ticket.readers)].map((draft): Effect => ({ do: 'send', draft })),
      ];
      return { kind: 'act', effects, done: `The response to ticket ${tag} is on its way to ${ticket.customer}.` };
    }
    case 'close': {
      if (closed) return refused(`Ticket ${tag} is closed already.`);
      const effects: Effect[] = [
        { do: 'close', by: 'operator', spam: false },
        SEES_ALL,
        { do: 'send', draft: closing(ticket.customer, 'operator') },
      ];
      return { kind: 'act', effects, done: `Ticket ${tag} is closed; ${ticket.customer} is told.` };
    }
    case 'reopen':
      if (!closed) return refused(`Ticket ${tag} is not closed.`);
      return {
        kind: 'act',
        effects: [{ do: 'reopen', to: ticket.turns.length > 0 ? 'in_process' : 'open' }],
        done: `Ticket ${tag} is open again; nobody was written to.`,
      };
    case 'revoke':
      return {
        kind: 'act',
        effects: [{ do: 'revoke-tokens' }],
        done: `Every reply address and link of ticket ${tag} so far is void; mails from now on carry new ones.`,
      };
    case 'note': {
      const note = act.words.trim();
      if (note === '') return refused('A note needs words.');
      const effects: Effect[] = [{ do: 'note', agentId: undefined, note }, SEES_ALL];
      return { kind: 'act', effects, done: `The note is kept with ticket ${tag}; nobody was written to.` };
    }
    case 'assign':
      return assign(desk.facts.agents, act.to, tag);
    case 'move':
      return move(desk, ticket, act.to);
  }
}

function move(desk: DeskToMoveIn, ticket: TicketFacts, to: string): OperatorVerdict {
  const moved = moveTicket(desk, undefined, ticket, to, 'ticket move');
  if (!moved.ok) return refused(spoken(NO_WORDS, DEFAULT_LANGUAGE, moved.why));
  return { kind: 'act', effects: moved.effects, done: spoken(NO_WORDS, DEFAULT_LANGUAGE, moved.done) };
}

function assign(agents: Agent[], to: string, tag: string): OperatorVerdict {
  const found = findAgents(agents, to);
  const agent = found[0];
  if (agent === undefined || found.length > 1) {
    const known =
      agents.length === 0 ? 'there are none' : `the agents are: ${agents.map((one) => one.email).join(', ')}`;
    return refused(agent ? `"${to}" fits several agents; ${known}.` : `There is no agent "${to}"; ${known}.`);
  }
  const effects: Effect[] = [
    { do: 'assign', agentId: agent.id },
    { do: 'send', draft: notification(agent, 'assigned') },
  ];
  return { kind: 'act', effects, done: `Ticket ${tag} belongs to ${agent.name || agent.email} now, who is told.` };
}

export function refused(why: string): OperatorVerdict {
  return { kind: 'refused', why };
}
