import type { EmailAddress } from '../../../domain/mail/email-address.ts';
import type { Decision, Effect } from '../../../domain/ticket/decision.ts';
import { toldStrangerKey } from '../../../domain/ticket/dedupe-key.ts';
import type { TicketFacts } from '../../../domain/ticket/facts.ts';
import { formatTicketNumber, type TokenRow } from '../../../domain/ticket/reply-token.ts';
import type { Agent } from '../../../domain/ticket/ticket.ts';
import { say } from '../../../domain/words.ts';
import { decision, type MailQuestion, onTicket } from '../../mail/mail-question.ts';
import { returnedOf, returnedToStranger } from '../../send/plan-outbox.ts';
import { agentName } from '../find-agents.ts';
import { giveBackTo } from './without-token.ts';

/**
 * Somebody who is no agent answers a notification: an agent from another address of theirs, or a person who got the notification from
 * them. Nothing is done. The agent whom it was made for reads the words, and the writer hears that nothing was sent.
 */
export function tokenOfSomeoneElse(
  question: MailQuestion,
  ticket: TicketFacts,
  token: TokenRow,
  from: EmailAddress,
): Decision {
  const { verification, facts } = question;
  const owner = facts.agents.find((agent) => agent.id === token.agentId);
  const effects: Effect[] = [];
  // Its domain disowns it: nobody shall read it as the words of the person in From, nor be written to for it.
  const isForged = verification === 'failed';
  if (owner) {
    const lines = [
      say(
        'A mail from {address} answers a notification about ticket {number} that was made for you. No agent has that address, so nothing was sent to the customer and nothing was done. The mail is parked.',
        { address: from, number: formatTicketNumber(ticket.id) },
      ),
      isForged
        ? say('The domain of the sender says that it is not from there, so its words are not shown here.')
        : say(
            'If you wrote it: answer this mail from {address} with the words. If you write from {other} more often, whoever runs this desk can add it (turnmail agent add {other}).',
            { address: owner.email, other: from },
          ),
      say(
        'If you do not know who wrote it, somebody else has got your notification. Do not forward notifications; whoever runs this desk can make its reply address void (turnmail ticket revoke).',
      ),
    ];
    effects.push({ do: 'send', draft: returnedOf(from, owner, lines, isForged ? '' : wordsWithFileNames(question)) });
  }
  if (!isForged) {
    const lines = [
      say(
        'Your mail answers a notification that this desk made for somebody else, and no agent has your address. So nothing was sent to the customer, and nothing was done.',
      ),
      say(
        'If you are an agent of this desk, write from the address that the notification came to. The agent whom it was made for has been told.',
      ),
    ];
    // Who did not prove their address gets no words: they may be those of a forger.
    const text = verification === 'verified' ? wordsWithFileNames(question) : '';
    effects.push({ do: 'send', draft: returnedToStranger(from, lines, text, toldStrangerKey(token.id, question.now)) });
  }
  return { ...onTicket(ticket, decision('parked', 'token-of-someone-else')), effects };
}

/** An agent answers the notification of a colleague: both read the words, and can act from there. */
export function answersForColleague(
  question: MailQuestion,
  agent: Agent,
  ticket: TicketFacts,
  token: TokenRow,
): Decision {
  const owner = question.facts.agents.find((one) => one.id === token.agentId);
  const number = formatTicketNumber(ticket.id);
  const name = owner === undefined ? say('somebody who is no agent any more') : agentName(owner);
  const returned = giveBackTo(
    question,
    agent,
    ticket,
  )('token-of-someone-else', [
    say(
      'The notification about ticket {number} that you answered was made for {name}, so nothing was sent to the customer and nothing was done.',
      { number, name },
    ),
    say('To send your words in your own name, answer this mail with them: it is made for you.'),
  ]);
  if (owner === undefined) return returned;
  const who = agentName(agent);
  const lines = [
    say(
      '{name} answered the notification about ticket {number} that was made for you. Nothing was sent to the customer, and nothing was done.',
      { name: who, number },
    ),
    say('{name} got the words back, and can send them from there. To send them yourself, answer this mail with them.', {
      name: who,
    }),
  ];
  const told: Effect = { do: 'send', draft: returnedOf(who, owner, lines, wordsWithFileNames(question)) };
  return { ...returned, effects: [...returned.effects, told] };
}

/** The words of a mail, and the names of its files, which do not travel along. */
function wordsWithFileNames({ mail }: MailQuestion): string {
  const files = mail.attachments.filter(({ aside }) => !aside).map(({ filename }) => `[${filename}]`);
  return [mail.agentReply || mail.reply, ...files].join('\n').trim();
}
