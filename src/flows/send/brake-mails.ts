import { BRAKE_CAUSE } from '../../decide/desk/plan-alarms.ts';
import { BRAKE_WINDOW_MS, type BrakeSight, mayBrake, passBrake } from '../../decide/send/send-brake.ts';
import type { DeskCheck } from '../../domain/desk/alarm.ts';
import type { OutboxItem } from '../../domain/ticket/outbox-item.ts';
import { countHeldBack, countRepeats } from '../../store/outbox/braked-mails.ts';
import type { Desk } from '../desk.ts';

/** Answers for the mails of one claim, in the order in which they are about to go out. */
export type Brake = { lets(item: OutboxItem): boolean };

/**
 * Looks once for a whole claim. Processes that claim at the same moment each let through what they see room for, so the
 * brake may come some mails late; it is there to end a storm, not to count to a number.
 */
export async function lookAtBrake(desk: Desk, items: OutboxItem[]): Promise<Brake> {
  const limit = desk.rules.sendBrake;
  const braked = limit === 0 ? [] : items.filter(mayBrake);
  if (braked.length === 0) return { lets: () => true };
  const recipients = braked.map((item) => item.recipient.toLowerCase());
  const found = await countRepeats(desk.database, BRAKE_WINDOW_MS, recipients);
  let sight: BrakeSight = { repeats: found.repeats, had: new Set(found.had) };
  return {
    lets: (item) => {
      if (!mayBrake(item)) return true;
      const passed = passBrake(sight, item.recipient, limit);
      sight = passed.sight;
      return passed.goes;
    },
  };
}

/** The brake as the operators see it: on while it holds mails back. */
export async function checkBrake(desk: Desk): Promise<DeskCheck> {
  const held = await countHeldBack(desk.database, 'brake');
  const detail = held === 0 ? 'no mail is held back' : `${held} ${held === 1 ? 'mail waits' : 'mails wait'}`;
  return { cause: BRAKE_CAUSE, ok: held === 0, detail };
}
