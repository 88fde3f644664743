import type pg from 'pg';

/** Tables in which a desk changes rows, and those in which it only adds some. */
const CHANGED = ['tickets', 'responses', 'mailboxes', 'inbound_mails', 'ticket_mail', 'reply_tokens', 'outbox'];
const ADDED_TO = ['agents', 'attachments', 'audit_log', 'inbound_seen', 'notes', 'outbox_attempts', 'sender_checks'];
const READ = ['turnmail_schema'];

const WANTED = [
  ...CHANGED.flatMap((table) => ['SELECT', 'INSERT', 'UPDATE'].map((right) => ({ table, right }))),
  ...ADDED_TO.flatMap((table) => ['SELECT', 'INSERT'].map((right) => ({ table, right }))),
  ...READ.map((table) => ({ table, right: 'SELECT' })),
];
const MAX_NAMED = 3;

/**
 * What the role of this connection may not do and a desk must, in one sentence; undefined where nothing is missing. Tables
 * that are not there yet are no matter of rights.
 */
export async function missingRights(client: Pick<pg.ClientBase, 'query'>): Promise<string | undefined> {
  const { rows } = await client.query<{ role: string; wanted: string }>(
    `select current_user as role, w.right_wanted || ' on ' || w.table_name as wanted
     from unnest($1::text[], $2::text[]) with ordinality as w(table_name, right_wanted, place)
     where to_regclass(w.table_name) is not null
       and not has_table_privilege(to_regclass(w.table_name)::oid, w.right_wanted)
     order by place`,
    [WANTED.map(({ table }) => table), WANTED.map(({ right }) => right)],
  );
  const [first] = rows;
  if (first === undefined) return undefined;
  const named = rows.slice(0, MAX_NAMED).map(({ wanted }) => wanted);
  const more = rows.length > MAX_NAMED ? ` and ${rows.length - MAX_NAMED} more` : '';
  return `the database role ${first.role} lacks ${named.join(', ')}${more}; docs/operations.md has the grants`;
}
