import { bareLine, isFarewell, NAME_ALONE, REACHED_AT } from '../../../domain/farewell.ts';
import { localPartOf } from '../../../domain/mail/email-address.ts';
import type { Agent } from '../../../domain/ticket/ticket.ts';

/** Whose signature it may be. */
type Writer = Pick<Agent, 'name' | 'email'>;

/** More lines than this are a text, whatever stands first, and so is a longer line. */
const MAX_LINES = 15;
const MAX_LINE_CHARS = 300;

/**
 * True where words below a command are the signature that the agent's mail program put there: their name, perhaps below
 * a farewell, and what follows it. Programs that mark a signature have theirs taken off before; Outlook's is not marked,
 * and `/take` must not send "Alice Ames, Acme GmbH" to a customer.
 */
export function isOnlySignature(words: string, agent: Writer): boolean {
  const lines = words
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (lines.length > MAX_LINES * 2 || lines.some((line) => line.length > MAX_LINE_CHARS)) return false;
  return isSignature(
    lines.filter((line) => bareLine(line) !== ''),
    agent,
  );
}

function isSignature(lines: readonly string[], agent: Writer): boolean {
  if (lines.length > MAX_LINES) return false;
  const [first = '', ...rest] = isFarewell(bareLine(lines[0] ?? '')) ? lines.slice(1) : lines;
  return (
    isNameOf(agent, bareLine(first)) || (NAME_ALONE.test(first.trim()) && rest.some((line) => REACHED_AT.test(line)))
  );
}

function isNameOf(agent: Writer, line: string): boolean {
  const name = agent.name.trim().toLowerCase();
  if (name === '') return line === localPartOf(agent.email).toLowerCase();
  return line === name || line === name.split(/\s+/)[0] || line.startsWith(`${name} |`) || line.startsWith(`${name},`);
}
