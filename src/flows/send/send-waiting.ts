import { setTimeout as sleep } from 'node:timers/promises';
import { nextAfterDeskFault, nextAttempt, nextComposing } from '../../decide/send/retry.ts';
import { BRAKE_PAUSE_MS } from '../../decide/send/send-brake.ts';
import type { EpochMs, OutboxId } from '../../domain/ids.ts';
import { AUTOMATIC, type HeldBy, type OutboxItem } from '../../domain/outbox-item.ts';
import { killPoint } from '../../runtime/kill-point.ts';
import type { SendOutcome } from '../../smtp/smtp-sender.ts';
import { inTransaction, isDatabaseAway, isDeadlock } from '../../store/database.ts';
import { takeBackAttempt } from '../../store/outbox/dead-attempts.ts';
import {
  type AttemptResult,
  claimOutbox,
  markAttempt,
  markClaimed,
  markSending,
  markUncomposed,
} from '../../store/outbox/outbox.ts';
import { findOutboxMaterial, type OutboxMaterial } from '../../store/outbox/outbox-material.ts';
import { type Brake, lookAtBrake } from './brake-mails.ts';
import { type ComposedMail, composeOutboxItem } from './compose-outbox-item.ts';
import { type HandingDesk, handOver, isSenderRefused } from './hand-over.ts';
import type { ComposingDesk } from './mail-content.ts';
import { tellOfRefusedSender } from './refused-sender.ts';
import { endInTrouble } from './tell-of-trouble.ts';

export type SendingDesk = ComposingDesk & HandingDesk & { connections: number };

const CLAIM_MS = 30_000;
const BATCH = 20;
const LEASE_MARGIN_MS = 30_000;

/** What a mail rests on is looked up for a whole claim, and again for those of it that had to wait longer than this. */
const FRESH_MS = 1_000;

type Claimed = { item: OutboxItem; brake: Brake; material: OutboxMaterial | undefined; at: number };

/**
 * The lanes of one process, as many as it has connections. Each call sees to it that rows that are due now are sent, and
 * resolves when the lanes that it had to start find no more. A recipient whose server is slow keeps one lane for as long
 * as it takes, and the others go on claiming. Any number of processes claim different rows. When `stop` aborts, mails on
 * their way are finished and the rest of what was claimed is given back.
 */
