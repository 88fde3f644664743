import type { EpochMs, OutboxId } from '../../domain/ticket/ids.ts';
import type { NewOutboxRow } from '../../domain/ticket/planned-rows.ts';
import type { Tx } from '../database.ts';
import { jsonbOf } from '../jsonb.ts';

/**
 * Writes new rows under ids that were reserved. Rows whose dedupe key exists already are dropped: another transaction was
 * faster. A row that a bound holds is written as cancelled, without its key, so that a later one may go.
 * @param at the moment of the act by the database's clock, see reserveIds()
 * @returns the ids of the rows that are to be sent
 */
export async function insertOutbox(tx: Tx, rows: NewOutboxRow[], at: EpochMs): Promise<OutboxId[]> {
  if (rows.length === 0) return [];
  const inserted = await tx.query<{ id: OutboxId; waits: boolean }>(
    `insert into outbox (id, kind, audience, ticket_id, response_id, inbound_id, agent_id, token_id, recipient, payload,
       mailbox_id, created_at, next_attempt_at, dedupe_key, held_by, state, ended_at)
     overriding system value
     select id, kind, audience, ticket_id, response_id, inbound_id, agent_id, token_id, recipient, payload,
       mailbox_id, $1::bigint, epoch_ms(), dedupe_key, held_by,
       case when held_by is null then 'pending' else 'cancelled' end::outbox_state,
       case when held_by is not null then epoch_ms() end
     from unnest($2::bigint[], $3::text[], $4::audience[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[],
       $10::text[], $11::jsonb[], $12::text[], $13::held_by[], $14::bigint[])
       as o(id, kind, audience, ticket_id, response_id, inbound_id, agent_id, token_id, recipient, payload, dedupe_key, held_by, mailbox_id)
     on conflict (dedupe_key) do nothing returning id, state = 'pending' as waits`,
    [
      at,
      rows.map((row) => row.id),
      rows.map((row) => row.template),
      rows.map((row) => row.audience),
      rows.map((row) => row.ticketId ?? null),
      rows.map((row) => row.responseId ?? null),
      rows.map((row) => row.inboundId ?? null),
      rows.map((row) => row.agentId ?? null),
      rows.map((row) => row.tokenId ?? null),
      rows.map((row) => row.recipient),
      rows.map((row) => jsonbOf(row.payload)),
      rows.map((row) => row.dedupeKey ?? null),
      rows.map((row) => row.heldBy ?? null),
      rows.map((row) => row.mailboxId ?? null),
    ],
  );
  return inserted.rows.filter((row) => row.waits).map((row) => row.id);
}
