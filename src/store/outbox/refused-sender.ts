import type { MailboxId } from '../../domain/ticket/ids.ts';
import type { Database } from '../database.ts';

/** What a relay said when it last refused our sender, by mailbox, where it has taken no mail of the mailbox since. */
export async function listSenderRefusals(
  database: Database,
): Promise<{ mailboxId: MailboxId | undefined; said: string }[]> {
  const { rows } = await database.query<{ mailbox_id: MailboxId | null; said: string }>(
    `with refused as (
       select distinct on (o.mailbox_id) o.mailbox_id, a.server_reply as said, a.ended_at
       from outbox o join outbox_attempts a on a.outbox_id = o.id and a.number = o.attempts
       where o.state = 'pending' and o.attempts > 0 and a.outcome = 'sender-refused'
       order by o.mailbox_id, a.ended_at desc)
     select mailbox_id, said from refused r where ended_at > coalesce(
       (select a.ended_at from outbox s join outbox_attempts a on a.outbox_id = s.id and a.number = s.attempts
        where s.state = 'sent' and s.kind <> 'alert' and coalesce(s.mailbox_id, 0) = coalesce(r.mailbox_id, 0)
        order by s.id desc limit 1), 0)`,
  );
  return rows.map((row) => ({ mailboxId: row.mailbox_id ?? undefined, said: row.said }));
}
