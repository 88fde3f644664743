import type { Identity } from '../../domain/desk/identity.ts';
import { agentsOf, findIdentities } from '../../domain/desk/mailboxes.ts';
import type { Rules } from '../../domain/desk/rules.ts';
import type { Effect } from '../../domain/ticket/decision.ts';
import type { TicketFacts } from '../../domain/ticket/facts.ts';
import { formatTicketNumber } from '../../domain/ticket/reply-token.ts';
import type { Agent } from '../../domain/ticket/ticket.ts';
import { type Sentence, say } from '../../domain/words.ts';
import type { MailQuestion } from '../mail/mail-question.ts';
import { notification, teamNews, whoHears } from '../send/plan-outbox.ts';

/** The result of /move: the effects and a sentence for the agent, or why nothing was done. */
export type Move = { ok: true; effects: Effect[]; done: Sentence; to: Identity } | { ok: false; why: Sentence };

/** The mailboxes of a desk, and who works for it: those of the ticket as it is, and all. */
export type DeskToMoveIn = Pick<MailQuestion, 'identities' | 'identityAt' | 'mailboxIdOf'> & {
  rules: Pick<Rules, 'teamNews'>;
  facts: { agents: Agent[]; deskAgents: Agent[] };
};

/**
 * Hands a ticket over to another mailbox: its agents hear of it, and those who had it hear that it is gone. The customer hears
 * nothing; what they get next comes from the other address. What they write to the old one still finds its ticket.
 *
 * @param by undefined: an operator
 * @param command as they wrote it, for the sentence that says why nothing was done
 */
export function moveTicket(
  desk: DeskToMoveIn,
  by: Agent | undefined,
  ticket: TicketFacts,
  named: string,
  command = '/move',
): Move {
  const { identities, identityAt, mailboxIdOf, facts, rules } = desk;
  const from = identityAt(ticket.mailboxId);
  const number = formatTicketNumber(ticket.id);
  const found = findIdentities(identities, named);
  const [to] = found;
  const mailboxId = to && mailboxIdOf(to);
  if (!to || found.length > 1 || mailboxId === undefined) {
    const mailboxes = (some: readonly Identity[]) => some.map(({ mailboxName }) => mailboxName).join(', ');
    return {
      ok: false,
      why:
        found.length > 1
          ? say(
              '{command}: "{name}" fits several mailboxes, so nothing was done. Write the address of one of them: {mailboxes}.',
              { command, name: named, mailboxes: mailboxes(found) },
            )
          : say('{command}: there is no mailbox "{name}", so nothing was done. The mailboxes are: {mailboxes}.', {
              command,
              name: named,
              mailboxes: mailboxes(identities),
            }),
    };
  }
  const values = { number, mailbox: to.mailboxName };
  if (to === from) {
    return { ok: false, why: say('Ticket {number} is in the mailbox {mailbox} already, so nothing was done.', values) };
  }
  const taking = agentsOf(to, facts.deskAgents);
  const payload = { event: 'moved' as const, by: by?.id, mailbox: from.mailboxName };
  const news = teamNews('moved', ticket.id, by, whoHears(facts.agents, ticket.assigneeId), rules.teamNews);
  // Who works on both hears of it once, as of a ticket to work on.
  const leaving = news.filter(({ agentId }) => !taking.some((agent) => agent.id === agentId));
  return {
    ok: true,
    to,
    done: say('Ticket {number} is in the mailbox {mailbox} now.', values),
    effects: [
      { do: 'move', mailboxId, keepsAgent: taking.some((agent) => agent.id === ticket.assigneeId) },
      ...taking
        .filter((agent) => agent.id !== by?.id)
        .map((agent): Effect => ({ do: 'send', draft: { ...notification(agent, 'moved'), payload } })),
      ...leaving.map(({ reply: _, ...draft }): Effect => {
        const told = { ...draft.payload, mailbox: to.mailboxName };
        return { do: 'send', draft: { ...draft, payload: told, mailboxId: ticket.mailboxId } };
      }),
    ],
  };
}
