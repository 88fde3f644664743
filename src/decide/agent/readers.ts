import type { Identity } from '../../domain/desk/identity.ts';
import { addressKey, type EmailAddress } from '../../domain/mail/email-address.ts';
import type { Effect } from '../../domain/ticket/decision.ts';
import type { TicketFacts } from '../../domain/ticket/facts.ts';
import type { AgentId } from '../../domain/ticket/ids.ts';
import type { Agent } from '../../domain/ticket/ticket.ts';
import { type Line, type Sentence, say } from '../../domain/words.ts';
import { isOurAddress } from '../mail/match/our-addresses.ts';
import type { AgentCommand } from './words/command-list.ts';

/** People who get copies of one ticket's responses; more are a mailing list. */
const MAX_READERS = 10;

type Desk = { identities: readonly Identity[]; agents: readonly Agent[] };

/**
 * One sentence for the agent or operator who names somebody who cannot be a reader; undefined where all can.
 * @param command as they wrote it
 */
export function refuseReaders(
  added: readonly EmailAddress[],
  present: readonly EmailAddress[],
  customer: EmailAddress | undefined,
  { identities, agents }: Desk,
  command = '/cc',
): Sentence | undefined {
  const ours = added.find((one) =>
    identities.some((identity) => isOurAddress({ address: one, name: '', written: one }, identity)),
  );
  if (ours !== undefined)
    return say('{command}: {address} is an address of this desk, so nothing was done.', { command, address: ours });
  const agent = added.find((one) => agents.some(({ email }) => isAmong(email, [one])));
  if (agent !== undefined)
    return say('{command}: {address} is an agent, who sees the ticket anyway, so nothing was done.', {
      command,
      address: agent,
    });
  const same = customer && added.find((one) => isAmong(one, [customer]));
  if (same !== undefined)
    return say('{command}: {address} is the customer, who gets each response anyway, so nothing was done.', {
      command,
      address: same,
    });
  const all = [...present, ...added.filter((one) => !isAmong(one, present))];
  return all.length > MAX_READERS
    ? say('{command}: more than {most} people cannot read one ticket, so nothing was done.', {
        command,
        most: MAX_READERS,
      })
    : undefined;
}

/** /cc and /uncc of a reply: what changes, what the agent is told, and who gets this response. */
export function changeReaders(
  commands: readonly AgentCommand[],
  present: readonly EmailAddress[],
  agentId: AgentId,
): { effects: Effect[]; done: Line[]; readers: EmailAddress[] } {
  const of = (name: 'cc' | 'uncc') =>
    commands.flatMap((command) => (command.name === name && 'addresses' in command ? command.addresses : []));
  const [added, removed] = [of('cc'), of('uncc')];
  return {
    effects: [
      ...added.map((address): Effect => ({ do: 'add-reader', address, agentId })),
      ...removed.map((address): Effect => ({ do: 'remove-reader', address })),
    ],
    done: [
      ...(added.length > 0 ? [readersAdded(added)] : []),
      ...(removed.length > 0
        ? [say('No more copies of the responses go to {readers}.', { readers: removed.join(', ') })]
        : []),
    ],
    readers: readersAfter(present, added, removed),
  };
}

/** Tells the agent who reads from now on. */
export function readersAdded(added: readonly EmailAddress[]): Sentence {
  return say('Copies of the responses go to {readers}, from now on.', { readers: added.join(', ') });
}

/** Why /cc or /uncc of a reply cannot be carried out; undefined where it can. */
export function refuseReaderCommands(
  commands: readonly AgentCommand[],
  { readers: present, customer }: Pick<TicketFacts, 'readers' | 'customer'>,
  desk: Desk,
): Sentence | undefined {
  for (const command of commands) {
    if (command.name === 'cc') {
      const refused = refuseReaders(command.addresses, present, customer, desk);
      if (refused !== undefined) return refused;
    }
    if (command.name !== 'uncc') continue;
    const stranger = command.addresses.find((one) => !isAmong(one, present));
    if (stranger !== undefined) {
      return say('/uncc: {address} gets no copies of this ticket, so nothing was done.', { address: stranger });
    }
  }
  return undefined;
}

function isAmong(one: EmailAddress, list: readonly EmailAddress[]): boolean {
  return list.some((other) => addressKey(other) === addressKey(one));
}

/** Who reads once these were added and those removed. */
export function readersAfter(
  present: readonly EmailAddress[],
  added: readonly EmailAddress[],
  removed: readonly EmailAddress[],
): EmailAddress[] {
  return [...present, ...added.filter((one) => !isAmong(one, present))].filter((one) => !isAmong(one, removed));
}
