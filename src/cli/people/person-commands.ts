import type { Command } from 'commander';
import type { EmailAddress } from '../../domain/mail/email-address.ts';
import { example } from '../desk-commands.ts';
import { runCommand } from '../run-command.ts';
import { emailAddress } from '../tickets/ticket-commands.ts';
import type { ExportOptions } from './export.ts';

/** `turnmail export` and `turnmail erase`: what the desk holds about one customer. */
export function addPersonCommands(program: Command): void {
  program
    .command('export')
    .description('write out everything that the desk holds about a customer, one JSON object a line')
    .argument('<address>', "the customer's address", emailAddress)
    .option('--out <folder>', 'into this empty folder, with the mails as .eml files')
    .option('--json', 'as one JSON object', false)
    .addHelpText('after', example('turnmail export jo@customer.example --out jo/'))
    .action((address: EmailAddress, options: ExportOptions) =>
      runCommand(async () => (await import('./export.ts')).printExport(address, options)),
    );
  program
    .command('erase')
    .description('take a customer out of the desk: words, addresses, mails, attachments, past answers')
    .argument('<address>', "the customer's address", emailAddress)
    .option('--yes', 'do not ask', false)
    .option('--json', 'print the outcome as JSON', false)
    .addHelpText('after', example('turnmail erase jo@customer.example'))
    .action((address: EmailAddress, options: { yes: boolean; json: boolean }) =>
      runCommand(async () => (await import('./erase.ts')).erase(address, options)),
    );
}
