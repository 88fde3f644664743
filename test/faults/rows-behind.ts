import type { Finding } from './accounting.ts';
import type { FaultWorld } from './fault-world.ts';

const MOST = 20;

/** The rows that findings speak of, one a line, so that a run of which nothing else is left can be understood. */
export async function rowsBehind(world: FaultWorld, findings: Finding[]): Promise<string[]> {
  const named = (table: string) => {
    const ids = findings.flatMap(({ what }) => [...what.matchAll(new RegExp(`${table} (\\d+)`, 'g'))].map((m) => m[1]));
    return [...new Set(ids)].slice(0, MOST).join() || '0';
  };
  const [outbox, inbound, tickets] = [named('outbox'), named('inbound'), named('ticket')];
  const tables = {
    outbox: `select id, kind, state, recipient, message_id, ticket_id, response_id, inbound_id, attempts, created_at, ended_at,
      last_error from outbox where id in (${outbox}) or ticket_id in (${tickets}) order by id`,
    attempt: `select outbox_id, number, started_at, ended_at, outcome, server_reply from outbox_attempts
      where outbox_id in (${outbox}) order by outbox_id, number`,
    inbound: `select id, uid, disposition, reason, kind, ticket_id, response_id, attempts, stored_at, decided_at from inbound_mails
      where id in (${inbound}) or ticket_id in (${tickets}) order by id`,
    audit: `select at, ticket_id, inbound_id, actor, action, detail from audit_log
      where ticket_id in (${tickets}) or inbound_id in (${inbound}) or (detail->>'outbox')::bigint in (${outbox}) order by id`,
  };
  const lines = Object.entries(tables).map(async ([name, sql]) =>
    (await world.rows(sql)).map((row) => `  ${name} ${JSON.stringify(row)}`),
  );
  return (await Promise.all(lines)).flat();
}
