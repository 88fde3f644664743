import type { Decision, Effect } from '../../domain/decision.ts';
import { sameWordsKey } from '../../domain/dedupe-key.ts';
import type { TicketFacts } from '../../domain/facts.ts';
import type { Attachment } from '../../domain/parsed-mail.ts';
import { formatTicketNumber, type TokenRow } from '../../domain/reply-token.ts';
import type { Agent } from '../../domain/ticket.ts';
import { remotePictures } from '../formatted/format-words.ts';
import { decision, type MailQuestion, onTicket } from '../mail/mail-question.ts';
import { saysSomething } from '../mail/mail-words.ts';
import { closing, closingResponse, confirmation, digest, notification, response } from '../send/plan-outbox.ts';
import { type AgentCommand, COMMAND_HELP, type CommandName, onlyInHtml, readAgentReply } from './agent-command.ts';
import { refuseFiles, refuseMailsOfDesk } from './blocked-file.ts';
import { closedBy } from './closed-by.ts';
import { findAgents, nameOf } from './find-agents.ts';
import { isOnlySignature } from './only-signature.ts';
import { isPassedOn, isShownPicture, leftOut, refuseEncrypted, tellLeftOut } from './passed-on.ts';
import { refuseMisdirected } from './refuse-misdirected.ts';
import { refuseOldMail } from './refuse-old-mail.ts';
import { refuseUnverifiedAgent } from './refuse-unverified-agent.ts';
import { tellColleagues } from './tell-colleagues.ts';
import { type GiveBack, giveBack, help, withoutToken } from './without-token.ts';
import { refuseNotification } from './words-of-notification.ts';

/**
 * A mail from an agent's address. Replying to a notification is responding; commands stand on the first lines. Whatever
 * cannot be done as written is given back with the text, and nothing is sent.
 */
export function decideAgentMail(question: MailQuestion, agent: Agent): Decision {
  const { mail, match, ticket, verification } = question;
  if (verification !== 'verified') return refuseUnverifiedAgent(question, agent);
  if (mail.encrypted !== undefined) return giveBack(question, agent, ticket)(...refuseEncrypted(mail.encrypted));
  const reply = readAgentReply(mail.agentReply);
  const token = match?.by === 'token' && match.token.purpose === 'agent' ? match.token : undefined;
  if (!ticket || !token || token.agentId !== agent.id) return withoutToken(question, agent, token);
  const give = giveBack(question, agent, ticket);
  const refused = refuseOldMail(question, token) ?? refuseMisdirected(question, token);
  if (refused) return give(refused.reason, refused.lines);
  if (!reply.ok) return give('agent-unknown-command', [reply.problem]);
  if (mail.commandInHtml !== undefined) return give('agent-unknown-command', [onlyInHtml(mail.commandInHtml)]);
  const names = reply.commands.map((command) => command.name);
  const attached = mail.attachments.filter(isPassedOn);
  if (names.length === 0 && attached.length === 0 && !saysSomething({ ...mail, attachments: [] }, mail.agentReply)) {
    const left = tellLeftOut(mail.attachments);
    return give('agent-no-words', [
      'Your reply held no new words above what it quotes, so nothing was sent to the customer. Words below our line "Reply above this line" are never sent.',
      ...left,
    ]);
  }
  const { commands } = reply;
  const canBeAlone = names.length > 0 && !names.includes('note') && !names.includes('use');
  const signed = canBeAlone && isOnlySignature(reply.words, agent);
  const files = signed ? attached.filter((file) => !isShownPicture(file)) : attached;
  const words = signed ? '' : reply.words;
  return obeyCommands({ question, agent, ticket, token, commands, words, files, signed, give });
}

type Order = {
  question: MailQuestion;
  agent: Agent;
  ticket: TicketFacts;
  token: TokenRow;
  commands: AgentCommand[];
  words: string;
  /** what goes along with a response */
  files: Attachment[];
  /** nothing but the agent's signature stood below the commands; it is not sent */
  signed: boolean;
  give: GiveBack;
};

