import type { SenderTrust } from '../../../domain/desk/rules.ts';
import { domainOf } from '../../../domain/mail/email-address.ts';
import type { Decision } from '../../../domain/ticket/decision.ts';
import { agentNotVerifiedKey } from '../../../domain/ticket/dedupe-key.ts';
import type { Agent } from '../../../domain/ticket/ticket.ts';
import { type Sentence, say } from '../../../domain/words.ts';
import { decision, type MailQuestion, onTicket } from '../../mail/mail-question.ts';
import { returned } from '../../send/plan-outbox.ts';

/**
 * A mail that says it is an agent's and cannot be verified: parked, and the agent is told what to do, once a day for each
 * ticket, so that a forger cannot fill their mailbox. The words go back unless the mail is a likely forgery, since nobody
 * shall read a forger's words as their own; parked they are kept in any case.
 */
export function refuseUnverifiedAgent(question: MailQuestion, agent: Agent): Decision {
  const { mail, ticket, verification, rules, now } = question;
  const forged = verification === 'failed';
  const lines = [
    forged
      ? say(
          'A mail in your name came that your domain disowns, or that was changed on its way, so nothing was done with it.',
        )
      : say('A mail in your name came that could not be verified as yours, so nothing was done with it.'),
    whatHelps(rules.senderTrust, domainOf(agent.email)),
    say(
      'The mail is parked and nothing of it is lost. If you wrote it, whoever runs this desk can let it through (turnmail parked, or /accept by mail); if you did not, leave it where it is. You are told of this once a day for each ticket.',
    ),
  ];
  return {
    ...onTicket(ticket, decision('parked', 'agent-not-verified')),
    effects: [
      {
        do: 'send',
        draft: {
          ...returned(agent, lines, forged ? '' : mail.agentReply, ticket !== undefined),
          dedupeKey: agentNotVerifiedKey(agent.id, ticket?.id, now),
        },
      },
    ],
  };
}

function whatHelps(trust: SenderTrust, domain: string): Sentence {
  return trust.kind === 'authentication-results'
    ? say(
        'Agents of this desk are believed when the mail server {server} says that DMARC passed. Send from the account of your address; if that is what you did, show this mail to whoever runs the mail of {domain}.',
        { server: trust.authservId, domain },
      )
    : say(
        'Agents of this desk are believed when {domain} signs their mail (DKIM) and has a DMARC record; "v=DMARC1; p=none" at _dmarc.{domain} is enough. Send from the account of your address; if that is what you did, show this mail to whoever runs the mail of {domain}.',
        { domain },
      );
}
