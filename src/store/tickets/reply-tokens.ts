import type { AgentId, EpochMs, ResponseId, TicketId, TokenId } from '../../domain/ids.ts';
import type { TokenPurpose, TokenRow } from '../../domain/reply-token.ts';
import type { Database, Tx } from '../database.ts';

export type NewToken = {
  purpose: TokenPurpose;
  ticketId: TicketId;
  responseId: ResponseId | undefined;
  agentId: AgentId | undefined;
  /** for an agent's view: the newest response that the mail shows */
  seenResponseId: ResponseId | undefined;
};

type Row = {
  id: TokenId;
  purpose: TokenPurpose;
  ticket_id: TicketId;
  response_id: ResponseId | null;
  agent_id: AgentId | null;
  seen_response_id: ResponseId | null;
  created_at: number;
  expires_at: number;
  revoked_at: number | null;
  used_at: number | null;
};

const COLUMNS =
  'id, purpose, ticket_id, response_id, agent_id, seen_response_id, created_at, expires_at, revoked_at, used_at';

/**
 * @param together locked until the transaction ends, as by lockCounting(), without a round trip of its own
 * @returns the ids in the order given
 */
export async function insertTokens(
  tx: Tx,
  tokens: NewToken[],
  now: EpochMs,
  expiresAt: EpochMs,
  together?: string,
): Promise<TokenId[]> {
  if (tokens.length === 0) return [];
  const { rows } = await tx.query<{ id: TokenId }>(
    `insert into reply_tokens (purpose, ticket_id, response_id, agent_id, seen_response_id, created_at, expires_at)
     select t.purpose, t.ticket_id, t.response_id, t.agent_id, t.seen, $1, $2
     from unnest($3::token_purpose[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])
       with ordinality as t(purpose, ticket_id, response_id, agent_id, seen, position)
     where $8::text is null or (select pg_advisory_xact_lock(hashtextextended($8, 0)) is not null)
     order by t.position returning id`,
    [
      now,
      expiresAt,
      tokens.map((token) => token.purpose),
      tokens.map((token) => token.ticketId),
      tokens.map((token) => token.responseId ?? null),
      tokens.map((token) => token.agentId ?? null),
      tokens.map((token) => token.seenResponseId ?? null),
      together ?? null,
    ],
  );
  return rows.map((row) => row.id).sort((a, b) => a - b);
}

export async function findToken(database: Database | Tx, id: TokenId): Promise<TokenRow | undefined> {
  const { rows } = await database.query<Row>(`select ${COLUMNS} from reply_tokens where id = $1`, [id]);
  return rows[0] && readTokenRow(rows[0]);
}

export async function listTokens(database: Database | Tx, ids: TokenId[]): Promise<TokenRow[]> {
  const { rows } = await database.query<Row>(`select ${COLUMNS} from reply_tokens where id = any($1)`, [ids]);
  return rows.map(readTokenRow);
}

export async function markTokenUsed(tx: Tx, id: TokenId, now: EpochMs): Promise<void> {
  await tx.query('update reply_tokens set used_at = coalesce(used_at, $2) where id = $1', [id, now]);
}

/** Every reply address and link of a ticket so far is void; mails that come later carry new ones. */
export async function revokeTicketTokens(tx: Tx, ticketId: TicketId, now: EpochMs): Promise<void> {
  await tx.query('update reply_tokens set revoked_at = $2 where ticket_id = $1 and revoked_at is null', [
    ticketId,
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
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at ?? undefined,
    usedAt: row.used_at ?? undefined,
  };
}
