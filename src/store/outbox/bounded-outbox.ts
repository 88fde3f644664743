import type { DedupeKey } from '../../domain/dedupe-key.ts';
import type { EpochMs, OutboxId } from '../../domain/ids.ts';
import type { HeldBy, MailTemplate, NoticeBounds, OutboxItem } from '../../domain/outbox-item.ts';
import { DAY_MS, HOUR_MS } from '../../domain/rules.ts';
import type { Tx } from '../database.ts';
import { jsonbOf } from '../jsonb.ts';

/** New rows of the outbox, counted against the bounds on automatic mail in the transaction that writes them. */

export type NewOutboxRow = Pick<
  OutboxItem,
  'template' | 'audience' | 'ticketId' | 'responseId' | 'inboundId' | 'agentId' | 'tokenId' | 'recipient' | 'payload'
> & {
  dedupeKey: DedupeKey | undefined;
  /** none: as many as come */
  bounds?: NoticeBounds;
};

/** What is further in the future was written before the clock was set back, and says nothing about now. */
const CLOCKS_DIFFER_MS = 60_000;

/** An act of somebody who proved who they are, in the audit log: see decide/send/may-notify.ts. */
const HUMAN_ACT = `a.at < $1::bigint + ${CLOCKS_DIFFER_MS} and (a.actor like 'agent:%' or a.actor = 'operator'
  or a.actor = 'customer' and a.action in ('answered', 'closed', 'reopened', 'feedback'))`;

const THIS_DAY = `n.created_at > $1::bigint - ${DAY_MS} and n.created_at < $1::bigint + ${CLOCKS_DIFFER_MS}`;

/** Automatic mails to people outside the desk, without the closings that the desk's people or long silence caused. */
const NOTICE = `n.audience = 'customer' and n.kind <> 'response'
  and n.state not in ('cancelled', 'failed') and not (n.kind = 'closing' and n.payload->>'closedBy' <> 'customer')`;

/** How many there are, counted no further than the bound; what is counted for people starts anew with a person's act. */
const ABOUT_TICKET = `(select count(*) from (
  select from outbox n where n.ticket_id = o.ticket_id and ${THIS_DAY} and ${NOTICE} and n.created_at > coalesce((
    select max(a.at) from audit_log a where a.ticket_id = o.ticket_id and ${HUMAN_ACT}), 0)
  limit o.per_ticket) counted)`;
/**
 * By the mailbox, or a forger would have as many recipients of one person as there are tags behind a plus sign. Tickets
 * that nothing has changed for a day are left out: a loop may leave thousands behind.
 */
const TO_RECIPIENT = `(select count(*) from (
  select from outbox n where mailbox_of(n.recipient) = mailbox_of(o.recipient) and ${THIS_DAY} and ${NOTICE} and n.created_at > coalesce((
    select max(a.at) from tickets t join audit_log a on a.ticket_id = t.id
    where lower(t.email) = lower(o.recipient) and t.last_updated_on > $1::bigint - ${DAY_MS} and ${HUMAN_ACT}), 0)
  limit o.per_recipient) counted)`;
const TO_DOMAIN = `(select count(*) from (
  select from outbox n where split_part(n.recipient, '@', 2) = split_part(o.recipient, '@', 2)
    and n.created_at > $1::bigint - ${HOUR_MS} and n.created_at < $1::bigint + ${CLOCKS_DIFFER_MS} and ${NOTICE}
  limit o.per_domain) counted)`;
const TO_DESK = `lower(n.recipient) = lower(o.recipient) and ${THIS_DAY} and n.kind <> 'alert' and n.state <> 'cancelled'`;
/** In two, so that each has its index: an agent may have thousands of mails in a day. */
const TO_AGENT = `(select count(*) from (
  select from outbox n where n.ticket_id = o.ticket_id and ${TO_DESK} limit o.per_agent) counted)`;
