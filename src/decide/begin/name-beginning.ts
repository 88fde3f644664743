import type { Mailboxes } from '../../domain/desk/mailboxes.ts';
import { DAY_MS } from '../../domain/desk/rules.ts';
import { addressKey } from '../../domain/mail/email-address.ts';
import type { BeginningsFound, BeginningsWanted } from '../../domain/mail/mail-lookup.ts';
import type { EpochMs } from '../../domain/ticket/ids.ts';
import type { NamedMail } from '../mail/match/name-ticket.ts';
import { knownTicket } from './known-ticket.ts';
import { type Beginning, readBeginning } from './read-beginning.ts';

type Desk = Pick<Mailboxes, 'identities' | 'identityOf'>;

/** What to look up for those mails of a batch that may begin a conversation; undefined where none may. */
export function beginningsWanted(batch: NamedMail[], desk: Desk, now: EpochMs): BeginningsWanted | undefined {
  const begin = batch.filter((one) => beginningOf(one, desk) !== undefined);
  if (begin.length === 0) return undefined;
  const customers = begin.flatMap((one) => beginningOf(one, desk)?.customer ?? []);
  const agents = begin.flatMap(({ facts }) => facts.agent?.email ?? []);
  return {
    customers: [...new Set(customers.map(addressKey))],
    agents: [...new Set(agents.map(addressKey))],
    since: now - DAY_MS,
  };
}

function beginningOf({ mail, facts, match, ticketId }: NamedMail, { identities }: Desk): Beginning | undefined {
  if (facts.agent === undefined || match !== undefined || ticketId !== undefined) return undefined;
  return readBeginning(mail.mail, { identities, agents: facts.deskAgents });
}

/** The same mail with what was found, and with the open ticket that it belongs to, if any. */
export function nameBeginning(one: NamedMail, found: BeginningsFound, desk: Desk): NamedMail {
  const beginning = beginningOf(one, desk);
  const { agent } = one.facts;
  if (beginning === undefined || agent === undefined) return one;
  // What one identity of the desk has means nothing to another.
  const open = found.open.filter(({ mailboxId }) => desk.identityOf(mailboxId) === one.mail.identity);
  const facts = { open, begun: found.begun.get(addressKey(agent.email)) ?? 0 };
  const ticketId = knownTicket(one.mail.mail, beginning, facts)?.ticketId;
  return { ...one, facts: { ...one.facts, beginning: facts }, ticketId, begins: beginning.customer };
}
