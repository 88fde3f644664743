import type { Command } from 'commander';
import { example } from '../desk-commands.ts';
import { runCommand } from '../run-command.ts';
import type { CopyOptions, PreviewOptions } from './templates.ts';

/** `turnmail templates`: the words of our mails and pages, and those that an operator puts in their place. */
export function addTemplatesCommands(program: Command): void {
  const templates = program
    .command('templates')
    .description('the templates and words of mails and pages, and your own');
  templates
    .command('list')
    .description('name every template, and say which are replaced by a file in TEMPLATES_DIR')
    .option('--json', 'print them as JSON', false)
    .addHelpText('after', example('turnmail templates list'))
    .action((options: { json: boolean }) =>
      runCommand(async () => (await import('./templates.ts')).printTemplates(options)),
    );
  templates
    .command('copy')
    .description('copy templates to where you can change them; a file that is there stays')
    .argument('<name...>', 'a file or a folder, such as receipt, pages/gone.html or de/words.yaml')
    .option('--to <folder>', 'where to; unset: TEMPLATES_DIR')
    .option('--as <language>', 'for this language alone')
    .addHelpText('after', example('turnmail templates copy receipt', 'turnmail templates copy layout.html --as de'))
    .action((names: string[], options: CopyOptions) =>
      runCommand(async () => (await import('./templates.ts')).copyTemplates(names, options)),
    );
  templates
    .command('preview')
    .description('write a sample of every mail and page into a folder, in your own wording')
    .argument('<folder>', 'where to; it is made if it is not there')
    .option('--locale <language>', 'in this language; unset: that of LOCALE')
    .addHelpText('after', example('turnmail templates preview ./preview --locale de'))
    .action((folder: string, options: PreviewOptions) =>
      runCommand(async () => (await import('./templates.ts')).previewTemplates(folder, options)),
    );
}
