import type { EmailAddress } from '../../domain/mail/email-address.ts';
import type { Attachment } from '../../domain/mail/parsed-mail.ts';
import type { Effect } from '../../domain/ticket/decision.ts';
import type { OutboxDraft } from '../../domain/ticket/outbox-item.ts';
import type { Agent } from '../../domain/ticket/ticket.ts';
import { refuseFiles, refuseMailsOfDesk } from '../agent/blocked-file.ts';
import type { AgentCommand } from '../agent/words/command-list.ts';
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

/**
 * Mails of a first response with the files beside it, or without any where one of them must not leave the desk: a mail that the
 * customer has already cannot come back, and copies of it carry nothing that a response could not.
 */
export function withFiles(drafts: OutboxDraft[], { files, question }: BeginningOrder): Effect[] {
  const isKept = refuseMailsOfDesk(files) ?? refuseFiles(files, question.rules.blockedTypes);
  const payload = files.length === 0 || isKept !== undefined ? { withoutFiles: true as const } : {};
  return drafts.map((draft) => ({ do: 'send', draft: { ...draft, payload: { ...draft.payload, ...payload } } }));
}
