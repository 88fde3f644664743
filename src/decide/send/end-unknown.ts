import type { EpochMs } from '../../domain/ticket/ids.ts';

/** A mail that a server may have taken, and what is known of it since. */
export type UnknownMail = {
  /** attempts that ended without a word of the server */
  unknownAttempts: number;
  endedAt: EpochMs;
  /** its own copy, an answer to it or a delivery report about it has come */
  heardOf: boolean;
};

export type UnknownEnd = 'wait' | 'sent' | 'resend' | 'tell';

/**
 * How an `unknown` ends: a trace of the mail shows that it was taken; else the same bytes go out once more after a pause,
 * since a doubled mail can be recognised by its Message-ID and a lost one cannot; a second `unknown` is final, and the
 * agents are told. Never more: extra copies cannot exceed the attempts that are written down as unknown.
 * @param resendMinutes 0 is never: the agents are told at once
 */
export function endUnknown(mail: UnknownMail, resendMinutes: number, now: EpochMs): UnknownEnd {
  if (mail.heardOf) return 'sent';
  if (resendMinutes === 0 || mail.unknownAttempts > 1) return 'tell';
  // A clock that was set back must not stop it for ever.
  const pause = resendMinutes * 60_000;
  return Math.abs(now - mail.endedAt) >= pause ? 'resend' : 'wait';
}
