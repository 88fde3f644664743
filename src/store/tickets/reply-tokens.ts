import type { AgentId, EpochMs, MailboxId, ResponseId, TicketId, TokenId } from '../../domain/ticket/ids.ts';
import type { NewTokenRow } from '../../domain/ticket/planned-rows.ts';
import type { TokenPurpose, TokenRow } from '../../domain/ticket/reply-token.ts';
import type { Database, Tx } from '../database.ts';

type Row = {
  id: TokenId;
  purpose: TokenPurpose;
  ticket_id: TicketId;
  response_id: ResponseId | null;
  agent_id: AgentId | null;
  seen_response_id: ResponseId | null;
  mailbox_id: MailboxId | null;
  created_at: number;
  expires_at: number;
  revoked_at: number | null;
  used_at: number | null;
};

const COLUMNS =
  'id, purpose, ticket_id, response_id, agent_id, seen_response_id, mailbox_id, created_at, expires_at, revoked_at, used_at';

/** Ids for new tokens. */
export async function reserveTokenIds(tx: Tx, count: number): Promise<TokenId[]> {
  const { rows } = await tx.query<{ id: TokenId }>(
    `select nextval('reply_tokens_id_seq') as id from generate_series(1, $1::int)`,
    [count],
  );
  return rows.map((row) => row.id);
}

/** Writes tokens under ids that were reserved. */
export async function insertTokens(tx: Tx, tokens: NewTokenRow[], now: EpochMs, expiresAt: EpochMs): Promise<void> {
  if (tokens.length === 0) return;
  await tx.query(
    `insert into reply_tokens (id, purpose, ticket_id, response_id, agent_id, seen_response_id, mailbox_id, created_at, expires_at)
     overriding system value
     select t.id, t.purpose, t.ticket_id, t.response_id, t.agent_id, t.seen, t.mailbox_id, $1, $2
     from unnest($3::bigint[], $4::token_purpose[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[],
       $9::bigint[])
       as t(id, purpose, ticket_id, response_id, agent_id, seen, mailbox_id)`,
    [
      now,
      expiresAt,
      tokens.map((token) => token.id),
      tokens.map((token) => token.purpose),
      tokens.map((token) => token.ticketId),
      tokens.map((token) => token.responseId ?? null),
      tokens.map((token) => token.agentId ?? null),
      tokens.map((token) => token.seenResponseId ?? null),
      tokens.map((token) => token.mailboxId ?? null),
    ],
  );
}

export async function findToken(database: Database | Tx, id: TokenId): Promise<TokenRow | undefined> {
  const { rows } = await database.query<Row>(`select ${COLUMNS} from reply_tokens where id = $1`, [id]);
  return rows[0] && readTokenRow(rows[0]);
}

export async function listTokens(database: Database | Tx, ids: TokenId[]): Promise<TokenRow[]> {
  const { rows } = await database.query<Row>(`select ${COLUMNS} from reply_tokens where id = any($1)`, [ids]);
  return rows.map(readTokenRow);
}

export async function markTokensUsed(tx: Tx, ids: TokenId[], now: EpochMs): Promise<void> {
  if (ids.length === 0) return;
  await tx.query('update reply_tokens set used_at = coalesce(used_at, $2) where id = any($1)', [ids, now]);
}

/** Every reply address and link of these tickets so far is void; mails that come later carry new ones. */
export async function revokeTicketTokens(tx: Tx, ticketIds: TicketId[], now: EpochMs): Promise<void> {
  if (ticketIds.length === 0) return;
  await tx.query('update reply_tokens set revoked_at = $2 where ticket_id = any($1) and revoked_at is null', [
    ticketIds,
    now,
  ]);
}

export async function revokeAgentTokens(tx: Tx, agentId: AgentId, now: EpochMs): Promise<void> {
  await tx.query('update reply_tokens set revoked_at = $2 where agent_id = $1 and revoked_at is null', [agentId, now]);
}

/** Also reads a row that came through jsonb, where bigints are numbers already. */
export function readTokenRow(row: Row): TokenRow {
  return {
    id: row.id,
    purpose: row.purpose,
    ticketId: row.ticket_id,
    responseId: row.response_id ?? undefined,
    agentId: row.agent_id ?? undefined,
    seenResponseId: row.seen_response_id ?? undefined,
    mailboxId: row.mailbox_id ?? undefined,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at ?? undefined,
    usedAt: row.used_at ?? undefined,
  };
}
