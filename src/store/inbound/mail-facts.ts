import type { EmailAddress } from '../../domain/mail/email-address.ts';
import type { FactsFound, FactsWanted } from '../../domain/mail/mail-lookup.ts';
import type { AgentId, MailboxId, OutboxId, TicketId } from '../../domain/ticket/ids.ts';
import type { MailTemplate } from '../../domain/ticket/outbox-item.ts';
import { storedId } from '../../domain/ticket/stored-id.ts';
import type { Agent } from '../../domain/ticket/ticket.ts';
import type { Tx } from '../database.ts';
import { readTokenRow } from '../tickets/reply-tokens.ts';

type Row = {
  agents: Agent[] | null;
  tokens: (Parameters<typeof readTokenRow>[0] & { customer: EmailAddress })[] | null;
  own: string[] | null;
  by_message_id:
    | {
        message_id: string;
        ticket_id: TicketId;
        email: EmailAddress;
        mailbox_ids: (MailboxId | null)[];
        copied: boolean;
      }[]
    | null;
  open_tickets: { sender: string; id: TicketId; subject: string; mailbox_id: MailboxId | null }[] | null;
  by_subject: { id: TicketId; email: EmailAddress; mailbox_ids: (MailboxId | null)[] }[] | null;
  bounced:
    | {
        id: OutboxId;
        message_id: string | null;
        kind: MailTemplate;
        ticket_id: TicketId | null;
        recipient: EmailAddress;
        agent_id: AgentId | null;
        undelivered_at: number | null;
      }[]
    | null;
  recent: { order_key: string; count: number }[] | null;
  muted: string[] | null;
};

/** A sender's own tickets of one Message-ID; more say nothing more. */
const MAX_NAMED = 10;

/** The mailboxes that ticket `t` is or was in: those of its mails, and its own. */
const MAILBOXES = `(select array_agg(distinct at.id) from (
  select s.mailbox_id as id from ticket_mail s where s.ticket_id = t.id
  union all select o.mailbox_id from outbox o where o.ticket_id = t.id) at)`;

/** Open tickets of a sender that may be named to the agents; of many nobody reads more. */
const MAX_OPEN = 20;

/** A value of the statement, as its placeholder. */
type Place = (value: unknown, type: string) => string;

/**
 * Only what some mail of the batch needs is asked, since planning what nobody needs cost more than the rest: one text for each
 * set of questions, and most batches hold new mails only.
 */
const QUESTIONS: Record<keyof Row, (wanted: FactsWanted, place: Place) => string | undefined> = {
  agents: () =>
    `select jsonb_agg(jsonb_build_object('id', id, 'email', email, 'name', name) order by id) from agents where active`,
  tokens: ({ tokenIds }, place) =>
    tokenIds.length === 0
      ? undefined
      : `select jsonb_agg(to_jsonb(k) || jsonb_build_object('customer', t.email))
         from reply_tokens k join tickets t on t.id = k.ticket_id where k.id = any(${place(tokenIds, 'bigint[]')})`,
  own: ({ messageIds }, place) =>
    messageIds.length === 0
      ? undefined
      : `select jsonb_agg(message_id) from outbox where message_id = any(${place(messageIds.map(storedId), 'text[]')})`,
  by_message_id: ({ answered }, place) => (answered.length === 0 ? undefined : namedBy(answered, place)),
  // No id is below 0: `or t.id < 0` names the index tickets_open_by_mailbox (see the schema).
  open_tickets: ({ senders }, place) =>
    `select jsonb_agg(to_jsonb(o)) from (
       select asked.sender, open.id, open.subject, open.mailbox_id
       from (select distinct unnest(${place(senders, 'text[]')}) as sender) as asked cross join lateral (
         select t.id, m.subject, m.mailbox_id from tickets t join ticket_mail m on m.ticket_id = t.id
         where mailbox_of(t.email) = mailbox_of(asked.sender) and (t.status <> 'closed' or t.id < 0)
         order by t.id desc limit ${MAX_OPEN}) open) o`,
  by_subject: ({ subjectTickets }, place) =>
    subjectTickets.length === 0
      ? undefined
      : `select jsonb_agg(jsonb_build_object('id', t.id, 'email', t.email, 'mailbox_ids', ${MAILBOXES}))
         from tickets t where t.id = any(${place(subjectTickets, 'bigint[]')})`,
  bounced: ({ bouncedOutboxIds, bouncedMessageIds }, place) =>
    bouncedOutboxIds.length + bouncedMessageIds.length === 0
      ? undefined
      : `select jsonb_agg(to_jsonb(b)) from (
           select ${BOUNCED} from outbox where id = any(${place(bouncedOutboxIds, 'bigint[]')})
           union
           select ${BOUNCED} from outbox where message_id = any(${place(bouncedMessageIds.map(storedId), 'text[]')})) b`,
  recent: ({ orderKeys, rate }, place) =>
    `select jsonb_agg(jsonb_build_object('order_key', asked.order_key, 'count', (select count(*)::int from (
         select from inbound_mails m where m.order_key = asked.order_key
           and m.stored_at between ${place(rate.since, 'bigint')} and ${place(rate.until, 'bigint')}
         limit ${place(rate.atMost, 'int')}) counted)))
     from unnest(${place(orderKeys, 'text[]')}) as asked(order_key)`,
  muted: ({ senders }, place) =>
    `select jsonb_agg(sender) from unnest(${place(senders, 'text[]')}) as sender
     where exists (select from suppressed_addresses where address = lower(sender))`,
};

