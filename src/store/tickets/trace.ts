import type { FileView } from '../../domain/mail/mail-view.ts';
import type { Authentication, ServerVerdict } from '../../domain/mail/sender-check.ts';
import type { EpochMs, InboundId, OutboxId, TicketId } from '../../domain/ticket/ids.ts';
import type { HeldBy } from '../../domain/ticket/outbox-item.ts';
import type { Disposition, Reason } from '../../domain/ticket/reasons.ts';
import { storedId } from '../../domain/ticket/stored-id.ts';
import type { Database } from '../database.ts';

/** What `turnmail trace` tells: everything written down about a ticket, a mail or a person. */

/** Ids of what a trace is about. */
export type TraceScope = { inboundIds: InboundId[]; outboxIds: OutboxId[]; ticketIds: TicketId[] };

/** Of one person or one Message-ID at most this many mails, the newest. */
const MOST = 500;

type ScopeRow = { inbound: InboundId[] | null; outbox: OutboxId[] | null; tickets: TicketId[] | null };

function readScope(row: ScopeRow | undefined): TraceScope {
  return { inboundIds: row?.inbound ?? [], outboxIds: row?.outbox ?? [], ticketIds: row?.tickets ?? [] };
}

/** All mails of a ticket, also copies of them that came again. */
export async function scopeOfTicket(database: Database, id: TicketId): Promise<TraceScope> {
  const { rows } = await database.query<ScopeRow>(
    `with mails as (select id from inbound_mails where ticket_id = $1)
     select
       (select array_agg(id) from tickets where id = $1) as tickets,
       (select array_agg(id) from (select id from mails union
          select id from inbound_mails where disposition = 'duplicate' and duplicate_of in (select id from mails)) m) as inbound,
       (select array_agg(id) from outbox where ticket_id = $1) as outbox`,
    [id],
  );
  return readScope(rows[0]);
}

/** A mail by its Message-ID (without angle brackets, whole or as trace prints it), received or sent, and what we sent because of it. */
export async function scopeOfMessage(database: Database, messageId: string): Promise<TraceScope> {
  const { rows } = await database.query<ScopeRow>(
    `with mails as (select id, ticket_id from inbound_mails where message_id = any($1) order by id desc limit ${MOST}),
          sent as (select id, ticket_id from outbox where message_id = any($1)
                   union select id, ticket_id from outbox where inbound_id in (select id from mails))
     select (select array_agg(id) from mails) as inbound, (select array_agg(id) from sent) as outbox,
       (select array_agg(distinct ticket_id) from (select ticket_id from mails union select ticket_id from sent) both_sides
        where ticket_id is not null) as tickets`,
    [[messageId, storedId(messageId)]],
  );
  return readScope(rows[0]);
}

/** All mails from an address and to it. order_key finds those that nobody has decided yet. */
export async function scopeOfAddress(database: Database, address: string): Promise<TraceScope> {
  const { rows } = await database.query<ScopeRow>(
    `select
       (select array_agg(id) from (select id from inbound_mails where order_key = lower($1) order by id desc limit ${MOST}) m) as inbound,
       (select array_agg(id) from (select id from outbox where lower(recipient) = lower($1) order by id desc limit ${MOST}) o) as outbox,
       (select array_agg(id) from (select id from tickets where lower(email) = lower($1) order by id desc limit ${MOST}) t) as tickets`,
    [address],
  );
  return readScope(rows[0]);
}

export type TracedInbound = {
  id: InboundId;
  receivedAt: EpochMs;
  storedAt: EpochMs;
  decidedAt: EpochMs | null;
  size: number;
  from: string | null;
  fromName: string | null;
  subject: string | null;
  messageId: string | null;
  kind: string | null;
  kindReason: string | null;
  disposition: Disposition | null;
  reason: Reason | null;
  ticketId: TicketId | null;
  responseId: number | null;
  /** the how manieth response of its ticket that is */
  responseNumber: number | null;
  agent: string | null;
  duplicateOf: InboundId | null;
  attempts: number;
  nextAttemptAt: EpochMs;
  /** for a parked mail, what was wrong with it */
  detail: string | null;
  rawRemovedAt: EpochMs | null;
  erasedAt: EpochMs | null;
  /** what was found out about its sender; null where nobody looked */
  sender: {
    verification: string | null;
    reason: string;
    tries: number;
    checkedAt: EpochMs;
    findings: Authentication | ServerVerdict;
  } | null;
  files: FileView[];
};

/** People count the responses of a ticket: 1 is its first. */
const numberOf = (id: string) =>
  `(select count(*)::int from responses r join responses e on e.ticket_id = r.ticket_id and (e.sent_time, e.id) <= (r.sent_time, r.id)
    where r.id = ${id} having count(*) > 0)`;

