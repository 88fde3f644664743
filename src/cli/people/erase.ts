/** `turnmail erase ADDRESS`: takes a customer out of the desk. */
import { createInterface } from 'node:readline/promises';
import type { EmailAddress } from '../../domain/mail/email-address.ts';
import { type Erasure, erasePerson } from '../../flows/people/erase-person.ts';
import { countRecords, exportPerson } from '../../flows/people/export-person.ts';
import { wallClock } from '../../runtime/clock.ts';
import { EXIT } from '../../runtime/exit-codes.ts';
import { listAgents } from '../../store/tickets/agents.ts';
import { withDatabase } from '../reach-desk.ts';
import { complain, print, printJson } from '../terminal-text.ts';

const NOT_REACHED = [
  'the mails on the IMAP server',
  'what is in the mail clients of agents and customers',
  'backups and the write-ahead log of the database',
  'and mails and words of other people that mention this person',
].join(', ');

export async function erase(address: EmailAddress, options: { yes: boolean; json: boolean }): Promise<number> {
  return await withDatabase(async ({ database }) => {
    const agents = await listAgents(database);
    if (agents.some(({ email }) => email.toLowerCase() === address.toLowerCase())) {
      complain(`${address} is an agent of this desk; turnmail agent remove takes them out. Nothing was erased`);
      return EXIT.refused;
    }
    const found = countRecords(await exportPerson(database, address));
    if (Object.values(found).every((count) => count === 0)) {
      complain(`nothing is held about ${address}`);
      return EXIT.notFound;
    }
    const what = `${found.tickets} tickets, ${found.mails} mails received and ${found.sent} sent`;
    if (!options.yes && !(await confirmed(`Erase ${address}: ${what}? It cannot be undone. Type yes: `))) {
      complain('nothing was erased; it takes a yes, or --yes');
      return EXIT.refused;
    }
    const erasure = await erasePerson({ database, clock: wallClock }, address);
    return tellErasure(address, erasure, options.json);
  });
}

async function confirmed(question: string): Promise<boolean> {
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    // An input that ends without a line says no.
    const ended = new Promise<string>((resolve) => asking.once('close', () => resolve('')));
    return (await Promise.race([asking.question(question), ended])).trim().toLowerCase() === 'yes';
  } finally {
    asking.close();
  }
}

function tellErasure(address: EmailAddress, erasure: Erasure, json: boolean): number {
  const { tickets, mails, sent, busy } = erasure;
  if (json) printJson({ ...erasure, not_reached: NOT_REACHED });
  else if (busy.length === 0) {
    print(
      `${address} is erased: ${tickets} tickets, ${mails} mails received and ${sent} sent are empty. Not reached: ${NOT_REACHED}.`,
    );
  }
  if (busy.length === 0) return 0;
  complain(
    `mail ${busy.join(', ')} is being sent at this moment, so not all of ${address} is erased: run the command again in a minute`,
  );
  return EXIT.later;
}
