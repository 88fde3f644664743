import type { EmailAddress } from '../../domain/mail/email-address.ts';
import type { AuditEntry } from '../../domain/ticket/audit.ts';
import type { EpochMs } from '../../domain/ticket/ids.ts';
import type { MutedRow, NewNoteRow, PlannedRows } from '../../domain/ticket/planned-rows.ts';
import type { Tx } from '../database.ts';
import { jsonbOf } from '../jsonb.ts';

/** What is written beside a ticket and never read by deciding: audit, notes, attachments; and muted addresses. */

export async function insertAudit(tx: Tx, entries: AuditEntry[], now: EpochMs): Promise<void> {
  if (entries.length === 0) return;
  await tx.query(
    `insert into audit_log (at, ticket_id, inbound_id, actor, action, detail)
     select $1::bigint, e.ticket_id, e.inbound_id, e.actor, e.action, e.detail
     from unnest($2::bigint[], $3::bigint[], $4::text[], $5::audit_action[], $6::jsonb[]) with ordinality
       as e(ticket_id, inbound_id, actor, action, detail, position) order by e.position`,
    [
      now,
      entries.map((entry) => entry.ticketId ?? null),
      entries.map((entry) => entry.inboundId ?? null),
      entries.map((entry) => entry.actor),
      entries.map((entry) => entry.action),
      entries.map((entry) => jsonbOf(entry.detail ?? {})),
    ],
  );
}

export async function insertNotes(tx: Tx, notes: NewNoteRow[], now: EpochMs): Promise<void> {
  if (notes.length === 0) return;
  await tx.query(
    `insert into notes (ticket_id, agent_id, inbound_id, note, created_at)
     select n.*, $1::bigint from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::text[]) as n(ticket_id, agent_id, inbound_id, note)`,
    [
      now,
      notes.map((note) => note.ticketId),
      notes.map((note) => note.agentId ?? null),
      notes.map((note) => note.inboundId ?? null),
      notes.map((note) => note.note),
    ],
  );
}

/** A mail that was parked with its ticket and is accepted later has them already. */
export async function insertAttachments(tx: Tx, mails: PlannedRows['attachments']): Promise<void> {
  const rows = mails.flatMap(({ inboundId, attachments }) =>
    attachments.map((attachment, position) => ({ inboundId, position, ...attachment })),
  );
  if (rows.length === 0) return;
  await tx.query(
    `insert into attachments (inbound_id, position, filename, content_type, size, inline, aside, sha256, base64_from, base64_to)
     select * from unnest($1::bigint[], $2::int[], $3::text[], $4::text[], $5::int[], $6::boolean[], $7::boolean[], $8::text[], $9::int[], $10::int[])
     on conflict (inbound_id, position) do nothing`,
    [
      rows.map((row) => row.inboundId),
      rows.map((row) => row.position),
      rows.map((row) => row.filename),
      rows.map((row) => row.contentType),
      rows.map((row) => row.size),
      rows.map((row) => row.inline),
      rows.map((row) => row.aside === true),
      rows.map((row) => row.sha256),
      rows.map((row) => row.base64?.from ?? null),
      rows.map((row) => row.base64?.to ?? null),
    ],
  );
}

/** Automatic mail to these addresses is held back from now on. */
export async function muteAddresses(tx: Tx, rows: MutedRow[], now: EpochMs): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(
    `insert into suppressed_addresses (address, reason, outbox_id, since)
     select distinct on (lower(m.address)) lower(m.address), m.reason, m.outbox_id, $1::bigint
     from unnest($2::text[], $3::text[], $4::bigint[]) as m(address, reason, outbox_id) order by lower(m.address)
     on conflict (address) do nothing`,
    [now, rows.map((row) => row.address), rows.map((row) => row.reason), rows.map((row) => row.outboxId ?? null)],
  );
}

/** An address that writes to us again can be reached again. */
export async function unmuteAddresses(tx: Tx, addresses: EmailAddress[]): Promise<void> {
  if (addresses.length === 0) return;
  await tx.query(
    'delete from suppressed_addresses where address in (select lower(one) from unnest($1::text[]) as one)',
    [addresses],
  );
}
