import { type Command, InvalidArgumentError } from 'commander';
import { type EmailAddress, parseEmailAddress } from '../../domain/mail/email-address.ts';
import type { TicketId } from '../../domain/ticket/ids.ts';
import type { OperatorAct } from '../../flows/act/act-on-ticket.ts';
import { example, parseWholeNumber } from '../desk-commands.ts';
import { runCommand } from '../run-command.ts';
import type { OpenOptions } from './ticket-open.ts';

/** `turnmail ticket` and `turnmail agent`. */
export function addTicketCommands(program: Command): void {
  const ticket = program.command('ticket').description('look at tickets, and act on them as agents do by mail');
  addLooking(ticket);
  addWriting(ticket);
  addOpening(ticket);
  addMoving(ticket);
  addAgents(program.command('agent').description('say who answers at this desk'));
}

type Json = { json: boolean };

function addOpening(ticket: Command): void {
  ticket
    .command('open')
    .description('open a ticket of a customer who asked elsewhere, or begin a conversation with one')
    .argument('<address>', 'the customer', emailAddress)
    .argument('[from]', '- reads the question from standard input')
    .option('--text <words>', 'what the customer asked')
    .option('--subject <subject>', 'what it is about', '')
    .option('--respond <words>', 'words to the customer: the first response, which is sent')
    .option('--agent <agent>', 'who has it, by address or name; they are told by mail')
    .option('--receipt', 'send the customer a receipt', false)
    .option('--cc <addresses>', 'who gets copies of the responses, with commas between them')
    .option('--mailbox <mailbox>', 'whose ticket it is, by name or address; unset: the first mailbox')
    .option('--json', 'print the outcome as JSON', false)
    .addHelpText(
      'after',
      example(
        "turnmail ticket open jo@x.example --subject 'Lid' --text 'Jo called: the lid is broken.'",
        "turnmail ticket open jo@x.example --subject 'Your parcel' --respond 'It came back to us. Where shall it go?'",
      ),
    )
    .action(async (email: EmailAddress, from: string | undefined, options: OpenOptions, command: Command) => {
      const asks = from !== undefined || options.text !== undefined;
      const query = asks ? await readWordsOption(from, options.text, command) : '';
      await runCommand(async () => (await import('./ticket-open.ts')).openByCommand(email, query, options));
    });
}

function addLooking(ticket: Command): void {
  ticket
    .command('list')
    .description('list the open tickets: those that wait for the desk first, longest first')
    .option('--all', 'closed tickets too', false)
    .option('--limit <count>', 'at most this many', parseWholeNumber, 1000)
    .option('--json', 'print them as JSON', false)
    .addHelpText('after', example('turnmail ticket list --all'))
    .action((options: Json & { all: boolean; limit: number }) =>
      runCommand(async () => (await import('./tickets.ts')).printTickets(options)),
    );
  ticket
    .command('show')
    .description('show a ticket with its turns, held mails and notes')
    .argument('<ticket>', 'its number', ticketId)
    .option('--full', 'the whole text of each mail about it too, and with --json the mail as it came', false)
    .option('--save <folder>', 'with --full: put each mail as it came into this folder, as a file mail-NUMBER.eml')
    .option('--json', 'print it as JSON', false)
    .addHelpText('after', example('turnmail ticket show 12', 'turnmail ticket show 12 --full --save mails'))
    .action((id: TicketId, options: Json & { full: boolean; save?: string }) =>
      runCommand(async () => (await import('./tickets.ts')).printTicket(id, options)),
    );
}

type Words = Json & { text?: string };

function addWriting(ticket: Command): void {
  for (const [name, what, sample] of [
    ['respond', 'send words to the customer: a response, which opens a turn', 'Your lid is on its way.'],
    ['note', 'keep words inside; nobody is written to', 'The lids are on shelf 4.'],
  ] as const) {
    ticket
      .command(name)
      .description(what)
      .argument('<ticket>', 'its number', ticketId)
      .argument('[from]', '- reads the words from standard input')
      .option('--text <words>', 'the words')
      .option('--json', 'print the outcome as JSON', false)
      .addHelpText(
        'after',
        example(`turnmail ticket ${name} 12 --text '${sample}'`, `turnmail ticket ${name} 12 - < words.txt`),
      )
      .action(async (id: TicketId, from: string | undefined, options: Words, command: Command) => {
        const words = await readWordsOption(from, options.text, command);
        await runCommand(() => runTicketAct(id, { act: name, words }, options));
      });
  }
}

