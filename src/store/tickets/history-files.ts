import type { FileView } from '../../domain/mail/mail-view.ts';
import type { InboundId, ResponseId, TicketId } from '../../domain/ticket/ids.ts';
import type { Disposition } from '../../domain/ticket/reasons.ts';
import type { Database } from '../database.ts';

/** The files of one mail of a ticket. */
export type MailFiles = {
  inboundId: InboundId;
  disposition: Disposition;
  responseId: ResponseId | undefined;
  files: FileView[];
};

/** More names than this are not read of one mail. */
const MAX_FILES = 100;
/** Of a ticket with more mails those of turns, and then the newest. */
const MAX_MAILS = 1_000;

/** The files of a ticket's mails by name and size, without pictures of signatures and quotes; mails without files are not in it. */
export async function listHistoryFiles(database: Database, ticketId: TicketId): Promise<MailFiles[]> {
  const { rows } = await database.query<{
    id: InboundId;
    disposition: Disposition;
    response_id: ResponseId | null;
    files: FileView[];
  }>(
    `select m.id, m.disposition, m.response_id,
       jsonb_agg(jsonb_build_object('filename', a.filename, 'size', a.size) order by a.position) as files
     from inbound_mails m join attachments a on a.inbound_id = m.id
     where not a.aside and a.position < $2 and m.id in (
       select id from inbound_mails where ticket_id = $1
       order by disposition in ('ticket', 'response', 'answer') desc, id desc limit $3)
     group by m.id order by m.id`,
    [ticketId, MAX_FILES, MAX_MAILS],
  );
  return rows.map((row) => ({
    inboundId: row.id,
    disposition: row.disposition,
    responseId: row.response_id ?? undefined,
    files: row.files,
  }));
}

/** Where the files of a history belong. */
export type PlacedFiles = {
  ofQuery: FileView[];
  ofResponse: (id: ResponseId) => FileView[];
  ofAnswer: (id: ResponseId) => FileView[];
  ofMail: (id: InboundId) => FileView[];
};

export function placeFiles(mails: readonly MailFiles[]): PlacedFiles {
  const find = (isIt: (mail: MailFiles) => boolean) => mails.find(isIt)?.files ?? [];
  return {
    ofQuery: find((mail) => mail.disposition === 'ticket'),
    ofResponse: (id) => find((mail) => mail.disposition === 'response' && mail.responseId === id),
    ofAnswer: (id) => find((mail) => mail.disposition === 'answer' && mail.responseId === id),
    ofMail: (id) => find((mail) => mail.inboundId === id),
  };
}
