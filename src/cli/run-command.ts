import { isFault } from '../domain/fault.ts';

/** Exit codes after sysexits.h beside those of run-roles.ts: what was asked for cannot be done, or is not there. */
export const REFUSED = 65;
export const NOT_FOUND = 66;

/** Runs a command to its exit code. What it throws becomes one sentence on stderr, never a stack trace. */
export async function runCommand(command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    // The words are loaded when they are needed: they bring the whole desk with them.
    const { EXIT, sentence } = await import('../run-roles.ts');
    process.stderr.write(`${sentence(readable(error))}\n`);
    process.exitCode = isFault(error) && error.act === 'config' ? EXIT.config : EXIT.software;
  }
}

/** Node's error for a host with several addresses has no words of its own; its parts have. */
export function readable(error: unknown): unknown {
  return error instanceof AggregateError && error.message === '' ? (error.errors[0] ?? error) : error;
}
