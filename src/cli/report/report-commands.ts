import type { Command } from 'commander';
import { example } from '../desk-commands.ts';
import { runCommand } from '../run-command.ts';
import type { BoardOptions } from './board.ts';
import type { ReportOptions } from './report.ts';

/** `turnmail report` and `turnmail board`. */
export function addReportCommands(program: Command): void {
  program
    .command('report')
    .description('the desk in numbers: what came, waits, was answered and closed, how fast, and what customers said')
    .option('--from <day>', 'the first day, such as 2026-11-24; unset: six days before the last')
    .option('--to <day>', 'the last day, itself included; unset: today')
    .option('--mailbox <name>', 'only tickets of this mailbox, by its name or address')
    .option('--json', 'print every number as JSON, times in milliseconds', false)
    .option('--csv', 'print every number as CSV, times in seconds', false)
    .addHelpText('after', example('turnmail report', 'turnmail report --from 2026-11-01 --to 2026-11-30 --csv'))
    .action((options: ReportOptions) => runCommand(async () => (await import('./report.ts')).report(options)));
  program
    .command('board')
    .description('print a link to the read-only board for an agent or operator; it works for 30 days')
    .argument('<address>', 'whose link it is')
    .option('--revoke', 'make every such link of theirs void instead', false)
    .option('--json', 'print the outcome as JSON', false)
    .addHelpText('after', example('turnmail board alice@acme.example', 'turnmail board alice@acme.example --revoke'))
    .action((address: string, options: BoardOptions) =>
      runCommand(async () => (await import('./board.ts')).board(address, options)),
    );
}