const TO_AGENT_ABOUT_NOTHING = `(select count(*) from (
  select from outbox n where n.ticket_id is null and ${TO_DESK} limit o.per_agent) counted)`;

/**
 * Rows whose dedupe key exists already are dropped. A row that has as many before it as its bounds allow is written as
 * cancelled, with the bound that kept it and without its key, so that a later one may go. The caller holds what
 * lockCounting() locks.
 * @returns the ids of the rows that are to be sent, and the kinds of those that are not
 */
export async function insertOutbox(
  tx: Tx,
  rows: NewOutboxRow[],
  now: EpochMs,
): Promise<{ ids: OutboxId[]; held: { id: OutboxId; template: MailTemplate; bound: HeldBy }[] }> {
  if (rows.length === 0) return { ids: [], held: [] };
  const inserted = await tx.query<{ id: OutboxId; kind: MailTemplate; held_by: HeldBy | null }>(
    // Materialized, or the counting would stand wherever "held" is named.
    `with judged as materialized (
       select o.*, case
         when o.per_ticket > 0 and ${ABOUT_TICKET} >= o.per_ticket then 'per-ticket'
         when o.per_recipient > 0 and ${TO_RECIPIENT} >= o.per_recipient then 'per-recipient'
         when o.per_domain > 0 and ${TO_DOMAIN} >= o.per_domain then 'per-domain'
         when o.per_agent > 0 and o.ticket_id is not null and ${TO_AGENT} >= o.per_agent then 'per-agent'
         when o.per_agent > 0 and o.ticket_id is null and ${TO_AGENT_ABOUT_NOTHING} >= o.per_agent then 'per-agent'
       end::held_by as held
       from unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::text[], $9::jsonb[],
         $10::text[], $11::int[], $12::int[], $13::int[], $14::int[], $15::audience[]) with ordinality
         as o(kind, ticket_id, response_id, inbound_id, agent_id, token_id, recipient, payload, dedupe_key,
           per_ticket, per_recipient, per_domain, per_agent, audience, position))
     insert into outbox (kind, ticket_id, response_id, inbound_id, agent_id, token_id, recipient, payload, created_at,
       next_attempt_at, dedupe_key, state, ended_at, held_by, audience)
     select kind, ticket_id, response_id, inbound_id, agent_id, token_id, recipient, payload, $1::bigint, $1::bigint,
       case when held is null then dedupe_key end, case when held is null then 'pending' else 'cancelled' end::outbox_state,
       case when held is not null then $1::bigint end, held, audience
     from judged
     order by position
     on conflict (dedupe_key) do nothing returning id, kind, held_by`,
    [
      now,
      rows.map((row) => row.template),
      rows.map((row) => row.ticketId ?? null),
      rows.map((row) => row.responseId ?? null),
      rows.map((row) => row.inboundId ?? null),
      rows.map((row) => row.agentId ?? null),
      rows.map((row) => row.tokenId ?? null),
      rows.map((row) => row.recipient),
      rows.map((row) => jsonbOf(row.payload)),
      rows.map((row) => row.dedupeKey ?? null),
      rows.map((row) => row.bounds?.perTicket ?? 0),
      rows.map((row) => row.bounds?.perRecipient ?? 0),
      rows.map((row) => row.bounds?.perDomain ?? 0),
      rows.map((row) => row.bounds?.perAgent ?? 0),
      rows.map((row) => row.audience),
    ],
  );
  return {
    ids: inserted.rows.filter((row) => row.held_by === null).map((row) => row.id),
    held: inserted.rows.flatMap(({ id, kind: template, held_by: bound }) =>
      bound === null ? [] : [{ id, template, bound }],
    ),
  };
}

/**
 * Makes whoever counts for the same domain or recipient wait until this transaction ends. A statement of its own, or part
 * of an earlier one (insertTokens), since a statement sees nothing that is committed while it waits.
 */
export async function lockCounting(tx: Tx, together: string): Promise<void> {
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [together]);
}
