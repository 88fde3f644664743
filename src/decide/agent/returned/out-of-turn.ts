import type { Effect } from '../../../domain/ticket/decision.ts';
import { unseenKey } from '../../../domain/ticket/dedupe-key.ts';
import type { Agent } from '../../../domain/ticket/ticket.ts';
import type { MailQuestion } from '../../mail/mail-question.ts';
import { notification } from '../../send/plan-outbox.ts';

/** Mails that an agent is sent at once, one each; what came beyond that stands in the last of them. */
const MAX_TOLD = 5;

/**
 * Words out of turn wait for the desk until an agent who was shown them acts. An agent who answers an older notification has not seen
 * what came after it: the agent gets those words at once, and they keep the ticket the desk's move unless the agent closed it.
 * @param acts what the agent does; taking or giving a ticket deals with nothing
 */
export function dealWithOutOfTurn(
  { view, ticket }: MailQuestion,
  agent: Agent,
  acts: { responds: boolean; closes: boolean; notes: boolean; isSpam: boolean },
): Effect[] {
  if (view === undefined || ticket === undefined) return [];
  if (acts.isSpam) return [{ do: 'see-mails', mails: 'all' }];
  const { shown, unseen } = view;
  const effects: Effect[] = [];
  if (shown.length > 0 && (acts.responds || acts.closes || acts.notes)) effects.push({ do: 'see-mails', mails: shown });
  if (acts.responds || acts.closes)
    effects.push(
      ...unseen.slice(-MAX_TOLD).map(
        (inboundId): Effect => ({
          do: 'send',
          draft: { ...notification(agent, 'unseen', unseenKey(inboundId)), inboundId },
        }),
      ),
    );
  return effects;
}
