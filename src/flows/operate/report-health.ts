import { setTimeout as sleep } from 'node:timers/promises';
import { SENDER_CAUSE, SIGN_IN_CAUSE } from '../../decide/desk/plan-alarms.ts';
import { messageOf } from '../../domain/fault.ts';
import type { EpochMs } from '../../domain/ids.ts';
import type { HintQueue } from '../../queue/queue.ts';
import { isReadOnly } from '../../store/database.ts';
import { countWaiting } from '../../store/inbound/inbound-mails.ts';
import { listMailboxes } from '../../store/inbound/mailboxes.ts';
import { countOutbox, findStuck } from '../../store/outbox/outbox.ts';
import { missingRights } from '../../store/rights.ts';
import type { Desk } from '../desk.ts';
import { checkSender } from '../send/refused-sender.ts';
import { checkSignIn, type SigningIn } from './sign-in.ts';

export type HealthCheck = { name: string; ok: boolean; detail: string };
export type Health = { ok: boolean; checks: HealthCheck[] };

/** A poll this many poll intervals old, and never younger than two minutes, is a missed poll. */
const MISSED_POLLS = 4;
const MIN_POLL_AGE_MS = 120_000;
const ANSWER_WITHIN_MS = 5_000;
const OLDEST_WAITING_MS = 5 * 60_000;
const OLDEST_DUE_MS = 15 * 60_000;

/** Whether the desk can work now, each part with its reason in words; no addresses and no secrets. */
export async function reportHealth(
  desk: Desk & { queue: HintQueue; pollMs: number; startedAt: EpochMs; account?: SigningIn | undefined },
): Promise<Health> {
  const now = desk.clock.now();
  const { account } = desk;
  const checks = await Promise.all([
    ...(account === undefined ? [] : [check(SIGN_IN_CAUSE, () => checkSignIn(desk, account))]),
    check('database', async () => {
      if (await isReadOnly(desk.database)) throw new Error('it is read-only');
      const missing = await missingRights(desk.database);
      if (missing !== undefined) throw new Error(missing);
      return 'answers';
    }),
    check('queue', async () => {
      await desk.queue.ping();
      return `${desk.queue.backend} answers`;
    }),
    check('polls', async () => await describePolls(desk, now)),
    check(SENDER_CAUSE, () => checkSender(desk)),
    check('oldest waiting mail', async () => {
      const { waiting, oldestStoredAt } = await countWaiting(desk.database);
      return ageOrThrow(waiting, oldestStoredAt, now, OLDEST_WAITING_MS, 'mails wait to be decided');
    }),
    check('oldest unsent mail', async () => {
      const { due, oldestDueAt } = await countOutbox(desk.database, now);
      const stuck = await findStuck(desk.database);
      ageOrThrow(stuck.count, stuck.since, now, OLDEST_DUE_MS, 'mails were tried in vain and none was taken since');
      return ageOrThrow(due, oldestDueAt, now, OLDEST_DUE_MS, 'mails wait to be sent');
    }),
  ]);
  return { ok: checks.every((one) => one.ok), checks };
}

async function describePolls(desk: Desk & { pollMs: number; startedAt: EpochMs }, now: EpochMs): Promise<string> {
  const limit = Math.max(MIN_POLL_AGE_MS, MISSED_POLLS * desk.pollMs);
  const mailboxes = await listMailboxes(desk.database);
  if (mailboxes.length === 0) {
    if (now - desk.startedAt > limit) throw new Error('no mailbox has ever been read; does the role poll run?');
    return 'starting';
  }
  // A poll in the future was before a clock was set back, and says nothing about now.
  const late = mailboxes.find((mailbox) => Math.abs(now - (mailbox.lastGoodPollAt ?? desk.startedAt)) > limit);
  if (late) {
    if ((late.lastGoodPollAt ?? 0) > now)
      throw new Error(`the last good poll of mailbox ${late.id} was before the clock was set back`);
    const since = late.lastGoodPollAt === undefined ? 'never' : `${seconds(now - late.lastGoodPollAt)} ago`;
    throw new Error(`the last good poll of mailbox ${late.id} was ${since}`);
  }
  const newest = Math.max(...mailboxes.map((mailbox) => mailbox.lastGoodPollAt ?? 0));
  return newest === 0 ? 'starting' : `last good poll ${seconds(now - newest)} ago`;
}

function ageOrThrow(count: number, oldest: EpochMs | undefined, now: EpochMs, limit: number, what: string): string {
  if (oldest === undefined || count === 0) return 'nothing waits';
  const words = `${count} ${what}, the oldest for ${seconds(now - oldest)}`;
  if (now - oldest > limit) throw new Error(words);
  return words;
}

/** Whoever asks for readiness gets an answer in time, also where a server is silent. */
async function check(name: string, look: () => Promise<string>): Promise<HealthCheck> {
  const late = new AbortController();
  const silence = sleep(ANSWER_WITHIN_MS, undefined, { signal: late.signal }).then(() => {
    throw new Error(`no answer within ${seconds(ANSWER_WITHIN_MS)}`);
  });
  silence.catch(() => {});
  try {
    return { name, ok: true, detail: await Promise.race([look(), silence]) };
  } catch (error) {
    return { name, ok: false, detail: messageOf(error) };
  } finally {
    late.abort();
  }
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
