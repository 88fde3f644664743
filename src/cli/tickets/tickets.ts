/** `turnmail ticket ...`: look at tickets, and do by hand what agents do by mail. */

import type { FileView } from '../../domain/mail/mail-view.ts';
import type { TicketId } from '../../domain/ticket/ids.ts';
import { formatSubjectTag } from '../../domain/ticket/reply-token.ts';
import { actOnTicket, type OperatorAct } from '../../flows/act/act-on-ticket.ts';
import { EXIT } from '../../runtime/exit-codes.ts';
import type { Database } from '../../store/database.ts';
import { listHistoryFiles, placeFiles } from '../../store/tickets/history-files.ts';
import { findTicketHistory } from '../../store/tickets/ticket-history.ts';
import { findListedTicket, type ListedTicket, listTickets } from '../../store/tickets/ticket-list.ts';
import { listReaders } from '../../store/tickets/ticket-readers.ts';
import { listTracedInbound, listTracedOutbox, scopeOfTicket } from '../../store/tickets/trace.ts';
import { withDatabase, withDesk } from '../reach-desk.ts';
import { complain, duration, indent, moment, oneLine, print, printJson, table } from '../terminal-text.ts';
import { asJson, describeWhole, readWholeMails, saveMails } from './whole-mails.ts';

export async function printTickets(options: { all: boolean; json: boolean; limit: number }): Promise<number> {
  const rows = await withDatabase(({ database }) => listTickets(database, options.all, options.limit));
  if (options.json) printJson(rows);
  else if (rows.length === 0) print(options.all ? 'There are no tickets.' : 'No ticket is open.');
  else print(table(['ID', 'STATUS', 'TURN', 'SINCE', 'CUSTOMER', 'AGENT', 'SUBJECT'], rows.map(ticketRow)));
  return 0;
}

function ticketRow(row: ListedTicket): string[] {
  return [
    String(row.id),
    row.feedback === null ? row.status : `${row.status}, ${row.feedback}`,
    row.turn ?? '-',
    duration(Date.now() - row.since),
    oneLine(row.email, 40),
    oneLine(row.assignee ?? '-', 20),
    oneLine(row.subject || row.query, 60),
  ];
}

export type ShowOptions = { json: boolean; full: boolean; save?: string };

export async function printTicket(id: TicketId, options: ShowOptions): Promise<number> {
  const found = await withDatabase(async ({ config, database }) => {
    const shown = await gatherTicket(database, id);
    if (shown === undefined) return undefined;
    const mails = options.full || options.save !== undefined ? await readWholeMails(config, database, id) : undefined;
    return { shown, mails };
  });
  if (found === undefined) return noSuchTicket(id);
  const { shown, mails } = found;
  const saved = options.save === undefined ? [] : await saveMails(options.save, mails ?? []);
  if (options.json) printJson(mails === undefined ? shown : { ...shown, mails: mails.map(asJson) });
  else print([ticketText(shown), ...(mails ?? []).map(describeWhole), ...saved].join('\n\n'));
  return 0;
}

type Shown = Awaited<ReturnType<typeof gatherTicket>> & object;

async function gatherTicket(database: Database, id: TicketId) {
  const ticket = await findListedTicket(database, id);
  if (ticket === undefined) return undefined;
  const { turns, held, notes } = await findTicketHistory(database, id);
  const files = placeFiles(await listHistoryFiles(database, id));
  const scope = await scopeOfTicket(database, id);
  return {
    ticket,
    readers: await listReaders(database, id),
    query_files: files.ofQuery,
    responses: turns.map((turn, index) => ({
      id: turn.responseId,
      number: index + 1,
      agent: turn.agent ?? null,
      sent_time: turn.sentTime,
      response_sent: turn.response,
      response_files: files.ofResponse(turn.responseId),
      rec_time: turn.recTime ?? null,
      response_received: turn.answer ?? null,
      received_files: files.ofAnswer(turn.responseId),
    })),
    held: held.map((mail) => ({ ...mail, files: files.ofMail(mail.inboundId) })),
    notes,
    received: await listTracedInbound(database, scope.inboundIds),
    sent: await listTracedOutbox(database, scope.outboxIds),
  };
}

function wordsWithFiles(words: string, files: FileView[]): string {
  return [words, ...files.map(({ filename, size }) => `[${filename}, ${size} bytes]`)].join('\n').trim();
}

function ticketText({ ticket, readers, query_files, responses, held, notes, received, sent }: Shown): string {
  const feedback = ticket.feedback === null ? '' : `, ${ticket.feedback}`;
  const turn = ticket.turn === null ? '' : `, the ${ticket.turn}'s turn for ${duration(Date.now() - ticket.since)}`;
  const entries: [number, string, string][] = [
    [ticket.created_time, `${ticket.email} asked`, wordsWithFiles(ticket.query, query_files)],
  ];
  for (const one of responses) {
    entries.push([
      one.sent_time,
      `response ${one.number}${one.agent === null ? '' : ` by ${one.agent}`}`,
      wordsWithFiles(one.response_sent, one.response_files),
    ]);
    if (one.rec_time !== null)
      entries.push([
        one.rec_time,
        `${ticket.email} answered response ${one.number}`,
        wordsWithFiles(one.response_received ?? '', one.received_files),
      ]);
  }
  for (const one of held) {
    // Mail servers stamp whole seconds; our own clock keeps the order.
    const at = received.find(({ id }) => id === one.inboundId)?.decidedAt ?? one.receivedAt;
    entries.push([at, `${one.disposition}, from ${one.from ?? 'nobody'}`, wordsWithFiles(one.words, one.files)]);
  }
  for (const one of notes)
    entries.push([one.createdAt, `note by ${one.agent ?? 'the operator'}, kept inside`, one.note]);
  const lines = [
    `Ticket ${formatSubjectTag(ticket.id)}: ${oneLine(ticket.subject, 120)}`,
    `${ticket.status}${feedback}${turn}; agent: ${oneLine(ticket.assignee ?? 'nobody yet', 60)}`,
  ];
  const reading = readers.filter(({ removed_at }) => removed_at === null).map(({ address }) => oneLine(address, 80));
  if (reading.length > 0) lines.push(`Copies of the responses go to: ${reading.join(', ')}`);
  for (const [at, title, words] of entries.sort((a, b) => a[0] - b[0])) {
    lines.push('', `${moment(at)}  ${oneLine(title, 120)}`, indent(words));
  }
  const unsent = sent.filter(({ state }) => state !== 'sent').length;
  const mails = `${received.length} received, ${sent.length} written${unsent > 0 ? `, ${unsent} of them not sent` : ''}`;
  return [...lines, '', `Mails: ${mails}. Each of them: turnmail trace ${ticket.id}`].join('\n');
}

/** Does one act and says what was done. */
export async function actByCommand(id: TicketId, what: OperatorAct, options: { json: boolean }): Promise<number> {
  const outcome = await withDesk((desk) => actOnTicket(desk, id, what));
  switch (outcome.kind) {
    case 'no-such-ticket':
      return noSuchTicket(id);
    case 'refused':
      complain(outcome.why);
      return EXIT.refused;
    case 'done':
      if (options.json) printJson(outcome);
      else print(outcome.done);
      return 0;
  }
}

function noSuchTicket(id: TicketId): number {
  complain(`there is no ticket ${id}`);
  return EXIT.notFound;
}