const BOUNCED = 'id, message_id, kind, ticket_id, recipient, agent_id, undelivered_at';

function namedBy(answered: FactsWanted['answered'], place: Place): string {
  const messageIds = place(
    answered.map((one) => storedId(one.messageId)),
    'text[]',
  );
  const senders = place(
    answered.map((one) => one.from),
    'text[]',
  );
  return `select jsonb_agg(to_jsonb(n)) from (
    select asked.message_id, named.ticket_id, named.email, named.mailbox_ids, named.copied
    from unnest(${messageIds}, ${senders}) as asked(message_id, sender) cross join lateral (
      (select o.ticket_id, t.email, array[o.mailbox_id] as mailbox_ids, false as copied from outbox o join tickets t on t.id = o.ticket_id
       where o.message_id = asked.message_id and mailbox_of(t.email) = mailbox_of(asked.sender) limit ${MAX_NAMED})
      union all
      (select m.ticket_id, t.email, ${MAILBOXES}, false from inbound_mails m join tickets t on t.id = m.ticket_id
       where m.message_id = asked.message_id and m.disposition in ('ticket', 'answer', 'held', 'third-party', 'response')
         and mailbox_of(t.email) = mailbox_of(asked.sender) limit ${MAX_NAMED})
      union all
      (select m.ticket_id, t.email, ${MAILBOXES}, true from inbound_mails m join tickets t on t.id = m.ticket_id
       where m.message_id = asked.message_id and m.disposition in ('ticket', 'answer', 'held', 'third-party')
         and lower(asked.sender) = any(m.copied) limit ${MAX_NAMED})) named) n`;
}

/** One statement, however many mails: at a thousand mails the round trips cost more than the look-ups. */
export async function findMailFacts(tx: Tx, wanted: FactsWanted): Promise<FactsFound> {
  const values: unknown[] = [];
  const place: Place = (value, type) => `$${values.push(value)}::${type}`;
  const asked = Object.entries(QUESTIONS).flatMap(([name, ask]) => {
    const question = ask(wanted, place);
    return question === undefined ? [] : [`(${question}) as ${name}`];
  });
  const { rows } = await tx.query<Partial<Row>>(`select ${asked.join(', ')}`, values);
  const row = rows[0];
  if (!row) throw new Error('a select without from returned no row');
  // Message-IDs stand in the tables without their proof.
  const messageIds = [
    ...wanted.messageIds,
    ...wanted.answered.map(({ messageId }) => messageId),
    ...wanted.bouncedMessageIds,
  ];
  return readFacts(row, new Map(messageIds.map((id) => [storedId(id), id])));
}

/** @param whole Message-IDs as they were asked for, by their stored form */
function readFacts(row: Partial<Row>, whole: Map<string, string>): FactsFound {
  const idOf = (stored: string) => whole.get(stored) ?? stored;
  const tokens = (row.tokens ?? []).map((token) => ({ row: readTokenRow(token), customer: token.customer }));
  return {
    agents: row.agents ?? [],
    tokens: new Map(tokens.map((token) => [token.row.id, token])),
    ownMessageIds: new Set((row.own ?? []).map(idOf)),
    byMessageId: (row.by_message_id ?? []).map((named) => ({
      messageId: idOf(named.message_id),
      ticketId: named.ticket_id,
      email: named.email,
      mailboxIds: readIds(named.mailbox_ids),
      copied: named.copied,
    })),
    openTickets: (row.open_tickets ?? []).map(({ sender, id, subject, mailbox_id }) => ({
      sender,
      ticketId: id,
      subject,
      mailboxId: mailbox_id ?? undefined,
    })),
    bySubject: new Map(
      (row.by_subject ?? []).map(({ id, email, mailbox_ids }) => [id, { email, mailboxIds: readIds(mailbox_ids) }]),
    ),
    bounced: (row.bounced ?? []).map((one) => ({
      outboxId: one.id,
      messageId: one.message_id === null ? undefined : idOf(one.message_id),
      template: one.kind,
      ticketId: one.ticket_id ?? undefined,
      recipient: one.recipient,
      agentId: one.agent_id ?? undefined,
      alreadyUndelivered: one.undelivered_at !== null,
    })),
    recent: new Map((row.recent ?? []).map((one) => [one.order_key, one.count])),
    muted: new Set(row.muted ?? []),
  };
}

function readIds(ids: (MailboxId | null)[]): (MailboxId | undefined)[] {
  return ids.map((id) => id ?? undefined);
}
