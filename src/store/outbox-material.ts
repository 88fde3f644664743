import type { TicketFacts } from '../domain/facts.ts';
import type { EpochMs, ResponseId, TokenId } from '../domain/ids.ts';
import type { OutboxItem } from '../domain/outbox-item.ts';
import type { TokenRow } from '../domain/reply-token.ts';
import type { Agent } from '../domain/ticket.ts';
import type { Database } from './database.ts';
import { readTokenRow } from './reply-tokens.ts';
import { readTicketFacts, type TicketRow, TURNS, type TurnRow } from './tickets.ts';

/** The mail that caused an outbox row, without its bytes. */
export type CauseMail = {
  receivedAt: EpochMs;
  messageId: string | undefined;
  fromAddress: string | undefined;
  fromName: string | undefined;
  words: string | undefined;
  responseId: ResponseId | undefined;
  attachments: { filename: string; contentType: string; size: number; inline: boolean }[];
};

/** Everything that a row needs to be judged, composed and threaded. */
export type OutboxMaterial = {
  facts: TicketFacts | undefined;
  cause: CauseMail | undefined;
  tokens: Map<TokenId, TokenRow>;
  agents: Agent[];
  /** Message-IDs of our mails about this ticket to this recipient, oldest first */
  sentMessageIds: string[];
  /** mails were held or notes written; with the turns this is all that findHistory() would find */
  hasAsides: boolean;
  muted: boolean;
};

type CauseRow = {
  received_at: number;
  message_id: string | null;
  from_address: string | null;
  from_name: string | null;
  words: string | null;
  response_id: ResponseId | null;
  attachments: { filename: string; content_type: string; size: number; inline: boolean }[] | null;
};

type Row = {
  ticket: (TicketRow & { turns: TurnRow[] | null }) | null;
  cause: CauseRow | null;
  tokens: Parameters<typeof readTokenRow>[0][] | null;
  agents: Agent[] | null;
  sent: string[] | null;
  asides: boolean;
  muted: boolean;
};

/** One statement, since a row in the outbox is the most frequent thing that a desk works on. */
export async function findOutboxMaterial(database: Database, item: OutboxItem): Promise<OutboxMaterial> {
  const tokenIds = [item.tokenId, ...Object.values(item.payload.links ?? {})].filter((id) => id !== undefined);
  const { rows } = await database.query<Row>(
    `select
       (select to_jsonb(t) || to_jsonb(m) || jsonb_build_object('turns', ${TURNS})
        from tickets t join ticket_mail m on m.ticket_id = t.id where t.id = $1) as ticket,
       (select jsonb_build_object('received_at', received_at, 'message_id', message_id, 'from_address', from_address,
          'from_name', from_name, 'words', words, 'response_id', response_id, 'attachments',
          (select jsonb_agg(to_jsonb(a) order by a.position) from attachments a where a.inbound_id = i.id))
        from inbound_mails i where id = $2) as cause,
       (select jsonb_agg(to_jsonb(k)) from reply_tokens k where k.id = any($3::bigint[])) as tokens,
       (select jsonb_agg(jsonb_build_object('id', id, 'email', email, 'name', name) order by id) from agents where active) as agents,
       (select jsonb_agg(message_id order by id) from outbox
        where ticket_id = $1 and recipient = $4 and message_id is not null) as sent,
       exists (select from inbound_mails where ticket_id = $1 and disposition in ('held', 'third-party', 'link'))
         or exists (select from notes where ticket_id = $1) as asides,
       exists (select from suppressed_addresses where address = lower($4)) as muted`,
    [item.ticketId ?? null, item.inboundId ?? null, tokenIds, item.recipient],
  );
  const row = rows[0];
  if (!row) throw new Error('an aggregate returned no row');
  return {
    facts: row.ticket ? readTicketFacts(row.ticket) : undefined,
    cause: row.cause ? readCause(row.cause) : undefined,
    tokens: new Map((row.tokens ?? []).map(readTokenRow).map((token) => [token.id, token])),
    agents: row.agents ?? [],
    sentMessageIds: row.sent ?? [],
    hasAsides: row.asides,
    muted: row.muted,
  };
}

function readCause(row: CauseRow): CauseMail {
  return {
    receivedAt: row.received_at,
    messageId: row.message_id ?? undefined,
    fromAddress: row.from_address ?? undefined,
    fromName: row.from_name ?? undefined,
    words: row.words ?? undefined,
    responseId: row.response_id ?? undefined,
    attachments: (row.attachments ?? []).map((attachment) => ({
      filename: attachment.filename,
      contentType: attachment.content_type,
      size: attachment.size,
      inline: attachment.inline,
    })),
  };
}