export async function listTracedInbound(database: Database, ids: InboundId[]): Promise<TracedInbound[]> {
  const { rows } = await database.query<TracedInbound>(
    `select m.id, m.received_at as "receivedAt", m.stored_at as "storedAt", m.decided_at as "decidedAt", m.size,
       coalesce(m.from_address, case when m.order_key like '%@%' then m.order_key end) as "from", m.from_name as "fromName",
       m.subject, m.message_id as "messageId", m.kind, m.kind_reason as "kindReason", m.disposition, m.reason,
       m.ticket_id as "ticketId", m.response_id as "responseId", ${numberOf('m.response_id')} as "responseNumber", coalesce(nullif(a.name, ''), a.email) as agent,
       m.duplicate_of as "duplicateOf", m.attempts, m.next_attempt_at as "nextAttemptAt",
       case when m.disposition = 'parked' then m.words end as detail, m.raw_removed_at as "rawRemovedAt",
       m.erased_at as "erasedAt",
       case when c.inbound_id is not null then jsonb_build_object('verification', c.verification, 'reason', c.reason,
         'tries', c.tries, 'checkedAt', c.checked_at, 'findings', c.findings) end as sender,
       (select coalesce(jsonb_agg(jsonb_build_object('filename', f.filename, 'size', f.size) order by f.position), '[]')
        from attachments f where f.inbound_id = m.id and f.position < 100) as files
     from inbound_mails m left join agents a on a.id = m.agent_id left join sender_checks c on c.inbound_id = m.id where m.id = any($1) order by m.id`,
    [ids],
  );
  return rows;
}

export type TracedAttempt = {
  number: number;
  startedAt: EpochMs;
  endedAt: EpochMs | null;
  outcome: string | null;
  serverReply: string | null;
};

export type TracedOutbox = {
  id: OutboxId;
  createdAt: EpochMs;
  endedAt: EpochMs | null;
  kind: string;
  event: string | null;
  recipient: string;
  state: string;
  messageId: string | null;
  ticketId: TicketId | null;
  responseId: number | null;
  inboundId: InboundId | null;
  lastError: string | null;
  heldBy: HeldBy | null;
  nextAttemptAt: EpochMs;
  undeliveredAt: EpochMs | null;
  rawRemovedAt: EpochMs | null;
  attempts: TracedAttempt[];
};

export async function listTracedOutbox(database: Database, ids: OutboxId[]): Promise<TracedOutbox[]> {
  const { rows } = await database.query<TracedOutbox>(
    `select o.id, o.created_at as "createdAt", o.ended_at as "endedAt", o.kind, o.payload->>'event' as event, o.recipient,
       o.state, o.message_id as "messageId", o.ticket_id as "ticketId", o.response_id as "responseId",
       o.inbound_id as "inboundId", o.last_error as "lastError", o.held_by as "heldBy", o.next_attempt_at as "nextAttemptAt",
       o.undelivered_at as "undeliveredAt", o.raw_removed_at as "rawRemovedAt",
       coalesce((select jsonb_agg(jsonb_build_object('number', t.number, 'startedAt', t.started_at, 'endedAt', t.ended_at,
                   'outcome', t.outcome, 'serverReply', t.server_reply) order by t.number)
                 from outbox_attempts t where t.outbox_id = o.id), '[]') as attempts
     from outbox o where o.id = any($1) order by o.id`,
    [ids],
  );
  return rows;
}

export type TracedAudit = {
  id: number;
  at: EpochMs;
  ticketId: TicketId | null;
  inboundId: InboundId | null;
  actor: string;
  action: string;
  detail: Record<string, unknown>;
  responseNumber: number | null;
};

/** What was done to tickets, or because of mails; either list may be empty. */
export async function listTracedAudit(
  database: Database,
  ticketIds: TicketId[],
  inboundIds: InboundId[],
): Promise<TracedAudit[]> {
  const { rows } = await database.query<TracedAudit>(
    `select id, at, ticket_id as "ticketId", inbound_id as "inboundId", actor, action, detail,
       ${numberOf("(detail->>'response')::bigint")} as "responseNumber" from audit_log
     where ticket_id = any($1) or inbound_id = any($2)
     order by id`,
    [ticketIds, inboundIds],
  );
  return rows;
}

/** Names (or addresses) of all agents by id, also of those that were removed. */
export async function listAgentNames(database: Database): Promise<Map<number, string>> {
  const { rows } = await database.query<{ id: number; name: string }>(
    `select id, coalesce(nullif(name, ''), email) as name from agents`,
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** Why and since when automatic mails to an address are held back; undefined where they are not. */
export async function findMute(
  database: Database,
  address: string,
): Promise<{ reason: string; since: EpochMs } | undefined> {
  const { rows } = await database.query<{ reason: string; since: EpochMs }>(
    'select reason, since from suppressed_addresses where address = lower($1)',
    [address],
  );
  return rows[0];
}
