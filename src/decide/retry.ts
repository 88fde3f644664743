import type { EpochMs } from '../domain/ids.ts';

/** Pauses between attempts to send one mail, in seconds; the last one repeats (RFC 5321 section 4.5.4.1: give up after days). */
const PAUSES_S = [5, 15, 60, 300, 900, 1_800, 3_600];
const GIVE_UP_MS = 3 * 86_400_000;

/** When to try a mail again that certainly was not taken, or undefined when it is time to give up. */
export function nextAttempt(attempts: number, createdAt: EpochMs, now: EpochMs): EpochMs | undefined {
  if (now - createdAt > GIVE_UP_MS) return undefined;
  const pause = PAUSES_S[Math.min(Math.max(attempts, 1), PAUSES_S.length) - 1] ?? 3_600;
  return now + pause * 1_000;
}

/** When to decide a mail again after applying it failed: the same sender's later mails wait that long too. */
export function nextDecision(attempts: number, now: EpochMs): EpochMs {
  return now + Math.min(60_000, 500 * 2 ** Math.min(attempts, 10));
}
