import type { Authentication, SenderCheck, ServerVerdict } from '../../domain/mail/sender-check.ts';
import type { Verification } from '../../domain/ticket/facts.ts';
import type { EpochMs, InboundId } from '../../domain/ticket/ids.ts';
import type { NewCheckRow } from '../../domain/ticket/planned-rows.ts';
import type { Database, Tx } from '../database.ts';
import { jsonbOf } from '../jsonb.ts';

export type FoundSenderCheck = SenderCheck & { findings: Authentication | ServerVerdict };

export async function findSenderCheck(database: Database | Tx, id: InboundId): Promise<FoundSenderCheck | undefined> {
  const { rows } = await database.query<Omit<FoundSenderCheck, 'verification'> & { verification: Verification | null }>(
    'select verification, reason, tries, findings from sender_checks where inbound_id = $1',
    [id],
  );
  const row = rows[0];
  return row && { ...row, verification: row.verification ?? undefined };
}

/** Keeps what was found; a verdict that stands already is never overwritten. */
export async function saveSenderChecks(client: Database | Tx, rows: NewCheckRow[], now: EpochMs): Promise<void> {
  if (rows.length === 0) return;
  await client.query(
    `insert into sender_checks as kept (inbound_id, verification, reason, tries, checked_at, findings)
     select c.inbound_id, c.verification, c.reason, c.tries, $1::bigint, c.findings
     from unnest($2::bigint[], $3::text[], $4::text[], $5::int[], $6::jsonb[]) as c(inbound_id, verification, reason, tries, findings)
     on conflict (inbound_id) do update set verification = excluded.verification, reason = excluded.reason,
       tries = excluded.tries, checked_at = excluded.checked_at, findings = excluded.findings
     where kept.verification is null`,
    [
      now,
      rows.map((row) => row.inboundId),
      rows.map((row) => row.check.verification ?? null),
      rows.map((row) => row.check.reason),
      rows.map((row) => row.check.tries),
      rows.map((row) => jsonbOf(row.findings)),
    ],
  );
}
