import type { EpochMs, OutboxId, ResponseId, TicketId, TokenId } from '../domain/ticket/ids.ts';
import type { NoticeBounds } from '../domain/ticket/outbox-item.ts';
import type { Tx } from './database.ts';
import { COUNTS_OF_NOTICES } from './outbox/notice-counts.ts';

/** What a batch asks for before its rows are planned. */
export type ReservationWanted = {
  tickets: number;
  responses: number;
  tokens: number;
  outbox: number;
  dedupeKeys: string[];
  /** one for each draft that is bounded; `ticketId` is undefined for one about a ticket that is not there yet, or about none */
  notices: { ticketId: TicketId | undefined; aboutTicket: boolean; recipient: string; bounds: NoticeBounds }[];
};

export type Reservation = {
  /** now by the database's clock: when the mails of these acts were written, and when the people behind them acted */
  at: EpochMs;
  tickets: TicketId[];
  responses: ResponseId[];
  tokens: TokenId[];
  outbox: OutboxId[];
  /** those of the dedupe keys that have a row, whatever became of it */
  knownKeys: string[];
  /** for each of the notices how many of its like there are, counted no further than its bounds */
  counts: NoticeBounds[];
};

type Row = {
  at: EpochMs;
  tickets: TicketId[];
  responses: ResponseId[];
  tokens: TokenId[];
  outbox: OutboxId[];
  known: string[];
  counts: NoticeBounds[];
};

/**
 * Ids for new rows, the counts that they depend on, and the moment of both, in one statement. The caller holds what
 * lockCounting() locks and the tickets, so that no act on one of them has a moment before that of the act before it.
 */
export async function reserveIds(tx: Tx, wanted: ReservationWanted): Promise<Reservation> {
  const { notices } = wanted;
  const { rows } = await tx.query<Row>(
    `select
       epoch_ms() as at,
       ${idsFrom('tickets_id_seq', '$1')} as tickets,
       ${idsFrom('responses_id_seq', '$2')} as responses,
       ${idsFrom('reply_tokens_id_seq', '$3')} as tokens,
       ${idsFrom('outbox_id_seq', '$4')} as outbox,
       (select coalesce(jsonb_agg(dedupe_key), '[]') from outbox where dedupe_key = any($5::text[])) as known,
       (select coalesce(jsonb_agg(jsonb_build_object(${COUNTS_OF_NOTICES}) order by o.position), '[]')
        from unnest($6::bigint[], $7::text[], $8::int[], $9::int[], $10::int[], $11::int[], $12::boolean[]) with ordinality
          as o(ticket_id, recipient, per_ticket, per_recipient, per_domain, per_agent, about_ticket, position)) as counts`,
    [
      wanted.tickets,
      wanted.responses,
      wanted.tokens,
      wanted.outbox,
      wanted.dedupeKeys,
      notices.map((one) => one.ticketId ?? null),
      notices.map((one) => one.recipient),
      notices.map((one) => one.bounds.perTicket),
      notices.map((one) => one.bounds.perRecipient),
      notices.map((one) => one.bounds.perDomain),
      notices.map((one) => one.bounds.perAgent),
      notices.map((one) => one.aboutTicket),
    ],
  );
  const [row] = rows;
  if (!row) throw new Error('a select without from returned no row');
  const { known, ...rest } = row;
  return { ...rest, knownKeys: known };
}

function idsFrom(sequence: string, count: string): string {
  return `(select coalesce(jsonb_agg(nextval('${sequence}')), '[]') from generate_series(1, ${count}::int))`;
}

/**
 * Makes others that count for the same domain or recipient wait until this transaction ends. A statement of its own, since a
 * statement sees nothing that is committed while it waits. Everybody locks in the order of the words.
 */
export async function lockCounting(tx: Tx, together: string[]): Promise<void> {
  if (together.length === 0) return;
  await tx.query('select pg_advisory_xact_lock(hashtextextended(words, 0)) from unnest($1::text[]) as words', [
    together.toSorted(),
  ]);
}
