import type { Decision, Effect } from '../../domain/ticket/decision.ts';
import type { InboundId } from '../../domain/ticket/ids.ts';
import type { Disposition, Reason } from '../../domain/ticket/reasons.ts';
import { decideMail } from './decide-mail.ts';
import { decision, type MailQuestion } from './mail-question.ts';

/** What is known of mails like this one, and of its sender, beyond the question itself. */
export type MailPast = {
  /** digest of Message-ID, content and meaning; undefined for a mail without a Message-ID */
  meaning: Buffer | undefined;
  /** the same of what it was before a mailing list put a footer below it */
  beforeList: Buffer[];
  /** digest under which a mail of this meaning and kind is remembered when nothing comes of it */
  ignored: Buffer | undefined;
  /** the mail that is remembered under it */
  ignoredBefore: InboundId | undefined;
  /** mails that this one may repeat, whose bytes were removed or whose person was erased */
  emptied: ReadonlyMap<InboundId, { erased: boolean }>;
  /** automatic mail to the sender is held back, since a mail to it could not be delivered */
  senderIsMuted: boolean;
};

/** Another mail with the same words may be the one that something comes of: a copy that means the same is no claim on them. */
const RELEASE_MEANING_OF: Disposition[] = ['parked', 'automatic', 'loop', 'bounce', 'duplicate'];

/**
 * Nor is a copy that came without the addresses or the age of the true one (decide/mail/why-only-held.ts), or that a machine
 * carried: the true one may be an answer.
 */
const RELEASE_MEANING_FOR: Reason[] = [
  'not-addressed-to-us',
  'recipients-not-signed',
  'older-than-its-ticket',
  'machine-carried',
];

/** Ends for good that change nothing. A parked mail is none: a person may yet accept it. */
const IGNORED: Disposition[] = ['automatic', 'loop', 'bounce'];

/** The whole decision about a mail: what becomes of it, and what is remembered of it. Nothing changes it afterwards. */
export function decideInbound(
  question: MailQuestion,
  past: MailPast,
  decide: (question: MailQuestion) => Decision = decideMail,
): Decision {
  const decided = decide(question);
  const decision = markRepeatOfIgnored(decided, past);
  const keepsAttachments = decision.ticketId !== undefined || decision.effects.length > 0;
  return {
    ...decision,
    effects: [
      ...decision.effects,
      ...unmute(question, decision, past),
      ...(keepsAttachments && decision.disposition !== 'duplicate' ? [{ do: 'keep-attachments' } as const] : []),
      ...remember(decided, decision, past),
      ...emptyAsOriginal(decision, past),
    ],
  };
}

/**
 * A second copy of a mail that nothing came of: the same meaning and kind. Only a mail that nothing would come of anyway is
 * such a copy, so nobody can make a true mail a duplicate by sending an automatic one ahead.
 */
function markRepeatOfIgnored(decided: Decision, { meaning, ignoredBefore }: MailPast): Decision {
  const isIgnored = meaning !== undefined && IGNORED.includes(decided.disposition) && decided.effects.length === 0;
  if (!isIgnored || ignoredBefore === undefined) return decided;
  return { ...decision('duplicate', 'same-id-and-content'), duplicateOf: ignoredBefore };
}

/** An address that writes to us can be reached again. A forger shall not have us write to one that cannot. */
function unmute(
  { mail, verification, match }: MailQuestion,
  { actor }: Decision,
  { senderIsMuted }: MailPast,
): Effect[] {
  const proved = verification === 'verified' || match?.by === 'token';
  const isTheirs = senderIsMuted && proved && actor === 'customer' && mail.from.kind === 'one';
  return isTheirs && mail.from.kind === 'one' ? [{ do: 'unmute', address: mail.from.address }] : [];
}

/** What a mail means is remembered only where something was done with it; its very bytes always are. */
function remember(
  decided: Decision,
  { disposition, reason }: Decision,
  { meaning, beforeList, ignored, ignoredBefore }: MailPast,
): Effect[] {
  if (meaning === undefined) return [];
  const isNews = ignored !== undefined && ignoredBefore === undefined && IGNORED.includes(decided.disposition);
  return [
    ...(isNews ? [{ do: 'remember-ignored', digest: ignored } as const] : []),
    ...(RELEASE_MEANING_OF.includes(disposition) || RELEASE_MEANING_FOR.includes(reason)
      ? [meaning, ...beforeList].map((digest) => ({ do: 'forget-meaning', digest }) as const)
      : []),
  ];
}

/** A mail that came again: what was removed of the first one is removed of this one too. */
function emptyAsOriginal({ duplicateOf }: Decision, { emptied }: MailPast): Effect[] {
  const original = duplicateOf === undefined ? undefined : emptied.get(duplicateOf);
  return original ? [{ do: 'empty-as-original', erased: original.erased }] : [];
}
