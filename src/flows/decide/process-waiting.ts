import { nextDecision } from '../../decide/send/retry.ts';
import type { InboundId } from '../../domain/ticket/ids.ts';
import { inTransaction, isDatabaseAway } from '../../store/database.ts';
import {
  claimInboundMails,
  giveBackInboundMails,
  releaseInboundMail,
  renewInboundLeases,
  type WaitingMail,
} from '../../store/inbound/inbound-claims.ts';
import { findRawMail } from '../../store/inbound/inbound-mails.ts';
import type { FreshBytes } from '../receive/fresh-bytes.ts';
import { type Bell, createBell } from './bell.ts';
import { takeBatch } from './decide-batch.ts';
import { decideReady, MAX_ATTEMPTS, type ReadyMail } from './decide-ready.ts';
import { parkMail } from './park-mail.ts';
import { type Understanding, type UnderstandingDesk, understandMail } from './understand-mail.ts';

export type ProcessingDesk = UnderstandingDesk & {
  /** mails that are being understood at once */
  concurrency: number;
  /** bytes of mails that this very process has stored */
  fresh?: FreshBytes;
};

/** Who has news: `told` that there may be mails that the last claim did not see. */
export type News = { told: boolean; bell: Bell };

const LEASE_MS = 20_000;
const RENEW_MS = 6_000;
/** Mails in hand, claimed and not yet decided. More are claimed when half of them are done. */
const MAX_IN_HAND = 96;
/** Bytes of mails in hand, beyond which no more are claimed until some are done. */
const MAX_BYTES = 32 * 1024 * 1024;
/** So much is claimed even then: beside a single mail that is larger, small ones must not wait. */
const MIN_ROOM_BYTES = 4 * 1024 * 1024;
/** Mails that are decided in one transaction. */
const MAX_BATCH = 32;
const LOOK_AGAIN_MS = 1_000;
/** While others are being understood, those that are ready wait for them: one transaction for many costs a tenth of ten. */
const GATHER_MAILS = 16;
const GATHER_MS = 250;

/**
 * Decides every mail that waits, until none is due. Mails are understood side by side, as many as `concurrency`; those that
 * are understood are decided together, a batch at a time, so that one alone does not wait and many share a transaction. The
 * mails of one sender go in order, each when the one before it has its end. A mail that takes long to understand keeps one
 * lane and nobody else. Any number of processes may do this at once. When `stop` aborts, mails that were begun are finished
 * and the rest of what was claimed is given back.
 * @returns how many mails were decided
 */
export async function processWaiting(
  desk: ProcessingDesk,
  stop: AbortSignal,
  news: News = { told: false, bell: createBell() },
): Promise<number> {
  const work = beginWork(news.bell);
  const renewal = setInterval(() => {
    renewInboundLeases(desk.database, [...work.inHand.keys()], LEASE_MS).catch((err: unknown) =>
      desk.log.warn({ err }, 'leases were not renewed'),
    );
  }, RENEW_MS);
  try {
    while (work.failed === undefined) {
      if (stop.aborted) await giveBackUnbegun(desk, work);
      else if (mayClaim(work, news)) await claim(desk, work, news);
      startUnderstanding(desk, work);
      startDeciding(desk, work);
      if (work.lanes.size === 0 && work.deciding === undefined) {
        if (news.told && !stop.aborted) continue;
        break;
      }
      // While something slow goes on, others are looked for.
      await news.bell.wait(work.deciding === undefined && work.ready.length > 0 ? GATHER_MS : LOOK_AGAIN_MS);
    }
  } finally {
    await Promise.allSettled([...work.lanes, ...(work.deciding ? [work.deciding] : [])]);
    clearInterval(renewal);
  }
  if (work.failed !== undefined) throw work.failed.error;
  return work.decided;
}

type Work = {
  /** rung when something has ended */
  bell: Bell;
  /** claimed mails and how many bytes each holds */
  inHand: Map<InboundId, number>;
  /** mails that nobody has begun with, by their sender, in order */
  queues: Map<string, WaitingMail[]>;
  /** senders of whom one mail is being understood or decided */
  begun: Set<string>;
  lanes: Set<Promise<void>>;
  ready: ReadyMail[];
  /** by performance.now(), when the first of those that are ready became so */
  readySince: number;
  deciding: Promise<void> | undefined;
  /** the last claim found something, or something has ended since that others may have waited for */
  mayBeMore: boolean;
  lookedAt: number;
  decided: number;
  failed: { error: unknown } | undefined;
};

function beginWork(bell: Bell): Work {
  return {
    bell,
    inHand: new Map(),
    queues: new Map(),
    begun: new Set(),
    lanes: new Set(),
    ready: [],
    readySince: 0,
    deciding: undefined,
    mayBeMore: true,
    lookedAt: 0,
    decided: 0,
    failed: undefined,
  };
}

function mayClaim(work: Work, news: News): boolean {
  if (work.inHand.size > MAX_IN_HAND / 2) return false;
  // Beyond the bound only when nothing in hand is left to begin with.
  if (bytesInHand(work) >= MAX_BYTES && work.queues.size > 0) return false;
  return work.mayBeMore || news.told || performance.now() - work.lookedAt >= LOOK_AGAIN_MS;
}

function bytesInHand({ inHand }: Work): number {
  return [...inHand.values()].reduce((sum, bytes) => sum + bytes, 0);
}

