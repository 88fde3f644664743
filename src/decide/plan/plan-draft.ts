import type { TokenId } from '../../domain/ticket/ids.ts';
import type { NewOutboxRow } from '../../domain/ticket/planned-rows.ts';
import type { TokenPurpose } from '../../domain/ticket/reply-token.ts';
import { type Acting, mailOf, theTicket } from './acting.ts';
import { boundThatHolds, countNotice } from './bound-notices.ts';
import type { AskedDraft } from './plan-needs.ts';

/**
 * A draft to its row of the outbox, with the tokens for its reply address and its links.
 * @returns false where it was written before, or a bound holds it
 */
export function planDraft(acting: Acting, { draft, bounds, before }: AskedDraft, known: Set<string>): boolean {
  const { rows, batch, reserved, act } = acting;
  if (draft.dedupeKey !== undefined && known.has(draft.dedupeKey)) return false;
  const about = acting.ticketId;
  const heldBy = boundThatHolds(draft, about, bounds, before, batch);
  const row: NewOutboxRow = {
    id: reserved.outbox(),
    mailboxId: draft.mailboxId ?? acting.ticket?.state.mailboxId ?? act.mailboxId,
    template: draft.template,
    audience: draft.audience,
    ticketId: draft.withoutTicket ? undefined : acting.ticketId,
    responseId: draft.responseId === 'new' ? acting.newResponseId : draft.responseId,
    inboundId: draft.inboundId ?? mailOf(act),
    agentId: draft.agentId,
    tokenId: undefined,
    recipient: draft.recipient,
    payload: draft.payload ?? {},
    dedupeKey: heldBy === undefined ? draft.dedupeKey : undefined,
    heldBy,
  };
  if (heldBy !== undefined) {
    // No token is made for what nobody gets.
    rows.outbox.push(row);
    return false;
  }
  if (draft.dedupeKey !== undefined) known.add(draft.dedupeKey);
  countNotice(draft, about, batch);
  const tokenId = draft.reply && newToken(acting, draft.reply.purpose, row);
  const links = (draft.links ?? []).map((purpose) => [purpose, newToken(acting, purpose, row)] as const);
  const payload = draft.links ? { ...row.payload, links: Object.fromEntries(links) } : row.payload;
  rows.outbox.push({ ...row, tokenId, payload });
  return true;
}

function newToken(acting: Acting, purpose: TokenPurpose, { agentId, mailboxId }: NewOutboxRow): TokenId {
  const id = acting.reserved.token();
  const isAgent = purpose === 'agent';
  acting.rows.tokens.push({
    id,
    purpose,
    ticketId: theTicket(acting),
    responseId: purpose === 'turn' ? acting.newResponseId : undefined,
    agentId: isAgent ? agentId : undefined,
    seenResponseId: isAgent ? acting.ticket?.turns.at(-1)?.responseId : undefined,
    mailboxId,
  });
  return id;
}
