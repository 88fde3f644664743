import type { ParsedMail } from '../../../domain/mail/parsed-mail.ts';
import type { Decision, Effect } from '../../../domain/ticket/decision.ts';
import type { TicketFacts } from '../../../domain/ticket/facts.ts';
import type { Reason } from '../../../domain/ticket/reasons.ts';
import type { Agent } from '../../../domain/ticket/ticket.ts';
import { type Line, say } from '../../../domain/words.ts';
import { decision, type MailQuestion, onTicket } from '../../mail/mail-question.ts';
import { confirmation, digest, reportDraft, returned } from '../../send/plan-outbox.ts';
import { readAgentReply } from '../words/agent-command.ts';
import { type AgentCommand, COMMAND_HELP, type CommandName } from '../words/command-list.ts';

/** Commands that are about the desk and not about a ticket; they need no token, since they only write to the agent. */
const OF_THE_DESK: CommandName[] = ['queue', 'report', 'help'];
const isOfTheDesk = ({ name }: AgentCommand) => OF_THE_DESK.includes(name);

/** Gives a mail back to its agent: why nothing was done, with the words. */
export type GiveBack = (reason: Reason, lines: Line[], colleague?: string) => Decision;

export function giveBackTo({ mail }: MailQuestion, agent: Agent, ticket: TicketFacts | undefined): GiveBack {
  return (reason, lines, colleague) => ({
    ...onTicket(ticket, decision('returned', reason)),
    actor: `agent:${agent.id}`,
    agentId: agent.id,
    effects: [
      { do: 'send', draft: returned(agent, lines, mail.agentReply || mail.reply, ticket !== undefined, colleague) },
    ],
  });
}

/** The commands about the desk that are all that a mail says; none where it says something else. */
function commandsOfTheDesk(mail: ParsedMail): CommandName[] {
  // In a mail that is no reply, the subject is a place to write a command too: a bare "/queue" often has no body.
  const subject = readAgentReply(mail.subject.trim());
  const isInSubject = subject.ok && subject.commands.length > 0 && subject.commands.every(isOfTheDesk);
  const reply = isInSubject ? subject : readAgentReply(mail.agentReply);
  return reply.ok && reply.commands.every(isOfTheDesk) ? reply.commands.map(({ name }) => name) : [];
}

/** True for a mail with nothing but such commands: an agent may send it to any mailbox of the desk. */
export function asksTheDesk(mail: ParsedMail): boolean {
  return commandsOfTheDesk(mail).length > 0;
}

/**
 * An agent's mail that names no ticket by a token of theirs: a command about the desk, or it comes back.
 * @param ofColleague what becomes of it where it answers the notification of a colleague
 */
export function withoutToken(question: MailQuestion, agent: Agent, ofColleague?: () => Decision): Decision {
  const names = commandsOfTheDesk(question.mail);
  if (names.length > 0) {
    return {
      ...decision('command', 'agent-command'),
      actor: `agent:${agent.id}`,
      agentId: agent.id,
      effects: names.map((name): Effect => ({ do: 'send', draft: answerTo(name, agent) })),
    };
  }
  if (ofColleague) return ofColleague();
  // An agent who wrote a command wrongly learns what is wrong with it, and not only that no ticket is named.
  const reply = readAgentReply(question.mail.agentReply);
  if (!reply.ok) return giveBackTo(question, agent, undefined)('agent-unknown-command', [reply.problem]);
  return giveBackTo(
    question,
    agent,
    undefined,
  )('agent-without-token', [
    say(
      'Your mail names no ticket, so nothing was done. Reply to a notification to respond to its customer, or write /queue to get the waiting tickets as a mail.',
    ),
    say(
      'To open a ticket of a customer, forward their mail, or write /for and their address on the first line: /for jo@x.example',
    ),
    say('You are an agent of this desk; to open a ticket as a customer, write from another address.'),
  ]);
}

function answerTo(name: CommandName, agent: Agent) {
  if (name === 'queue') return digest(agent);
  return name === 'report' ? reportDraft(agent) : help(agent, false);
}

export function help(agent: Agent, onTicket: boolean) {
  return confirmation(
    agent,
    [say('Commands stand on the first lines of a reply:'), ...Object.values(COMMAND_HELP)],
    onTicket,
  );
}
