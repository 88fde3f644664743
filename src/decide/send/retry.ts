import { DAY_MS } from '../../domain/desk/rules.ts';

/** Pauses between attempts to send one mail, in seconds; the last one repeats (RFC 5321 section 4.5.4.1: give up after days). */
const PAUSES_S = [5, 15, 60, 300, 900, 1_800, 3_600];
const GIVE_UP_MS = 3 * DAY_MS;

/** Fewer attempts than this prove nothing, whatever the clock says: it jumped, or nobody was there to try. */
const MIN_ATTEMPTS = 10;

function pauseMs(attempts: number): number {
  return (PAUSES_S[Math.min(Math.max(attempts, 1), PAUSES_S.length) - 1] ?? 3_600) * 1_000;
}

/** How long until a mail is tried again that certainly was not taken, or undefined when it is time to give up. */
export function pauseAfterAttempt(attempts: number, ageMs: number): number | undefined {
  return ageMs > GIVE_UP_MS && attempts >= MIN_ATTEMPTS ? undefined : pauseMs(attempts);
}

const MAX_FAULT_PAUSE_MS = 300_000;

/**
 * The same where the desk itself is at fault: the relay refuses its login or its sender. Every mail waits until an operator
 * has acted, however long that takes, and goes out soon after.
 */
export function pauseAfterDeskFault(attempts: number): number {
  return Math.min(pauseMs(attempts), MAX_FAULT_PAUSE_MS);
}

/** A mail that cannot be composed is tried once a minute; this many tries take ten hours. */
const MIN_COMPOSE_FAILURES = 600;
const COMPOSE_GIVE_UP_MS = 86_400_000;
const COMPOSE_PAUSE_MS = 60_000;

/**
 * How long until a mail is composed again after it failed so often, or undefined when somebody must hear of it. Its age alone
 * is no reason, since a clock that is a day ahead makes every mail old.
 */
export function pauseBeforeComposing(failures: number, ageMs: number): number | undefined {
  return ageMs >= COMPOSE_GIVE_UP_MS && failures >= MIN_COMPOSE_FAILURES ? undefined : COMPOSE_PAUSE_MS;
}

/** How long to wait until a mail is decided again after that failed: the same sender's later mails wait too. */
export function nextDecision(attempts: number): number {
  return Math.min(60_000, 500 * 2 ** Math.min(attempts, 10));
}
