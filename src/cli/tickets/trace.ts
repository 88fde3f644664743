/** `turnmail trace ID`: what arrived, what was decided and why, what was done, and what was sent, in order of time. */
import { parseEmailAddress } from '../../domain/mail/email-address.ts';
import type { TicketId } from '../../domain/ticket/ids.ts';
import { EXIT } from '../../runtime/exit-codes.ts';
import type { Database } from '../../store/database.ts';
import { findListedTicket, type ListedTicket } from '../../store/tickets/ticket-list.ts';
import { type ListedReader, listReaders } from '../../store/tickets/ticket-readers.ts';
import {
  findMute,
  listAgentNames,
  listTracedAudit,
  listTracedInbound,
  listTracedOutbox,
  scopeOfAddress,
  scopeOfMessage,
  scopeOfTicket,
  type TraceScope,
} from '../../store/tickets/trace.ts';
import { withDatabase } from '../reach-desk.ts';
import { complain, moment, oneLine, print, printJson } from '../terminal-text.ts';
import { type Entry, tellAudit, tellInbound, tellOutbox } from './trace-words.ts';

export async function trace(id: string, options: { json: boolean }): Promise<number> {
  const found = await withDatabase(({ database }) => gatherTrace(database, id.trim()));
  if (found === undefined) {
    complain(`nothing is known of ${id.trim()}; give a ticket's number, a Message-ID or an address`);
    return EXIT.notFound;
  }
  if (options.json) {
    const { agentNames, ...rest } = found;
    printJson({ ...rest, agents: Object.fromEntries(agentNames) });
  } else print(traceText(found));
  return 0;
}

type Subject = 'ticket' | 'message' | 'address';
type Traced = Awaited<ReturnType<typeof gatherTrace>> & object;

async function gatherTrace(database: Database, id: string) {
  const place = await locate(database, id);
  if (place === undefined) return undefined;
  const { subject, scope, name } = place;
  const ofTicket = subject === 'ticket';
  const tickets: ListedTicket[] = [];
  for (const ticketId of scope.ticketIds) {
    const ticket = await findListedTicket(database, ticketId);
    if (ticket !== undefined) tickets.push(ticket);
  }
  return {
    id: name,
    subject,
    tickets,
    readers: ofTicket ? await listTracedReaders(database, tickets) : [],
    muted: subject === 'address' ? ((await findMute(database, name)) ?? null) : null,
    received: await listTracedInbound(database, scope.inboundIds),
    done: await listTracedAudit(database, ofTicket ? scope.ticketIds : [], scope.inboundIds),
    sent: await listTracedOutbox(database, scope.outboxIds),
    agentNames: await listAgentNames(database),
  };
}

async function listTracedReaders(database: Database, tickets: ListedTicket[]): Promise<ListedReader[]> {
  const [ticket] = tickets;
  return ticket === undefined ? [] : await listReaders(database, ticket.id);
}

/** A number is a ticket; with an at sign it is a Message-ID if anything has it, else an address. */
async function locate(
  database: Database,
  id: string,
): Promise<{ subject: Subject; name: string; scope: TraceScope } | undefined> {
  const number = /^\[?#?(\d{1,15})\]?$/.exec(id)?.[1];
  if (number !== undefined) {
    const scope = await scopeOfTicket(database, Number(number) as TicketId);
    return scope.ticketIds.length === 0 ? undefined : { subject: 'ticket', name: number, scope };
  }
  const name = id.replace(/^<(.*)>$/, '$1');
  const message = await scopeOfMessage(database, name);
  if (!isEmptyScope(message)) return { subject: 'message', name, scope: message };
  if (parseEmailAddress(name) === undefined) return undefined;
  const scope = await scopeOfAddress(database, name);
  const known = !isEmptyScope(scope) || (await findMute(database, name)) !== undefined;
  return known ? { subject: 'address', name, scope } : undefined;
}

function isEmptyScope({ inboundIds, outboxIds, ticketIds }: TraceScope): boolean {
  return inboundIds.length + outboxIds.length + ticketIds.length === 0;
}

function traceText(found: Traced): string {
  const { tickets, received, done, sent, muted, agentNames } = found;
  const entries: Entry[] = [
    ...received.flatMap(tellInbound),
    ...done.map((one) => tellAudit(one, agentNames)),
    ...sent.flatMap(tellOutbox),
  ];
  entries.sort((a, b) => a.at - b.at || a.rank - b.rank);
  const heads = tickets.map((ticket) => {
    const state = ticket.feedback === null ? ticket.status : `${ticket.status}, ${ticket.feedback}`;
    return `Ticket [#${ticket.id}] of ${ticket.email}: ${oneLine(ticket.subject, 80)} (${state})`;
  });
  if (muted) heads.push(`Automatic mails to this address are held back since ${moment(muted.since)}: ${muted.reason}`);
  for (const { address, added_by, added_at, removed_at } of found.readers) {
    const until = removed_at === null ? '' : ` until ${moment(removed_at)}`;
    heads.push(
      `Copies of the responses go to ${oneLine(address, 80)} since ${moment(added_at)}${until}, by ${oneLine(added_by ?? 'the operator', 60)}`,
    );
  }
  if (heads.length === 0) heads.push('It belongs to no ticket.');
  const lines = entries.map(({ at, text, more }) =>
    [`${moment(at)}  ${oneLine(text, 200)}`, ...more.map((line) => `${' '.repeat(25)}${oneLine(line, 300)}`)].join(
      '\n',
    ),
  );
  const rest =
    found.subject === 'ticket' || tickets.length === 0
      ? []
      : ['', `Whole tickets: ${tickets.map(({ id }) => `turnmail trace ${id}`).join(', ')}`];
  return [...heads, '', ...lines, ...rest].join('\n');
}