async function claim(desk: ProcessingDesk, work: Work, news: News): Promise<void> {
  news.told = false;
  work.lookedAt = performance.now();
  const room = {
    mails: MAX_IN_HAND - work.inHand.size,
    bytes: Math.max(MIN_ROOM_BYTES, MAX_BYTES - bytesInHand(work)),
  };
  const mails = await inTransaction(desk.database, (tx) =>
    claimInboundMails(tx, LEASE_MS, room, desk.fresh?.ids() ?? []),
  );
  work.mayBeMore = mails.length > 0;
  for (const mail of mails) {
    work.inHand.set(mail.id, mail.hasRaw ? mail.size : 0);
    work.queues.set(mail.orderKey, [...(work.queues.get(mail.orderKey) ?? []), mail]);
  }
}

function startUnderstanding(desk: ProcessingDesk, work: Work): void {
  for (const [sender, mails] of work.queues) {
    if (work.lanes.size >= desk.concurrency) return;
    if (work.begun.has(sender)) continue;
    const mail = mails.shift();
    if (mails.length === 0) work.queues.delete(sender);
    if (mail === undefined) continue;
    work.begun.add(sender);
    const lane = understandOne(desk, work, mail)
      .catch((error: unknown) => {
        work.failed ??= { error };
      })
      .finally(() => {
        work.lanes.delete(lane);
        work.bell.ring();
      });
    work.lanes.add(lane);
  }
}

async function understandOne(desk: ProcessingDesk, work: Work, waiting: WaitingMail): Promise<void> {
  const raw = waiting.raw ?? (waiting.hasRaw ? await findBytes(desk, waiting.id) : undefined);
  const understood = await tryToUnderstand(desk, { ...waiting, raw });
  if (understood.kind === 'understood') {
    if (work.ready.length === 0) work.readySince = performance.now();
    work.ready.push({ mail: understood.mail, attempts: waiting.attempts, storedAt: waiting.storedAt });
    return;
  }
  if (understood.kind === 'unreadable') {
    await parkMail(desk, waiting, understood.reason, understood.detail);
    return endMail(work, waiting, true);
  }
  await releaseInboundMail(desk.database, waiting.id, understood.pauseMs);
  await putOff(desk, work, waiting);
}

/** What goes wrong for reasons of one mail is no reason to stop: it comes again later. */
async function tryToUnderstand(desk: ProcessingDesk, waiting: WaitingMail): Promise<Understanding> {
  try {
    return await understandMail(desk, waiting);
  } catch (err) {
    if (isDatabaseAway(err)) throw err;
    desk.log.error({ err, inbound: waiting.id, attempts: waiting.attempts }, 'a mail could not be understood');
    return waiting.attempts >= MAX_ATTEMPTS
      ? { kind: 'unreadable', reason: 'cannot-apply', detail: err instanceof Error ? err.name : '' }
      : { kind: 'put-off', pauseMs: nextDecision(waiting.attempts) };
  }
}

async function findBytes(desk: ProcessingDesk, id: InboundId): Promise<Buffer | undefined> {
  const fresh = desk.fresh?.take(id);
  if (fresh !== undefined) return fresh;
  const raw = await findRawMail(desk.database, id);
  if (raw !== undefined) desk.fresh?.keepForFiles(id, raw);
  return raw;
}

function startDeciding(desk: ProcessingDesk, work: Work): void {
  if (work.deciding !== undefined || work.ready.length === 0 || isGathering(work)) return;
  const batch = takeBatch(work.ready, MAX_BATCH);
  work.deciding = decideReady(desk, batch)
    .then(async ({ ended, later, late }) => {
      work.ready.unshift(...later);
      for (const { mail } of ended) endMail(work, mail, true);
      for (const { mail } of late) await putOff(desk, work, mail);
    })
    .catch((error: unknown) => {
      work.failed ??= { error };
    })
    .finally(() => {
      work.deciding = undefined;
      work.bell.ring();
    });
}

function isGathering({ ready, lanes, readySince }: Work): boolean {
  return lanes.size > 0 && ready.length < GATHER_MAILS && performance.now() - readySince < GATHER_MS;
}

function endMail(work: Work, mail: Pick<WaitingMail, 'id' | 'orderKey'>, decided: boolean): void {
  work.inHand.delete(mail.id);
  work.begun.delete(mail.orderKey);
  // Mails of the same sender may have come meanwhile; they wait for this one in other hands too.
  work.mayBeMore = true;
  if (decided) work.decided++;
}

/** A mail comes again later; what follows from the same sender waits for it. */
async function putOff(desk: ProcessingDesk, work: Work, mail: Pick<WaitingMail, 'id' | 'orderKey'>): Promise<void> {
  const behind = work.queues.get(mail.orderKey) ?? [];
  work.queues.delete(mail.orderKey);
  await giveBack(desk, work, behind);
  endMail(work, mail, false);
}

/** Nothing was done with them: they are due again at once, and that was no attempt. */
async function giveBack(desk: ProcessingDesk, work: Work, mails: WaitingMail[]): Promise<void> {
  await giveBackInboundMails(
    desk.database,
    mails.map(({ id }) => id),
  );
  for (const { id } of mails) work.inHand.delete(id);
}

async function giveBackUnbegun(desk: ProcessingDesk, work: Work): Promise<void> {
  const mails = [...work.queues.values()].flat();
  work.queues.clear();
  await giveBack(desk, work, mails);
}
