import type { EmailAddress } from '../../domain/email-address.ts';
import type { BouncedRow } from '../../domain/facts.ts';
import type { AgentId, EpochMs, OutboxId, TicketId, TokenId } from '../../domain/ids.ts';
import type { MailTemplate } from '../../domain/outbox-item.ts';
import type { TokenRow } from '../../domain/reply-token.ts';
import { storedId } from '../../domain/stored-id.ts';
import type { Agent } from '../../domain/ticket.ts';
import type { Tx } from '../database.ts';
import { readTokenRow } from '../tickets/reply-tokens.ts';

/** What to look up for one mail, in one round trip. */
export type FactsWanted = {
  tokenIds: TokenId[];
  /** the mail's own Message-ID */
  messageId: string | undefined;
  answeredMessageIds: string[];
  subjectTickets: TicketId[];
  bouncedOutboxIds: OutboxId[];
  bouncedMessageId: string | undefined;
  orderKey: string;
  from: string | undefined;
  /** the time in which the sender's other mails count */
  since: EpochMs;
  until: EpochMs;
};

export type FactsFound = {
  agents: Agent[];
  /** with the address of the customer whose ticket it names */
  tokens: { row: TokenRow; customer: EmailAddress }[];
  isOwnMessage: boolean;
  /** tickets named by a Message-ID of ours or of an earlier mail of the customer */
  byMessageId: { messageId: string; ticketId: TicketId; email: EmailAddress }[];
  bySubject: { ticketId: TicketId; email: EmailAddress }[];
  bounced: BouncedRow | undefined;
  recentFromSender: number;
  senderIsMuted: boolean;
};

type Row = {
  agents: Agent[] | null;
  tokens: (Parameters<typeof readTokenRow>[0] & { customer: EmailAddress })[] | null;
  is_own: boolean;
  by_message_id: { message_id: string; ticket_id: TicketId; email: EmailAddress }[] | null;
  by_subject: { id: TicketId; email: EmailAddress }[] | null;
  bounced:
    | {
        id: OutboxId;
        kind: MailTemplate;
        ticket_id: TicketId | null;
        recipient: EmailAddress;
        agent_id: AgentId | null;
        undelivered_at: number | null;
        by_envelope: boolean;
      }[]
    | null;
  recent: number;
  muted: boolean;
};

/** One statement: at a thousand mails the round trips cost more than the look-ups. */
export async function findMailFacts(tx: Tx, wanted: FactsWanted): Promise<FactsFound> {
  // Message-IDs stand in the tables without their proof.
  const asked = new Map(wanted.answeredMessageIds.map((id) => [storedId(id), id]));
  const { rows } = await tx.query<Row>(
    `select
       (select jsonb_agg(jsonb_build_object('id', id, 'email', email, 'name', name) order by id) from agents where active) as agents,
       (select jsonb_agg(to_jsonb(t) || jsonb_build_object('customer', k.email))
          from reply_tokens t join tickets k on k.id = t.ticket_id where t.id = any($1)) as tokens,
       exists (select from outbox where message_id = $2) as is_own,
       (select jsonb_agg(to_jsonb(named)) from (
          select o.message_id, o.ticket_id, t.email from outbox o join tickets t on t.id = o.ticket_id where o.message_id = any($3)
          union all
          select m.message_id, m.ticket_id, t.email from inbound_mails m join tickets t on t.id = m.ticket_id
          where m.message_id = any($3) and m.disposition in ('ticket', 'answer', 'held')
          limit 100) named) as by_message_id,
       (select jsonb_agg(jsonb_build_object('id', id, 'email', email)) from tickets where id = any($4)) as by_subject,
       (select jsonb_agg(to_jsonb(b)) from (
          select id, kind, ticket_id, recipient, agent_id, undelivered_at, id = any($5) as by_envelope from outbox
          where id = any($5) or message_id = $6 order by id = any($5) desc limit 1) b) as bounced,
       (select count(*)::int from inbound_mails where order_key = $7 and stored_at between $8 and $10) as recent,
       exists (select from suppressed_addresses where address = lower($9)) as muted`,
    [
      wanted.tokenIds,
      wanted.messageId === undefined ? null : storedId(wanted.messageId),
      [...asked.keys()],
      wanted.subjectTickets,
      wanted.bouncedOutboxIds,
      wanted.bouncedMessageId === undefined ? null : storedId(wanted.bouncedMessageId),
      wanted.orderKey,
      wanted.since,
      wanted.from ?? null,
      wanted.until,
    ],
  );
  const row = rows[0];
  if (!row) throw new Error('a select without from returned no row');
  const bounced = row.bounced?.[0];
  return {
    agents: row.agents ?? [],
    tokens: (row.tokens ?? []).map((token) => ({ row: readTokenRow(token), customer: token.customer })),
    isOwnMessage: row.is_own,
    byMessageId: (row.by_message_id ?? []).map((named) => ({
      messageId: asked.get(named.message_id) ?? named.message_id,
      ticketId: named.ticket_id,
      email: named.email,
    })),
    bySubject: (row.by_subject ?? []).map((named) => ({ ticketId: named.id, email: named.email })),
    bounced: bounced && {
      outboxId: bounced.id,
      template: bounced.kind,
      ticketId: bounced.ticket_id ?? undefined,
      recipient: bounced.recipient,
      agentId: bounced.agent_id ?? undefined,
      alreadyUndelivered: bounced.undelivered_at !== null,
      byEnvelope: bounced.by_envelope,
    },
    recentFromSender: row.recent,
    senderIsMuted: row.muted,
  };
}
