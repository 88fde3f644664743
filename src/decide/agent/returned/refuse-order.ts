import type { Attachment } from '../../../domain/mail/parsed-mail.ts';
import type { Decision, Effect } from '../../../domain/ticket/decision.ts';
import { sameWordsKey } from '../../../domain/ticket/dedupe-key.ts';
import type { TicketFacts } from '../../../domain/ticket/facts.ts';
import { formatTicketNumber, type TokenRow } from '../../../domain/ticket/reply-token.ts';
import type { Agent } from '../../../domain/ticket/ticket.ts';
import { say } from '../../../domain/words.ts';
import { refuseMisplaced } from '../../begin/misplaced.ts';
import type { MailQuestion } from '../../mail/mail-question.ts';
import { refuseFiles, refuseMailsOfDesk } from '../blocked-file.ts';
import { closedBy } from '../closed-by.ts';
import { agentName } from '../find-agents.ts';
import { refuseReaderCommands } from '../readers.ts';
import { draftOfAnswer, refuseBlanks } from '../use-answer.ts';
import { type BelowMark, refuseAmong } from '../words/below-mark.ts';
import { type AgentCommand, COMMAND_HELP, type CommandName } from '../words/command-list.ts';
import type { GiveBack } from './without-token.ts';
import { refuseNotification } from './words-of-notification.ts';

/** What an agent's mail asks for, read and not yet done. */
export type Order = {
  question: MailQuestion;
  agent: Agent;
  ticket: TicketFacts;
  token: TokenRow;
  commands: AgentCommand[];
  words: string;
  /** what goes along with a response */
  files: Attachment[];
  /** what was typed below our marker */
  below: BelowMark;
  /** nothing but the agent's signature stood below the commands; it is not sent */
  signed: boolean;
  give: GiveBack;
};

type Has = (name: CommandName) => boolean;

/** What speaks against doing it now: a closed ticket, or a colleague who responded after the view being answered. */
export function refuseOrder(order: Order, has: Has, responds: boolean): Decision | undefined {
  return refuseMisuse(order, has, responds) ?? (responds ? refuseResponse(order, has) : undefined);
}

/** Commands that the ticket as it stands does not allow, or that do not go with what stands beside them. */
function refuseMisuse(order: Order, has: Has, responds: boolean): Decision | undefined {
  const { question, ticket, give } = order;
  const closed = ticket.status === 'closed';
  const number = formatTicketNumber(ticket.id);
  if (closed && !has('reopen') && (responds || has('close'))) {
    return give(
      'agent-ticket-closed',
      [
        say(
          'Ticket {number} was {closed}, so nothing was sent. Write /reopen on the first line, above your words, to open it again and send them.',
          { number, closed: closedBy(ticket.closedBy) },
        ),
      ],
      ticket.lastResponse,
    );
  }
  if (closed && !has('reopen') && has('spam')) {
    return give('agent-ticket-closed', [
      say('Ticket {number} is closed, so /spam did nothing. Answer with /reopen first, and with /spam after that.', {
        number,
      }),
    ]);
  }
  if (!closed && has('reopen'))
    return give('agent-command-misused', [
      say('Ticket {number} is not closed, so /reopen does nothing. Nothing was sent.', { number }),
    ]);
  if (has('spam') && (responds || has('note'))) {
    return give('agent-command-misused', [
      say('/spam sends nothing, so no words may stand with it. Nothing was done.'),
    ]);
  }
  // What stands below /help is more likely a signature than a response.
  if (has('help') && responds) {
    return give('agent-command-misused', [
      say('/help stands alone, so nothing was sent.'),
      ...Object.values(COMMAND_HELP),
    ]);
  }
  if (has('move') && (closed || responds)) {
    return give('agent-command-misused', [
      closed
        ? say('Ticket {number} is closed, so /move did nothing.', { number })
        : say('/move sends nothing to the customer, so no words may stand with it but a /note. Nothing was done.'),
    ]);
  }
  if (has('send') && !responds) {
    return give('agent-command-misused', [say('/send needs your words below it, so nothing was sent.')]);
  }
  if (has('full') && question.view?.newest === undefined) {
    return give('agent-command-misused', [
      say('/full: ticket {number} has no mail of its customer. Nothing was done.', { number }),
    ]);
  }
  const use = order.commands.find((command) => command.name === 'use');
  if (use && !question.shown.some((answer) => answer.number === use.number)) {
    return give('agent-command-misused', [
      say('/use {answer}: no past answer of that number was shown with ticket {number}. Nothing was sent.', {
        answer: use.number,
        number,
      }),
    ]);
  }
  const desk = { identities: question.identities, agents: question.facts.deskAgents };
  const misplaced = refuseMisplaced(order.commands, ticket.id) ?? refuseReaderCommands(order.commands, ticket, desk);
  return misplaced && give('agent-command-misused', [misplaced]);
}

/** Words and files that must not reach the customer, or not before the agent has seen what a colleague wrote. */
function refuseResponse(order: Order, has: Has): Decision | undefined {
  const { question, agent, ticket, token, files, give } = order;
  const among = has('send') ? undefined : refuseAmong(order.below, order.words);
  if (among) return give('agent-words-below', [among]);
  const use = order.commands.find((command) => command.name === 'use');
  const past = question.shown.find((answer) => answer.number === use?.number);
  const draft = past ? draftOfAnswer(order, past) : undefined;
  if (draft) return draft;
  const blank = refuseBlanks(order.words);
  if (blank) return give('agent-draft-unfinished', [blank]);
  const ours = refuseNotification(order.words);
  if (ours) return give('agent-quotes-notification', [ours]);
  const blocked = refuseFiles(files, question.rules.blockedTypes);
  if (blocked) return give('agent-file-blocked', [blocked]);
  const own = refuseMailsOfDesk(files);
  if (own) return give('agent-file-of-the-desk', [own]);
  const newer = ticket.turns
    .filter((turn) => turn.responseId > (token.seenResponseId ?? 0) && turn.agentId !== agent.id)
    .at(-1);
  if (newer && !has('send')) {
    const number = formatTicketNumber(ticket.id);
    const colleague = question.facts.agents.find((one) => one.id === newer.agentId);
    const who = colleague ? agentName(colleague) : say('A colleague');
    const lines = [
      say(
        '{who} responded to ticket {number} after the mail that you answered was written, so your words were not sent.',
        { who, number },
      ),
      say('Write /send on the first line, above your words, to send them anyway.'),
    ];
    return give('agent-outdated-view', lines, newer.responseSent);
  }
  return !has('use') && !has('send') ? refuseSameWords(order) : undefined;
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
    say(
      'Your last response to ticket {number} said the same, so nothing was sent again. If a machine answers in your name while you are away, it should not answer this desk.',
      { number: formatTicketNumber(ticket.id) },
    ),
    say('Write /send on the first line, above your words, to send them anyway.'),
  ]);
  const dedupeKey = sameWordsKey(last.responseId);
  const effects = decision.effects.map(
    (effect): Effect => (effect.do === 'send' ? { ...effect, draft: { ...effect.draft, dedupeKey } } : effect),
  );
  return { ...decision, effects };
}
