import type { EmailAddress } from '../../domain/mail/email-address.ts';
import type { AgentId, EpochMs } from '../../domain/ticket/ids.ts';
import type { Agent } from '../../domain/ticket/ticket.ts';
import type { Database, Tx } from '../database.ts';

/** Adds an agent, or wakes one that was removed; the name is kept where none is given. */
export async function ensureAgent(database: Database, email: EmailAddress, name: string, now: EpochMs): Promise<Agent> {
  const { rows } = await database.query<{ id: AgentId; email: EmailAddress; name: string }>(
    `insert into agents (email, name, created_at) values ($1, $2, $3)
     on conflict (lower(email)) do update set active = true,
       name = case when excluded.name = '' then agents.name else excluded.name end
     returning id, email, name`,
    [email, name, now],
  );
  const row = rows[0];
  if (!row) throw new Error('an agent row vanished while it was being ensured');
  return row;
}

/** Adds agents named by the settings, and takes over a name that was changed there; never wakes one that an operator removed. */
export async function ensureListedAgents(
  database: Database,
  agents: { email: EmailAddress; name: string }[],
  now: EpochMs,
): Promise<void> {
  await database.query(
    `insert into agents (email, name, created_at) select a.email, a.name, $3 from unnest($1::text[], $2::text[]) as a(email, name)
     on conflict (lower(email)) do update set name = excluded.name
     where excluded.name <> '' and agents.name <> excluded.name`,
    [agents.map((agent) => agent.email), agents.map((agent) => agent.name), now],
  );
}

export async function listAgents(client: Database | Tx): Promise<Agent[]> {
  const { rows } = await client.query<Agent>('select id, email, name from agents where active order by id');
  return rows;
}

/** @returns undefined where there is no such active agent */
export async function removeAgent(tx: Tx, email: EmailAddress): Promise<AgentId | undefined> {
  const { rows } = await tx.query<{ id: AgentId }>(
    'update agents set active = false where lower(email) = lower($1) and active returning id',
    [email],
  );
  return rows[0]?.id;
}
