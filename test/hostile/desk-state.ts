import type { MailTemplate } from '../../src/domain/ticket/outbox-item.ts';
import type { TokenPurpose } from '../../src/domain/ticket/reply-token.ts';
import type { SinkMail } from '../support/smtp-sink.ts';
import type { AttackedDesk, InboundRow } from './attacked-desk.ts';

/** An outbox row as far as it matters who gets what. */
export type OutgoingRow = {
  id: number;
  kind: MailTemplate;
  recipient: string;
  agent: number | null;
  ticket: number | null;
  state: string;
  envelopeFrom: string | null;
  messageId: string | null;
};

export type TokenOwner = { id: number; purpose: TokenPurpose; ticket: number; agent: number | null };

export type TicketState = {
  email: string;
  status: string;
  query: string;
  subject: string;
  answered: number;
  /** a digest of everything else */
  all: string;
};

/** What a desk holds between two mails. */
export type DeskState = {
  /** everything a ticket consists of, by its number */
  tickets: Map<number, TicketState>;
  agents: { id: number; email: string }[];
  /** who reads the responses of a ticket, by an agent's /cc */
  readers: { ticket: number; address: string }[];
  lastOutbox: number;
  relayed: number;
  muted: string[];
  undelivered: number[];
};

/** What a mail has done to a desk. */
export type Deed = {
  inbound: InboundRow;
  before: DeskState;
  after: DeskState;
  outgoing: OutgoingRow[];
  relayed: SinkMail[];
  tokens: TokenOwner[];
  /** from the mail's arrival to its end, with everything that it caused */
  tookMs: number;
};

export async function lookAtDesk({ world, relayed }: AttackedDesk): Promise<DeskState> {
  const [row] = await world.rows<{
    tickets: ({ id: number } & TicketState)[] | null;
    agents: { id: number; email: string }[];
    readers: { ticket: number; address: string }[] | null;
    last_outbox: number;
    muted: string[];
    undelivered: number[];
  }>(`select
    (select jsonb_agg(jsonb_build_object('id', t.id, 'email', t.email, 'status', t.status,
       'query', t.query, 'subject', m.subject,
       'answered', (select count(*) from responses r where r.ticket_id = t.id and r.response_received is not null),
       'all', md5(concat(to_jsonb(t)::text, to_jsonb(m)::text,
         (select jsonb_agg(to_jsonb(r) order by r.id) from responses r where r.ticket_id = t.id)::text,
         (select jsonb_agg(to_jsonb(n) order by n.id) from notes n where n.ticket_id = t.id)::text))))
     from tickets t join ticket_mail m on m.ticket_id = t.id) as tickets,
    (select jsonb_agg(jsonb_build_object('id', id, 'email', email)) from agents where active) as agents,
    (select jsonb_agg(jsonb_build_object('ticket', ticket_id, 'address', address)) from ticket_readers
     where removed_at is null) as readers,
    (select coalesce(max(id), 0)::int from outbox) as last_outbox,
    (select coalesce(array_agg(address), '{}') from suppressed_addresses) as muted,
    (select coalesce(array_agg(id::int), '{}') from outbox where undelivered_at is not null) as undelivered`);
  if (!row) throw new Error('a select without from returned no row');
  return {
    tickets: new Map((row.tickets ?? []).map(({ id, ...ticket }) => [id, ticket])),
    agents: row.agents,
    readers: row.readers ?? [],
    lastOutbox: row.last_outbox,
    relayed: relayed.length,
    muted: row.muted,
    undelivered: row.undelivered,
  };
}

/** What lies between `before` and now. */
export async function seeDeed(desk: AttackedDesk, before: DeskState, inbound: InboundRow, tookMs = 0): Promise<Deed> {
  return {
    inbound,
    tookMs,
    before,
    after: await lookAtDesk(desk),
    outgoing: await desk.world.rows<OutgoingRow>(
      `select id::int, kind, recipient, agent_id::int as agent, ticket_id::int as ticket, state::text,
         envelope_from as "envelopeFrom", message_id as "messageId"
       from outbox where id > ${before.lastOutbox} order by id`,
    ),
    relayed: desk.relayed.slice(before.relayed),
    tokens: await desk.world.rows<TokenOwner>(
      'select id::int, purpose::text as purpose, ticket_id::int as ticket, agent_id::int as agent from reply_tokens',
    ),
  };
}
