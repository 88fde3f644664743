import type { TicketId } from '../../domain/ticket/ids.ts';
import { formatTicketNumber } from '../../domain/ticket/reply-token.ts';
import { type Sentence, say } from '../../domain/words.ts';
import type { AgentCommand, CommandName } from '../agent/words/command-list.ts';

/** What stands in mails that open a ticket only. */
const BEGINS: CommandName[] = ['for', 'new', 'receipt'];

/** A sentence for the agent who begins a conversation in a mail that answers a ticket; undefined where none does. */
export function refuseMisplaced(commands: readonly AgentCommand[], ticketId: TicketId): Sentence | undefined {
  const command = commands.find(({ name }) => BEGINS.includes(name));
  return (
    command &&
    say(
      '{command} opens a ticket, in a new mail to the desk; this mail answers ticket {number}, so nothing was done.',
      {
        command: `/${command.name}`,
        number: formatTicketNumber(ticketId),
      },
    )
  );
}
