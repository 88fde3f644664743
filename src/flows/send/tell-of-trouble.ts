import { undelivered, whoHears } from '../../decide/send/plan-outbox.ts';
import type { Effect } from '../../domain/ticket/decision.ts';
import type { EpochMs, OutboxId, TicketId } from '../../domain/ticket/ids.ts';
import type { MailTemplate } from '../../domain/ticket/outbox-item.ts';
import type { Tx } from '../../store/database.ts';
import { findOutboxRow, markTold, type TroubledRow } from '../../store/outbox/outbox.ts';
import { countUnknownAttempts } from '../../store/outbox/unknown-mails.ts';
import { lockTicket } from '../../store/tickets/tickets.ts';
import { agentsOfTicket } from '../act/agents-of-ticket.ts';
import { carryOutAct } from '../decide/carry-out.ts';
import type { Desk } from '../desk.ts';

/** Kinds whose failure somebody must hear of; a lost confirmation is not worth a second mail that may be lost too. */
export const NOTIFY_ON_FAILURE: MailTemplate[] = ['response', 'closing', 'receipt', 'notification'];

/**
 * Ends a mail in trouble and tells of it: `end` writes the end of the row, and says false where it had one. The ticket is
 * locked before the row, as a bounce of the same mail does (src/README.md, "Which lock first").
 */
export async function endInTrouble(
  tx: Tx,
  desk: Desk,
  mail: { id: OutboxId; ticketId: TicketId | undefined },
  now: EpochMs,
  refused: boolean,
  end: () => Promise<boolean>,
): Promise<number> {
  if (mail.ticketId !== undefined) await lockTicket(tx, mail.ticketId);
  return (await end()) ? await tellOfTrouble(tx, desk, mail.id, now, refused) : 0;
}

/**
 * A mail failed for good, or nobody knows whether it arrived: the agents concerned are told once, and an address that
 * the server refused is muted for automatic mail. Part of the caller's transaction.
 */
export async function tellOfTrouble(tx: Tx, desk: Desk, id: OutboxId, now: EpochMs, refused: boolean): Promise<number> {
  const row = await findOutboxRow(tx, id);
  if (!row) return 0;
  const mute: Effect[] = refused ? [{ do: 'mute', address: row.recipient, reason: 'refused', outboxId: id }] : [];
  const isTold =
    row.ticketId !== undefined && NOTIFY_ON_FAILURE.includes(row.template) && (await isFinal(tx, desk, row));
  if (!isTold || row.ticketId === undefined) {
    return await carryOutAct(tx, desk, { effects: mute, actor: 'system', ticket: undefined }, now);
  }
  const ticket = await lockTicket(tx, row.ticketId);
  await markTold(tx, id, now);
  const reachable = (await agentsOfTicket(tx, desk, ticket)).filter((agent) => agent.id !== row.agentId);
  const effects: Effect[] = [
    ...mute,
    {
      do: 'write-down',
      action: row.state === 'unknown' ? 'unknown' : 'failed',
      detail: { outbox: id, kind: row.template },
    },
    ...whoHears(reachable, ticket?.assigneeId).map(
      (agent): Effect => ({ do: 'send', draft: undelivered(agent, { outboxId: id, agentId: row.agentId }, now) }),
    ),
  ];
  return await carryOutAct(tx, desk, { effects, actor: 'system', ticket }, now);
}

/** A mail of unknown fate is sent once more, or found to have been taken; only the second time is final. */
async function isFinal(tx: Tx, desk: Desk, row: TroubledRow): Promise<boolean> {
  if (row.state !== 'unknown' || desk.rules.unknownResendMinutes === 0) return true;
  return (await countUnknownAttempts(tx, row.id)) >= 2;
}
