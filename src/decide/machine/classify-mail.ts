/**
 * What kind of mail it is. The questions are asked in this order and the first that fits ends it: our own, a complaint
 * (RFC 5965), a delivery report (RFC 3464), a read receipt (RFC 8098), a calendar message (RFC 6047), an automatic answer
 * (RFC 3834), a mailing list (RFC 2369, RFC 2919), a machine's own mail, a person's. A machine must say that it is one:
 * a subject or a sender alone never makes a mail automatic, since a person's mail taken for a machine's costs the turn.
 */
import type { Classification, ParsedMail } from '../../domain/mail/parsed-mail.ts';
import { findBounceTokens } from '../../domain/ticket/reply-token.ts';
import { isAbsenceNotice } from './absence-notice.ts';
import { saysAbsent } from './absence-words.ts';
import { findSign, GENERATED_FIELDS, REPLY_FIELDS, readAutoSubmitted } from './auto-submitted.ts';
import { isAutomaticPrefix, isAutomaticSubject, isBareAutomaticSubject } from './automatic-subjects.ts';
import { readButton } from './button-mail.ts';
import { readCalendar } from './calendar-mail.ts';
import { readList } from './list-mail.ts';
import type { OwnSignals } from './own-signals.ts';

export type { OwnSignals };

type Rule = (mail: ParsedMail, own: OwnSignals) => Classification | undefined;

const RULES: readonly Rule[] = [
  isOwn,
  isComplaint,
  isDelivery,
  isReceipt,
  readButton,
  readCalendar,
  isAutoReply,
  readList,
  isGenerated,
];

/** The kind of a mail and the sign it was known by. Never fails: a mail without any sign is a person's. */
export function classifyMail(mail: ParsedMail, own: OwnSignals): Classification {
  for (const rule of RULES) {
    const found = rule(mail, own);
    if (found !== undefined) return found;
  }
  return { kind: 'normal', reason: 'no-automatic-sign' };
}

function isOwn(mail: ParsedMail, own: OwnSignals): Classification | undefined {
  if (own.headerValues.includes(firstHeader(mail, 'x-turnmail-desk') ?? ''))
    return { kind: 'own', reason: 'x-turnmail-desk' };
  return undefined;
}

/** Feedback loops older than RFC 5965 send the mail with a subject and a sender of their own. */
const LOOP_SENDER = /^(?:staff@hotmail\.|scomp@|feedback-?loop@|fbl[\w.-]{0,30}@|abuse-?reports?@|complaints?@)/i;
const LOOP_SUBJECT =
  /^\s*(?:complaint about message from|email feedback report|e-?mail abuse report|abuse report|spam complaint|client tos notification)\b/i;

function isComplaint(mail: ParsedMail): Classification | undefined {
  if (isReportOf(mail, 'feedback-report')) return { kind: 'complaint', reason: 'feedback-report' };
  const isLoop = LOOP_SENDER.test(senderAddress(mail)) && LOOP_SUBJECT.test(mail.subject.slice(0, 100));
  if (isLoop) return { kind: 'complaint', reason: 'feedback-loop' };
  return undefined;
}

function isDelivery(mail: ParsedMail): Classification | undefined {
  if (mail.delivery === null) return undefined;
  const { source, recipients } = mail.delivery;
  const isGood = recipients.length > 0 && recipients.every(({ action }) => action !== 'failed' && action !== 'delayed');
  if (isGood) return { kind: 'auto-generated', reason: 'delivery-success' };
  return { kind: 'bounce', reason: source === 'rfc3464' ? 'delivery-status' : 'delivery-words' };
}

function isReceipt(mail: ParsedMail): Classification | undefined {
  if (!isReportOf(mail, 'disposition-notification')) return undefined;
  return { kind: 'read-receipt', reason: 'disposition-notification' };
}

function isAutoReply(mail: ParsedMail): Classification | undefined {
  const submitted = readAutoSubmitted(mail.headers);
  if (submitted === 'auto-replied') return { kind: 'auto-reply', reason: 'auto-submitted' };
  const field = findSign(mail.headers, REPLY_FIELDS);
  if (field !== undefined) return { kind: 'auto-reply', reason: field };
  const isRule = has(mail, 'x-auto-response-suppress') && has(mail, 'x-ms-exchange-inbox-rules-loop');
  if (isRule && !FORWARDED.test(mail.subject.slice(0, 40)))
    return { kind: 'auto-reply', reason: 'exchange-inbox-rule' };
  const second = isAutomaticSubject(mail.subject) ? secondSign(mail) : undefined;
  return second === undefined ? undefined : { kind: 'auto-reply', reason: `subject-and-${second}` };
}

