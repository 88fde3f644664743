import { addressKey, localPartOf } from '../mail/email-address.ts';
import type { MailboxId } from '../ticket/ids.ts';
import type { Agent } from '../ticket/ticket.ts';
import type { Identity } from './identity.ts';

/** A row of the database: where mail was read from, and for which support address. */
export type MailboxRow = { id: MailboxId; source: string; address: string | undefined };

/** Who the desk is at each of its mailboxes, the first of them first. */
export type Mailboxes = {
  /** of a ticket or a mail; without one, or of one that the settings name no more, the first */
  identityOf(id: MailboxId | undefined): Identity;
  readonly identities: readonly [Identity, ...Identity[]];
  /** the mailbox that stands for an identity now; undefined before the role `poll` has begun */
  mailboxIdOf(identity: Identity): MailboxId | undefined;
  /** all that were ever read for these identities: one address may have had several servers */
  mailboxIdsOf(identities: readonly Identity[]): MailboxId[];
};

/**
 * One support address is one identity, whatever server its mail was read from.
 * @param rows those of the database
 * @param sources where mail is read from now; of an address that none is named for, its last row counts
 */
export function createMailboxes(
  identities: readonly [Identity, ...Identity[]],
  rows: readonly MailboxRow[],
  sources: readonly string[],
): Mailboxes {
  const byAddress = new Map(identities.map((identity) => [addressKey(identity.address), identity]));
  const [first] = identities;
  const known = rows.map(({ id, address }) => ({ id, identity: byAddress.get(address ?? '') ?? first }));
  const byId = new Map(known.map(({ id, identity }) => [id, identity]));
  return {
    identities,
    identityOf: (id) => (id === undefined ? undefined : byId.get(id)) ?? first,
    mailboxIdOf: ({ address }) => {
      const own = identities.length === 1 ? rows : rows.filter((row) => row.address === addressKey(address));
      return (own.find(({ source }) => sources.includes(source)) ?? own.at(-1))?.id;
    },
    mailboxIdsOf: (some) => known.filter(({ identity }) => some.includes(identity)).map(({ id }) => id),
  };
}

/** The mailboxes whose tickets are meant, and whether those of none are; undefined: all. */
export type OfMailboxes = { ids: MailboxId[]; orNone: boolean } | undefined;

/** Tickets that came in by no mailbox count to the first. */
export function queueOf(mailboxes: Mailboxes, some: readonly Identity[]): OfMailboxes {
  if (some.length === mailboxes.identities.length) return undefined;
  return { ids: mailboxes.mailboxIdsOf(some), orNone: some.includes(mailboxes.identities[0]) };
}

/** The agents of the desk who work on the tickets of this identity. */
export function agentsOf<Of extends Pick<Agent, 'email'>>({ agents }: Identity, all: Of[]): Of[] {
  return agents === undefined ? all : all.filter(({ email }) => agents.has(addressKey(email)));
}

/** The identities whose tickets an agent works on. */
export function servedBy(identities: readonly Identity[], agent: Pick<Agent, 'email'>): Identity[] {
  return identities.filter((identity) => agentsOf(identity, [agent]).length > 0);
}

/** The one mailbox that a person means. @returns a sentence where none or several fit */
export function findOneIdentity(identities: readonly Identity[], named: string): Identity | string {
  const [found, ...more] = findIdentities(identities, named);
  if (found !== undefined && more.length === 0) return found;
  const known = identities.map(({ mailboxName }) => mailboxName).join(', ');
  return `"${named}" names no single mailbox; the mailboxes are: ${known}`;
}

/** The mailboxes that a person may mean: by address, or by what stands before the @, or by its display name. */
export function findIdentities(identities: readonly Identity[], named: string): Identity[] {
  const key = named.trim().toLowerCase().replace(/^<|>$/g, '').replace(/^@/, '');
  const exact = identities.filter((one) => one.mailboxName === key || one.ownAddresses.includes(key));
  if (exact.length > 0 || key === '') return exact;
  return identities.filter((one) => localPartOf(one.address).toLowerCase() === key || one.name.toLowerCase() === key);
}
