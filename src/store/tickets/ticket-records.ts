import type { Actor } from '../../domain/decision.ts';
import type { EmailAddress } from '../../domain/email-address.ts';
import type { AgentId, EpochMs, InboundId, OutboxId, TicketId } from '../../domain/ids.ts';
import type { Attachment } from '../../domain/parsed-mail.ts';
import type { Tx } from '../database.ts';
import { jsonbOf } from '../jsonb.ts';

/** What is written beside a ticket and never read by deciding: audit, notes, attachments; and muted addresses. */

export type AuditEntry = {
  ticketId: TicketId | undefined;
  inboundId: InboundId | undefined;
  actor: Actor;
  action: string;
  detail?: Record<string, string | number | boolean | null>;
};

export async function insertAudit(tx: Tx, entries: AuditEntry[], now: EpochMs): Promise<void> {
  if (entries.length === 0) return;
  await tx.query(insertingAudit(1, 2), [now, ...auditColumns(entries)]);
}

/** The statement, for use inside another: parameter `at` is the time, and those from `first` on are auditColumns(). */
export function insertingAudit(at: number, first: number): string {
  const [ticket, inbound, actor, action, detail] = [0, 1, 2, 3, 4].map((column) => `$${first + column}`);
  return `insert into audit_log (at, ticket_id, inbound_id, actor, action, detail)
     select $${at}::bigint, e.ticket_id, e.inbound_id, e.actor, e.action, e.detail
     from unnest(${ticket}::bigint[], ${inbound}::bigint[], ${actor}::text[], ${action}::text[], ${detail}::jsonb[])
       with ordinality as e(ticket_id, inbound_id, actor, action, detail, position) order by e.position`;
}

export function auditColumns(entries: AuditEntry[]): unknown[] {
  return [
    entries.map((entry) => entry.ticketId ?? null),
    entries.map((entry) => entry.inboundId ?? null),
    entries.map((entry) => entry.actor),
    entries.map((entry) => entry.action),
    entries.map((entry) => jsonbOf(entry.detail ?? {})),
  ];
}

export async function insertNote(
  tx: Tx,
  note: { ticketId: TicketId; agentId: AgentId | undefined; inboundId: InboundId | undefined; note: string },
  now: EpochMs,
): Promise<void> {
  await tx.query('insert into notes (ticket_id, agent_id, inbound_id, note, created_at) values ($1, $2, $3, $4, $5)', [
    note.ticketId,
    note.agentId ?? null,
    note.inboundId ?? null,
    note.note,
    now,
  ]);
}

/** A mail that was parked with its ticket and is accepted later has them already. */
export async function insertAttachments(tx: Tx, inboundId: InboundId, attachments: Attachment[]): Promise<void> {
  if (attachments.length === 0) return;
  await tx.query(
    `insert into attachments (inbound_id, position, filename, content_type, size, inline, aside, sha256)
     select $1, a.position - 1, a.filename, a.content_type, a.size, a.inline, a.aside, a.sha256
     from unnest($2::text[], $3::text[], $4::int[], $5::boolean[], $6::boolean[], $7::text[]) with ordinality
       as a(filename, content_type, size, inline, aside, sha256, position)
     on conflict (inbound_id, position) do nothing`,
    [
      inboundId,
      attachments.map((attachment) => attachment.filename),
      attachments.map((attachment) => attachment.contentType),
      attachments.map((attachment) => attachment.size),
      attachments.map((attachment) => attachment.inline),
      attachments.map((attachment) => attachment.aside === true),
      attachments.map((attachment) => attachment.sha256),
    ],
  );
}

export async function muteAddress(
  tx: Tx,
  address: EmailAddress,
  reason: string,
  outboxId: OutboxId | undefined,
  now: EpochMs,
): Promise<void> {
  await tx.query(
    'insert into suppressed_addresses (address, reason, outbox_id, since) values (lower($1), $2, $3, $4) on conflict (address) do nothing',
    [address, reason, outboxId ?? null, now],
  );
}

/** An address that writes to us again can be reached again. */
export async function unmuteAddress(tx: Tx, address: EmailAddress): Promise<void> {
  await tx.query('delete from suppressed_addresses where address = lower($1)', [address]);
}
