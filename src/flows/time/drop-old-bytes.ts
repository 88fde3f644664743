import { DAY_MS } from '../../domain/desk/rules.ts';
import { removeInboundBytes, removeOutboxBytes } from '../../store/inbound/raw-retention.ts';
import type { Desk } from '../desk.ts';

const BATCH = 200;
/** Batches of one look, so that a desk that sets RAW_RETENTION_DAYS after years works it off beside its work. */
const MAX_BATCHES = 25;

/**
 * Removes the bytes of mails that ended more than `days` ago; words, subjects and everything else in the tables stay.
 * Part of the sweep; any number of them may run. @returns how many mails lost their bytes
 */
export async function dropOldBytes(desk: Desk, days: number): Promise<number> {
  if (days === 0) return 0;
  const now = desk.clock.now();
  const before = now - days * DAY_MS;
  let removed = 0;
  for (const remove of [removeInboundBytes, removeOutboxBytes]) {
    for (let batch = 1; batch <= MAX_BATCHES; batch++) {
      const count = await remove(desk.database, before, now, BATCH);
      removed += count;
      if (count < BATCH) break;
    }
  }
  if (removed > 0) desk.log.info({ removed }, 'the bytes of old mails were removed');
  return removed;
}
