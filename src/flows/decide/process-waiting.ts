import { setTimeout as pause } from 'node:timers/promises';
import { nextDecision } from '../../decide/send/retry.ts';
import { isFault } from '../../domain/fault.ts';
import type { EpochMs, OutboxId } from '../../domain/ids.ts';
import type { ParseFault, ParseOutcome } from '../../domain/parsed-mail.ts';
import type { ParserPool } from '../../mail/parse/parser-pool.ts';
import type { Authenticate } from '../../mail/sender/verify-dkim.ts';
import { killPoint } from '../../runtime/kill-point.ts';
import { inTransaction, isDatabaseAway } from '../../store/database.ts';
import {
  type ClaimRoom,
  claimInboundMails,
  giveBackInboundMail,
  releaseInboundMail,
  renewInboundLeases,
  type WaitingMail,
} from '../../store/inbound/inbound-mails.ts';
import type { Desk } from '../desk.ts';
import { obeyOperator } from '../operate/obey-operator.ts';
import { parkMail, processMail } from './process-mail.ts';
import { checkSender } from './verify-sender.ts';

export type ProcessingDesk = Desk & {
  parser: ParserPool;
  authenticate: Authenticate;
  concurrency: number;
  maxMailBytes: number;
};

const LEASE_MS = 20_000;
const RENEW_MS = 6_000;
const BATCH = 50;
/** Bytes of mails in hand, beyond which no more are claimed until some are done. */
const MAX_BYTES = 32 * 1024 * 1024;
/** So much is claimed even then: beside a single mail that is larger, small ones must not wait. */
const MIN_ROOM_BYTES = 4 * 1024 * 1024;
const LOOK_AGAIN_MS = 1_000;
/** A mail whose deciding fails this often for reasons of its own is parked. */
const MAX_ATTEMPTS = 8;
/** The parser gets this many tries at a mail that kills or hangs it. */
const PARSER_TRIES = 3;
const WORTH_ANOTHER_TRY: ParseFault[] = ['parser-timeout', 'parser-out-of-memory', 'parser-crashed'];

/**
 * Decides every mail that waits, until none is due. Senders run side by side; the mails of one sender run in order. A mail
 * that takes long keeps one lane and nobody else: more are claimed as soon as a lane is free. Called for each hint and by
 * the sweep; several at once, in any number of processes, do no harm. When `stop` aborts, mails that are being decided are
 * finished and the rest of what was claimed is given back.
 * @returns how many mails were decided
 */
export async function processWaiting(desk: ProcessingDesk, stop: AbortSignal): Promise<number> {
  const work: Work = { senders: [], open: new Map(), lanes: new Set(), decided: 0, failed: undefined };
  const renewal = setInterval(() => {
    const until = desk.clock.now() + LEASE_MS;
    renewInboundLeases(desk.database, [...work.open.keys()], until).catch((err: unknown) =>
      desk.log.warn({ err }, 'leases were not renewed'),
    );
  }, RENEW_MS);
  try {
    while (!stop.aborted && work.failed === undefined) {
      const now = desk.clock.now();
      const mails = await inTransaction(desk.database, (tx) =>
        claimInboundMails(tx, now, now + LEASE_MS, roomIn(work)),
      );
      for (const mail of mails) work.open.set(mail.id, mail.raw?.length ?? 0);
      work.senders.push(...Map.groupBy(mails, (mail) => mail.orderKey).values());
      fillLanes(desk, work, stop);
      if (work.lanes.size === 0) break;
      // With a lane free and nothing to claim, others are looked for while what is slow goes on.
      if (mails.length === 0) await Promise.race([...work.lanes, pause(LOOK_AGAIN_MS)]);
      while (work.lanes.size >= desk.concurrency || work.senders.length > 0) await Promise.race(work.lanes);
    }
  } finally {
    await Promise.all(work.lanes);
    clearInterval(renewal);
  }
  if (work.failed !== undefined) throw work.failed.error;
  return work.decided;
}

type Work = {
  /** mails that were claimed and that nobody has begun with, by their sender */
  senders: WaitingMail[][];
  /** how many bytes each mail in hand holds */
  open: Map<WaitingMail['id'], number>;
  lanes: Set<Promise<void>>;
  decided: number;
  failed: { error: unknown } | undefined;
};

function roomIn({ open }: Work): ClaimRoom {
  const held = [...open.values()].reduce((sum, bytes) => sum + bytes, 0);
  return { mails: BATCH, bytes: Math.max(MIN_ROOM_BYTES, MAX_BYTES - held) };
}

