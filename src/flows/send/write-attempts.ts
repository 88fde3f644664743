import { setTimeout as sleep } from 'node:timers/promises';
import type { EpochMs } from '../../domain/ids.ts';
import type { OutboxItem } from '../../domain/outbox-item.ts';
import type { SealedMail } from '../../mail/compose/sealed-mail.ts';
import { createCollector } from '../../runtime/collector.ts';
import { type Database, isDatabaseAway, isDeadlock } from '../../store/database.ts';
import {
  type AttemptResult,
  type Beginning,
  type Ending,
  markAttempts,
  markSending,
} from '../../store/outbox/attempts.ts';
import { takeBackAttempt } from '../../store/outbox/dead-attempts.ts';
import type { Desk } from '../desk.ts';

/**
 * Writes down the attempts of all lanes: those that begin at the same moment in one statement, and results that arrive close
 * together in one statement. A lane has one attempt at a time, so never more are written down than there are connections.
 */
export type Attempts = {
  begin(
    item: OutboxItem,
    mail: SealedMail | undefined,
    longestMs: number,
    stop: AbortSignal,
  ): Promise<number | undefined>;
  /** @returns false where the attempt had an end */
  end(item: OutboxItem, number: number, result: AttemptResult, endedAt: EpochMs): Promise<boolean>;
};

const LEASE_MARGIN_MS = 30_000;

export function writeAttempts(desk: Desk): Attempts {
  const { database, clock } = desk;
  const beginOne = createCollector<Beginning, number | undefined>(async (begun) => {
    const numbers = await together(begun, (some) => markSending(database, some), joinNumbers);
    return begun.map(({ id }) => numbers.get(id));
  });
  const endOne = createCollector<Ending, boolean>(async (ended) => {
    const done = await together(ended, (some) => markAttempts(database, some), joinIds);
    return ended.map(({ id }) => done.has(id));
  });
  return {
    begin: async (item, mail, longestMs, stop) => {
      const startedAt = clock.now();
      // The lease outlasts the longest honest attempt, or a slow one would be taken for a dead process.
      const leaseMs = Math.ceil(longestMs + LEASE_MARGIN_MS);
      const begun = { id: item.id, earlier: item.attempts, mail, startedAt, leaseMs };
      try {
        return await beginOne(begun);
      } catch (error) {
        if (isDatabaseAway(error)) await takeBack(desk, begun, stop);
        throw error;
      }
    },
    end: (item, number, result, endedAt) => endOne({ id: item.id, number, result, endedAt }),
  };
}

const joinNumbers = <Key, Value>(maps: Map<Key, Value>[]) => new Map(maps.flatMap((map) => [...map]));
const joinIds = <Id>(sets: Set<Id>[]) => new Set(sets.flatMap((set) => [...set]));

/** One statement for all of them. Where one of them breaks it, each has its own, and the one that breaks stands alone. */
async function together<Item, Result>(
  items: Item[],
  write: (some: Item[]) => Promise<Result>,
  join: (results: Result[]) => Result,
): Promise<Result> {
  try {
    return await write(items);
  } catch (error) {
    if (items.length === 1 || isDatabaseAway(error) || isDeadlock(error)) throw error;
    const alone = await Promise.allSettled(items.map((item) => write([item])));
    const written = alone.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    if (written.length === 0) throw error;
    return join(written);
  }
}

const LOOKS_FOR_IT = 10;
const LOOK_AGAIN_MS = 300;

/**
 * Where the database goes away over the beginning of an attempt, nobody knows whether it is written, but we know that nothing is
 * sent: it is taken back, and not called unknown when its lease is over.
 */
async function takeBack({ database, clock }: TakingBack, begun: Beginning, stop: AbortSignal): Promise<void> {
  const attempt = { number: begun.earlier + 1, startedAt: begun.startedAt };
  const write = () => takeBackAttempt(database, begun.id, attempt, clock.now());
  // The statement may still be on its way. Where it never comes the claim runs out by itself.
  for (let looks = 0; looks < LOOKS_FOR_IT && !(await retryUntilStored(stop, write)); looks++)
    await sleep(LOOK_AGAIN_MS);
}

type TakingBack = { database: Database; clock: { now(): EpochMs } };

const RECORD_TRIES_AT_THE_END = 6;
const RECORD_PAUSE_MS = 200;
const MAX_RECORD_PAUSE_MS = 5_000;

/**
 * The server has spoken: a database that is away must not turn that into `unknown`, however long it is away (nothing else
 * could be sent either), nor another transaction that took its locks in another order, as an older version may.
 */
export async function retryUntilStored<T>(stop: AbortSignal, write: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await write();
    } catch (error) {
      if (!isDatabaseAway(error) && !isDeadlock(error)) throw error;
      if (stop.aborted && tries >= RECORD_TRIES_AT_THE_END) throw error;
      await sleep(Math.min(RECORD_PAUSE_MS * 2 ** tries, MAX_RECORD_PAUSE_MS));
    }
  }
}
