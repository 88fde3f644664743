import type { Effect } from '../../domain/decision.ts';
import type { EmailAddress } from '../../domain/email-address.ts';
import type { Attachment } from '../../domain/parsed-mail.ts';
import type { Agent } from '../../domain/ticket.ts';
import type { AgentCommand } from '../agent/command-list.ts';
import type { MailQuestion } from '../mail/mail-question.ts';
import type { Beginning } from './read-beginning.ts';

/** What an agent's mail that begins a conversation says, by whose words they are. */
export type Said = {
  query: string;
  /** words for the customer, or that they have already; empty where there are none */
  response: string;
  note: string;
  /** what goes along with the response */
  files: Attachment[];
};

export type BeginningOrder = Said & {
  question: MailQuestion;
  agent: Agent;
  beginning: Beginning;
  customer: EmailAddress;
  commands: AgentCommand[];
};

/** Those behind /cc become readers. */
export function readersOf({ agent, commands }: BeginningOrder): Effect[] {
  return commands.flatMap((command) =>
    command.name === 'cc'
      ? command.addresses.map((address): Effect => ({ do: 'add-reader', address, agentId: agent.id }))
      : [],
  );
}
