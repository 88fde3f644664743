import { localPartOf } from '../../domain/email-address.ts';
import type { Agent } from '../../domain/ticket.ts';

/** How people end a mail, lower case: what stands alone on a line above a name. */
const FAREWELLS =
  /^(?:(?:best|kind|warm|many|with best|with kind) )?(?:regards|wishes|greetings)$|^(?:best|sincerely|cheers|yours|br|rgds|lg|vg|mfg)$|^(?:(?:mit )?(?:freundlichen?|besten?|herzlichen?|lieben?|viele[n]?|schönen?) gr(?:u|ü|ue)(?:ß|ss)(?:en?)?)$|^(?:(?:bien )?cordialement|salutations|saludos(?: cordiales)?|atentamente|cordiali saluti|(?:met )?(?:vriendelijke groet(?:en)?)|med (?:vänlig hälsning|vennlig hilsen|venlig hilsen)|pozdrawiam|atenciosamente)$/;

/** More lines than this are a text, whatever stands first, and so is a longer line. */
const MAX_LINES = 15;
const MAX_LINE_CHARS = 300;

/**
 * True where words below a command are the signature that the agent's mail program put there: their name, perhaps below
 * a farewell, and what follows it. Programs that mark a signature have theirs taken off before; Outlook's is not marked,
 * and `/take` must not send "Alice Ames, Acme GmbH" to a customer.
 */
export function isOnlySignature(words: string, agent: Agent): boolean {
  const lines = words
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (lines.length > MAX_LINES * 2 || lines.some((line) => line.length > MAX_LINE_CHARS)) return false;
  return isSignature(
    lines.filter((line) => bare(line) !== ''),
    agent,
  );
}

function isSignature(lines: readonly string[], agent: Agent): boolean {
  if (lines.length > MAX_LINES) return false;
  const [first = '', ...rest] = FAREWELLS.test(bare(lines[0] ?? '')) ? lines.slice(1) : lines;
  return isNameOf(agent, bare(first)) || (NAME.test(first.trim()) && rest.some((line) => REACHED_AT.test(line)));
}

/** Two to four words with capitals, as a signature begins where the desk knows its agent by another name or by none. */
const NAME = /^\p{Lu}[\p{L}.'’-]{0,30}(?: (?:\p{Lu}[\p{L}.'’-]{0,30}|von|van|de|der|di|da)){1,3}$/u;
/** How somebody is reached, as it stands below a name: an address, a page, a number of eight digits or more. */
const REACHED_AT = /\S@\S|www\.|https?:\/\/|[+(0-9](?:[\s()./-]{0,3}\d){7,16}/;

function bare(line: string): string {
  return line
    .toLowerCase()
    .replace(/^[\s*_\u2013-]{1,300}/, '')
    .replace(/[\s*_,.!|]{1,300}$/, '');
}

function isNameOf(agent: Agent, line: string): boolean {
  const name = agent.name.trim().toLowerCase();
  if (name === '') return line === localPartOf(agent.email).toLowerCase();
  return line === name || line === name.split(/\s+/)[0] || line.startsWith(`${name} |`) || line.startsWith(`${name},`);
}
