import type { EmailAddress } from '../../../domain/mail/email-address.ts';
import { type Sentence, say } from '../../../domain/words.ts';

/**
 * Commands stand on the first lines of an agent's reply, one a line; the words after them are the response (or, with
 * /note, the note). A line that looks like a command and is none stops everything: better a mail returned than a
 * private remark sent to a customer.
 */
export type AgentCommand =
  | {
      name:
        | 'note'
        | 'close'
        | 'take'
        | 'send'
        | 'reopen'
        | 'spam'
        | 'queue'
        | 'report'
        | 'history'
        | 'help'
        | 'receipt'
        | 'accept'
        | 'full';
    }
  | { name: 'for' | 'new'; address: EmailAddress | undefined }
  | { name: 'cc' | 'uncc'; addresses: EmailAddress[] }
  | { name: 'assign' | 'move'; to: string }
  | { name: 'use'; number: number };
export type CommandName = AgentCommand['name'];

/** What may follow a command on its own line. */
export const TAKES: Record<CommandName, 'words' | 'agent' | 'mailbox' | 'number' | 'addresses' | 'nothing'> = {
  note: 'words',
  close: 'words',
  send: 'words',
  assign: 'agent',
  move: 'mailbox',
  use: 'number',
  for: 'addresses',
  new: 'addresses',
  cc: 'addresses',
  uncc: 'addresses',
  receipt: 'nothing',
  take: 'nothing',
  reopen: 'nothing',
  spam: 'nothing',
  queue: 'nothing',
  report: 'nothing',
  history: 'nothing',
  accept: 'nothing',
  full: 'nothing',
  help: 'nothing',
};

export const COMMAND_HELP: Record<CommandName, Sentence> = {
  note: say('/note keeps the words of this mail inside; nothing is sent to the customer'),
  close: say('/close closes the ticket, after sending the words of this mail if there are any'),
  take: say('/take makes the ticket yours'),
  assign: say('/assign NAME gives the ticket to a colleague, by name or address'),
  move: say(
    '/move billing hands the ticket over to another mailbox of the desk; its agents hear of it, the customer does not',
  ),
  use: say('/use 2 sends the past answer with that number, and your words below it'),
  send: say('/send sends your words although a colleague has responded meanwhile, or you said the same before'),
  reopen: say('/reopen opens a closed ticket again, and sends the words of this mail if there are any'),
  spam: say('/spam closes the ticket and tells the customer nothing'),
  cc: say('/cc pat@x.example sends copies of the responses to somebody else; the answer stays the customer’s'),
  uncc: say('/uncc pat@x.example ends that'),
  for: say(
    '/for jo@x.example opens a ticket of that customer, in a new mail to the desk: with the words below it, or with a mail that you forward there',
  ),
  new: say('/new jo@x.example does so with your words as the first response, which is sent'),
  receipt: say('/receipt below it sends the customer a receipt'),
  queue: say('/queue sends you the waiting tickets as one mail'),
  report: say('/report sends you the desk in numbers as one mail'),
  history: say('/history sends you the whole ticket as one mail'),
  accept: say('/accept makes a mail that took no turn, such as one of somebody in copy, the answer of the customer'),
  full: say('/full sends you all of the mail that the notification shows, with the mail as it came'),
  help: say('/help sends you this list'),
};
