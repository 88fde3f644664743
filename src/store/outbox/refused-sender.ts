import type { Database } from '../database.ts';

/** What the relay said when it last refused our sender, where it has taken no mail since; undefined where all is well. */
export async function findSenderRefusal(database: Database): Promise<string | undefined> {
  const { rows } = await database.query<{ said: string }>(
    `select a.server_reply as said from outbox o join outbox_attempts a on a.outbox_id = o.id and a.number = o.attempts
     where o.state = 'pending' and o.attempts > 0 and a.outcome = 'sender-refused' and a.ended_at > coalesce(
       (select ended_at from outbox where state = 'sent' and kind <> 'alert' order by id desc limit 1), 0)
     order by a.ended_at desc limit 1`,
  );
  return rows[0]?.said;
}
