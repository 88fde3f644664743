import type { Effect } from '../../domain/ticket/decision.ts';
import type { TicketFacts } from '../../domain/ticket/facts.ts';
import type { TeamNews } from '../../domain/ticket/outbox-item.ts';
import type { Agent } from '../../domain/ticket/ticket.ts';
import type { MailQuestion } from '../mail/mail-question.ts';
import { teamNews, whoHears } from '../send/plan-outbox.ts';
import { findAgents } from './find-agents.ts';
import type { AgentCommand, CommandName } from './words/command-list.ts';

/**
 * Those who were notified of a ticket hear, in its thread, that a colleague has it now or has answered it. The colleague
 * whom it was given to gets a notification instead.
 */
export function tellColleagues(
  { facts: { agents }, rules }: MailQuestion,
  by: Agent,
  ticket: TicketFacts,
  commands: readonly AgentCommand[],
  responds: boolean,
): Effect[] {
  const news = newsOf(
    commands.map(({ name }) => name),
    responds,
  );
  if (news === undefined) return [];
  const to = commands.find((command) => command.name === 'assign');
  const chosen = to?.name === 'assign' ? findAgents(agents, to.to)[0]?.id : undefined;
  const hear = whoHears(agents, ticket.assigneeId).filter((agent) => agent.id !== chosen);
  return teamNews(news, ticket.id, by, hear, rules.teamNews).map((draft) => ({ do: 'send', draft }));
}

function newsOf(names: readonly CommandName[], responds: boolean): TeamNews | undefined {
  // /move tells them itself.
  if (names.includes('move')) return undefined;
  if (names.includes('spam')) return 'spam';
  if (names.includes('close')) return responds ? 'answered-and-closed' : 'closed';
  if (responds) return 'answered';
  if (names.includes('assign')) return 'assigned';
  return names.includes('take') ? 'took' : undefined;
}
