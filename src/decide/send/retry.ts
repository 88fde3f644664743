import { DAY_MS } from '../../domain/desk/rules.ts';
import type { EpochMs } from '../../domain/ticket/ids.ts';

/** Pauses between attempts to send one mail, in seconds; the last one repeats (RFC 5321 section 4.5.4.1: give up after days). */
const PAUSES_S = [5, 15, 60, 300, 900, 1_800, 3_600];
const GIVE_UP_MS = 3 * DAY_MS;

/** Fewer attempts than this prove nothing, whatever the clock says: it jumped, or nobody was there to try. */
const MIN_ATTEMPTS = 10;

/** When to try a mail again that certainly was not taken, or undefined when it is time to give up. */
export function nextAttempt(attempts: number, createdAt: EpochMs, now: EpochMs): EpochMs | undefined {
  if (now - createdAt > GIVE_UP_MS && attempts >= MIN_ATTEMPTS) return undefined;
  const pause = PAUSES_S[Math.min(Math.max(attempts, 1), PAUSES_S.length) - 1] ?? 3_600;
  return now + pause * 1_000;
}

const MAX_FAULT_PAUSE_S = 300;

/**
 * The same where the desk itself is at fault: the relay refuses its login or its sender. Every mail waits until an operator
 * has acted, however long that takes, and goes out soon after.
 */
export function nextAfterDeskFault(attempts: number, now: EpochMs): EpochMs {
  const pause = PAUSES_S[Math.min(Math.max(attempts, 1), PAUSES_S.length) - 1] ?? MAX_FAULT_PAUSE_S;
  return now + Math.min(pause, MAX_FAULT_PAUSE_S) * 1_000;
}

/** A mail that cannot be composed is tried once a minute; this many tries take ten hours. */
const MIN_COMPOSE_FAILURES = 600;
const COMPOSE_GIVE_UP_MS = 86_400_000;
const COMPOSE_PAUSE_MS = 60_000;

/**
 * When to compose a mail again after it failed so often, or undefined when somebody must hear of it. Its age alone is no
 * reason, since a clock that is a day ahead makes every mail old.
 */
export function nextComposing(failures: number, createdAt: EpochMs, now: EpochMs): EpochMs | undefined {
  if (now - createdAt >= COMPOSE_GIVE_UP_MS && failures >= MIN_COMPOSE_FAILURES) return undefined;
  return now + COMPOSE_PAUSE_MS;
}

/** An untried mail is put off for a minute, by the brake or because it could not be composed. */
const UNTRIED_PAUSE_MS = 60_000;

/** The longest that a mail may honestly have been put off, by the number of its attempts; the last one repeats. */
export const MAX_PAUSES_MS = [0, ...PAUSES_S].map((pause) => Math.max(UNTRIED_PAUSE_MS, pause * 1_000));

/** How long to wait until a mail is decided again after that failed: the same sender's later mails wait too. */
export function nextDecision(attempts: number): number {
  return Math.min(60_000, 500 * 2 ** Math.min(attempts, 10));
}
