import { addressKey, localPartOf } from '../../domain/mail/email-address.ts';
import type { Agent } from '../../domain/ticket/ticket.ts';

/** The agents that a person may mean: by address or whole name, else by the part before the at sign or of the name. */
export function findAgents(agents: Agent[], wanted: string): Agent[] {
  const key = wanted.toLowerCase().replace(/^@/, '').replace(/^<|>$/g, '');
  if (key === '') return [];
  const exact = agents.filter((agent) => addressKey(agent.email) === key || agent.name.toLowerCase() === key);
  if (exact.length > 0) return exact;
  return agents.filter(
    (agent) => localPartOf(agent.email).toLowerCase() === key || agent.name.toLowerCase().split(/\s+/).includes(key),
  );
}

export function agentName(agent: Agent): string {
  return agent.name === '' ? agent.email : agent.name;
}
