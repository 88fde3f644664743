import type { EmailAddress } from '../../domain/mail/email-address.ts';
import type { Database } from '../../store/database.ts';
import {
  listMailRecords,
  listMailsOfOthers,
  listNotesNaming,
  listReadTickets,
  listSentRecords,
  listTicketRecords,
} from '../../store/people/person-records.ts';
import { findMute, listTracedAudit } from '../../store/tickets/trace.ts';

/** Everything that the desk holds about a customer, under the names that `turnmail export` prints. */
export type PersonRecords = Awaited<ReturnType<typeof exportPerson>>;

/** Reads and changes nothing. The caller fetches the bytes of mails one by one. */
export async function exportPerson(database: Database, address: EmailAddress) {
  const tickets = await listTicketRecords(database, address);
  const mails = await listMailRecords(database, address);
  const ticketIds = tickets.map(({ id }) => id);
  const mailIds = mails.map(({ id }) => id);
  return {
    address,
    tickets,
    mails,
    mails_of_others: await listMailsOfOthers(database, address),
    sent: await listSentRecords(database, address),
    reads: await listReadTickets(database, address),
    notes_elsewhere: await listNotesNaming(database, address),
    muted: (await findMute(database, address)) ?? null,
    audit: await listTracedAudit(database, ticketIds, mailIds),
  };
}

/** How much there is of each, for a person who decides about it. */
export function countRecords(records: PersonRecords) {
  const { tickets, mails, mails_of_others, sent, reads, notes_elsewhere, muted } = records;
  return {
    tickets: tickets.length,
    mails: mails.length + mails_of_others.length,
    sent: sent.length,
    reads: reads.length,
    notes: notes_elsewhere.length + tickets.reduce((sum, { notes }) => sum + notes.length, 0),
    muted: muted === null ? 0 : 1,
  };
}