export function sendInLanes(desk: SendingDesk): (stop: AbortSignal) => Promise<void> {
  const claimed: Claimed[] = [];
  let lanes = 0;
  let claiming: Promise<void> | undefined;
  // Somebody has told of rows since the last claim began, which may not have seen them.
  let told = false;

  const claim = async () => {
    told = false;
    const now = desk.clock.now();
    const items = await claimOutbox(desk.database, now, now + CLAIM_MS, BATCH);
    if (items.length > 0) killPoint('claim');
    const brake = await lookAtBrake(desk, items);
    const at = performance.now();
    const found = await lookUp(desk, items);
    claimed.push(...items.map((item) => ({ item, brake, material: found.get(item.id), at })));
  };
  const next = async (stop: AbortSignal): Promise<Claimed | undefined> => {
    while (true) {
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
    for (let one = await next(stop); one; one = await next(stop)) {
      if (stop.aborted) await giveBack(desk, one.item);
      // The claim of one that had to wait too long is over, and it comes again with another.
      else if (performance.now() - one.at < CLAIM_MS) await sendOne(desk, one, stop);
    }
  };
  return async (stop) => {
    told = true;
    const mine: Promise<void>[] = [];
    while (lanes < desk.connections && !stop.aborted) {
      lanes++;
      mine.push(
        lane(stop).finally(() => {
          lanes--;
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

async function materialOf(desk: SendingDesk, { item, material, at }: Claimed): Promise<OutboxMaterial | undefined> {
  if (material !== undefined && performance.now() - at < FRESH_MS) return material;
  return (await findOutboxMaterial(desk.database, [item.id])).get(item.id);
}

async function sendOne(desk: SendingDesk, claimed: Claimed, stop: AbortSignal): Promise<void> {
  const { item, brake } = claimed;
  try {
    const material = await materialOf(desk, claimed);
    // Nothing but a hand in the database removes a row.
    if (material === undefined) return;
    const refusal = refuse(item, material);
    if (refusal !== undefined) {
      await markClaimed(desk.database, item.id, { state: 'cancelled', heldBy: refusal }, desk.clock.now());
      desk.metrics.sends.inc({ kind: item.template, outcome: 'cancelled' });
      desk.log.info({ outbox: item.id, kind: item.template, heldBy: refusal }, 'not sent');
      return;
    }
    if (!brake.lets(item)) {
      const nextAttemptAt = desk.clock.now() + BRAKE_PAUSE_MS;
      await markClaimed(desk.database, item.id, { state: 'pending', heldBy: 'brake', nextAttemptAt }, desk.clock.now());
      return;
    }
    const mail = item.raw === undefined ? await composeOutboxItem(desk, item, material) : undefined;
    const raw = mail?.raw ?? item.raw;
    const envelopeFrom = mail?.envelopeFrom ?? item.envelopeFrom;
    if (!raw || envelopeFrom === undefined) throw new Error('an outbox row has bytes and no envelope');
    const longestMs = desk.smtp.longestSendMs(raw.length);
    // Counted from before the attempt is written down: a process may be frozen before it begins to send, too.
    const notAfter = performance.now() + longestMs;
    const attempt = await begin(desk, item, mail, longestMs, stop);
    if (attempt === undefined) return;
    killPoint('attempt-written');
    const outcome = await handOver(desk, item, { envelopeFrom, raw }, notAfter);
    await recordUntilStored(desk, item, attempt, outcome, stop);
  } catch (error) {
    if (isDatabaseAway(error)) throw error;
    await putOff(desk, item, error);
  }
}

/**
 * Writes the attempt down before the network is touched. Where the database goes away over it, nobody knows whether it is
 * written, but we know that nothing is sent: it is taken back, and not called unknown when its lease is over.
 */
async function begin(
  desk: SendingDesk,
  item: OutboxItem,
  mail: ComposedMail | undefined,
  longestMs: number,
  stop: AbortSignal,
): Promise<number | undefined> {
  const startedAt = desk.clock.now();
  // The lease outlasts the longest honest attempt, or a slow one would be taken for a dead process.
  const leaseUntil = Math.ceil(startedAt + longestMs + LEASE_MARGIN_MS);
  try {
    return await markSending(desk.database, item.id, item.attempts, mail, startedAt, leaseUntil);
  } catch (error) {
    if (isDatabaseAway(error)) {
      const begun = { number: item.attempts + 1, startedAt, leaseUntil };
      const takeBack = () => takeBackAttempt(desk.database, item.id, begun, desk.clock.now());
      // The statement may still be on its way. Where it never comes the claim runs out by itself.
      for (let looks = 0; looks < LOOKS_FOR_IT && !(await retryUntilStored(stop, takeBack)); looks++)
        await sleep(LOOK_AGAIN_MS);
    }
    throw error;
  }
}

/** A mail that cannot be made is tried again for a day; then somebody must hear of it. */
async function putOff(desk: SendingDesk, item: OutboxItem, error: unknown): Promise<void> {
  desk.log.error({ err: error, outbox: item.id, kind: item.template }, 'a mail could not be composed');
  const now = desk.clock.now();
  const why = error instanceof Error ? error.message : 'composing failed';
  const nextAttemptAt = nextComposing(item.composeFailures + 1, item.createdAt, now);
  if (nextAttemptAt !== undefined) {
    await markUncomposed(desk.database, item.id, why, nextAttemptAt);
    return;
  }
  await inTransaction(desk.database, (tx) =>
    endInTrouble(tx, desk, item, now, false, () => markClaimed(tx, item.id, { state: 'failed', why }, now)),
  );
}

/** Why an automatic mail must not go out after all; responses of people always do, and so do mails to the desk's own people. */
function refuse({ template, audience }: OutboxItem, { muted }: OutboxMaterial): HeldBy | undefined {
  return muted && AUTOMATIC[template] && audience === 'customer' ? 'muted' : undefined;
}

const LOOKS_FOR_IT = 10;
const LOOK_AGAIN_MS = 300;
const RECORD_TRIES_AT_THE_END = 6;
const RECORD_PAUSE_MS = 200;
const MAX_RECORD_PAUSE_MS = 5_000;

/**
 * The server has spoken: a database that is away must not turn that into `unknown`, however long it is away (nothing else
 * could be sent either), nor another transaction that took its locks in another order, as an older version may.
 */
async function recordUntilStored(
  desk: SendingDesk,
  item: OutboxItem,
  attempt: number,
  outcome: SendOutcome,
  stop: AbortSignal,
): Promise<void> {
  killPoint('before-record');
  await retryUntilStored(stop, () => record(desk, item, attempt, outcome));
}

async function retryUntilStored<T>(stop: AbortSignal, write: () => Promise<T>): Promise<T> {
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

async function record(desk: SendingDesk, item: OutboxItem, attempt: number, outcome: SendOutcome): Promise<void> {
  const now = desk.clock.now();
  const result = judge(outcome, attempt, item.createdAt, now);
  if (result.state === 'failed' || result.state === 'unknown') {
    const refused = outcome.kind === 'rejected' && outcome.permanent;
    // False where it was recorded by an earlier try, whose commit was not heard of any more.
    const outboxIds = await inTransaction(desk.database, (tx) =>
      endInTrouble(tx, desk, item, now, refused, () => markAttempt(tx, item.id, attempt, result, now)),
    );
    if (outboxIds.length > 0) void desk.queue.hint('send', outboxIds);
  } else {
    await markAttempt(desk.database, item.id, attempt, result, now);
    if (result.nextAttemptAt !== undefined)
      void desk.queue.hint('send', [item.id], { delayMs: result.nextAttemptAt - now });
  }
  if (result.outcome === 'sender-refused') await tellOfRefusedSender(desk, result.serverReply);
  killPoint('after-record');
  desk.metrics.sends.inc({ kind: item.template, outcome: result.outcome });
  desk.log.info(
    {
      outbox: item.id,
      kind: item.template,
      attempt,
      outcome: result.outcome,
      state: result.state,
      tookMs: now - item.createdAt,
    },
    'sent or not',
  );
}

/** What an outcome means for the row: 4xx and "certainly not sent" are tried again, 5xx is final, unknown stays unknown. */
function judge(outcome: SendOutcome, attempt: number, createdAt: EpochMs, now: EpochMs): AttemptResult {
  switch (outcome.kind) {
    case 'accepted':
      return { outcome: 'accepted', state: 'sent', serverReply: outcome.response, nextAttemptAt: undefined };
    case 'unknown':
      return { outcome: 'unknown', state: 'unknown', serverReply: outcome.reason, nextAttemptAt: undefined };
    case 'rejected':
      if (isSenderRefused(outcome)) return waitForOperator('sender-refused', outcome.response);
      if (outcome.permanent)
        return { outcome: 'rejected', state: 'failed', serverReply: outcome.response, nextAttemptAt: undefined };
      return again('deferred', outcome.response);
    case 'not-sent':
      if (outcome.loginRefused) return waitForOperator('not-sent', outcome.reason);
      return again('not-sent', outcome.reason);
  }
  function waitForOperator(kind: 'sender-refused' | 'not-sent', serverReply: string): AttemptResult {
    return { outcome: kind, state: 'pending', serverReply, nextAttemptAt: nextAfterDeskFault(attempt, now) };
  }
  function again(kind: 'deferred' | 'not-sent', serverReply: string): AttemptResult {
    const at = nextAttempt(attempt, createdAt, now);
    return { outcome: kind, state: at === undefined ? 'failed' : 'pending', serverReply, nextAttemptAt: at };
  }
}
