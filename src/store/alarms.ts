import type { Alarm, ParkedLine, UntoldParked } from '../domain/desk/alarm.ts';
import type { EmailAddress } from '../domain/mail/email-address.ts';
import type { EpochMs, InboundId, OutboxId } from '../domain/ticket/ids.ts';
import type { Reason } from '../domain/ticket/reasons.ts';
import type { Database, Tx } from './database.ts';

/** All alarms; other processes that look wait until commit. */
export async function lockAlarms(tx: Tx): Promise<Alarm[]> {
  await tx.query(`select pg_advisory_xact_lock(hashtext('turnmail alarms'))`);
  const { rows } = await tx.query<{
    cause: string;
    since: number;
    looks: number;
    looked_at: number;
    told_at: number | null;
  }>('select cause, since, looks, looked_at, told_at from alarms');
  return rows.map((row) => ({
    cause: row.cause,
    since: row.since,
    looks: row.looks,
    lookedAt: row.looked_at,
    toldAt: row.told_at ?? undefined,
  }));
}

export async function markAlarm(tx: Tx, alarm: Alarm): Promise<void> {
  await tx.query(
    `insert into alarms (cause, since, looks, looked_at, told_at) values ($1, $2, $3, $4, $5)
     on conflict (cause) do update set since = excluded.since, looks = excluded.looks, looked_at = excluded.looked_at,
       told_at = excluded.told_at`,
    [alarm.cause, alarm.since, alarm.looks, alarm.lookedAt, alarm.toldAt ?? null],
  );
}

export async function deleteAlarm(tx: Tx, cause: string): Promise<void> {
  await tx.query('delete from alarms where cause = $1', [cause]);
}

/** Parked mails that no operator was told of, by reason; of one reason at most 10,000 at a time. */
export async function listUntoldParked(tx: Tx): Promise<UntoldParked[]> {
  const { rows } = await tx.query<{ reason: Reason; ids: InboundId[] }>(
    `select reason, jsonb_agg(id order by id) as ids
     from (select reason, id from inbound_mails where disposition = 'parked' and parked_told_at is null order by id limit 10000) m
     group by reason order by reason`,
  );
  return rows;
}

/** Who wrote these mails, and about what. */
export async function listParkedLines(tx: Tx, ids: InboundId[]): Promise<ParkedLine[]> {
  const { rows } = await tx.query<{ id: InboundId; from_address: string | null; subject: string | null }>(
    'select id, from_address, subject from inbound_mails where id = any($1) order by id',
    [ids],
  );
  return rows.map((row) => ({ id: row.id, from: row.from_address ?? undefined, subject: row.subject ?? undefined }));
}

export async function markParkedTold(tx: Tx, ids: InboundId[], now: EpochMs): Promise<void> {
  await tx.query('update inbound_mails set parked_told_at = $2 where id = any($1)', [ids, now]);
}

/** True where one of these rows is a mail to this operator, not older than `withinMs`. */
export async function isMailToOperator(
  client: Database | Tx,
  ids: OutboxId[],
  operator: EmailAddress,
  withinMs: number,
): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(
    `select exists (select from outbox where id = any($1) and lower(recipient) = lower($2) and created_at > epoch_ms() - $3::bigint
       and audience = 'operator') as found`,
    [ids, operator, withinMs],
  );
  return rows[0]?.found ?? false;
}
