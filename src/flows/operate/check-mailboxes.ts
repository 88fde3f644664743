import { causeOf, type DeskCheck } from '../../domain/desk/alarm.ts';
import type { Identity } from '../../domain/desk/identity.ts';
import { createMailboxes } from '../../domain/desk/mailboxes.ts';
import type { EpochMs, MailboxId } from '../../domain/ticket/ids.ts';
import { listMailboxes } from '../../store/inbound/mailboxes.ts';
import { listDue, listStuck } from '../../store/outbox/outbox.ts';
import type { Desk } from '../desk.ts';

/** One look at one mailbox. */
export type MailboxCheck = { identity: Identity; ok: boolean; detail: string };

/** A poll this many poll intervals old, and never younger than two minutes, is a missed poll. */
const MISSED_POLLS = 4;
const MIN_POLL_AGE_MS = 120_000;

/** Whether mail is being fetched, by mailbox. */
export async function checkPolls(
  desk: Desk & { pollMs: number; startedAt: EpochMs; sources: readonly string[] },
): Promise<MailboxCheck[]> {
  const now = desk.clock.now();
  const limit = Math.max(MIN_POLL_AGE_MS, MISSED_POLLS * desk.pollMs);
  const rows = await listMailboxes(desk.database);
  const { mailboxIdOf } = createMailboxes(desk.identities, rows, desk.sources);
  return desk.identities.map((identity) => {
    const id = mailboxIdOf(identity);
    const row = rows.find((one) => one.id === id);
    const startedLongAgo = now - desk.startedAt > limit;
    if (row === undefined) {
      const detail = startedLongAgo ? 'no mailbox has ever been read; does the role poll run?' : 'starting';
      return { identity, ok: !startedLongAgo, detail };
    }
    return { identity, ...describePoll(identity, row, desk.startedAt, limit, now) };
  });
}

function describePoll(
  { mailboxName }: Identity,
  { lastGoodPollAt }: { lastGoodPollAt: EpochMs | undefined },
  startedAt: EpochMs,
  limit: number,
  now: EpochMs,
): { ok: boolean; detail: string } {
  const last = `the last good poll of mailbox ${mailboxName} was`;
  // A poll in the future was before a clock was set back, and says nothing about now.
  if (Math.abs(now - (lastGoodPollAt ?? startedAt)) > limit) {
    if ((lastGoodPollAt ?? 0) > now) return { ok: false, detail: `${last} before the clock was set back` };
    return {
      ok: false,
      detail: `${last} ${lastGoodPollAt === undefined ? 'never' : `${seconds(now - lastGoodPollAt)} ago`}`,
    };
  }
  return {
    ok: true,
    detail: lastGoodPollAt === undefined ? 'starting' : `last good poll ${seconds(now - lastGoodPollAt)} ago`,
  };
}

const OLDEST_DUE_MS = 15 * 60_000;

/** Whether mails go out, by mailbox: none is tried in vain for long while no other is taken, and none waits untried. */
export async function checkUnsent(desk: Desk): Promise<MailboxCheck[]> {
  const [stuck, due] = [await listStuck(desk.database), await listDue(desk.database)];
  return desk.identities.map((identity) => {
    const ofIt = (one: { mailboxId: MailboxId | undefined }) => desk.identityOf(one.mailboxId) === identity;
    const vain = 'mails were tried in vain and none was taken since';
    const tried = ageOf(stuck.filter(ofIt), vain);
    return { identity, ...(tried.ok ? ageOf(due.filter(ofIt), 'mails wait to be sent') : tried) };
  });
}

function ageOf(waiting: { count: number; oldestMs: number }[], what: string) {
  const count = waiting.reduce((sum, one) => sum + one.count, 0);
  const oldestMs = Math.max(0, ...waiting.map((one) => one.oldestMs));
  return ageInWords(count, oldestMs, OLDEST_DUE_MS, what);
}

export function ageInWords(
  count: number,
  oldestMs: number,
  limit: number,
  what: string,
): { ok: boolean; detail: string } {
  if (count === 0) return { ok: true, detail: 'nothing waits' };
  return { ok: oldestMs <= limit, detail: `${count} ${what}, the oldest for ${seconds(oldestMs)}` };
}

/**
 * The looks at all mailboxes as one: readiness names those that are wrong.
 * @throws Error that names them
 */
export function inOne(checks: readonly MailboxCheck[]): string {
  const [first] = checks;
  const wrong = checks.filter(({ ok }) => !ok);
  if (checks.length === 1 && first !== undefined) {
    if (!first.ok) throw new Error(first.detail);
    return first.detail;
  }
  if (wrong.length > 0) {
    throw new Error(
      `${wrong.length} of ${checks.length} mailboxes: ${wrong.map(({ identity, detail }) => `${identity.mailboxName}: ${detail}`).join('; ')}`,
    );
  }
  return `${checks.length} mailboxes: ${[...new Set(checks.map(({ detail }) => detail))].slice(0, 3).join(', ')}`;
}

/** The same for the alarms, of which each mailbox has its own. */
export function asAlarms(part: string, checks: readonly MailboxCheck[], mailboxes: number): DeskCheck[] {
  return checks.map(({ identity, ok, detail }) => ({ cause: causeOf(part, identity, mailboxes), ok, detail }));
}

export function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
