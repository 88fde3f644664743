import { addressKey } from '../../domain/mail/email-address.ts';
import type { Effect } from '../../domain/ticket/decision.ts';
import type { EpochMs } from '../../domain/ticket/ids.ts';
import type { ParkedReason } from '../../domain/ticket/reasons.ts';
import type { Agent } from '../../domain/ticket/ticket.ts';
import { tellOfParked } from '../agent/returned/tell-of-parked.ts';

/** What follows from parking a mail that nobody could read or decide: where an agent's address stands in From, that agent is told. */
export function parkUnread(orderKey: string, agents: Agent[], reason: ParkedReason, now: EpochMs): Effect[] {
  const agent = agents.find(({ email }) => addressKey(email) === orderKey);
  return agent === undefined ? [] : [{ do: 'send', draft: tellOfParked(agent, reason, now) }];
}
