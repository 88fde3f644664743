import type { Command } from 'commander';
import type { InboundId } from '../../domain/ticket/ids.ts';
import { example, parseWholeNumber } from '../desk-commands.ts';
import { runCommand } from '../run-command.ts';

/** `turnmail parked`: the way out for mail that nobody acts on until a person looks. */
export function addParkedCommands(program: Command): void {
  const parked = program.command('parked').description('look at parked mail, and accept or discard it');
  parked
    .command('list')
    .description('list parked mails, oldest first, each with its reason')
    .option('--limit <count>', 'at most this many', parseWholeNumber, 1000)
    .option('--json', 'print them as JSON', false)
    .addHelpText('after', example('turnmail parked list'))
    .action((options: { json: boolean; limit: number }) =>
      runCommand(async () => (await import('./parked.ts')).printParked(options)),
    );
  for (const [name, what] of [
    ['show', 'show a parked mail: why it is parked, its headers and the beginning of its text'],
    ['accept', 'decide a parked mail again as if what parked it did not matter'],
    ['discard', 'end a parked mail without doing anything with it; its bytes stay'],
  ] as const) {
    parked
      .command(name)
      .description(what)
      .argument('<id>', 'its number in the list', parseWholeNumber)
      .option('--json', 'print the outcome as JSON', false)
      .addHelpText('after', example(`turnmail parked ${name} 120`))
      .action((id: number, options: { json: boolean }) =>
        runCommand(async () => (await import('./parked.ts'))[name](id as InboundId, options)),
      );
  }
}
