import { type LinkOutcome, pressLink } from '../../decide/desk/decide-link.ts';
import { isGenuine } from '../../decide/mail/reply-token.ts';
import type { TicketFacts } from '../../domain/facts.ts';
import type { OutboxId } from '../../domain/ids.ts';
import { isPagePurpose, type PagePurpose } from '../../domain/link.ts';
import { findTokens, formatSubjectTag, formatToken, type TokenRow } from '../../domain/reply-token.ts';
import type { Agent } from '../../domain/ticket.ts';
import type { LinkSight } from '../../http/link-pages.ts';
import { killPoint } from '../../runtime/kill-point.ts';
import { inTransaction } from '../../store/database.ts';
import { listAgents } from '../../store/tickets/agents.ts';
import { findToken } from '../../store/tickets/reply-tokens.ts';
import { findTicket, lockTicket } from '../../store/tickets/tickets.ts';
import type { Desk } from '../desk.ts';
import { applyDecision, NO_MAIL } from './apply-decision.ts';

/** What stands behind a link, and whether it has been done; changes nothing (RFC 9110 section 9.2.1). */
export async function lookAtLink(desk: Desk, text: string): Promise<LinkSight> {
  const link = await findLink(desk, text);
  if (!link) return gone(desk);
  const facts = await findTicket(desk.database, link.row.ticketId);
  return facts ? sight(desk, facts, link) : gone(desk);
}

/** Does what the link says, once; a second time finds it done. */
export async function pressTheLink(desk: Desk, text: string): Promise<LinkSight> {
  const link = await findLink(desk, text);
  if (!link) return gone(desk);
  const now = desk.clock.now();
  const { seen, outboxIds } = await inTransaction(desk.database, async (tx) => {
    const facts = await lockTicket(tx, link.row.ticketId);
    if (!facts) return { seen: gone(desk), outboxIds: [] as OutboxId[] };
    // Whoever pressed at the same moment may have used it meanwhile.
    const current = { ...link, row: (await findToken(tx, link.row.id)) ?? link.row };
    const outcome = press(desk, facts, current, await listAgents(tx));
    if (outcome.kind !== 'act') return { seen: sight(desk, facts, current), outboxIds: [] };
    const decision = { effects: outcome.effects, actor: 'customer' as const, ticketId: facts.ticket.id };
    const applied = await applyDecision(tx, desk, decision, facts, NO_MAIL, now);
    killPoint('press-before-commit');
    return { seen: { ...sight(desk, facts, link), state: 'done' } as LinkSight, outboxIds: applied.outboxIds };
  });
  killPoint('press-after-commit');
  if (outboxIds.length > 0) void desk.queue.hint('send', outboxIds);
  return seen;
}

type Link = { row: TokenRow; purpose: PagePurpose };

/** A genuine, unexpired token of a link and nothing beside it; every other text looks the same from outside. */
async function findLink(desk: Desk, text: string): Promise<Link | undefined> {
  const token = text.length <= 64 ? findTokens(text).find((one) => formatToken(one) === text.toLowerCase()) : undefined;
  const row = token && (await findToken(desk.database, token.tokenId));
  if (!token || !row || !isGenuine(desk.keys, row, token)) return undefined;
  if (row.revokedAt !== undefined || row.expiresAt <= desk.clock.now()) return undefined;
  const { purpose } = row;
  return isPagePurpose(purpose) ? { row, purpose } : undefined;
}

function press(desk: Desk, facts: TicketFacts, { row, purpose }: Link, agents: Agent[]): LinkOutcome {
  const { reopenDays } = desk.rules;
  return pressLink({ facts, purpose, token: row, agents, reopenDays, now: desk.clock.now() });
}

function sight(desk: Desk, facts: TicketFacts, link: Link): LinkSight {
  const { purpose } = link;
  const outcome = press(desk, facts, link, []);
  const state = outcome.kind === 'act' ? 'ready' : outcome.kind === 'already' ? 'done' : undefined;
  if (state === undefined) return gone(desk);
  return { state, purpose, ticketTag: formatSubjectTag(facts.ticket.id), deskName: desk.identityOf(undefined).name };
}

function gone(desk: Desk): LinkSight {
  return { state: 'gone', deskName: desk.identityOf(undefined).name };
}
