import { type LinkOutcome, pressLink, pressPage } from '../../decide/desk/decide-link.ts';
import { isGenuine } from '../../decide/mail/match/reply-token.ts';
import type { LinkSight } from '../../domain/pages.ts';
import type { TicketFacts } from '../../domain/ticket/facts.ts';
import { isLinkPurpose, type LinkPurpose } from '../../domain/ticket/link.ts';
import { findTokens, formatTicketNumber, formatToken, type TokenRow } from '../../domain/ticket/reply-token.ts';
import type { Agent } from '../../domain/ticket/ticket.ts';
import { killPoint } from '../../runtime/kill-point.ts';
import { inTransaction } from '../../store/database.ts';
import { findToken } from '../../store/tickets/reply-tokens.ts';
import { findTicket, lockTicket } from '../../store/tickets/tickets.ts';
import { carryOutAct } from '../decide/carry-out.ts';
import type { Desk } from '../desk.ts';
import { agentsOfTicket } from './agents-of-ticket.ts';

/** What stands behind a link, and whether it has been done; changes nothing (RFC 9110 section 9.2.1). */
export async function lookAtLink(desk: Desk, text: string): Promise<LinkSight> {
  const link = await findLink(desk, text);
  if (!link) return gonePage(desk);
  const facts = await findTicket(desk.database, link.row.ticketId);
  return facts ? pageOfLink(desk, facts, link) : gonePage(desk);
}

/** Does what the link says, once; a second time finds it done. `written` is what stands in the field of its page. */
export async function pressTheLink(desk: Desk, text: string, written = ''): Promise<LinkSight> {
  const link = await findLink(desk, text);
  if (!link) return gonePage(desk);
  const now = desk.clock.now();
  const { seen, sends } = await inTransaction(desk.database, async (tx) => {
    const facts = await lockTicket(tx, link.row.ticketId);
    if (!facts) return { seen: gonePage(desk), sends: 0 };
    // Another press at the same moment may have used it meanwhile.
    const current = { ...link, row: (await findToken(tx, link.row.id)) ?? link.row };
    const outcome = pressPage(linkQuestion(desk, facts, current, await agentsOfTicket(tx, desk, facts)), written);
    if (outcome.kind !== 'act') return { seen: pageOfLink(desk, facts, current), sends: 0 };
    const mails = await carryOutAct(tx, desk, { effects: outcome.effects, actor: 'customer', ticket: facts }, now);
    killPoint('press-before-commit');
    const said = outcome.effects.some((effect) => effect.do === 'feedback-words');
    return { seen: donePage(desk, facts, link, said), sends: mails };
  });
  killPoint('press-after-commit');
  if (sends > 0) void desk.queue.hint('send');
  return seen;
}

type Link = { row: TokenRow; purpose: LinkPurpose };

/** A genuine, unexpired token of a link and nothing beside it; every other text looks the same from outside. */
async function findLink(desk: Desk, text: string): Promise<Link | undefined> {
  const token = text.length <= 64 ? findTokens(text).find((one) => formatToken(one) === text.toLowerCase()) : undefined;
  const row = token && (await findToken(desk.database, token.tokenId));
  if (!token || !row || !isGenuine(desk.keys, row, token)) return undefined;
  if (row.revokedAt !== undefined || row.expiresAt <= desk.clock.now()) return undefined;
  const { purpose } = row;
  return isLinkPurpose(purpose) ? { row, purpose } : undefined;
}

function linkQuestion(desk: Desk, facts: TicketFacts, { row, purpose }: Link, agents: Agent[]) {
  const { reopenDays } = desk.rules;
  return { ticket: facts, purpose, token: row, agents, reopenDays, now: desk.clock.now() };
}

function pageOfLink(desk: Desk, facts: TicketFacts, link: Link): LinkSight {
  const outcome: LinkOutcome = pressLink(linkQuestion(desk, facts, link, []));
  if (outcome.kind === 'not-now') return gonePage(desk);
  if (outcome.kind === 'already') return donePage(desk, facts, link, facts.feedbackWords !== undefined);
  return { state: 'ready', purpose: link.purpose, ...pageIdentity(desk, facts) };
}

function donePage(desk: Desk, facts: TicketFacts, { purpose }: Link, said: boolean): LinkSight {
  return purpose === 'not-satisfied' && said
    ? { state: 'said', purpose, ...pageIdentity(desk, facts) }
    : { state: 'done', purpose, ...pageIdentity(desk, facts) };
}

function pageIdentity(desk: Desk, { id, mailboxId, locale }: TicketFacts) {
  return { ticketNumber: formatTicketNumber(id), brand: desk.identityOf(mailboxId).brand, locale };
}

function gonePage(desk: Desk): LinkSight {
  const { brand, locale } = desk.identityOf(undefined);
  return { state: 'gone', brand, locale };
}