function obeyCommands(order: Order): Decision {
  const { question, agent, ticket, commands, words, files, give } = order;
  const has = (name: CommandName) => commands.some((command) => command.name === name);
  const attached = files.length > 0;
  const isNote = has('note');
  const responds = !isNote && (words !== '' || attached || has('use'));
  const refusal = refuse(order, has, responds);
  if (refusal) return refusal;
  const effects: Effect[] = [];
  const done: string[] = [];
  if (isNote) {
    if (words === '') return give('agent-command-misused', ['/note needs words after it.']);
    effects.push({ do: 'note', agentId: agent.id, note: words });
    done.push('Your note was kept inside; nothing was sent to the customer.');
    if (attached) done.push('The file beside it stays with your mail only; colleagues do not get it.');
  }
  if (has('reopen')) {
    effects.push({ do: 'reopen', to: ticket.turns.length > 0 ? 'in_process' : 'open' });
    done.push('The ticket is open again.');
  }
  if (responds) {
    const used = commands.find((command) => command.name === 'use');
    const past = question.shown.find((answer) => answer.number === used?.number);
    const said = [past?.answer, words].filter((text) => text !== undefined && text !== '').join('\n\n');
    effects.push({ do: 'respond', agentId: agent.id, words: said === '' ? namesOf(files) : said });
    if (past) effects.push({ do: 'use-answer', number: past.number });
    const draft = has('close') ? closingResponse(ticket.customer) : response(ticket.customer);
    effects.push({ do: 'send', draft });
    if (ticket.assigneeId === undefined) effects.push({ do: 'assign', agentId: agent.id });
  }
  const assigned = assign(order, effects, done);
  if (assigned) return assigned;
  if (has('close') || has('spam')) {
    effects.push({ do: 'close', by: 'agent', spam: has('spam') });
    if (has('close') && !responds) effects.push({ do: 'send', draft: closing(ticket.customer, 'agent') });
    done.push(
      has('spam')
        ? 'The ticket was closed as spam; the customer was told nothing.'
        : responds
          ? 'Your words went to the customer, and closed the ticket with them.'
          : 'The ticket is closed, and the customer was told.',
    );
  }
  if (has('queue')) effects.push({ do: 'send', draft: digest(agent) });
  if (has('history')) effects.push({ do: 'send', draft: notification(agent, 'history') });
  if (has('help')) effects.push({ do: 'send', draft: help(agent, true) });
  if (order.signed && done.length > 0) done.push('Below it stood nothing but your signature, so no response was sent.');
  const said = effects.find((effect) => effect.do === 'respond')?.words ?? '';
  const remote = responds ? remotePictures(question.mail.rich, said) : [];
  const left = responds ? tellLeftOut(question.mail.attachments, remote) : [];
  if (done.length > 0) effects.push({ do: 'send', draft: confirmation(agent, [...done, ...left], true) });
  else if (left.length > 0)
    effects.push({ do: 'send', draft: leftOut(agent, question.mail.attachments, remote, left) });
  effects.push(...tellColleagues(question, agent, ticket, commands, responds));
  const disposition = responds ? 'response' : isNote ? 'note' : 'command';
  return {
    ...onTicket(ticket, decision(disposition, responds ? 'agent-response' : isNote ? 'agent-note' : 'agent-command')),
    actor: `agent:${agent.id}`,
    agentId: agent.id,
    effects,
  };
}

