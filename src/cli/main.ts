/** The command line. Each command's code is loaded when it is asked for, so that none pays for another's imports. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError, Help, type Option } from 'commander';
import { EXIT } from '../runtime/exit-codes.ts';
import { addAnswerCommands } from './answers/answer-commands.ts';
import { addDeskCommands } from './desk-commands.ts';
import { addParkedCommands } from './mails/parked-commands.ts';
import { addPersonCommands } from './people/person-commands.ts';
import { addReportCommands } from './report/report-commands.ts';
import { addTemplatesCommands } from './templates/templates-commands.ts';
import { addTicketCommands } from './tickets/ticket-commands.ts';

const about = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };

const program = new Command('turnmail')
  .version(about.version, '-V, --version', 'say which version this is')
  .description('A help desk that lives in e-mail: a ticket is turns, not a chat.')
  .helpCommand('help [command]', 'show the help of a command')
  .showHelpAfterError('(turnmail --help says more)')
  .configureHelp({ optionDescription: describeOption })
  .exitOverride();

// The reader of our output has gone, as `head` does. A command with things to put away first has a listener of its own.
// (Never listen to SIGPIPE for this: Node would then get one for every socket that its peer has closed.)
process.stdout.on('error', () => {
  if (process.stdout.listenerCount('error') === 1) process.exit(0);
});

addDeskCommands(program);
addTicketCommands(program);
addAnswerCommands(program);
addParkedCommands(program);
addPersonCommands(program);
addReportCommands(program);
addTemplatesCommands(program);

/** What an option is when it is not given is worth saying only where it is something. */
function describeOption(option: Option): string {
  return new Help().optionDescription(option).replace(/ \(default: (?:false|\[\]|"")\)$/, '');
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : EXIT.usage;
}
