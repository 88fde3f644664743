/** `turnmail board ADDRESS`: a link to the board for an agent or an operator, or the end of all their links. */
import { addressKey, parseEmailAddress } from '../../domain/mail/email-address.ts';
import { mailboxesFor } from '../../flows/report/reader-mailboxes.ts';
import { makeBoardLink } from '../../flows/report/show-board.ts';
import { EXIT } from '../../runtime/exit-codes.ts';
import { type BoardReader, revokeBoardLinks } from '../../store/report/board-links.ts';
import { listAgents } from '../../store/tickets/agents.ts';
import { withDesk } from '../reach-desk.ts';
import { complain, print, printJson } from '../terminal-text.ts';

export type BoardOptions = { revoke: boolean; json: boolean };

/** @returns the exit code: 0, 65 where the desk has no PUBLIC_URL, 66 where nobody of the desk has the address */
export async function board(address: string, options: BoardOptions): Promise<number> {
  return await withDesk(async (desk, { rules }) => {
    const parsed = parseEmailAddress(address);
    const key = parsed && addressKey(parsed);
    const agent = (await listAgents(desk.database)).find(({ email }) => addressKey(email) === key);
    const operator = rules.operators.find((one) => addressKey(one) === key);
    const reader: BoardReader | undefined =
      agent !== undefined ? { agentId: agent.id, operator: undefined } : operator && { agentId: undefined, operator };
    if (reader === undefined) {
      complain(`${address} is no agent and no operator of this desk`);
      return EXIT.notFound;
    }
    if (options.revoke) {
      const revoked = await revokeBoardLinks(desk.database, reader, desk.clock.now());
      if (options.json) printJson({ revoked });
      else print(`${revoked} ${revoked === 1 ? 'link is' : 'links are'} void now.`);
      return 0;
    }
    const { identity } = mailboxesFor(desk, agent?.email ?? operator ?? desk.identities[0].address);
    const url = await makeBoardLink(desk, desk.database, reader, identity);
    if (url === undefined) {
      complain('PUBLIC_URL is not set, so the desk has no pages');
      return EXIT.refused;
    }
    if (options.json) printJson({ url });
    else print(url);
    return 0;
  });
}
