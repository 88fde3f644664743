/** A mail that a server may have taken, and what is known of it since. */
export type UnknownMail = {
  /** attempts that ended without a word of the server */
  unknownAttempts: number;
  /** since the last attempt ended */
  msSinceEnd: number;
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
export function endUnknown(mail: UnknownMail, resendMinutes: number): UnknownEnd {
  if (mail.heardOf) return 'sent';
  if (resendMinutes === 0 || mail.unknownAttempts > 1) return 'tell';
  return mail.msSinceEnd >= resendMinutes * 60_000 ? 'resend' : 'wait';
}
