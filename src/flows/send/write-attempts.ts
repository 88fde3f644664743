import { setTimeout as sleep } from 'node:timers/promises';
import type { EpochMs } from '../../domain/ticket/ids.ts';
import type { OutboxItem } from '../../domain/ticket/outbox-item.ts';
import type { SealedMail } from '../../mail/compose/sealed-mail.ts';
import { createCollector } from '../../runtime/collector.ts';
import { type Database, isDatabaseAway, isDeadlock } from '../../store/database.ts';
import { type Beginning, type Ending, writeAttempts } from '../../store/outbox/attempts.ts';
import { takeBackAttempt } from '../../store/outbox/dead-attempts.ts';
import type { Desk } from '../desk.ts';

/** A lane's change: the result of its last attempt, the beginning of its next, or both. */
type Change = { ended: Ending | undefined; begun: Beginning | undefined };
type Changed = { ended: boolean; number: number | undefined } | { failed: unknown };

/**
 * Writes down the attempts of all lanes: what happens close together in one statement. A lane has one attempt at a time, since its
 * next begins in the statement that ends its last or after it, so never more are written down than there are connections.
 */
export type Attempts = {
  beginningOf(item: OutboxItem, mail: SealedMail | undefined, longestMs: number): Beginning;
  /**
   * @param ended the lane's last attempt, whose end is written in the same statement
   * @returns the number of the attempt; undefined where the claim was lost
   */
  begin(begun: Beginning, ended: Ending | undefined): Promise<number | undefined>;
  /** @returns false where the attempt had an end */
  end(ended: Ending): Promise<boolean>;
  /** To be called where the database went away over `begin`. */
  takeBack(begun: Beginning, stop: AbortSignal): Promise<void>;
};

const LEASE_MARGIN_MS = 30_000;

/** Other lanes are about to have something to write down too; one commit for all of them costs less than it delays. */
const GATHER_MS = 12;

/** @param lanes how many there are at present */
export function createAttempts(desk: Desk, lanes: () => number): Attempts {
  const gathering = { ms: GATHER_MS, isAll: (count: number) => count >= lanes() };
  const change = createCollector<Change, Changed>((changes) => writeTogether(desk.database, changes), gathering);
  const write = async (ended: Ending | undefined, begun: Beginning | undefined) => {
    const changed = await change({ ended, begun });
    if ('failed' in changed) throw changed.failed;
    return changed;
  };
  return {
    beginningOf: (item, mail, longestMs) => {
      // The lease outlasts the longest honest attempt, or a slow one would be taken for a dead process.
      const leaseMs = Math.ceil(longestMs + LEASE_MARGIN_MS);
      return { id: item.id, earlier: item.attempts, mail, startedAt: desk.clock.now(), leaseMs };
    },
    begin: async (begun, ended) => (await write(ended, begun)).number,
    end: async (ended) => (await write(ended, undefined)).ended,
    takeBack: (begun, stop) => takeBackBegun(desk, begun, stop),
  };
}

/** One statement for all of them. Where one of them breaks it, each has its own, and the one that breaks stands alone. */
async function writeTogether(database: Database, changes: Change[]): Promise<Changed[]> {
  try {
    return await writeChanges(database, changes);
  } catch (error) {
    const isAlone = changes.length === 1 && (!changes[0]?.ended || !changes[0].begun);
    if (isAlone || isDatabaseAway(error) || isDeadlock(error)) throw error;
    return await Promise.all(changes.map((one) => writeApart(database, one)));
  }
}

async function writeChanges(database: Database, changes: Change[]): Promise<Changed[]> {
  const ends = changes.flatMap(({ ended }) => ended ?? []);
  const beginnings = changes.flatMap(({ begun }) => begun ?? []);
  const written = await writeAttempts(database, ends, beginnings);
  return changes.map(({ ended, begun }) => ({
    ended: ended !== undefined && written.ended.has(ended.id),
    number: begun && written.begun.get(begun.id),
  }));
}

/** The end first: the next attempt of a lane must not be written down beside its last. */
async function writeApart(database: Database, { ended, begun }: Change): Promise<Changed> {
  try {
    const first = ended && (await writeAttempts(database, [ended], []));
    const second = begun && (await writeAttempts(database, [], [begun]));
    return {
      ended: ended !== undefined && first?.ended.has(ended.id) === true,
      number: begun && second?.begun.get(begun.id),
    };
  } catch (failed) {
    return { failed };
  }
}

const LOOKS_FOR_IT = 10;
const LOOK_AGAIN_MS = 300;

/**
 * Where the database goes away over the beginning of an attempt, nobody knows whether it is written, but we know that nothing is
 * sent: it is taken back, and not called unknown when its lease is over.
 */
async function takeBackBegun({ database, clock }: TakingBack, begun: Beginning, stop: AbortSignal): Promise<void> {
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
 * could be sent either), nor another transaction that took its locks in another order, as that of another version may.
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
