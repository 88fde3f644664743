import type { EpochMs } from '../../domain/ticket/ids.ts';
import type { Database } from '../database.ts';

/**
 * Removes the bytes of mails that were decided before `before`, at most `limit` of them, oldest first. Never of a mail
 * that waits or is parked, of a ticket that is not closed or was closed later, or of one whose attachments are still to
 * be sent. Rows that another process works on are left for the next time. @returns how many
 */
export async function removeInboundBytes(
  database: Database,
  before: EpochMs,
  now: EpochMs,
  limit: number,
): Promise<number> {
  const { rowCount } = await database.query(
    `update inbound_mails set raw = null, raw_removed_at = $2
     where id in (
       select m.id from inbound_mails m
       where m.raw is not null and m.decided_at < $1 and m.disposition <> 'parked'
         and not exists (
           select from tickets t join ticket_mail s on s.ticket_id = t.id
           where t.id = m.ticket_id and (t.status <> 'closed' or coalesce(s.closed_at, t.last_updated_on) >= $1))
         and (m.ticket_id is null or not exists (
           select from outbox o where o.ticket_id = m.ticket_id and o.inbound_id = m.id
             and o.state in ('pending', 'claimed', 'sending')))
       order by m.decided_at limit $3 for update of m skip locked)`,
    [before, now, limit],
  );
  return rowCount ?? 0;
}

/**
 * The same for mails that we sent, failed to send or cancelled. One of unknown fate keeps its bytes, which may have to go
 * out once more, until it has gone out twice or its agents were told.
 */
export async function removeOutboxBytes(
  database: Database,
  before: EpochMs,
  now: EpochMs,
  limit: number,
): Promise<number> {
  const { rowCount } = await database.query(
    `update outbox set raw = null, raw_removed_at = $2
     where id in (
       select o.id from outbox o
       where o.raw is not null and o.ended_at < $1
         and (o.state in ('sent', 'failed', 'cancelled')
           or o.state = 'unknown' and (
             (select count(*) from outbox_attempts a where a.outbox_id = o.id and a.outcome = 'unknown') > 1
             or o.told_at is not null))
       order by o.ended_at limit $3 for update of o skip locked)`,
    [before, now, limit],
  );
  return rowCount ?? 0;
}
