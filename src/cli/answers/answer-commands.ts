import type { Command } from 'commander';
import { example } from '../desk-commands.ts';
import { runCommand } from '../run-command.ts';
import type { ImportOptions } from './import.ts';

/** `turnmail suggest` and `turnmail import`: answers from the past. */
export function addAnswerCommands(program: Command): void {
  program
    .command('suggest')
    .description('show the past answers that fit a question, as the agents would see them')
    .argument('[text]', 'the question')
    .option('--jsonl <file>', 'a file with one JSON object with "query" a line (- is standard input)')
    .option('--json', 'print the suggestions for the text as JSON', false)
    .addHelpText('after', example("turnmail suggest 'where is my card?'", 'turnmail suggest --jsonl questions.jsonl'))
    .action((text: string | undefined, options: { jsonl?: string; json: boolean }, command: Command) => {
      if ((text === undefined) === (options.jsonl === undefined)) {
        command.error('error: give either a text or --jsonl with a file');
      }
      return runCommand(async () => (await import('./suggest.ts')).suggest(text, options));
    });
  program
    .command('import')
    .description('load closed tickets from elsewhere and learn their answers; twice is once')
    .argument('<file>', 'one JSON object a line: email, query, last_response, feedback, created_time, closed_time')
    .option(
      '--mailbox <mailbox>',
      'whose tickets they are, by name or address; unset: of none, which counts to the first',
    )
    .option('--json', 'print the counts as JSON', false)
    .addHelpText('after', example('turnmail import history.jsonl'))
    .action((file: string, options: ImportOptions) =>
      runCommand(async () => (await import('./import.ts')).importFile(file, options)),
    );
}
