import { MAX_WORDS } from '../../domain/mail/mail-view.ts';
import type { Attachment } from '../../domain/mail/parsed-mail.ts';
import type { TicketFacts } from '../../domain/ticket/facts.ts';
import type { EpochMs, OutboxId, ResponseId, TokenId } from '../../domain/ticket/ids.ts';
import type { TokenRow } from '../../domain/ticket/reply-token.ts';
import type { Agent, ShownAnswer } from '../../domain/ticket/ticket.ts';
import { shownFor } from '../answers/shown-answers.ts';
import type { Database } from '../database.ts';
import { readTokenRow } from '../tickets/reply-tokens.ts';
import { READERS, readTicketFacts, type TicketRow, TURNS, type TurnRow } from '../tickets/tickets.ts';

/** The mail that caused an outbox row, without its bytes. */
export type CauseMail = {
  receivedAt: EpochMs;
  messageId: string | undefined;
  fromAddress: string | undefined;
  fromName: string | undefined;
  subject: string | undefined;
  words: string | undefined;
  /** its new words as they were formatted */
  formatted: string | undefined;
  responseId: ResponseId | undefined;
  /** to whom else it was openly addressed, in small letters */
  copied: string[];
  attachments: CauseFile[];
};

export type CauseFile = Pick<Attachment, 'filename' | 'contentType' | 'size' | 'inline' | 'base64'> & {
  aside: boolean;
};

/** Everything that a row needs to be judged, composed and threaded. */
export type OutboxMaterial = {
  facts: TicketFacts | undefined;
  cause: CauseMail | undefined;
  tokens: Map<TokenId, TokenRow>;
  agents: Agent[];
  /** display name in the customer's newest mail about the ticket; '' where none has one */
  customerName: string;
  /** the sealed Message-IDs of our mails about this ticket to this recipient, oldest first */
  sent: { id: OutboxId; ids: Buffer }[];
  /** mails were held or notes written; with the turns this is all that findHistory() would find */
  hasAsides: boolean;
  muted: boolean;
  /** for a notification; undefined where nobody has looked for any yet */
  shownAnswers: ShownAnswer[] | undefined;
};

type CauseRow = {
  received_at: number;
  message_id: string | null;
  from_address: string | null;
  from_name: string | null;
  subject: string | null;
  words: string | null;
  words_html: string | null;
  response_id: ResponseId | null;
  copied: string[];
  attachments: FileRow[] | null;
};

type FileRow = {
  filename: string;
  content_type: string;
  size: number;
  inline: boolean;
  aside: boolean;
  base64_from: number | null;
  base64_to: number | null;
};

type Row = {
  id: OutboxId;
  ticket: (TicketRow & { turns: TurnRow[] | null }) | null;
  cause: CauseRow | null;
  tokens: Parameters<typeof readTokenRow>[0][] | null;
  agents: Agent[] | null;
  customer_name: string | null;
  sent: { id: OutboxId; ids: string }[] | null;
  asides: boolean;
  muted: boolean;
  looked: boolean;
  shown: ShownAnswer[] | null;
};

const SHOWN = shownFor('o.ticket_id');

/** One statement for all rows of a claim, since a row in the outbox is the most frequent thing that a desk works on. */
export async function findOutboxMaterial(database: Database, ids: OutboxId[]): Promise<Map<OutboxId, OutboxMaterial>> {
  const { rows } = await database.query<Row>(
    `select o.id,
       (select to_jsonb(t) || to_jsonb(m) || jsonb_build_object('query', left(t.query, ${MAX_WORDS}),
          'readers', ${READERS}, 'turns', ${TURNS})
        from tickets t join ticket_mail m on m.ticket_id = t.id where t.id = o.ticket_id) as ticket,
       (select jsonb_build_object('received_at', received_at, 'message_id', message_id, 'from_address', from_address,
          'from_name', from_name, 'subject', subject, 'words', left(words, ${MAX_WORDS}),
          'words_html', words_html, 'response_id', response_id, 'copied', to_jsonb(copied), 'attachments',
          (select jsonb_agg(to_jsonb(a) order by a.position) from attachments a where a.inbound_id = i.id))
        from inbound_mails i where i.id = o.inbound_id) as cause,
       (select jsonb_agg(to_jsonb(k)) from reply_tokens k
        where k.id = any(o.token_id || array(select link.value::bigint from jsonb_each_text(o.payload->'links') link))) as tokens,
       (select jsonb_agg(jsonb_build_object('id', id, 'email', email, 'name', name) order by id) from agents where active) as agents,
       case when o.agent_id is not null then
         (select named.from_name from tickets t join inbound_mails named on named.ticket_id = t.id
          where t.id = o.ticket_id and named.from_name <> '' and mailbox_of(named.from_address) = mailbox_of(t.email)
          order by named.id desc limit 1) end as customer_name,
       case when o.audience = 'customer' then
         (select jsonb_agg(jsonb_build_object('id', sent.id, 'ids', encode(sent.sealed_ids, 'base64')) order by sent.id) from (
            (select id, sealed_ids from outbox
             where ticket_id = o.ticket_id and recipient = o.recipient and sealed_ids is not null order by id limit 1)
            union
            (select id, sealed_ids from outbox
             where ticket_id = o.ticket_id and recipient = o.recipient and sealed_ids is not null order by id desc limit 20)) sent)
       end as sent,
       -- Not exists: Postgres would rather read all such mails of the desk once than those of each ticket.
       (select true from inbound_mails aside
           where aside.ticket_id = o.ticket_id and (aside.disposition in ('held', 'third-party', 'link')
             or (aside.disposition in ('automatic', 'bounce') and aside.words is not null)) limit 1) is not null
         or exists (select from notes where notes.ticket_id = o.ticket_id) as asides,
       exists (select from suppressed_addresses where address = lower(o.recipient)) as muted,
       case when o.kind = 'notification' then ${SHOWN.looked} else false end as looked,
       case when o.kind = 'notification' then ${SHOWN.shown} end as shown
     from outbox o where o.id = any($1)`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, readMaterial(row)]));
}

function readMaterial(row: Row): OutboxMaterial {
  return {
    facts: row.ticket ? readTicketFacts(row.ticket) : undefined,
    cause: row.cause ? readCause(row.cause) : undefined,
    tokens: new Map((row.tokens ?? []).map(readTokenRow).map((token) => [token.id, token])),
    agents: row.agents ?? [],
    customerName: row.customer_name ?? '',
    sent: (row.sent ?? []).map(({ id, ids }) => ({ id, ids: Buffer.from(ids, 'base64') })),
    hasAsides: row.asides,
    muted: row.muted,
    shownAnswers: row.looked ? (row.shown ?? []) : undefined,
  };
}

function readCause(row: CauseRow): CauseMail {
  return {
    receivedAt: row.received_at,
    messageId: row.message_id ?? undefined,
    fromAddress: row.from_address ?? undefined,
    fromName: row.from_name ?? undefined,
    subject: row.subject ?? undefined,
    words: row.words ?? undefined,
    formatted: row.words_html ?? undefined,
    responseId: row.response_id ?? undefined,
    copied: row.copied,
    attachments: (row.attachments ?? []).map(readFileRow),
  };
}

function readFileRow({ content_type, base64_from, base64_to, ...file }: FileRow): CauseFile {
  const { filename, size, inline, aside } = file;
  const known = { filename, contentType: content_type, size, inline, aside };
  return base64_from === null || base64_to === null
    ? known
    : { ...known, base64: { from: base64_from, to: base64_to } };
}
