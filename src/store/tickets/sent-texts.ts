import type { SentTexts } from '../../domain/ticket/facts.ts';
import type { TicketId } from '../../domain/ticket/ids.ts';
import type { Tx } from '../database.ts';

/** The newest so many texts of a ticket, and so many characters of each: what mails of ours quote of it. */
const MAX_TEXTS = 40;
const MAX_CHARS = 20_000;

/** By ticket, what our mails about it quote beside its query and our responses; one statement for all of them. */
export async function listSentTexts(tx: Tx, ticketIds: readonly TicketId[]): Promise<Map<TicketId, SentTexts>> {
  if (ticketIds.length === 0) return new Map();
  const { rows } = await tx.query<{ id: TicketId; answers: string[]; inside: string[] }>(
    `select t.id,
       array(select left(r.response_received, $3) from responses r
             where r.ticket_id = t.id and r.response_received is not null order by r.rec_time desc, r.id desc limit $2) ||
       array(select left(m.words, $3) from inbound_mails m
             where m.ticket_id = t.id and m.disposition = 'held' and m.words is not null
             order by m.id desc limit $2) as answers,
       array(select left(n.note, $3) from notes n where n.ticket_id = t.id order by n.created_at desc limit $2) ||
       array(select left(m.words, $3) from inbound_mails m
             where m.ticket_id = t.id and m.disposition = 'third-party' and m.words is not null
             order by m.id desc limit $2) as inside
     from tickets t where t.id = any($1::bigint[])`,
    [ticketIds, MAX_TEXTS, MAX_CHARS],
  );
  return new Map(rows.map(({ id, answers, inside }) => [id, { answers, inside }]));
}