async function readWordsOption(from: string | undefined, text: string | undefined, command: Command): Promise<string> {
  if (text !== undefined && from === undefined) return text;
  if (text !== undefined || from !== '-') {
    command.error('error: give the words with --text, or - to read them from standard input');
  }
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8').replaceAll('\r\n', '\n');
}

function addMoving(ticket: Command): void {
  for (const [name, what] of [
    ['close', 'close a ticket, and send the closing mail to its customer'],
    ['reopen', 'open a closed ticket again; nobody is written to'],
    ['revoke', 'make every reply address and link of a ticket void, when one got into wrong hands'],
  ] as const) {
    ticket
      .command(name)
      .description(what)
      .argument('<ticket>', 'its number', ticketId)
      .option('--json', 'print the outcome as JSON', false)
      .addHelpText('after', example(`turnmail ticket ${name} 12`))
      .action((id: TicketId, options: Json) => runCommand(() => runTicketAct(id, { act: name }, options)));
  }
  ticket
    .command('assign')
    .description('give a ticket to an agent, who is told by mail')
    .argument('<ticket>', 'its number', ticketId)
    .argument('<agent>', 'address or name')
    .option('--json', 'print the outcome as JSON', false)
    .addHelpText('after', example('turnmail ticket assign 12 alice@acme.example'))
    .action((id: TicketId, to: string, options: Json) =>
      runCommand(() => runTicketAct(id, { act: 'assign', to }, options)),
    );
  ticket
    .command('move')
    .description('hand a ticket over to another mailbox; its agents are told, and the customer is not')
    .argument('<ticket>', 'its number', ticketId)
    .argument('<mailbox>', 'name or address')
    .option('--json', 'print the outcome as JSON', false)
    .addHelpText('after', example('turnmail ticket move 12 billing'))
    .action((id: TicketId, to: string, options: Json) =>
      runCommand(() => runTicketAct(id, { act: 'move', to }, options)),
    );
}

async function runTicketAct(id: TicketId, what: OperatorAct, options: Json): Promise<number> {
  return await (await import('./tickets.ts')).actByCommand(id, what, options);
}

function addAgents(agent: Command): void {
  agent
    .command('add')
    .description('add an agent, or bring back one that was removed')
    .argument('<address>', 'where notifications go', emailAddress)
    .option('--name <name>', 'how colleagues see the agent', '')
    .option('--json', 'print the agent as JSON', false)
    .addHelpText('after', example('turnmail agent add alice@acme.example --name Alice'))
    .action((email: EmailAddress, options: Json & { name: string }) =>
      runCommand(async () => (await import('../people/agents.ts')).addAgent(email, options)),
    );
  agent
    .command('list')
    .description('list the agents')
    .option('--json', 'print them as JSON', false)
    .addHelpText('after', example('turnmail agent list'))
    .action((options: Json) => runCommand(async () => (await import('../people/agents.ts')).printAgents(options)));
  agent
    .command('remove')
    .description('remove an agent, and make their reply addresses void; tickets, responses and notes stay')
    .argument('<address>', 'the address', emailAddress)
    .option('--json', 'print the outcome as JSON', false)
    .addHelpText('after', example('turnmail agent remove alice@acme.example'))
    .action((email: EmailAddress, options: Json) =>
      runCommand(async () => (await import('../people/agents.ts')).endAgent(email, options)),
    );
}

function ticketId(value: string): TicketId {
  return parseWholeNumber(value.replace(/^\[?#(\d+)\]?$/, '$1')) as TicketId;
}

export function emailAddress(value: string): EmailAddress {
  const address = parseEmailAddress(value.trim());
  if (address === undefined) throw new InvalidArgumentError('It is no mail address.');
  return address;
}
