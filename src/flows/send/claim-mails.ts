import type { OfMailboxes } from '../../domain/desk/mailboxes.ts';
import type { OutboxId } from '../../domain/ticket/ids.ts';
import type { OutboxItem } from '../../domain/ticket/outbox-item.ts';
import { killPoint } from '../../runtime/kill-point.ts';
import { claimOutbox, markClaimed } from '../../store/outbox/outbox.ts';
import { findOutboxMaterial, type OutboxMaterial } from '../../store/outbox/outbox-material.ts';
import { lookAtBrake } from './brake-mails.ts';
import {
  CLAIM_MS,
  type Claimed,
  isClaimOver,
  isFresh,
  type Prepared,
  prepareMail,
  type SendingDesk,
} from './prepare-mail.ts';

const BATCH = 40;

/** What one process has claimed: mails that wait to be composed, and mails that were composed ahead. */
export type Claims = {
  /** Somebody tells of rows, which a claim that has begun may not have seen. */
  tell(): void;
  /** A mail that was composed ahead, and still stands. */
  takeReady(): Prepared | undefined;
  /** The next mail, composed; undefined where no more are due. */
  nextReady(stop: AbortSignal): Promise<Prepared | undefined>;
  /**
   * Composes one while a lane waits for the relay, for whichever lane is free first: a slow recipient keeps none of them.
   * At most `atMost` are composed ahead. Never rejects.
   */
  prepareAhead(atMost: number): Promise<void>;
};

export function createClaims(desk: SendingDesk, of?: OfMailboxes): Claims {
  const claimed: Claimed[] = [];
  const ready: Prepared[] = [];
  let preparing = 0;
  let claiming: Promise<void> | undefined;
  let refreshing: Promise<void> | undefined;
  let told = false;

  const claim = async () => {
    told = false;
    claimed.push(...(await claimDue(desk, of)));
  };
  const freshen = async () => {
    if (!claimed[0] || isFresh(claimed[0])) return;
    refreshing ??= lookUpAgain(desk, [...claimed]).finally(() => {
      refreshing = undefined;
    });
    await refreshing;
  };
  const next = async (stop: AbortSignal): Promise<Claimed | undefined> => {
    while (true) {
      await freshen();
      const one = claimed.shift();
      if (one || stop.aborted) return one;
      claiming ??= claim().finally(() => {
        claiming = undefined;
      });
      await claiming;
      if (claimed.length === 0 && !told) return undefined;
    }
  };
  // A claim that lasted too long is over, and the mail comes again with another.
  const prepare = async (one: Claimed) => (isClaimOver(one) ? undefined : await prepareMail(desk, one));
  return {
    tell: () => {
      told = true;
    },
    takeReady: () => (ready[0] && isFresh(ready[0].claimed) ? ready.shift() : undefined),
    nextReady: async (stop) => {
      while (true) {
        const ahead = ready.shift();
        const one = ahead?.claimed ?? (await next(stop));
        if (one === undefined) return undefined;
        // What it rests on may have changed meanwhile: it is judged and composed anew.
        const made = ahead && isFresh(one) ? ahead : stop.aborted ? undefined : await prepare(one);
        if (made && !stop.aborted) return made;
        if (stop.aborted) await giveBackClaim(desk, one.item);
      }
    },
    prepareAhead: async (atMost) => {
      if (ready.length + preparing >= atMost || claimed.length === 0) return;
      preparing++;
      let one: Claimed | undefined;
      try {
        await freshen();
        one = claimed.shift();
        const made = one && (await prepare(one));
        if (made) ready.push(made);
      } catch {
        // The lane that takes it next meets the same trouble, and says so.
        if (one) claimed.unshift(one);
      } finally {
        preparing--;
      }
    },
  };
}

async function claimDue(desk: SendingDesk, of: OfMailboxes | undefined): Promise<Claimed[]> {
  const items = await claimOutbox(desk.database, CLAIM_MS, BATCH, of);
  if (items.length > 0) killPoint('claim');
  const brake = await lookAtBrake(desk, items);
  const at = performance.now();
  const found = await lookUpMaterial(desk, items);
  return items.map((item) => ({ item, brake, material: found.get(item.id), at, lookedUpAt: at, passed: false }));
}

/** Where the relay is slow, all that still wait are looked up again together. */
async function lookUpAgain(desk: SendingDesk, waiting: Claimed[]): Promise<void> {
  const lookedUpAt = performance.now();
  const items = waiting.map(({ item }) => item);
  const found = await lookUpMaterial(desk, items);
  for (const one of waiting) Object.assign(one, { material: found.get(one.item.id), lookedUpAt });
}

/** Where it fails, each mail is looked up alone, so that one cannot keep the others from being sent. */
async function lookUpMaterial(desk: SendingDesk, items: OutboxItem[]): Promise<Map<OutboxId, OutboxMaterial>> {
  if (items.length === 0) return new Map();
  const ids = items.map((item) => item.id);
  return await findOutboxMaterial(desk.database, ids).catch(() => new Map<OutboxId, OutboxMaterial>());
}

/** No attempt began: it is due again at once, for another process. */
async function giveBackClaim(desk: SendingDesk, item: OutboxItem): Promise<void> {
  const why = 'the process was asked to end';
  await markClaimed(desk.database, item.id, { state: 'pending', why });
}
