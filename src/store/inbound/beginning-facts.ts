import type { EmailAddress } from '../../domain/mail/email-address.ts';
import type { BeginningsFound, BeginningsWanted } from '../../domain/mail/mail-lookup.ts';
import type { MailboxId, TicketId } from '../../domain/ticket/ids.ts';
import type { Tx } from '../database.ts';

/** The newest open tickets of one customer; a customer with more gets a further one. */
const MAX_OPEN = 50;
/** Mails of a ticket whose Message-IDs are compared, the newest. */
const MAX_IDS = 100;

/** What is known of those whom agents begin conversations with, and how often each agent made us write to somebody since then without a token of ours. */
export async function findBeginningFacts(tx: Tx, wanted: BeginningsWanted): Promise<BeginningsFound> {
  const { rows } = await tx.query<{
    open:
      | {
          id: TicketId;
          email: EmailAddress;
          mailbox_id: MailboxId | null;
          subject: string;
          message_ids: string[] | null;
        }[]
      | null;
    begun: { agent: string; count: number }[] | null;
  }>(
    // No id is below 0: with `or t.id < 0` the index of all open tickets cannot serve, and that of addresses does (see the schema).
    `select
       (select jsonb_agg(to_jsonb(o)) from unnest($1::text[]) as asked(customer) cross join lateral (
          select t.id, t.email, m.mailbox_id, m.subject,
            (select jsonb_agg(ids.message_id) from (
               select message_id from inbound_mails where ticket_id = t.id and message_id is not null order by id desc limit ${MAX_IDS}) ids)
            as message_ids
          from tickets t join ticket_mail m on m.ticket_id = t.id
          where lower(t.email) = asked.customer and (t.status <> 'closed' or t.id < 0) order by t.id desc limit ${MAX_OPEN}) o) as open,
       (select jsonb_agg(jsonb_build_object('agent', asked.agent, 'count',
          (select count(*)::int from inbound_mails b where b.order_key = asked.agent and b.stored_at > $3
             and (b.disposition = 'ticket' or b.reason = 'agent-wrote-to-customer') and b.agent_id is not null
             and exists (select from outbox o where o.ticket_id = b.ticket_id and o.inbound_id = b.id and o.audience = 'customer'))))
        from unnest($2::text[]) as asked(agent)) as begun`,
    [wanted.customers, wanted.agents, wanted.since],
  );
  const [row] = rows;
  return {
    open: (row?.open ?? []).map(({ id, email, mailbox_id, subject, message_ids }) => ({
      ticketId: id,
      email,
      mailboxId: mailbox_id ?? undefined,
      subject,
      messageIds: message_ids ?? [],
    })),
    begun: new Map((row?.begun ?? []).map(({ agent, count }) => [agent, count])),
  };
}
