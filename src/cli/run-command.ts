import { isFault } from '../domain/fault.ts';
import { EXIT } from '../runtime/exit-codes.ts';
import { printable } from './terminal-text.ts';

/** Runs a command to its exit code. What it throws becomes one sentence on stderr, never a stack trace. */
export async function runCommand(command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    // The words are loaded when they are needed: they bring the whole desk with them.
    const { sentence } = await import('../run-roles.ts');
    process.stderr.write(`${printable(sentence(error))}\n`);
    process.exitCode = isFault(error) && error.act === 'config' ? EXIT.config : EXIT.software;
  }
}
