import { mayBeObeyed } from '../../decide/desk/operator-command.ts';
import type { Obeyed, UnderstoodMail, UnderstoodOrder, UnderstoodOrders } from '../../decide/mail/understood-mail.ts';
import { isFault } from '../../domain/fault.ts';
import type { EpochMs } from '../../domain/ticket/ids.ts';
import { isDatabaseAway, isDeadlock, type Tx } from '../../store/database.ts';
import type { AskedMail } from '../decide/look-up-facts.ts';
import type { Desk } from '../desk.ts';
import { acceptWithin, discardWithin } from './accept-parked.ts';
import { outcomeForOperator } from './understand-orders.ts';

/**
 * Carries out the orders of an operator's mail inside the transaction that decides about it, one after the other, each a
 * batch of one: what they come to is what the operator's own mail is decided by.
 * @returns undefined for a copy of such a mail, which gives no orders; how many mails follow from them
 */
export async function obeyOrders(
  tx: Tx,
  desk: Desk,
  { question }: AskedMail,
  { operator, orders, report }: UnderstoodOrders,
  now: EpochMs,
): Promise<{ answer: Obeyed; sends: number } | undefined> {
  if (!mayBeObeyed(question)) return undefined;
  const lines: string[] = [];
  let sends = 0;
  for (const order of orders) {
    const obeyed = await obeyOrder(tx, desk, order, now);
    lines.push(...obeyed.lines);
    sends += obeyed.sends;
  }
  return { answer: { operator, lines, report }, sends };
}

async function obeyOrder(tx: Tx, desk: Desk, order: UnderstoodOrder, now: EpochMs) {
  switch (order.name) {
    case 'tell':
      return { lines: order.lines, sends: 0 };
    case 'accept': {
      const { outcome, sends } = await tryToAccept(tx, desk, order.parked, now);
      return { lines: [outcomeForOperator(order.parked.id, outcome)], sends };
    }
    case 'discard':
      return { lines: [outcomeForOperator(order.id, await discardWithin(tx, desk, order.id, now))], sends: 0 };
  }
}

/** What goes wrong for reasons of one parked mail undoes that order and no other. */
async function tryToAccept(tx: Tx, desk: Desk, parked: UnderstoodMail, now: EpochMs) {
  try {
    return await acceptWithin(tx, desk, parked, now);
  } catch (error) {
    if (isDatabaseAway(error) || isDeadlock(error) || isFault(error, 'turn-lost')) throw error;
    desk.log.error({ err: error, inbound: parked.id }, 'a parked mail could not be accepted');
    const why = `It could not be decided (${error instanceof Error ? error.name : 'unknown'}); the log says more.`;
    return { outcome: { kind: 'refused' as const, why }, sends: 0 };
  }
}
