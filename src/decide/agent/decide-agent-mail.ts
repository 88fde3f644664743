import { agentsOf } from '../../domain/desk/mailboxes.ts';
import type { EmailAddress } from '../../domain/mail/email-address.ts';
import type { Attachment } from '../../domain/mail/parsed-mail.ts';
import type { Decision, Effect } from '../../domain/ticket/decision.ts';
import type { OutboxDraft } from '../../domain/ticket/outbox-item.ts';
import { formatTicketNumber } from '../../domain/ticket/reply-token.ts';
import type { Agent } from '../../domain/ticket/ticket.ts';
import { type Line, say } from '../../domain/words.ts';
import { decideBeginning } from '../begin/decide-beginning.ts';
import { remotePictures } from '../formatted/format-words.ts';
import { decision, type MailQuestion, onTicket } from '../mail/mail-question.ts';
import { saysSomething } from '../mail/words/mail-words.ts';
import {
  closing,
  closingResponse,
  confirmation,
  copies,
  digest,
  notification,
  reportDraft,
  response,
} from '../send/plan-outbox.ts';
import { acceptAnswer } from './accept-answer.ts';
import { agentName, findAgents } from './find-agents.ts';
import { moveTicket } from './move-ticket.ts';
import { isPassedOn, isShownPicture, leftOut, refuseEncrypted, tellLeftOut } from './passed-on.ts';
import { changeReaders } from './readers.ts';
import { dealWithOutOfTurn } from './returned/out-of-turn.ts';
import { refuseMisdirected } from './returned/refuse-misdirected.ts';
import { refuseOldMail } from './returned/refuse-old-mail.ts';
import { type Order, refuseOrder } from './returned/refuse-order.ts';
import { refuseUnverifiedAgent } from './returned/refuse-unverified-agent.ts';
import { answersForColleague } from './returned/token-of-someone-else.ts';
import { giveBackTo, help, withoutToken } from './returned/without-token.ts';
import { tellColleagues } from './tell-colleagues.ts';
import { useAnswer } from './use-answer.ts';
import { onlyInHtml, readAgentReply } from './words/agent-command.ts';
import { digestOf, tellPerhaps, wordsBelowMark } from './words/below-mark.ts';
import type { CommandName } from './words/command-list.ts';
import { isOnlySignature } from './words/only-signature.ts';

/**
 * A mail from an agent's address. Replying to a notification is responding; commands stand on the first lines. Whatever
 * cannot be done as written is given back with the text, and nothing is sent.
 */
export function decideAgentMail(question: MailQuestion, agent: Agent): Decision {
  const { mail, match, ticket, verification } = question;
  if (verification !== 'verified') return refuseUnverifiedAgent(question, agent);
  if (mail.encrypted !== undefined) return giveBackTo(question, agent, ticket)(...refuseEncrypted(mail.encrypted));
  const reply = readAgentReply(mail.agentReply);
  const token = match?.by === 'token' && match.token.purpose === 'agent' ? match.token : undefined;
  if (!ticket || !token) {
    const begun = token === undefined ? decideBeginning(question, agent) : undefined;
    return begun ?? withoutToken(question, agent);
  }
  if (token.agentId !== agent.id)
    return withoutToken(question, agent, () => answersForColleague(question, agent, ticket, token));
  const give = giveBackTo(question, agent, ticket);
  if (!question.facts.agents.some(({ id }) => id === agent.id)) {
    const { mailboxName } = question.identityAt(ticket.mailboxId);
    return give('agent-of-another-mailbox', [
      say('Ticket {number} is in the mailbox {mailbox}, whose tickets others work on, so nothing was done.', {
        number: formatTicketNumber(ticket.id),
        mailbox: mailboxName,
      }),
    ]);
  }
  const refused = refuseOldMail(question, token) ?? refuseMisdirected(question, token);
  if (refused) return give(refused.reason, refused.lines);
  if (!reply.ok) return give('agent-unknown-command', [reply.problem]);
  if (mail.commandInHtml !== undefined) return give('agent-unknown-command', [onlyInHtml(mail.commandInHtml)]);
  const names = reply.commands.map((command) => command.name);
  const attached = mail.attachments.filter(isPassedOn);
  if (names.length === 0 && attached.length === 0 && !saysSomething({ ...mail, attachments: [] }, mail.agentReply)) {
    const left = tellLeftOut(mail.attachments);
    return give('agent-no-words', [
      say(
        'Your reply held no new words above what it quotes, so nothing was sent to the customer. Words below our line "Reply above this line" are never sent.',
      ),
      ...left,
    ]);
  }
  const canBeAlone = names.length > 0 && !names.includes('note') && !names.includes('use');
  const signed = canBeAlone && isOnlySignature(reply.words, agent);
  const files = signed ? attached.filter((file) => !isShownPicture(file)) : attached;
  const words = signed ? '' : reply.words;
  const below = wordsBelowMark(question);
  return obeyCommands({ question, agent, ticket, token, commands: reply.commands, words, files, below, signed, give });
}