/** A rule of Exchange also forwards a person's mail, and says so in the subject. */
const FORWARDED = /^\s*(?:fwd?|wg|tr|rv|rif|i|vs|vb|enc|pd|doorst|转发|轉寄|転送)\s?[:：]/i;

/** What makes an out-of-office subject believable. A person's answer begins with `Re:`, a new mail answers nothing. */
const SECOND_FIELDS = [
  'x-auto-response-suppress',
  'x-ms-exchange-inbox-rules-loop',
  'x-ms-exchange-generated-message-source',
  'x-loop',
];

function secondSign(mail: ParsedMail): string | undefined {
  if (readAutoSubmitted(mail.headers) === 'auto-generated') return 'auto-submitted';
  const field = SECOND_FIELDS.find((name) => has(mail, name));
  if (field !== undefined) return field;
  if (hasEmptyEnvelope(mail)) return 'empty-return-path';
  if (findSign(mail.headers, GENERATED_FIELDS) !== undefined) return 'precedence';
  // Nobody but a machine writes to the envelope sender of our mails.
  if (isToBounceAddress(mail)) return 'bounce-address';
  return wordsOfProgram(mail);
}

/** Programs that mark nothing: their word and colon in the place of `Re:`, or before the words of an absence. */
function wordsOfProgram(mail: ParsedMail): string | undefined {
  const answers = mail.inReplyTo.length > 0 || mail.references.length > 0;
  if (isAutomaticPrefix(mail.subject)) {
    if (answers) return 'in-reply-to';
    if (saysAbsent(mail.text)) return 'words';
  }
  if (!isBareAutomaticSubject(mail.subject)) return undefined;
  if (answers && saysAbsent(mail.text)) return 'in-reply-to';
  return isAbsenceNotice(mail.text) ? 'words' : undefined;
}

function isToBounceAddress(mail: ParsedMail): boolean {
  const to = [...mail.to.slice(0, 20).map(({ written }) => written), ...mail.deliveredTo];
  return to.some((address) => findBounceTokens(address).length > 0);
}

function isGenerated(mail: ParsedMail): Classification | undefined {
  if (readAutoSubmitted(mail.headers) === 'auto-generated') return { kind: 'auto-generated', reason: 'auto-submitted' };
  const field = findSign(mail.headers, GENERATED_FIELDS);
  if (field !== undefined) return { kind: 'auto-generated', reason: field };
  const local = senderLocal(mail);
  if (/^mailer[-_.]?daemon\b/i.test(local)) return { kind: 'auto-generated', reason: 'mailer-daemon' };
  if (/^postmaster$/i.test(local) && hasEmptyEnvelope(mail))
    return { kind: 'auto-generated', reason: 'postmaster-and-empty-return-path' };
  const isNoReply = /^(?:do[-_.]?not|no|never)[-_.]?reply/i.test(local);
  const second = has(mail, 'x-auto-response-suppress') || has(mail, 'x-loop');
  if (hasEmptyEnvelope(mail) && (isNoReply || second)) return { kind: 'auto-generated', reason: 'empty-return-path' };
  // Contact forms write from such addresses too, with the customer in Reply-To or in the text: not alone.
  return isNoReply && second && mail.replyTo.length === 0
    ? { kind: 'auto-generated', reason: 'noreply-and-suppress' }
    : undefined;
}

function senderAddress(mail: ParsedMail): string {
  return mail.from.kind === 'one'
    ? mail.from.address
    : (/[^\s<>@"]{1,64}@[^\s<>@"]{1,255}/.exec(mail.from.written.slice(0, 500))?.[0] ?? mail.from.written);
}

function senderLocal(mail: ParsedMail): string {
  const written = senderAddress(mail);
  return written.replace(/@.*$/s, '').trim();
}

/** `Return-Path: <>`: written by the last server for mail that must not be answered (RFC 5321 section 4.5.5). */
function hasEmptyEnvelope(mail: ParsedMail): boolean {
  const value = firstHeader(mail, 'return-path');
  return value !== undefined && /^\s*(?:<\s*)?(?:>\s*)?$|^<?mailer-daemon/i.test(value);
}

/**
 * A multipart/report of the kind, by its report-type or, where that is missing, by its part (RFC 6522). A person's mail
 * with such a part attached is none.
 */
function isReportOf(mail: ParsedMail, kind: string): boolean {
  if (mail.contentType.type !== 'multipart/report') return mail.contentType.type === `message/${kind}`;
  return mail.contentType.params['report-type']?.toLowerCase() === kind || mail.partTypes.includes(`message/${kind}`);
}

function has(mail: ParsedMail, name: string): boolean {
  return firstHeader(mail, name) !== undefined;
}

function firstHeader(mail: ParsedMail, name: string): string | undefined {
  return mail.headers.find((field) => field.name === name)?.value.trim();
}
