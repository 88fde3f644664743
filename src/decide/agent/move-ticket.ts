import type { Effect } from '../../domain/decision.ts';
import type { TicketFacts } from '../../domain/facts.ts';
import type { Identity } from '../../domain/identity.ts';
import { agentsOf, findIdentities } from '../../domain/mailboxes.ts';
import { formatTicketNumber } from '../../domain/reply-token.ts';
import type { Agent } from '../../domain/ticket.ts';
import type { MailQuestion } from '../mail/mail-question.ts';
import { notification, teamNews, whoHears } from '../send/plan-outbox.ts';

/** What /move comes to: the effects and a sentence for the agent, or why nothing was done. */
export type Move = { ok: true; effects: Effect[]; done: string; to: Identity } | { ok: false; why: string };

/**
 * Hands a ticket over to another mailbox: its agents hear of it, and those who had it hear that it is gone. The customer hears
 * nothing; what they get next comes from the other address. What they write to the old one still finds its ticket.
 */
export function moveTicket(question: MailQuestion, by: Agent, ticket: TicketFacts, named: string): Move {
  const { identities, identityAt, mailboxIdOf, facts, rules } = question;
  const from = identityAt(ticket.mailboxId);
  const others = identities.filter((one) => one !== from);
  const found = findIdentities(identities, named);
  const [to] = found;
  const mailboxId = to && mailboxIdOf(to);
  if (!to || found.length > 1 || mailboxId === undefined) {
    const names = others.map(({ mailboxName }) => mailboxName).join(', ');
    const all = names === '' ? 'This desk has one mailbox.' : `The others are: ${names}.`;
    const why = found.length > 1 ? `"${named}" fits several mailboxes` : `there is no mailbox "${named}"`;
    return { ok: false, why: `/move: ${why}, so nothing was done. ${all}` };
  }
  const number = formatTicketNumber(ticket.id);
  if (to === from) return { ok: false, why: `Ticket ${number} is in the mailbox ${to.mailboxName} already.` };
  const taking = agentsOf(to, facts.deskAgents);
  const payload = { event: 'moved' as const, by: by.id, mailbox: from.mailboxName };
  const news = teamNews('moved', ticket.id, by, whoHears(facts.agents, ticket.assigneeId), rules.teamNews);
  // Who works on both hears of it once, as of a ticket to work on.
  const leaving = news.filter(({ agentId }) => !taking.some((agent) => agent.id === agentId));
  return {
    ok: true,
    to,
    done: `Ticket ${number} is in the mailbox ${to.mailboxName} now.`,
    effects: [
      { do: 'move', mailboxId, keepsAgent: taking.some((agent) => agent.id === ticket.assigneeId) },
      ...taking
        .filter((agent) => agent.id !== by.id)
        .map((agent): Effect => ({ do: 'send', draft: { ...notification(agent, 'moved'), payload } })),
      ...leaving.map(({ reply: _, ...draft }): Effect => {
        const told = { ...draft.payload, mailbox: to.mailboxName };
        return { do: 'send', draft: { ...draft, payload: told, mailboxId: ticket.mailboxId } };
      }),
    ],
  };
}
