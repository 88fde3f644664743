import type { OutboxId } from '../../domain/ids.ts';
import type { OfMailboxes } from '../../domain/mailboxes.ts';
import type { OutboxItem } from '../../domain/outbox-item.ts';
import { killPoint } from '../../runtime/kill-point.ts';
import { claimOutbox, markClaimed } from '../../store/outbox/outbox.ts';
import { findOutboxMaterial, type OutboxMaterial } from '../../store/outbox/outbox-material.ts';
import { lookAtBrake } from './brake-mails.ts';
import { CLAIM_MS, type Claimed, isFresh, type SendingDesk, sendOne } from './send-one.ts';
import { writeAttempts } from './write-attempts.ts';

const BATCH = 40;

/**
 * The lanes of one process, as many as it has connections. Each call sees to it that rows that are due now are sent, and
 * resolves when the lanes that it had to start find no more. A recipient whose server is slow keeps one lane for as long
 * as it takes, and the others go on claiming. Any number of processes claim different rows. When `stop` aborts, mails on
 * their way are finished and the rest of what was claimed is given back.
 * @param of whose mails it sends; undefined: all
 */
export function sendInLanes(desk: SendingDesk, of?: OfMailboxes): (stop: AbortSignal) => Promise<void> {
  const claimed: Claimed[] = [];
  const attempts = writeAttempts(desk);
  let lanes = 0;
  let claiming: Promise<void> | undefined;
  let refreshing: Promise<void> | undefined;
  // Somebody has told of rows since the last claim began, which may not have seen them.
  let told = false;

  const claim = async () => {
    told = false;
    const items = await claimOutbox(desk.database, desk.clock.now(), CLAIM_MS, BATCH, of);
    if (items.length > 0) killPoint('claim');
    const brake = await lookAtBrake(desk, items);
    const at = performance.now();
    const found = await lookUp(desk, items);
    claimed.push(...items.map((item) => ({ item, brake, material: found.get(item.id), at, lookedUpAt: at })));
  };
  // Where the relay is slow, all that still wait are looked up again together.
  const refresh = async () => {
    const lookedUpAt = performance.now();
    const waiting = [...claimed];
    const items = waiting.map(({ item }) => item);
    const found = await lookUp(desk, items);
    for (const one of waiting) Object.assign(one, { material: found.get(one.item.id), lookedUpAt });
  };
  const next = async (stop: AbortSignal): Promise<Claimed | undefined> => {
    while (true) {
      if (claimed[0] && !isFresh(claimed[0])) {
        refreshing ??= refresh().finally(() => {
          refreshing = undefined;
        });
        await refreshing;
      }
      const one = claimed.shift();
      if (one || stop.aborted) return one;
      claiming ??= claim().finally(() => {
        claiming = undefined;
      });
      await claiming;
      if (claimed.length === 0 && !told) return undefined;
    }
  };
  const lane = async (stop: AbortSignal) => {
    // A relay that takes fewer connections than we may have ends the lanes that would only wait for one.
    for (let one = await next(stop); one; one = lanes > desk.smtp.connections() ? undefined : await next(stop)) {
      if (stop.aborted) await giveBack(desk, one.item);
      // The claim of one that had to wait too long is over, and it comes again with another.
      else if (performance.now() - one.at < CLAIM_MS) await sendOne(desk, attempts, one, stop);
    }
    // Counted here, in the same turn, or two lanes would both find themselves one too many.
    lanes--;
  };
  return async (stop) => {
    told = true;
    const mine: Promise<void>[] = [];
    while (lanes < desk.smtp.connections() && !stop.aborted) {
      lanes++;
      mine.push(
        lane(stop).catch((error) => {
          lanes--;
          throw error;
        }),
      );
    }
    // Whatever fails, this lasts until the last of them is done.
    const ended = await Promise.allSettled(mine);
    for (const end of ended) if (end.status === 'rejected') throw end.reason;
  };
}

/** Nothing was done with it: it is due again at once, for another process. */
async function giveBack(desk: SendingDesk, item: OutboxItem): Promise<void> {
  const why = 'the process was asked to end';
  await markClaimed(desk.database, item.id, { state: 'pending', why }, desk.clock.now());
}

/** Where it fails, each mail is looked up alone, so that one cannot keep the others from being sent. */
async function lookUp(desk: SendingDesk, items: OutboxItem[]): Promise<Map<OutboxId, OutboxMaterial>> {
  if (items.length === 0) return new Map();
  const ids = items.map((item) => item.id);
  return await findOutboxMaterial(desk.database, ids).catch(() => new Map<OutboxId, OutboxMaterial>());
}
