import type { BoardLink } from '../../domain/desk/report.ts';
import type { EmailAddress } from '../../domain/mail/email-address.ts';
import type { AgentId, EpochMs } from '../../domain/ticket/ids.ts';
import type { Database, Tx } from '../database.ts';

export type BoardReader = Pick<BoardLink, 'agentId' | 'operator'>;

type Row = {
  id: number;
  agent_id: AgentId | null;
  operator: EmailAddress | null;
  created_at: EpochMs;
  expires_at: EpochMs;
  revoked_at: EpochMs | null;
};

const COLUMNS = 'id, agent_id, operator, created_at, expires_at, revoked_at';

export async function insertBoardLink(
  client: Database | Tx,
  { agentId, operator }: BoardReader,
  createdAt: EpochMs,
  expiresAt: EpochMs,
): Promise<BoardLink> {
  const { rows } = await client.query<Row>(
    `insert into board_links (agent_id, operator, created_at, expires_at) values ($1, $2, $3, $4) returning ${COLUMNS}`,
    [agentId ?? null, operator ?? null, createdAt, expiresAt],
  );
  const [row] = rows;
  if (!row) throw new Error('a link was inserted and returned no row');
  return readBoardLink(row);
}

/** The row and the address of its reader, where an agent that it is for still belongs to the desk. */
export async function findBoardLink(
  database: Database,
  id: number,
): Promise<{ link: BoardLink; reader: EmailAddress } | undefined> {
  const { rows } = await database.query<Row & { reader: EmailAddress }>(
    `select l.id, l.agent_id, l.operator, l.created_at, l.expires_at, l.revoked_at, coalesce(a.email, l.operator) as reader
     from board_links l left join agents a on a.id = l.agent_id
     where l.id = $1 and (l.agent_id is null or a.active)`,
    [id],
  );
  return rows[0] && { link: readBoardLink(rows[0]), reader: rows[0].reader };
}

/** Makes every link of a person void. @returns how many were good until now */
export async function revokeBoardLinks(
  database: Database,
  { agentId, operator }: BoardReader,
  now: EpochMs,
): Promise<number> {
  const { rowCount } = await database.query(
    `update board_links set revoked_at = $3
     where (agent_id = $1 or lower(operator) = lower($2)) and revoked_at is null and expires_at > $3`,
    [agentId ?? null, operator ?? null, now],
  );
  return rowCount ?? 0;
}

function readBoardLink(row: Row): BoardLink {
  return {
    id: row.id,
    agentId: row.agent_id ?? undefined,
    operator: row.operator ?? undefined,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at ?? undefined,
  };
}
