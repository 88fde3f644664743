import type { OfMailboxes } from '../../domain/desk/mailboxes.ts';
import type { EmailAddress } from '../../domain/mail/email-address.ts';
import type {
  AgentId,
  EpochMs,
  InboundId,
  MailboxId,
  OutboxId,
  ResponseId,
  TicketId,
  TokenId,
} from '../../domain/ticket/ids.ts';
import type {
  Audience,
  HeldBy,
  MailTemplate,
  OutboxItem,
  OutboxPayload,
  OutboxState,
} from '../../domain/ticket/outbox-item.ts';
import type { Database, Tx } from '../database.ts';

type Row = {
  id: OutboxId;
  kind: MailTemplate;
  audience: Audience;
  ticket_id: TicketId | null;
  response_id: ResponseId | null;
  inbound_id: InboundId | null;
  agent_id: AgentId | null;
  token_id: TokenId | null;
  recipient: EmailAddress;
  payload: OutboxPayload;
  composed: boolean;
  attempts: number;
  compose_failures: number;
  created_at: number;
  age_ms: number;
  mailbox_id: MailboxId | null;
};

/**
 * Claims due rows for a while. Nothing has touched the network yet: a claim that expires simply becomes due again. The
 * mails of one ticket reach one recipient in order: a closing mail waits until the response before it has an end. Only
 * an automatic mail that is put off untried, by the brake, holds no response up.
 * @param of undefined: of all mailboxes. A mail of none, such as an alert, goes out by the first, and by any other once it was
 * tried in vain: the operators must hear that the first is down
 */
export async function claimOutbox(
  database: Database,
  leaseMs: number,
  limit: number,
  of?: OfMailboxes,
): Promise<OutboxItem[]> {
  const { rows } = await database.query<Row>(
    `update outbox set state = 'claimed', lease_until = epoch_ms() + $1
     where id in (
       select id from outbox due where state = 'pending' and next_attempt_at <= epoch_ms()
         and ($3::bigint[] is null or mailbox_id = any($3) or (mailbox_id is null and ($4 or attempts > 0)))
         and not exists (
           select from outbox earlier
           where earlier.ticket_id = due.ticket_id and earlier.recipient = due.recipient and earlier.id < due.id
             and earlier.state in ('pending', 'claimed', 'sending')
             and not (due.kind = 'response' and earlier.kind <> 'response' and earlier.state = 'pending'
               and earlier.attempts = 0 and earlier.next_attempt_at > epoch_ms()))
       order by next_attempt_at, id limit $2 for update skip locked)
     returning id, kind, audience, ticket_id, response_id, inbound_id, agent_id, token_id, recipient, payload,
       message_id is not null as composed, attempts, compose_failures, created_at, epoch_ms() - created_at as age_ms, mailbox_id`,
    [leaseMs, limit, of?.ids ?? null, of?.orNone ?? false],
  );
  return rows.map(readOutboxRow).sort((a, b) => a.id - b.id);
}

function readOutboxRow(row: Row): OutboxItem {
  return {
    id: row.id,
    mailboxId: row.mailbox_id ?? undefined,
    template: row.kind,
    audience: row.audience,
    ticketId: row.ticket_id ?? undefined,
    responseId: row.response_id ?? undefined,
    inboundId: row.inbound_id ?? undefined,
    agentId: row.agent_id ?? undefined,
    tokenId: row.token_id ?? undefined,
    recipient: row.recipient,
    payload: row.payload,
    isComposed: row.composed,
    attempts: row.attempts,
    composeFailures: row.compose_failures,
    createdAt: row.created_at,
    ageMs: row.age_ms,
  };
}

/** The mailboxes of which a mail is due; undefined stands for mails of none. */
export async function listDueMailboxes(database: Database): Promise<(MailboxId | undefined)[]> {
  const { rows } = await database.query<{ mailbox_id: MailboxId | null }>(
    `select distinct mailbox_id from outbox where state = 'pending' and next_attempt_at <= epoch_ms()`,
  );
  return rows.map((row) => row.mailbox_id ?? undefined);
}

/** Ends a claimed row that must not be sent, or gives it back for later. @returns false where it is not claimed any more */
export async function markClaimed(
  client: Database | Tx,
  id: OutboxId,
  to: { state: 'cancelled' | 'failed' | 'pending'; why?: string; heldBy?: HeldBy; pauseMs?: number },
): Promise<boolean> {
  const { rowCount } = await client.query(
    `update outbox set state = $2::outbox_state, lease_until = 0, last_error = $3, held_by = $5,
       next_attempt_at = coalesce(epoch_ms() + $4::bigint, next_attempt_at), ended_at = case when $2::outbox_state <> 'pending' then epoch_ms() end
     where id = $1 and state = 'claimed'`,
    [id, to.state, to.why ?? null, to.pauseMs ?? null, to.heldBy ?? null],
  );
  return rowCount === 1;
}