/** What speaks against doing it now: a closed ticket, or a colleague who responded after the view being answered. */
function refuse(order: Order, has: (name: CommandName) => boolean, responds: boolean): Decision | undefined {
  const { question, agent, ticket, token, give } = order;
  const closed = ticket.status === 'closed';
  const number = formatTicketNumber(ticket.id);
  if (closed && !has('reopen') && (responds || has('close'))) {
    return give(
      'agent-ticket-closed',
      [
        `Ticket ${number} was ${closedBy(ticket.closedBy)}, so nothing was sent. Write /reopen on the first line, above your words, to open it again and send them.`,
      ],
      ticket.lastResponse,
    );
  }
  if (closed && !has('reopen') && has('spam')) {
    return give('agent-ticket-closed', [
      `Ticket ${number} is closed, so /spam did nothing. Answer with /reopen first, and with /spam after that.`,
    ]);
  }
  if (!closed && has('reopen'))
    return give('agent-command-misused', [
      `Ticket ${number} is not closed, so /reopen does nothing. Nothing was sent.`,
    ]);
  if (has('spam') && (responds || has('note'))) {
    return give('agent-command-misused', ['/spam sends nothing, so no words may stand with it. Nothing was done.']);
  }
  // Help is asked for in a hurry; what stands below it is more likely a signature than a response.
  if (has('help') && responds) {
    return give('agent-command-misused', ['/help stands alone, so nothing was sent.', ...Object.values(COMMAND_HELP)]);
  }
  if (has('send') && !responds) {
    return give('agent-command-misused', ['/send needs your words below it, so nothing was sent.']);
  }
  const use = order.commands.find((command) => command.name === 'use');
  if (use && !question.shown.some((answer) => answer.number === use.number)) {
    return give('agent-command-misused', [
      `/use ${use.number}: no past answer of that number was shown with ticket ${number}. Nothing was sent.`,
    ]);
  }
  const ours = responds ? refuseNotification(order.words) : undefined;
  if (ours) return give('agent-quotes-notification', [ours]);
  const { files } = order;
  const blocked = responds ? refuseFiles(files, question.rules.blockedTypes) : undefined;
  if (blocked) return give('agent-file-blocked', [blocked]);
  const own = responds ? refuseMailsOfDesk(files) : undefined;
  if (own) return give('agent-file-of-the-desk', [own]);
  const newer = ticket.turns
    .filter((turn) => turn.responseId > (token.seenResponseId ?? 0) && turn.agentId !== agent.id)
    .at(-1);
  if (responds && newer && !has('send')) {
    const colleague = question.facts.agents.find((one) => one.id === newer.agentId);
    const who = colleague ? nameOf(colleague) : 'A colleague';
    const lines = [
      `${who} responded to ticket ${number} after the mail that you answered was written, so your words were not sent.`,
      'Write /send on the first line, above your words, to send them anyway.',
    ];
    return give('agent-outdated-view', lines, newer.responseSent);
  }
  return responds && !use && !has('send') ? refuseSameWords(order) : undefined;
}

/** Shorter words, such as "Yes, please.", are said twice by people too. */
const MIN_SAME_WORDS = 30;

/**
 * A machine in the agent's mailbox that marks nothing (an absence) answers each notification with the same words, and
 * another one at the customer's could answer those for ever. Told once, since it answers that too.
 */
function refuseSameWords({ agent, ticket, words, give }: Order): Decision | undefined {
  const last = ticket.turns.at(-1);
  const inOne = (text: string) => text.replace(/\s+/g, ' ').trim();
  if (!last || last.agentId !== agent.id || words.length < MIN_SAME_WORDS) return undefined;
  if (inOne(last.responseSent) !== inOne(words)) return undefined;
  const decision = give('agent-same-words', [
    `Your last response to ticket ${formatTicketNumber(ticket.id)} said the same, so nothing was sent again. If a machine answers in your name while you are away, it should not answer this desk.`,
    'Write /send on the first line, above your words, to send them anyway.',
  ]);
  const dedupeKey = sameWordsKey(last.responseId);
  const effects = decision.effects.map(
    (effect): Effect => (effect.do === 'send' ? { ...effect, draft: { ...effect.draft, dedupeKey } } : effect),
  );
  return { ...decision, effects };
}

/** /take and /assign; a decision only where the colleague cannot be told apart. */
function assign(order: Order, effects: Effect[], done: string[]): Decision | undefined {
  const { question, agent, commands, give } = order;
  if (commands.some((command) => command.name === 'take')) {
    effects.push({ do: 'assign', agentId: agent.id });
    done.push('The ticket is yours.');
  }
  const command = commands.find((one) => one.name === 'assign');
  if (command?.name !== 'assign') return undefined;
  const found = findAgents(question.facts.agents, command.to);
  const colleague = found[0];
  if (!colleague || found.length > 1) {
    const listed = (agents: Agent[]) =>
      agents.map(({ name, email }) => (name ? `${name} (${email})` : email)).join(', ');
    const why = colleague
      ? `"${command.to}" fits several agents, so nothing was done. Write the address of one of them: ${listed(found)}.`
      : `there is no agent "${command.to}", so nothing was done. The agents are: ${listed(question.facts.agents)}.`;
    return give('agent-command-misused', [`/assign: ${why}`]);
  }
  effects.push({ do: 'assign', agentId: colleague.id });
  if (colleague.id !== agent.id) effects.push({ do: 'send', draft: notification(colleague, 'assigned') });
  done.push(`The ticket belongs to ${nameOf(colleague)} now.`);
  return undefined;
}

function namesOf(files: Attachment[]): string {
  return files.map(({ filename }) => `[${filename}]`).join(' ');
}
