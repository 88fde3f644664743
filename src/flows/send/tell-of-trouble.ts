import { undelivered, whoHears } from '../../decide/send/plan-outbox.ts';
import type { EpochMs, OutboxId, TicketId } from '../../domain/ids.ts';
import type { MailTemplate } from '../../domain/outbox-item.ts';
import type { Tx } from '../../store/database.ts';
import { findOutboxRow, markTold } from '../../store/outbox/outbox.ts';
import { countUnknownAttempts } from '../../store/outbox/unknown-mails.ts';
import { listAgents } from '../../store/tickets/agents.ts';
import { insertAudit, muteAddress } from '../../store/tickets/ticket-records.ts';
import { lockTicket } from '../../store/tickets/tickets.ts';
import { applyDecision, NO_MAIL } from '../decide/apply-decision.ts';
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
): Promise<OutboxId[]> {
  if (mail.ticketId !== undefined) await lockTicket(tx, mail.ticketId);
  return (await end()) ? await tellOfTrouble(tx, desk, mail.id, now, refused) : [];
}

/**
 * A mail failed for good, or nobody knows whether it arrived: the agents concerned are told once, and an address that
 * the server refused is muted for automatic mail. Part of the caller's transaction.
 */
export async function tellOfTrouble(
  tx: Tx,
  desk: Desk,
  id: OutboxId,
  now: EpochMs,
  refused: boolean,
): Promise<OutboxId[]> {
  const row = await findOutboxRow(tx, id);
  if (!row) return [];
  if (refused) await muteAddress(tx, row.recipient, 'refused', id, now);
  if (row.ticketId === undefined || !NOTIFY_ON_FAILURE.includes(row.template)) return [];
  // It is sent once more, or found to have been taken; only the second time is final.
  const { unknownResendMinutes } = desk.rules;
  if (row.state === 'unknown' && unknownResendMinutes > 0 && (await countUnknownAttempts(tx, id)) < 2) return [];
  const ticket = await lockTicket(tx, row.ticketId);
  await markTold(tx, id, now);
  await insertAudit(
    tx,
    [
      {
        ticketId: row.ticketId,
        inboundId: undefined,
        actor: 'system',
        action: row.state,
        detail: { outbox: id, kind: row.template },
      },
    ],
    now,
  );
  const reachable = (await listAgents(tx)).filter((agent) => agent.id !== row.agentId);
  const effects = whoHears(reachable, ticket?.assigneeId).map((agent) => ({
    do: 'send' as const,
    draft: undelivered(agent, { outboxId: id, agentId: row.agentId }, now),
  }));
  const applied = await applyDecision(
    tx,
    desk,
    { effects, actor: 'system', ticketId: row.ticketId },
    ticket,
    NO_MAIL,
    now,
  );
  return applied.outboxIds;
}
