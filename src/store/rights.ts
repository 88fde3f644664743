import type pg from 'pg';

/** What a desk does with each table. `test/integration/flows/lesser-role.test.ts` holds it against the schema. */
const TABLES: Record<'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE' | 'TRUNCATE', string[]> = {
  SELECT: ['turnmail_schema', 'ticket_moves'],
  INSERT: ['audit_log', 'answer_showings'],
  UPDATE: [
    ...['tickets', 'responses', 'mailboxes', 'inbound_mails', 'ticket_mail', 'reply_tokens', 'outbox'],
    ...['outbox_attempts', 'agents', 'answer_totals', 'board_links', 'oauth_tokens'],
  ],
  DELETE: [
    ...['inbound_seen', 'attachments', 'notes', 'sender_checks', 'ticket_readers', 'suppressed_addresses', 'alarms'],
    ...['mailbox_places', 'pollers', 'answers', 'answers_to_learn', 'shown_answers'],
  ],
  TRUNCATE: ['answer_features', 'answer_tickets', 'answer_calibrations'],
};
const RIGHTS = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE'] as const;

/** Each table with the right under which it stands and those before that; the tables of tickets and mails first. */
export const WANTED_RIGHTS = (['UPDATE', 'DELETE', 'INSERT', 'TRUNCATE', 'SELECT'] as const).flatMap((last) =>
  TABLES[last].flatMap((table) => RIGHTS.slice(0, RIGHTS.indexOf(last) + 1).map((right) => ({ table, right }))),
);
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
    [WANTED_RIGHTS.map(({ table }) => table), WANTED_RIGHTS.map(({ right }) => right)],
  );
  const [first] = rows;
  if (first === undefined) return undefined;
  const named = rows.slice(0, MAX_NAMED).map(({ wanted }) => wanted);
  const more = rows.length > MAX_NAMED ? ` and ${rows.length - MAX_NAMED} more` : '';
  return `the database role ${first.role} lacks ${named.join(', ')}${more}; docs/operations.md has the grants`;
}
