import { setTimeout as sleep } from 'node:timers/promises';
import { SENDER_CAUSE, SIGN_IN_CAUSE } from '../../decide/desk/plan-alarms.ts';
import type { DeskCheck } from '../../domain/desk/alarm.ts';
import { messageOf } from '../../domain/fault.ts';
import type { EpochMs } from '../../domain/ticket/ids.ts';
import type { HintQueue } from '../../queue/queue.ts';
import { isReadOnly } from '../../store/database.ts';
import { countWaiting } from '../../store/inbound/inbound-mails.ts';
import { missingRights } from '../../store/rights.ts';
import type { Desk } from '../desk.ts';
import { checkSenders } from '../send/refused-sender.ts';
import { ageInWords, asAlarms, checkPolls, checkUnsent, inOne, type MailboxCheck, seconds } from './check-mailboxes.ts';
import { checkSignIn, type SigningIn } from './sign-in.ts';

export type HealthCheck = { name: string; ok: boolean; detail: string };
/** `looks` are the checks as alarms know them: where there are several mailboxes each has its own. */
export type Health = { ok: boolean; checks: HealthCheck[]; looks: DeskCheck[] };

export type HealthDesk = Desk & {
  queue: HintQueue;
  pollMs: number;
  startedAt: EpochMs;
  /** where mail is read from, of this process's settings */
  sources: readonly string[];
  /** the mailboxes that are signed in to with tokens */
  accounts: readonly SigningIn[];
};

const ANSWER_WITHIN_MS = 5_000;
const OLDEST_WAITING_MS = 5 * 60_000;

/** Whether the desk can work now, each part with its reason in words; no addresses and no secrets. */
export async function reportHealth(desk: HealthDesk): Promise<Health> {
  const now = desk.clock.now();
  const mailboxes = desk.identities.length;
  const both = await Promise.all([
    ...(desk.accounts.length === 0 ? [] : [checkEach(SIGN_IN_CAUSE, mailboxes, () => checkSignIns(desk))]),
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
    checkEach('polls', mailboxes, () => checkPolls(desk)),
    checkEach(SENDER_CAUSE, mailboxes, () => checkSenders(desk)),
    check('oldest waiting mail', async () => {
      const { waiting, oldestStoredAt = now } = await countWaiting(desk.database);
      const { ok, detail } = ageInWords(waiting, now - oldestStoredAt, OLDEST_WAITING_MS, 'mails wait to be decided');
      if (!ok) throw new Error(detail);
      return detail;
    }),
    checkEach('oldest unsent mail', mailboxes, () => checkUnsent(desk)),
  ]);
  const checks = both.map((one) => one.check);
  return { ok: checks.every((one) => one.ok), checks, looks: both.flatMap((one) => one.looks) };
}

async function checkSignIns(desk: HealthDesk): Promise<MailboxCheck[]> {
  return await Promise.all(
    desk.accounts.map(async (account) => {
      const { identity } = account;
      try {
        return { identity, ok: true, detail: await checkSignIn(desk, account) };
      } catch (error) {
        return { identity, ok: false, detail: messageOf(error) };
      }
    }),
  );
}

type Checked = { check: HealthCheck; looks: DeskCheck[] };

async function check(name: string, look: () => Promise<string>): Promise<Checked> {
  const { ok, detail } = await inTime(look);
  return { check: { name, ok, detail }, looks: [{ cause: name, ok, detail }] };
}

/** One check for all mailboxes, and a look at each. */
async function checkEach(name: string, mailboxes: number, look: () => Promise<MailboxCheck[]>): Promise<Checked> {
  let looks: DeskCheck[] = [];
  const { ok, detail } = await inTime(async () => {
    const found = await look();
    looks = asAlarms(name, found, mailboxes);
    return inOne(found);
  });
  return { check: { name, ok, detail }, looks: looks.length > 0 ? looks : [{ cause: name, ok, detail }] };
}

/** A question for readiness is answered in time, also where a server is silent. */
async function inTime(look: () => Promise<string>): Promise<{ ok: boolean; detail: string }> {
  const late = new AbortController();
  const silence = sleep(ANSWER_WITHIN_MS, undefined, { signal: late.signal }).then(() => {
    throw new Error(`no answer within ${seconds(ANSWER_WITHIN_MS)}`);
  });
  silence.catch(() => {});
  try {
    return { ok: true, detail: await Promise.race([look(), silence]) };
  } catch (error) {
    return { ok: false, detail: messageOf(error) };
  } finally {
    late.abort();
  }
}