function fillLanes(desk: ProcessingDesk, work: Work, stop: AbortSignal): void {
  while (work.lanes.size < Math.min(desk.concurrency, work.lanes.size + work.senders.length)) {
    const sender = work.senders.shift();
    if (!sender) return;
    const lane = runLane(desk, work, sender, stop)
      .catch((error: unknown) => {
        work.failed ??= { error };
        work.senders.length = 0;
      })
      .finally(() => work.lanes.delete(lane));
    work.lanes.add(lane);
  }
}

/** Begins with this sender's mails and goes on with those of others while there are any. */
async function runLane(desk: ProcessingDesk, work: Work, first: WaitingMail[], stop: AbortSignal): Promise<void> {
  for (let sender: WaitingMail[] | undefined = first; sender; sender = work.senders.shift()) {
    for (const [index, mail] of sender.entries()) {
      const done = stop.aborted ? await giveBack(desk, mail) : await processOne(desk, mail);
      work.open.delete(mail.id);
      if (done) {
        work.decided++;
        continue;
      }
      // What follows from the same sender waits for this one.
      for (const later of sender.slice(index + 1)) {
        work.open.delete(later.id);
        await giveBack(desk, later);
      }
      break;
    }
  }
}

/** Nothing was done with it: it is due again at once, and that was no attempt. */
async function giveBack(desk: ProcessingDesk, mail: WaitingMail): Promise<false> {
  await giveBackInboundMail(desk.database, mail.id);
  return false;
}

/** @returns false where the mail was put off */
async function processOne(desk: ProcessingDesk, mail: WaitingMail): Promise<boolean> {
  if (mail.raw === undefined) {
    return await park(
      desk,
      mail,
      mail.size > desk.maxMailBytes ? 'too-large' : 'withheld-by-server',
      `${mail.size} bytes`,
    );
  }
  const outcome = await understand(desk, mail, mail.raw);
  if (!outcome.ok) return await park(desk, mail, outcome.fault, outcome.detail);
  for (let round = 1; ; round++) {
    try {
      const again = round === 1 ? await checkSender(desk, mail, mail.raw, outcome.mail) : undefined;
      if (again !== undefined) {
        await releaseInboundMail(desk.database, mail.id, again);
        return false;
      }
      const obeyed = await obeyOperator(desk, mail, outcome.mail);
      const processed = obeyed === 'not-an-order' ? await processMail(desk, mail, outcome.mail) : obeyed;
      if (processed) report(desk, mail, processed.decision.disposition, processed.decision.reason, processed.outboxIds);
      return true;
    } catch (error) {
      // The state changed between looking and applying, which the ticket's lock makes all but impossible: decide again.
      if (isFault(error, 'turn-lost') && round < 3) continue;
      return await putOff(desk, mail, error);
    }
  }
}

async function understand(desk: ProcessingDesk, mail: WaitingMail, raw: Buffer): Promise<ParseOutcome> {
  for (let tries = 1; ; tries++) {
    const reading = desk.parser.parse(raw);
    killPoint('parse');
    const outcome = await reading;
    if (outcome.ok || !WORTH_ANOTHER_TRY.includes(outcome.fault) || tries >= PARSER_TRIES) return outcome;
    desk.log.warn({ inbound: mail.id, fault: outcome.fault, tries }, 'a mail broke the parser');
  }
}

async function putOff(desk: ProcessingDesk, mail: WaitingMail, error: unknown): Promise<boolean> {
  if (isDatabaseAway(error)) throw error;
  desk.log.error({ err: error, inbound: mail.id, attempts: mail.attempts }, 'a mail could not be applied');
  if (mail.attempts >= MAX_ATTEMPTS)
    return await park(desk, mail, 'cannot-apply', error instanceof Error ? error.name : '');
  await releaseInboundMail(desk.database, mail.id, nextDecision(mail.attempts, desk.clock.now()));
  return false;
}

async function park(
  desk: ProcessingDesk,
  mail: WaitingMail,
  reason: Parameters<typeof parkMail>[2],
  detail: string,
): Promise<boolean> {
  const outboxIds = await parkMail(desk, mail, reason, detail);
  if (outboxIds !== undefined) report(desk, mail, 'parked', reason, outboxIds);
  return true;
}

function report(desk: Desk, mail: WaitingMail, disposition: string, reason: string, outboxIds: OutboxId[]): void {
  killPoint('apply-after-commit');
  const tookMs: EpochMs = desk.clock.now() - mail.storedAt;
  desk.metrics.mailsDecided.inc({ disposition, reason });
  desk.metrics.decideSeconds.observe(Math.max(0, tookMs) / 1000);
  desk.log.info({ inbound: mail.id, disposition, reason, outbox: outboxIds.length, tookMs }, 'decided');
  if (outboxIds.length > 0) void desk.queue.hint('send', outboxIds);
}
