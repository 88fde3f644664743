import type { Act, Carried } from '../../decide/plan/acting.ts';
import { type Needs, planNeeds } from '../../decide/plan/plan-needs.ts';
import { planRows } from '../../decide/plan/plan-rows.ts';
import type { Actor, Effect } from '../../domain/ticket/decision.ts';
import type { TicketFacts } from '../../domain/ticket/facts.ts';
import type { EpochMs, InboundId, TicketId } from '../../domain/ticket/ids.ts';
import type { Tx } from '../../store/database.ts';
import { lockCounting, type Reservation, reserveIds } from '../../store/reserve-ids.ts';
import { type Desk, tokenExpiry } from '../desk.ts';
import { writeRows } from './write-rows.ts';

/**
 * Carries decisions out inside the caller's transaction, all or nothing: ids are reserved and earlier mails counted, then
 * the decisions become rows, then the rows are written. For a batch of mails as for a link, a command or the passing of time.
 * @returns what each act came to, in the order given
 * @throws Fault turn-lost, AlreadyDecided: the caller rolls back
 */
export async function carryOut(tx: Tx, desk: Desk, acts: Act[], now: EpochMs): Promise<Carried[]> {
  const needs = planNeeds(acts, desk.rules);
  await lockCounting(tx, needs.together);
  const reserved = await reserve(tx, needs);
  let next = 0;
  const asked = needs.drafts.map((ofOne) =>
    ofOne.map((draft) => ({ ...draft, before: reserved.counts[next++] ?? NOTHING_COUNTED })),
  );
  const { rows, carried } = planRows(acts, asked, reserved, desk.rules, now);
  await writeRows(tx, rows, { now, at: reserved.at, tokensExpireAt: tokenExpiry(desk, now) });
  for (const effect of acts.flatMap((act) => act.decision.effects))
    if (effect.do === 'feedback') desk.metrics.feedback.inc({ feedback: effect.feedback });
  for (const { id, template, heldBy } of rows.outbox) {
    if (heldBy === undefined) continue;
    desk.metrics.sends.inc({ kind: template, outcome: 'cancelled' });
    desk.log.info({ outbox: id, kind: template, heldBy }, 'not sent');
  }
  return carried;
}

const NOTHING_COUNTED = { perTicket: 0, perRecipient: 0, perDomain: 0, perAgent: 0 };

async function reserve(tx: Tx, needs: Needs): Promise<Reservation> {
  const notices = needs.drafts.flat().map(({ draft, bounds, ticketId, opens }) => ({
    ticketId,
    aboutTicket: ticketId !== undefined || opens,
    recipient: draft.recipient,
    bounds,
  }));
  const { tickets, responses, tokens, outbox, dedupeKeys } = needs;
  return await reserveIds(tx, { tickets, responses, tokens, outbox, dedupeKeys, notices });
}

/** What no mail asked for: a link, a command, an alarm or the passing of time. */
export type PlainAct = {
  effects: Effect[];
  actor: Actor;
  /** locked, where its rows change */
  ticket: TicketFacts | undefined;
  /** what a line of the audit log is about, where nothing of the ticket itself changes */
  about?: { ticketId: TicketId | undefined; inboundId?: InboundId };
};

/** Carries out one act without a mail behind it. @returns how many mails follow from it */
export async function carryOutAct(tx: Tx, desk: Desk, act: PlainAct, now: EpochMs): Promise<number> {
  const { effects, actor, ticket, about } = act;
  const decision = { effects, actor, ticketId: ticket?.id ?? about?.ticketId };
  const mailboxId = ticket?.mailboxId;
  const identity = desk.identityOf(mailboxId);
  const plain = { decision, ticket, identity, mailboxId, inbound: undefined, about: about?.inboundId };
  const [carried] = await carryOut(tx, desk, [plain], now);
  return carried?.sends ?? 0;
}
