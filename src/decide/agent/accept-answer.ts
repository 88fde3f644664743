import type { Decision, Effect } from '../../domain/ticket/decision.ts';
import { formatTicketNumber } from '../../domain/ticket/reply-token.ts';
import { say } from '../../domain/words.ts';
import type { MailQuestion } from '../mail/mail-question.ts';
import { takeTurn } from '../mail/take-turn.ts';
import type { GiveBack } from './returned/without-token.ts';

/**
 * `/accept`: a mail that took no turn, such as that of somebody in copy, is the customer's answer from now on. The notification that
 * the agent answers names the mail; nobody outside the desk is told.
 * @returns what it changes, or why nothing is
 */
export function acceptAnswer({ ticket, view, rules, now }: MailQuestion, give: GiveBack): Effect[] | Decision {
  const about = view?.about;
  if (ticket === undefined || about === undefined || !isOutOfTurn(about) || about.words === undefined) {
    return give('agent-command-misused', [
      say(
        '/accept makes the mail that a notification shows the answer of the customer, where it took no turn by itself. The mail that you answered shows no such mail, so nothing was done.',
      ),
    ]);
  }
  const { status, closedAt, turns } = ticket;
  const outcome = takeTurn({ status, closedAt, turns, named: undefined, reopenDays: rules.reopenDays, now });
  if (outcome.kind !== 'take') {
    const number = formatTicketNumber(ticket.id);
    return give('agent-command-misused', [
      say('/accept: ticket {number} awaits no answer now, so nothing was done. The words stay in its history.', {
        number,
      }),
    ]);
  }
  return [
    { do: 'take-turn', responseId: outcome.responseId, words: about.words },
    { do: 'accept-mail', inboundId: about.inboundId, responseId: outcome.responseId },
    ...(outcome.reopens ? [{ do: 'reopen', to: 'in_process' } as const] : []),
  ];
}

function isOutOfTurn({ disposition }: NonNullable<NonNullable<MailQuestion['view']>['about']>): boolean {
  return disposition === 'third-party' || disposition === 'held';
}
