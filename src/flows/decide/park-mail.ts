import { parkUnread } from '../../decide/mail/park-unread.ts';
import type { UnderstoodMail } from '../../decide/mail/understood-mail.ts';
import { parkedFate } from '../../decide/plan/plan-fate.ts';
import { agentsOf } from '../../domain/desk/mailboxes.ts';
import type { ParkedReason } from '../../domain/ticket/reasons.ts';
import { inTransaction } from '../../store/database.ts';
import type { WaitingMail } from '../../store/inbound/inbound-claims.ts';
import { listAgents } from '../../store/tickets/agents.ts';
import type { Desk } from '../desk.ts';
import { carryOut } from './carry-out.ts';
import { AlreadyDecided } from './write-rows.ts';

type ParkedMail = Pick<WaitingMail, 'id' | 'mailboxId' | 'orderKey' | 'storedAt'> & {
  /** what was found out about its sender, for when an operator accepts it */
  check?: UnderstoodMail['check'];
};

/** Parks a mail that cannot be read or decided; its bytes stay. Does nothing where another process has ended it. */
export async function parkMail(
  desk: Desk,
  { id, mailboxId, orderKey, storedAt, check }: ParkedMail,
  reason: ParkedReason,
  detail: string,
): Promise<void> {
  const now = desk.clock.now();
  try {
    const [carried] = await inTransaction(desk.database, async (tx) => {
      const effects = parkUnread(orderKey, agentsOf(desk.identityOf(mailboxId), await listAgents(tx)), reason, now);
      const act = {
        decision: { effects, actor: 'system' as const, ticketId: undefined },
        ticket: undefined,
        identity: desk.identityOf(mailboxId),
        mailboxId,
        inbound: undefined,
        unread: parkedFate(id, reason, detail),
        check,
      };
      return await carryOut(tx, desk, [act], now);
    });
    if (carried && carried.sends > 0) void desk.queue.hint('send');
  } catch (error) {
    if (error instanceof AlreadyDecided) return;
    throw error;
  }
  desk.metrics.mailsDecided.inc({ disposition: 'parked', reason });
  desk.metrics.decideSeconds.observe(Math.max(0, now - storedAt) / 1000);
  desk.log.info({ inbound: id, disposition: 'parked', reason }, 'decided');
}
