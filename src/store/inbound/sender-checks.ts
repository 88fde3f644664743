import type { Verification } from '../../domain/facts.ts';
import type { EpochMs, InboundId } from '../../domain/ids.ts';
import type { Authentication, ServerVerdict } from '../../domain/sender-check.ts';
import type { Database, Tx } from '../database.ts';
import { jsonbOf } from '../jsonb.ts';

/** What is kept about the sender of a mail; `verification` is undefined while DNS is to be asked again. */
export type SenderCheck = { verification: Verification | undefined; reason: string; tries: number };
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
export async function saveSenderCheck(
  client: Database | Tx,
  id: InboundId,
  check: SenderCheck,
  findings: Authentication | ServerVerdict,
  now: EpochMs,
): Promise<void> {
  await client.query(
    `insert into sender_checks as kept (inbound_id, verification, reason, tries, checked_at, findings)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (inbound_id) do update set verification = excluded.verification, reason = excluded.reason,
       tries = excluded.tries, checked_at = excluded.checked_at, findings = excluded.findings
     where kept.verification is null`,
    [id, check.verification ?? null, check.reason, check.tries, now, jsonbOf(findings)],
  );
}
