import type { UnderstoodMail } from '../../decide/mail/understood-mail.ts';
import { nextDecision } from '../../decide/send/retry.ts';
import { isFault } from '../../domain/fault.ts';
import type { EpochMs } from '../../domain/ticket/ids.ts';
import { killPoint } from '../../runtime/kill-point.ts';
import { isDatabaseAway, isDeadlock } from '../../store/database.ts';
import { releaseInboundMail } from '../../store/inbound/inbound-claims.ts';
import type { Desk } from '../desk.ts';
import type { DecidedMail } from './carry-out-mails.ts';
import { decideBatch } from './decide-batch.ts';
import { parkMail } from './park-mail.ts';
import { AlreadyDecided } from './write-rows.ts';

/** An understood mail that waits for its batch. */
export type ReadyMail = { mail: UnderstoodMail; attempts: number; storedAt: EpochMs };

export type RoundResult = {
  /** mails that have their end */
  ended: ReadyMail[];
  /** mails that must see what the others changed: they go first in the next batch */
  later: ReadyMail[];
  /** mails that could not be decided, and come again after a pause */
  late: ReadyMail[];
};

/** A mail whose deciding fails this often for reasons of its own is parked. */
export const MAX_ATTEMPTS = 8;
/** Deciding again at once, where the state changed between looking and writing, or two transactions waited for each other. */
const MAX_ROUNDS = 3;

/**
 * Decides a batch. Where that fails it is halved until the mail that breaks it stands alone, so that no mail keeps others
 * from their end; that one is tried again later, and parked in the end.
 * @throws where the database is away: nothing can be decided now
 */
export async function decideReady(desk: Desk, batch: ReadyMail[], round = 1): Promise<RoundResult> {
  try {
    const { decided, later } = await decideBatch(
      desk,
      batch.map(({ mail }) => mail),
    );
    reportDecided(desk, batch, decided);
    const waits = new Set(later.map(({ id }) => id));
    const [last, ended] = [
      batch.filter(({ mail }) => waits.has(mail.id)),
      batch.filter(({ mail }) => !waits.has(mail.id)),
    ];
    return { ended, later: last, late: [] };
  } catch (error) {
    if (isDatabaseAway(error)) throw error;
    if (error instanceof AlreadyDecided) return await decideRest(desk, batch, error);
    const [first] = batch;
    if (batch.length === 1 && first) {
      if ((isFault(error, 'turn-lost') || isDeadlock(error)) && round < MAX_ROUNDS)
        return await decideReady(desk, batch, round + 1);
      return await putOffOrPark(desk, first, error);
    }
    desk.log.warn({ err: error, mails: batch.length }, 'a batch could not be decided; it is halved');
    return await decideHalves(desk, batch);
  }
}

async function decideHalves(desk: Desk, batch: ReadyMail[]): Promise<RoundResult> {
  const middle = Math.ceil(batch.length / 2);
  const first = await decideReady(desk, batch.slice(0, middle));
  killPoint('between-halves');
  const second = await decideReady(desk, batch.slice(middle));
  return {
    ended: [...first.ended, ...second.ended],
    later: [...first.later, ...second.later],
    late: [...first.late, ...second.late],
  };
}

/** Some have an end by another process, so nothing of the batch was written: the others are decided without them. */
async function decideRest(desk: Desk, batch: ReadyMail[], { ids }: AlreadyDecided): Promise<RoundResult> {
  const gone = batch.filter(({ mail }) => ids.includes(mail.id));
  const rest = batch.filter(({ mail }) => !ids.includes(mail.id));
  const none: RoundResult = { ended: [], later: [], late: [] };
  const result = rest.length === 0 ? none : await decideReady(desk, rest);
  return { ...result, ended: [...gone, ...result.ended] };
}

async function putOffOrPark(desk: Desk, one: ReadyMail, error: unknown): Promise<RoundResult> {
  const { mail, attempts } = one;
  desk.log.error({ err: error, inbound: mail.id, attempts }, 'a mail could not be decided');
  if (attempts >= MAX_ATTEMPTS) {
    await parkMail(desk, { ...mail, storedAt: one.storedAt }, 'cannot-apply', error instanceof Error ? error.name : '');
    return { ended: [one], later: [], late: [] };
  }
  await releaseInboundMail(desk.database, mail.id, nextDecision(attempts));
  return { ended: [], later: [], late: [one] };
}

/** After the commit: what is counted and logged, and one hint for all mails that follow. */
function reportDecided(desk: Desk, batch: ReadyMail[], decided: DecidedMail[]): void {
  killPoint('apply-after-commit');
  const now = desk.clock.now();
  const storedAt = new Map(batch.map((one) => [one.mail.id, one.storedAt]));
  for (const { mail, decision, sends } of decided) {
    const { disposition, reason } = decision;
    const tookMs = Math.max(0, now - (storedAt.get(mail.id) ?? now));
    desk.metrics.mailsDecided.inc({ disposition, reason });
    desk.metrics.decideSeconds.observe(tookMs / 1000);
    desk.log.info({ inbound: mail.id, disposition, reason, outbox: sends, tookMs, batch: batch.length }, 'decided');
  }
  if (decided.some(({ sends }) => sends > 0)) void desk.queue.hint('send');
}