const CLOSED_AS_SPAM = say('The ticket was closed as spam; the customer was told nothing.');
const CLOSED_WITH_WORDS = say('Your words went to the customer, and closed the ticket with them.');
const CLOSED = say('The ticket is closed, and the customer was told.');

function obeyCommands(order: Order): Decision {
  const { question, agent, ticket, commands, words, files, give } = order;
  const has = (name: CommandName) => commands.some((command) => command.name === name);
  const isNote = has('note');
  const responds = !isNote && (words !== '' || files.length > 0 || has('use'));
  const refusal = refuseOrder(order, has, responds);
  if (refusal) return refusal;
  const effects: Effect[] = [];
  const done: Line[] = [];
  if (isNote) {
    if (words === '') return give('agent-command-misused', [say('/note needs words after it.')]);
    effects.push({ do: 'note', agentId: agent.id, note: words });
    done.push(say('Your note was kept inside; nothing was sent to the customer.'));
    if (files.length > 0) done.push(say('The file beside it stays with your mail only; colleagues do not get it.'));
  }
  if (has('reopen')) {
    effects.push({ do: 'reopen', to: ticket.turns.length > 0 ? 'in_process' : 'open' });
    done.push(say('The ticket is open again.'));
  }
  const accepted = has('accept') ? acceptAnswer(question, give) : [];
  if (!Array.isArray(accepted)) return accepted;
  effects.push(...accepted);
  if (has('accept')) done.push(say('The words are the answer of the customer now. Nobody else was told.'));
  const reading = changeReaders(commands, ticket.readers, agent.id);
  effects.push(...reading.effects);
  done.push(...reading.done);
  if (responds) effects.push(...responseEffects(order, has('close'), reading.readers));
  const assigned = assignByCommand(order, effects, done);
  if (assigned) return assigned;
  if (has('close') || has('spam')) {
    effects.push({ do: 'close', by: 'agent', spam: has('spam') });
    if (has('close') && !responds) effects.push({ do: 'send', draft: closing(ticket.customer, 'agent') });
    done.push(has('spam') ? CLOSED_AS_SPAM : responds ? CLOSED_WITH_WORDS : CLOSED);
  }
  const move = commands.find((command) => command.name === 'move');
  const moved = move?.name === 'move' ? moveTicket(question, agent, ticket, move.to) : undefined;
  if (moved?.ok === false) return give('agent-command-misused', [moved.why]);
  if (moved?.ok) {
    effects.push(...moved.effects);
    done.push(moved.done);
  }
  effects.push(
    ...dealWithOutOfTurn(question, agent, { responds, closes: has('close'), notes: isNote, isSpam: has('spam') }),
  );
  effects.push(...mailsAskedFor(order, has));
  if (order.signed && done.length > 0)
    done.push(say('Below it stood nothing but your signature, so no response was sent.'));
  const said = effects.find((effect) => effect.do === 'respond')?.words ?? '';
  const remote = responds ? remotePictures(question.mail.rich, said) : [];
  const left = responds ? [...tellLeftOut(question.mail.attachments, remote), ...tellPerhaps(order.below)] : [];
  // Who handed the ticket over to others has no more to do with it.
  const theirs = moved?.ok !== true || agentsOf(moved.to, [agent]).length > 0;
  if (done.length > 0) effects.push({ do: 'send', draft: confirmation(agent, [...done, ...left], theirs) });
  else if (left.length > 0)
    effects.push({
      do: 'send',
      draft: leftOut(agent, question.mail.attachments, [...remote, ...digestOf(order.below)], left),
    });
  effects.push(...tellColleagues(question, agent, ticket, commands, responds));
  const disposition = responds ? 'response' : isNote ? 'note' : 'command';
  return {
    ...onTicket(ticket, decision(disposition, responds ? 'agent-response' : isNote ? 'agent-note' : 'agent-command')),
    actor: `agent:${agent.id}`,
    agentId: agent.id,
    effects,
  };
}

