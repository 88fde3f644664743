import { addressKey } from '../../domain/mail/email-address.ts';
import type { Decision, Effect } from '../../domain/ticket/decision.ts';
import type { Agent } from '../../domain/ticket/ticket.ts';
import { type Line, say } from '../../domain/words.ts';
import { agentName, findAgents } from '../agent/find-agents.ts';
import { isPassedOn } from '../agent/passed-on.ts';
import { readersAdded } from '../agent/readers.ts';
import { giveBackTo } from '../agent/returned/without-token.ts';
import type { AgentCommand, CommandName } from '../agent/words/command-list.ts';
import { isOnlySignature } from '../agent/words/only-signature.ts';
import { decision, type MailQuestion } from '../mail/mail-question.ts';
import { cleanSubject, newWordsOf } from '../mail/words/mail-words.ts';
import { confirmation, copies, notification, receipt, response, returned } from '../send/plan-outbox.ts';
import { type BeginningOrder, readersOf, type Said, withFiles } from './beginning-order.ts';
import { isHandingOn } from './handing-on.ts';
import { keepWithTicket, respondInCopy, takeForwardedAnswer } from './on-known-ticket.ts';
import { type Beginning, readBeginning } from './read-beginning.ts';
import { refuseBeginning, whyNotSent } from './refuse-beginning.ts';

/**
 * An agent's mail that names no ticket by a token and begins a conversation with a customer; undefined where it begins none.
 * What the customer wrote is the question. What the agent wrote is the response, unless it is a note. In doubt the mail
 * comes back, and says how to do it.
 */
export function decideBeginning(question: MailQuestion, agent: Agent): Decision | undefined {
  const { mail, identities, facts, ticket } = question;
  const beginning = readBeginning(mail, { identities, agents: facts.deskAgents });
  if (beginning === undefined) return undefined;
  const { reply, customer } = beginning;
  // It names the ticket of somebody else, by a token that is not the agent's.
  if (ticket && customer && addressKey(ticket.customer) !== addressKey(customer)) return undefined;
  const refused = refuseBeginning(question, beginning);
  if (refused || !reply.ok || customer === undefined) {
    const give = giveBackTo(question, agent, undefined);
    return refused && give(refused.reason, refused.lines);
  }
  const said = whatIsSaid(question, agent, beginning, reply.commands, reply.words);
  const order: BeginningOrder = { question, agent, beginning, customer, commands: reply.commands, ...said };
  if (ticket === undefined || ticket.status === 'closed') return openBegunTicket(order);
  const isResponse = beginning.inCopy && said.response !== '';
  if (isResponse) return respondInCopy(order, ticket);
  return takeForwardedAnswer(order, ticket) ?? keepWithTicket(order, ticket);
}

function whatIsSaid(
  { mail }: MailQuestion,
  agent: Agent,
  { kind, shown, inCopy }: Beginning,
  commands: AgentCommand[],
  written: string,
): Said {
  const has = (name: CommandName) => commands.some((command) => command.name === name);
  const words = isOnlySignature(written, agent) ? '' : written;
  const subject = cleanSubject(mail.subject);
  const isQuestion = kind === 'told' && shown === undefined && !has('new') && !has('send') && !inCopy;
  if (isQuestion && !has('note')) {
    const query = newWordsOf(mail, words) || subject;
    return { query, response: '', note: '', files: [] };
  }
  const query = shown === undefined ? subject : shown.words || cleanSubject(shown.subject) || subject;
  const isNote = has('note') || (shown !== undefined && !inCopy && isHandingOn(words));
  // The files beside a forward are the customer's own.
  const files = shown === undefined && !isNote ? mail.attachments.filter(isPassedOn) : [];
  const response = isNote ? '' : words !== '' || files.length === 0 ? words : newWordsOf(mail, '');
  return { query, response, note: isNote ? words : '', files };
}

