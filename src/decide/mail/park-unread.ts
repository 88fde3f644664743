import type { Effect } from '../../domain/decision.ts';
import { addressKey } from '../../domain/email-address.ts';
import type { EpochMs } from '../../domain/ids.ts';
import type { Reason } from '../../domain/reasons.ts';
import type { Agent } from '../../domain/ticket.ts';
import { tellOfParked } from '../agent/tell-of-parked.ts';

/** What follows from parking a mail that nobody could read or decide: where an agent's address stands in From, that agent is told. */
export function parkUnread(orderKey: string, agents: Agent[], reason: Reason, now: EpochMs): Effect[] {
  const agent = agents.find(({ email }) => addressKey(email) === orderKey);
  return agent === undefined ? [] : [{ do: 'send', draft: tellOfParked(agent, reason, now) }];
}
