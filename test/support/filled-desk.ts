import type pg from 'pg';

const TABLES = [
  'mailboxes',
  'tickets',
  'ticket_mail',
  'responses',
  'inbound_mails',
  'inbound_seen',
  'reply_tokens',
  'outbox',
  'outbox_attempts',
  'audit_log',
];

/**
 * A desk that has been at work for years, written straight into its tables: tickets that are closed, with one response each,
 * three mails in, three out, their tokens and their audit rows. Needs the schema and a superuser. A million take some minutes.
 * @param everyMs the time between one ticket and the next, from FIRST_AT on
 */
export async function fillDesk(database: pg.Pool, tickets: number, everyMs = 1_000): Promise<void> {
  const client = await database.connect();
  try {
    // No triggers and no look-ups of foreign keys: the rows are right by the way they are made.
    await client.query('begin; set local session_replication_role = replica; set local synchronous_commit = off');
    // A row costs an entry in up to a dozen indexes, in no order that a cache could hold. Built afterwards, each is sorted once.
    const rebuild = await takeIndexesDown(client);
    for (const statement of STATEMENTS)
      await client.query(statement.replaceAll('TICKETS', String(tickets)).replaceAll('EVERY_MS', String(everyMs)));
    await client.query(`set local maintenance_work_mem = '512MB'`);
    for (const statement of rebuild) await client.query(statement);
    await client.query('commit');
    // Through a small ring of buffers, each page that vacuum marks would wait for the log to reach the disk.
    await client.query('set vacuum_buffer_usage_limit = 0');
    await client.query(`vacuum analyze ${TABLES.join(', ')}`);
  } finally {
    client.release();
  }
}

/** Drops what no foreign key rests on. @returns what makes every index and constraint again, as it was */
async function takeIndexesDown(client: pg.PoolClient): Promise<string[]> {
  const { rows } = await client.query<{ down: string; up: string }>(
    `select format('alter table %s drop constraint %I', c.conrelid::regclass, c.conname) as down,
       format('alter table %s add constraint %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) as up
     from pg_constraint c where c.conrelid = any($1::regclass[]) and c.contype in ('p', 'u')
       and not exists (select from pg_constraint f where f.contype = 'f' and f.conindid = c.conindid)
     union all
     select format('drop index %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid)
     from pg_index i where i.indrelid = any($1::regclass[])
       and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`,
    [TABLES],
  );
  for (const { down } of rows) await client.query(down);
  return rows.map(({ up }) => up);
}

/** What the desk itself writes comes after. */
const EACH = 'generate_series(1000001, 1000000 + TICKETS) as n';
const EACH_THREE = `${EACH} cross join generate_series(0, 2) as k`;
export const FIRST_AT = 1_700_000_000_000;
const LONG_AGO = `(${FIRST_AT} + (n - 1000000) * EVERY_MS::bigint)`;

const STATEMENTS = [
  `insert into mailboxes (id, source, created_at) overriding system value values (999, 'imap://old.example/INBOX', 0)`,
  `insert into tickets (id, email, created_time, last_updated_on, status, query, last_response, feedback)
   overriding system value
   select n, 'c' || n || '@d' || n % 5000 || '.example', ${LONG_AGO}, ${LONG_AGO} + 5, 'closed', 'What about ' || n || '?',
     'Like this: ' || n, 'satisfied' from ${EACH}`,
  `insert into ticket_mail (ticket_id, mailbox_id, subject, first_message_id, last_message_id, locale, closed_at)
   select n, 999, 'Question ' || n, n || '-0@in.example', n || '-1@in.example', 'en', ${LONG_AGO} + 5 from ${EACH}`,
  `insert into responses (id, ticket_id, response_sent, sent_time, response_received, rec_time) overriding system value
   select n, n, 'Like this: ' || n, ${LONG_AGO} + 2, 'Thanks', ${LONG_AGO} + 4 from ${EACH}`,
  `insert into inbound_mails (id, mailbox_id, uid_validity, uid, received_at, stored_at, size, raw, raw_sha256, order_key,
     disposition, reason, kind, message_id, from_address, subject, words, ticket_id, response_id, decided_at)
   overriding system value
   select n * 3 + k, 999, 1, (n - 1000000) * 3 + k, ${LONG_AGO} + k, ${LONG_AGO} + k, 2000, null,
     sha256(convert_to(n || '-' || k, 'utf8')), 'c' || n || '@d' || n % 5000 || '.example',
     (array['ticket', 'answer', 'held'])[k + 1]::disposition, 'first-mail', 'normal', n || '-' || k || '@in.example',
     'c' || n || '@d' || n % 5000 || '.example', 'Question', 'What about it?', n, case when k = 1 then n end, ${LONG_AGO} + k
   from ${EACH_THREE}`,
  `insert into inbound_seen (digest, inbound_id) select sha256(convert_to(n || '-' || k, 'utf8')), n * 3 + k from ${EACH_THREE}`,
  `insert into reply_tokens (id, purpose, ticket_id, created_at, expires_at) overriding system value
   select n * 3 + k, 'ticket', n, ${LONG_AGO}, ${LONG_AGO} from ${EACH_THREE}`,
  `insert into outbox (id, audience, kind, ticket_id, inbound_id, token_id, recipient, payload, state, created_at, next_attempt_at,
     ended_at, attempts, message_id, envelope_from, dedupe_key) overriding system value
   select n * 3 + k, (array['customer', 'agent', 'customer'])[k + 1]::audience, (array['receipt', 'notification', 'response'])[k + 1], n, n * 3, n * 3 + k,
     case when k = 1 then 'old@desk.example' else 'c' || n || '@d' || n % 5000 || '.example' end, '{}', 'sent',
     ${LONG_AGO} + k, ${LONG_AGO} + k, ${LONG_AGO} + k + 1, 1, n || '-' || k || '@out.example', 'support@desk.example',
     n || '-' || k from ${EACH_THREE}`,
  `insert into outbox_attempts (outbox_id, number, started_at, ended_at, outcome, server_reply)
   select n * 3 + k, 1, ${LONG_AGO} + k, ${LONG_AGO} + k + 1, 'accepted', '250 ok' from ${EACH_THREE}`,
  `insert into audit_log (at, ticket_id, inbound_id, actor, action, detail)
   select ${LONG_AGO} + k, n, n * 3 + k, 'customer', 'opened', '{}' from ${EACH_THREE}`,
  ...['mailboxes', 'tickets', 'responses', 'inbound_mails', 'reply_tokens', 'outbox'].map(
    (table) => `select setval(pg_get_serial_sequence('${table}', 'id'), (select max(id) from ${table}))`,
  ),
];