/** The response, and its copies for those who read along. */
function responseEffects(order: Order, closes: boolean, readers: EmailAddress[]): Effect[] {
  const { question, agent, ticket, commands, words, files } = order;
  const used = commands.find((command) => command.name === 'use');
  const past = question.shown.find((answer) => answer.number === used?.number);
  const { said, formatted } = past
    ? useAnswer({ question, agent, ticket, past, words })
    : { said: words, formatted: undefined };
  const drafts = [closes ? closingResponse(ticket.customer) : response(ticket.customer), ...copies(readers)];
  return [
    { do: 'respond', agentId: agent.id, words: said === '' ? namesOf(files) : said, formatted },
    ...(past ? [{ do: 'use-answer', number: past.number } as const] : []),
    ...drafts.map((draft): Effect => ({ do: 'send', draft })),
    ...(ticket.assigneeId === undefined ? [{ do: 'assign', agentId: agent.id } as const] : []),
  ];
}

/** Mails that only the agent gets. */
function mailsAskedFor({ question, agent }: Order, has: (name: CommandName) => boolean): Effect[] {
  const drafts: OutboxDraft[] = [];
  if (has('queue')) drafts.push(digest(agent));
  if (has('report')) drafts.push(reportDraft(agent));
  if (has('history')) drafts.push(notification(agent, 'history'));
  if (has('help')) drafts.push(help(agent, true));
  const inboundId = question.view?.about?.inboundId ?? question.view?.newest;
  if (has('full') && inboundId !== undefined) drafts.push({ ...notification(agent, 'full'), inboundId });
  return drafts.map((draft) => ({ do: 'send', draft }));
}

/** /take and /assign; a decision only where the colleague cannot be told apart. */
function assignByCommand(order: Order, effects: Effect[], done: Line[]): Decision | undefined {
  const { question, agent, commands, give } = order;
  if (commands.some((command) => command.name === 'take')) {
    effects.push({ do: 'assign', agentId: agent.id });
    done.push(say('The ticket is yours.'));
  }
  const command = commands.find((one) => one.name === 'assign');
  if (command?.name !== 'assign') return undefined;
  const found = findAgents(question.facts.agents, command.to);
  const colleague = found[0];
  if (!colleague || found.length > 1) {
    const listed = (agents: Agent[]) =>
      agents.map(({ name, email }) => (name ? `${name} (${email})` : email)).join(', ');
    const name = command.to;
    const why = colleague
      ? say('/assign: "{name}" fits several agents, so nothing was done. Write the address of one of them: {agents}.', {
          name,
          agents: listed(found),
        })
      : say('/assign: there is no agent "{name}", so nothing was done. The agents are: {agents}.', {
          name,
          agents: listed(question.facts.agents),
        });
    return give('agent-command-misused', [why]);
  }
  effects.push({ do: 'assign', agentId: colleague.id });
  if (colleague.id !== agent.id) effects.push({ do: 'send', draft: notification(colleague, 'assigned') });
  done.push(say('The ticket belongs to {who} now.', { who: agentName(colleague) }));
  return undefined;
}

function namesOf(files: Attachment[]): string {
  return files.map(({ filename }) => `[${filename}]`).join(' ');
}
