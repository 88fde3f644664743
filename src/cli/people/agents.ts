/** `turnmail agent ...`: who answers at this desk. */
import type { EmailAddress } from '../../domain/mail/email-address.ts';
import { wallClock } from '../../runtime/clock.ts';
import { EXIT } from '../../runtime/exit-codes.ts';
import { inTransaction } from '../../store/database.ts';
import { ensureAgent, listAgents, removeAgent } from '../../store/tickets/agents.ts';
import { revokeAgentTokens } from '../../store/tickets/reply-tokens.ts';
import { withDatabase } from '../reach-desk.ts';
import { complain, oneLine, print, printJson, table } from '../terminal-text.ts';

export async function addAgent(email: EmailAddress, options: { name: string; json: boolean }): Promise<number> {
  return await withDatabase(async ({ config, database }) => {
    if (config.mailboxes.some(({ identity }) => identity.ownAddresses.includes(email.toLowerCase()))) {
      complain(`${email} is the desk's own address; an agent needs another one`);
      return EXIT.refused;
    }
    const agent = await ensureAgent(database, email, options.name, wallClock.now());
    if (options.json) printJson(agent);
    else print(`${nameWithAddress(agent)} is an agent of this desk.`);
    return 0;
  });
}

export async function printAgents(options: { json: boolean }): Promise<number> {
  const agents = await withDatabase(({ database }) => listAgents(database));
  if (options.json) printJson(agents);
  else if (agents.length === 0) print('There are no agents; add one with: turnmail agent add ADDRESS');
  else
    print(
      table(
        ['ID', 'ADDRESS', 'NAME'],
        agents.map(({ id, email, name }) => [String(id), email, oneLine(name, 60)]),
      ),
    );
  return 0;
}

export async function endAgent(email: EmailAddress, options: { json: boolean }): Promise<number> {
  const removed = await withDatabase(({ database }) =>
    inTransaction(database, async (tx) => {
      const id = await removeAgent(tx, email);
      if (id !== undefined) await revokeAgentTokens(tx, id, wallClock.now());
      return id !== undefined;
    }),
  );
  if (!removed) {
    complain(`there is no agent ${email}`);
    return EXIT.notFound;
  }
  if (options.json) printJson({ email, removed });
  else print(`${email} is no agent any more; what was done stays.`);
  return 0;
}

function nameWithAddress({ name, email }: { name: string; email: string }): string {
  return name === '' ? email : `${oneLine(name, 60)} <${email}>`;
}
