import { nextDecision } from '../decide/retry.ts';
import { isFault } from '../domain/fault.ts';
import type { EpochMs, OutboxId } from '../domain/ids.ts';
import type { ParseFault, ParseOutcome } from '../domain/parsed-mail.ts';
import type { ParserPool } from '../mail/parser-pool.ts';
import type { Authenticate } from '../mail/verify-dkim.ts';
import { reach } from '../runtime/kill-point.ts';
import { inTransaction, isDatabaseAway } from '../store/database.ts';
import {
  claimInboundMails,
  giveBackInboundMail,
  releaseInboundMail,
  renewInboundLeases,
  type WaitingMail,
} from '../store/inbound-mails.ts';
import type { Desk } from './desk.ts';
import { obeyOperator } from './obey-operator.ts';
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
/** A mail whose deciding fails this often for reasons of its own is parked. */
const MOST_ATTEMPTS = 8;
/** The parser gets this many tries at a mail that kills or hangs it. */
const PARSER_TRIES = 3;
const WORTH_ANOTHER_TRY: ParseFault[] = ['parser-timeout', 'parser-out-of-memory', 'parser-crashed'];

/**
 * Decides every mail that waits, in batches, until none is due. Senders run side by side; the mails of one sender run in
 * order. Called for each hint and by the sweep; several at once, in any number of processes, do no harm. When `stop`
 * aborts, mails that are being decided are finished and the rest of what was claimed is given back.
 * @returns how many mails were decided
 */
export async function processWaiting(desk: ProcessingDesk, stop: AbortSignal): Promise<number> {
  let decided = 0;
  while (!stop.aborted) {
    const now = desk.clock.now();
    const mails = await inTransaction(desk.database, (tx) => claimInboundMails(tx, now, now + LEASE_MS, BATCH));
    if (mails.length === 0) return decided;
    decided += await processBatch(desk, mails, stop);
  }
  return decided;
}

async function processBatch(desk: ProcessingDesk, mails: WaitingMail[], stop: AbortSignal): Promise<number> {
  const open = new Set(mails.map((mail) => mail.id));
  const renewal = setInterval(() => {
    const until = desk.clock.now() + LEASE_MS;
    renewInboundLeases(desk.database, [...open], until).catch((err: unknown) =>
      desk.log.warn({ err }, 'leases were not renewed'),
    );
  }, RENEW_MS);
  const senders = [...Map.groupBy(mails, (mail) => mail.orderKey).values()];
  let decided = 0;
  const lane = async () => {
    for (let sender = senders.shift(); sender; sender = senders.shift()) {
      for (const [index, mail] of sender.entries()) {
        const done = stop.aborted ? await giveBack(desk, mail) : await processOne(desk, mail);
        open.delete(mail.id);
        if (done) {
          decided++;
          continue;
        }
        // What follows from the same sender waits for this one.
        for (const later of sender.slice(index + 1)) {
          open.delete(later.id);
          await giveBack(desk, later);
        }
        break;
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(desk.concurrency, senders.length) }, lane));
  } finally {
    clearInterval(renewal);
  }
  return decided;
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
    reach('parse');
    const outcome = await reading;
    if (outcome.ok || !WORTH_ANOTHER_TRY.includes(outcome.fault) || tries >= PARSER_TRIES) return outcome;
    desk.log.warn({ inbound: mail.id, fault: outcome.fault, tries }, 'a mail broke the parser');
  }
}

async function putOff(desk: ProcessingDesk, mail: WaitingMail, error: unknown): Promise<boolean> {
  if (isDatabaseAway(error)) throw error;
  desk.log.error({ err: error, inbound: mail.id, attempts: mail.attempts }, 'a mail could not be applied');
  if (mail.attempts >= MOST_ATTEMPTS)
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
  if (await parkMail(desk, mail, reason, detail)) report(desk, mail, 'parked', reason, []);
  return true;
}

function report(desk: Desk, mail: WaitingMail, disposition: string, reason: string, outboxIds: OutboxId[]): void {
  reach('apply-after-commit');
  const tookMs: EpochMs = desk.clock.now() - mail.storedAt;
  desk.metrics.mailsDecided.inc({ disposition, reason });
  desk.metrics.decideSeconds.observe(Math.max(0, tookMs) / 1000);
  desk.log.info({ inbound: mail.id, disposition, reason, outbox: outboxIds.length, tookMs }, 'decided');
  if (outboxIds.length > 0) void desk.queue.hint('send', outboxIds);
}