/** Gives a claimed row back for later that could not be composed, and counts that. */
export async function markUncomposed(database: Database, id: OutboxId, why: string, pauseMs: number): Promise<void> {
  await database.query(
    `update outbox set state = 'pending', lease_until = 0, held_by = null, last_error = $2, next_attempt_at = epoch_ms() + $3,
       compose_failures = compose_failures + 1
     where id = $1 and state = 'claimed'`,
    [id, why, pauseMs],
  );
}

/** A delivery report says that the mail did not arrive; the first report counts. */
export async function markUndelivered(tx: Tx, ids: OutboxId[], now: EpochMs): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(
    `update outbox set undelivered_at = coalesce(undelivered_at, $2)
     where id in (select id from outbox where id = any($1) order by id for update)`,
    [ids, now],
  );
}

/** Mails by state. `due` are the pending ones whose time has come, `oldestDueMs` how long ago the first of them was to go. */
export async function countOutbox(
  database: Database,
): Promise<{ pending: number; due: number; oldestDueMs: number; unknown: number; failed: number }> {
  const { rows } = await database.query<{
    pending: number;
    due: number;
    oldest_ms: number | null;
    unknown: number;
    failed: number;
  }>(
    `select
       (select count(*)::int from outbox where state = 'pending') as pending,
       (select count(*)::int from outbox where state = 'pending' and next_attempt_at <= epoch_ms()) as due,
       (select epoch_ms() - min(next_attempt_at) from outbox where state = 'pending' and next_attempt_at <= epoch_ms()) as oldest_ms,
       (select count(*)::int from outbox where state = 'unknown') as unknown,
       (select count(*)::int from outbox where state = 'failed') as failed`,
  );
  const row = rows[0];
  return {
    pending: row?.pending ?? 0,
    due: row?.due ?? 0,
    oldestDueMs: row?.oldest_ms ?? 0,
    unknown: row?.unknown ?? 0,
    failed: row?.failed ?? 0,
  };
}

/**
 * Mails that were tried in vain while no other of the same mailbox was taken: for how long, and how many. One recipient whose
 * server says "not now" does not show here as long as others get theirs.
 */
export async function listStuck(
  database: Database,
): Promise<{ mailboxId: MailboxId | undefined; count: number; oldestMs: number }[]> {
  const { rows } = await database.query<{ mailbox_id: MailboxId | null; count: number; oldest_ms: number }>(
    `with tried as (select mailbox_id, created_at from outbox where state = 'pending' and attempts > 0),
     taken as (
       select m.mailbox_id, coalesce((select ended_at from outbox s
         where s.state = 'sent' and coalesce(s.mailbox_id, 0) = coalesce(m.mailbox_id, 0) order by s.id desc limit 1), 0) as at
       from (select distinct mailbox_id from tried) m)
     select t.mailbox_id, count(*)::int as count, epoch_ms() - min(t.created_at) as oldest_ms
     from tried t join taken on taken.mailbox_id is not distinct from t.mailbox_id
     where t.created_at > taken.at group by t.mailbox_id`,
  );
  return rows.map((row) => ({ mailboxId: row.mailbox_id ?? undefined, count: row.count, oldestMs: row.oldest_ms }));
}

/** Mails that are due, by mailbox: how many, and for how long. */
export async function listDue(
  database: Database,
): Promise<{ mailboxId: MailboxId | undefined; count: number; oldestMs: number }[]> {
  const { rows } = await database.query<{ mailbox_id: MailboxId | null; count: number; oldest_ms: number }>(
    `select mailbox_id, count(*)::int as count, epoch_ms() - min(next_attempt_at) as oldest_ms from outbox
     where state = 'pending' and next_attempt_at <= epoch_ms() group by mailbox_id`,
  );
  return rows.map((row) => ({ mailboxId: row.mailbox_id ?? undefined, count: row.count, oldestMs: row.oldest_ms }));
}

/** The agents were told that the mail failed, or that nobody knows whether it arrived. */
export async function markTold(tx: Tx, id: OutboxId, now: EpochMs): Promise<void> {
  await tx.query('update outbox set told_at = $2 where id = $1', [id, now]);
}

/** A row as it is told to agents when it failed or its fate is unknown. */
export type TroubledRow = {
  id: OutboxId;
  template: MailTemplate;
  ticketId: TicketId | undefined;
  responseId: ResponseId | undefined;
  agentId: AgentId | undefined;
  recipient: EmailAddress;
  state: OutboxState;
  lastError: string | undefined;
};

/** @returns undefined where there is no such row */
export async function findOutboxRow(client: Database | Tx, id: OutboxId): Promise<TroubledRow | undefined> {
  const { rows } = await client.query<Row & { state: OutboxState; last_error: string | null }>(
    'select id, kind, ticket_id, response_id, agent_id, recipient, state, last_error from outbox where id = $1',
    [id],
  );
  const row = rows[0];
  return (
    row && {
      id: row.id,
      template: row.kind,
      ticketId: row.ticket_id ?? undefined,
      responseId: row.response_id ?? undefined,
      agentId: row.agent_id ?? undefined,
      recipient: row.recipient,
      state: row.state,
      lastError: row.last_error ?? undefined,
    }
  );
}
