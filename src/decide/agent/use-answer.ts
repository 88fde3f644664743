import { hideTokens } from '../../domain/mail/hide-tokens.ts';
import type { Attachment } from '../../domain/mail/parsed-mail.ts';
import type { Decision, Effect } from '../../domain/ticket/decision.ts';
import type { TicketFacts } from '../../domain/ticket/facts.ts';
import type { Mark } from '../../domain/ticket/past-answer.ts';
import type { Agent, ShownAnswer } from '../../domain/ticket/ticket.ts';
import { type Line, say } from '../../domain/words.ts';
import { greetingOf, splitGreeting } from '../answers/answer-body.ts';
import { plainGreeting } from '../answers/answer-words.ts';
import { blankedWords, cleanWords, findBlank } from '../answers/past-words.ts';
import { formatUsed, type UsedParts } from '../formatted/format-used.ts';
import type { MailQuestion } from '../mail/mail-question.ts';
import type { GiveBack } from './returned/without-token.ts';
import type { AgentCommand } from './words/command-list.ts';

/**
 * `/use 2`: a past answer goes out under this agent's own greeting, and below it the words of the agent. What was written to
 * another customer never goes out with it: where anything is marked as personal, the agent gets a draft instead.
 */
export type Using = {
  question: Pick<MailQuestion, 'customerName' | 'mail'>;
  agent: Agent;
  ticket: TicketFacts;
  past: ShownAnswer;
  /** the agent's own */
  words: string;
};

export function useAnswer(using: Using): { said: string; formatted: string | undefined } {
  const parts = partsOf(using, cleanWords(using.past));
  return { said: joinUsedParts(parts), formatted: formatUsed(using.past, parts, using.question.mail.rich) };
}

/** The draft that comes back; undefined where the answer may go out as it is. */
export function draftOfAnswer(
  order: Omit<Using, 'past'> & { commands: AgentCommand[]; files: Attachment[]; give: GiveBack },
  past: ShownAnswer,
): Decision | undefined {
  // The agent's own file is what the answer speaks of.
  const marks = past.passage.marks.filter(({ kind }) => kind !== 'file' || order.files.length === 0);
  if (marks.length === 0) return undefined;
  const commands = order.commands.flatMap((command) => (command.name === 'use' ? [] : [writtenCommand(command)]));
  const draft = [...commands, joinUsedParts(partsOf({ ...order, past }, blankedWords(past, marks)))].join('\n');
  const decision = order.give('agent-answer-personal', explainDraft(past, marks));
  const effects = decision.effects.map(
    (effect): Effect =>
      effect.do === 'send'
        ? {
            ...effect,
            draft: { ...effect.draft, payload: { ...effect.draft.payload, text: hideTokens(draft), draft: true } },
          }
        : effect,
  );
  return { ...decision, effects };
}

/** Why words with a blank of a draft are not sent. */
export function refuseBlanks(words: string): Line | undefined {
  const blank = findBlank(words);
  if (blank === undefined) return undefined;
  return say(
    'Your words still hold {blank}, a blank of a draft, so nothing was sent. Fill in what stands in [[ ]], or take it out.',
    { blank },
  );
}

function explainDraft({ number, answer }: ShownAnswer, marks: readonly Mark[]): Line[] {
  const personal = marks.filter(({ kind }) => kind !== 'file' && kind !== 'rest');
  const texts = [...new Set(personal.map(({ from, to }) => `"${answer.slice(from, to).replace(/\s+/g, ' ')}"`))];
  const lines = [
    say(
      'Past answer {number} was written to another customer and holds what may be about them, so it was not sent. Below is a draft: fill in what stands in [[ ]], or take it out, and send it as your reply.',
      { number },
    ),
  ];
  if (texts.length > 0) lines.push(say('Left out: {texts}.', { texts: texts.slice(0, 20).join(', ') }));
  if (marks.some(({ kind }) => kind === 'file'))
    lines.push(say('It speaks of a file, and none goes with it: attach yours.'));
  return lines;
}

function writtenCommand(command: AgentCommand): string {
  return command.name === 'assign' ? `/assign ${command.to}` : `/${command.name}`;
}

function partsOf({ question, agent, ticket, past, words }: Using, answer: string): UsedParts {
  const own = splitGreeting(words);
  const greeting =
    own.greeting || usualGreeting(agent, ticket) || newGreeting(past, ticket, question.customerName ?? '');
  return { greeting, answer, own: own.words };
}

function joinUsedParts({ greeting, answer, own }: UsedParts): string {
  return [greeting, answer, own].filter((text) => text !== '').join('\n\n');
}

/** How the agent has greeted this customer before. */
function usualGreeting(agent: Agent, ticket: TicketFacts): string {
  const last = ticket.turns.filter(({ agentId }) => agentId === agent.id).at(-1);
  return last === undefined ? '' : splitGreeting(last.responseSent).greeting;
}

function newGreeting(past: ShownAnswer, ticket: TicketFacts, customerName: string): string {
  const name = shownName(customerName);
  const plain = plainGreeting(greetingOf(past.answer), ticket.locale);
  return `${plain}${name === '' ? '' : ` ${name}`},`;
}

/** A name as people write it; nothing that could be read as an address of the web or a sentence. */
function shownName(name: string): string {
  const [last = '', first, more] = name
    .normalize('NFKC')
    .trim()
    .split(',')
    .map((part) => part.trim());
  const ordered = first !== undefined && more === undefined ? `${first} ${last}` : last;
  return /^[\p{L}\p{M}'’-]{1,30}\.?(?: [\p{L}\p{M}'’-]{1,30}\.?){0,3}$/u.test(ordered) && ordered.length <= 60
    ? ordered
    : '';
}
