import { agentMailParkedKey } from '../../../domain/ticket/dedupe-key.ts';
import type { EpochMs } from '../../../domain/ticket/ids.ts';
import type { OutboxDraft } from '../../../domain/ticket/outbox-item.ts';
import { type ParkedReason, REASONS } from '../../../domain/ticket/reasons.ts';
import type { Agent } from '../../../domain/ticket/ticket.ts';
import { say } from '../../../domain/words.ts';
import { returned } from '../../send/plan-outbox.ts';

/**
 * What an agent is told whose mail could not be read or applied. Nobody could verify it, so none of its words go back and a
 * forger gets nothing; once a day for each reason, so that nobody's mailbox is filled.
 */
export function tellOfParked(agent: Agent, reason: ParkedReason, now: EpochMs): OutboxDraft {
  const lines = [
    say('A mail in your name came, and nothing was done with it: {reason}.', { reason: say(REASONS[reason]) }),
    say(
      'It is parked and nothing of it is lost; whoever runs this desk can look at it (turnmail parked). To respond all the same, reply again with fewer words or smaller files. You are told of this once a day.',
    ),
  ];
  return {
    ...returned(agent, lines, '', false),
    dedupeKey: agentMailParkedKey(agent.id, reason, now),
  };
}
