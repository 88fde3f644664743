import type { AgentView } from '../../domain/ticket/facts.ts';
import type { AgentId, EpochMs, InboundId, ResponseId, TicketId, TokenId } from '../../domain/ticket/ids.ts';
import type { AcceptedRow, SeenRow } from '../../domain/ticket/planned-rows.ts';
import type { Disposition } from '../../domain/ticket/reasons.ts';
import type { Tx } from '../database.ts';

export type AskedView = { ticketId: TicketId; tokenId: TokenId; agentId: AgentId };

type Row = {
  token_id: TokenId;
  waiting: { id: InboundId; shown: boolean }[] | null;
  newest: InboundId | null;
  about: { id: InboundId; disposition: Disposition; words: string | null; response_id: ResponseId | null } | null;
};

/**
 * What agents know of the tickets that they act on, each by the token of the mail that they answer. Only notifications show what
 * came out of turn: the newest one that the agent had got when that mail was written says which of it they were shown.
 */
export async function listAgentViews(tx: Tx, asked: AskedView[]): Promise<Map<TokenId, AgentView>> {
  if (asked.length === 0) return new Map();
  const { rows } = await tx.query<Row>(
    `select asked.token_id,
       (select jsonb_agg(jsonb_build_object('id', i.id, 'shown', i.token_before < coalesce(seen.token_id, 0)) order by i.id)
        from inbound_mails i
        where i.ticket_id = asked.ticket_id and i.token_before is not null and i.seen_at is null and i.words is not null) as waiting,
       (select max(n.id) from inbound_mails n
        where n.ticket_id = asked.ticket_id and n.disposition in ('ticket', 'answer', 'held', 'third-party', 'link')) as newest,
       (select jsonb_build_object('id', m.id, 'disposition', m.disposition, 'words', m.words, 'response_id', m.response_id)
        from outbox o join inbound_mails m on m.id = o.inbound_id
        where o.ticket_id = asked.ticket_id and o.token_id = asked.token_id and o.kind = 'notification'
          and m.ticket_id = asked.ticket_id and m.agent_id is null) as about
     from unnest($1::bigint[], $2::bigint[], $3::bigint[]) as asked(ticket_id, token_id, agent_id)
     cross join lateral (
       select max(o.token_id) as token_id from outbox o
       where o.ticket_id = asked.ticket_id and o.agent_id = asked.agent_id and o.kind = 'notification'
         and o.token_id <= asked.token_id) seen`,
    [asked.map((one) => one.ticketId), asked.map((one) => one.tokenId), asked.map((one) => one.agentId)],
  );
  return new Map(rows.map((row) => [row.token_id, readView(row)]));
}

function readView({ waiting, about, newest }: Row): AgentView {
  return {
    shown: (waiting ?? []).filter(({ shown }) => shown).map(({ id }) => id),
    unseen: (waiting ?? []).filter(({ shown }) => !shown).map(({ id }) => id),
    about: about
      ? {
          inboundId: about.id,
          disposition: about.disposition,
          words: about.words ?? undefined,
          responseId: about.response_id ?? undefined,
        }
      : undefined,
    newest: newest ?? undefined,
  };
}

/** Words out of turn that wait for the desk no longer. */
export async function markSeen(tx: Tx, rows: SeenRow[], now: EpochMs): Promise<void> {
  const named = rows.flatMap(({ mails }) => (mails === 'all' ? [] : mails));
  const ofTickets = rows.flatMap(({ ticketId, mails }) => (mails === 'all' ? ticketId : []));
  if (named.length + ofTickets.length === 0) return;
  await tx.query(
    `update inbound_mails set seen_at = $1
     where token_before is not null and seen_at is null and words is not null and (id = any($2) or ticket_id = any($3))`,
    [now, named, ofTickets],
  );
}

/** Mails out of turn that are the customer's answers from now on. */
export async function markAccepted(tx: Tx, rows: AcceptedRow[], now: EpochMs): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(
    `update inbound_mails m set disposition = 'answer', reason = 'accepted-as-answer', response_id = a.response_id, seen_at = $1
     from unnest($2::bigint[], $3::bigint[]) as a(id, response_id)
     where m.id = a.id and m.disposition in ('held', 'third-party')`,
    [now, rows.map((row) => row.inboundId), rows.map((row) => row.responseId)],
  );
}
