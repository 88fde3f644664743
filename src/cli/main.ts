/** The command line. Each command's code is loaded when it is asked for, so that none pays for another's imports. */
import { Command } from 'commander';

const program = new Command('turnmail').description('A help desk that lives in e-mail: a ticket is turns, not a chat.');

program
  .command('demo')
  .description('play a whole conversation on this machine, then stay up so that you can write to the desk')
  .option('--once', 'end when the conversation has ended: exit code 0, or 1 with the step that failed', false)
  .action(async (options: { once: boolean }) => {
    const { demo } = await import('./demo.ts');
    process.exit(await demo(options));
  });

program
  .command('explain')
  .description('say what Turnmail understands of a mail file, or of every file in a folder')
  .argument('<path>', 'a mail file (.eml) or a folder of them')
  .option('--jsonl', 'one JSON object a line', false)
  .option('--workers <count>', 'parser processes to use at most', Number)
  .action(async (path: string, options: { jsonl: boolean; workers?: number }) => {
    const { explain } = await import('./explain.ts');
    process.exitCode = await explain(path, { jsonl: options.jsonl, workers: options.workers });
  });

await program.parseAsync();
