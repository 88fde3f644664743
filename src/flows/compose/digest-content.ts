import { FIRST_WORDS, fitQueue } from '../../decide/desk/fit-queue.ts';
import { queueOf, servedBy } from '../../domain/desk/mailboxes.ts';
import { Fault } from '../../domain/fault.ts';
import type { ContentView, QueueRowView } from '../../domain/mail/mail-view.ts';
import type { OutboxItem } from '../../domain/ticket/outbox-item.ts';
import type { NewTokenRow } from '../../domain/ticket/planned-rows.ts';
import { formatSubjectTag, formatTicketNumber } from '../../domain/ticket/reply-token.ts';
import { inTransaction } from '../../store/database.ts';
import { listAgents } from '../../store/tickets/agents.ts';
import { insertTokens, listTokens, reserveTokenIds } from '../../store/tickets/reply-tokens.ts';
import { listQueue } from '../../store/tickets/ticket-history.ts';
import { type Desk, tokenExpiry } from '../desk.ts';
import { makeBoardLink } from '../report/show-board.ts';
import { viewFeedback } from './feedback-content.ts';
import { mailtoLink, writeToken } from './mail-links.ts';

const MAX_QUEUE_ROWS = 100;

/** The waiting tickets, oldest first, each with a link that opens a reply to exactly that ticket for exactly this agent. */
export async function viewDigest(desk: Desk, item: OutboxItem): Promise<ContentView> {
  const agentId = item.agentId;
  if (agentId === undefined) throw new Fault('impossible-state', `digest ${item.id} is for no agent`);
  const now = desk.clock.now();
  const agents = await listAgents(desk.database);
  const reader = agents.find((agent) => agent.id === agentId);
  const mailboxes = reader === undefined ? [] : servedBy(desk.identities, reader);
  const served = queueOf(desk, mailboxes);
  const queue = await listQueue(desk.database, MAX_QUEUE_ROWS, served);
  const fitting = fitQueue(queue.rows);
  const feedback = await viewFeedback(desk.database, now, served);
  const tokenIds = await inTransaction(desk.database, async (tx) => {
    const ids = await reserveTokenIds(tx, fitting.length);
    const rows = fitting.flatMap((row, index): NewTokenRow[] => {
      const id = ids[index];
      const token = { purpose: 'agent' as const, ticketId: row.ticketId, responseId: undefined, agentId };
      return id === undefined ? [] : [{ id, ...token, seenResponseId: row.newestResponseId, mailboxId: row.mailboxId }];
    });
    await insertTokens(tx, rows, now, tokenExpiry(desk, now));
    return ids;
  });
  const tokens = await listTokens(desk.database, tokenIds);
  const rows = fitting.map((row): QueueRowView => {
    const token = tokens.find((one) => one.ticketId === row.ticketId);
    const tag = formatSubjectTag(row.ticketId);
    const holder = agents.find((agent) => agent.id === row.assigneeId);
    return {
      id: row.ticketId,
      number: formatTicketNumber(row.ticketId),
      customer: row.customer,
      subject: row.subject,
      // One letter more than is shown, so that the cut is seen.
      firstWords: row.query.replace(/\s+/g, ' ').slice(0, FIRST_WORDS + 1),
      waitingMs: Math.max(0, now - row.since),
      assignee: holder?.id === agentId ? 'you' : holder && (holder.name || holder.email),
      held: row.held,
      mailto: token ? mailtoLink(desk.identityOf(row.mailboxId), writeToken(desk.keys, token), `Ticket ${tag}`) : '',
    };
  });
  const board = await makeBoardLink(
    desk,
    desk.database,
    { agentId, operator: undefined },
    mailboxes[0] ?? desk.identities[0],
  );
  return { template: 'digest', agent: item.recipient, rows, more: queue.total - rows.length, at: now, feedback, board };
}