function openBegunTicket(order: BeginningOrder): Decision {
  const { question, agent, beginning, customer, commands, query, response: words, note } = order;
  const { mail } = question;
  const has = (name: CommandName) => commands.some((command) => command.name === name);
  const mayNotWrite = whyNotSent(question, customer);
  const notSent = words !== '' && !beginning.inCopy ? mayNotWrite : undefined;
  const responds = words !== '' && notSent === undefined;
  const subject = cleanSubject(beginning.shown?.subject ?? '') || cleanSubject(mail.subject);
  const messageId = beginning.inCopy ? mail.messageId : beginning.shown?.ids[0];
  const effects: Effect[] = [
    { do: 'open-ticket', email: customer, query, subject, follows: undefined, begun: { messageId } },
  ];
  const lines: Line[] = [openedLine(order)];
  if (responds) effects.push({ do: 'respond', agentId: agent.id, words });
  if (note !== '') effects.push({ do: 'note', agentId: agent.id, note });
  effects.push(...readersOf(order));
  const colleague = colleagueOf(order);
  effects.push({ do: 'assign', agentId: (colleague ?? agent).id });
  if (colleague && colleague.id !== agent.id) {
    effects.push({ do: 'send', draft: notification(colleague, 'assigned') });
    lines.push(say('The ticket belongs to {who} now.', { who: agentName(colleague) }));
  } else lines.push(say('The ticket is yours.'));
  if (responds && mayNotWrite === undefined) effects.push(...draftsOfResponse(order));
  const greets = has('receipt') && !responds && mayNotWrite === undefined;
  if (greets) effects.push({ do: 'send', draft: receipt(customer, false) });
  lines.push(...toldLines(order, { responds, greets }), ...(notSent ?? []));
  const draft = notSent === undefined ? confirmation(agent, lines, true) : returned(agent, lines, words, true);
  effects.push({ do: 'send', draft });
  return {
    ...decision('ticket', responds ? 'agent-began-with-response' : 'agent-began'),
    actor: `agent:${agent.id}`,
    agentId: agent.id,
    effects,
  };
}

/** The mails of the first response; none to a customer who has it already. */
function draftsOfResponse(order: BeginningOrder): Effect[] {
  const { beginning, customer, commands } = order;
  const readers = commands.flatMap((command) => (command.name === 'cc' ? command.addresses : []));
  return withFiles([...(beginning.inCopy ? [] : [response(customer)]), ...copies(readers)], order);
}

function colleagueOf({ question, commands }: BeginningOrder): Agent | undefined {
  const command = commands.find(({ name }) => name === 'assign');
  return command?.name === 'assign' ? findAgents(question.facts.agents, command.to)[0] : undefined;
}

const GLIMPSE = 80;

/** The mail names the ticket below these lines. */
function openedLine({ customer, query }: BeginningOrder): Line {
  const words = query.replace(/\s+/g, ' ').trim();
  const glimpse = words.length > GLIMPSE ? `${[...words].slice(0, GLIMPSE).join('')}...` : words;
  return say('A ticket of {customer} is open. Its question: "{words}"', { customer, words: glimpse });
}

function toldLines(
  { customer, note, beginning: { inCopy }, commands, question: { identity } }: BeginningOrder,
  { responds, greets }: { responds: boolean; greets: boolean },
): Line[] {
  const lines: Line[] = [];
  if (responds && inCopy) {
    lines.push(
      say(
        'Your mail to {customer} is its first response; it was not sent again. If they answer to all, their answer reaches the ticket. If they answer you alone, forward it to {desk}.',
        { customer, desk: identity.address },
      ),
    );
  } else if (responds) lines.push(say('Your words went to {customer} as the first response.', { customer }));
  else if (greets)
    lines.push(say('{customer} gets a receipt, and nothing else yet. To respond, reply to this mail.', { customer }));
  else lines.push(say('Nothing was sent to {customer}. To respond, reply to this mail.', { customer }));
  if (note !== '') lines.push(say('Your note was kept inside; nothing was sent to the customer.'));
  const cc = commands.find((command) => command.name === 'cc');
  if (cc?.name === 'cc') lines.push(readersAdded(cc.addresses));
  return lines;
}
