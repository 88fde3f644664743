/**
 * Calendar messages (RFC 5545, RFC 6047): answers to invitations, cancellations, and invitations without a word in them. An
 * invitation is a person's mail, and so is an answer with a comment that they typed: where it has no text, its summary, description and comments are the words
 * (mail/text/calendar-text.ts).
 */
import type { Classification, ParsedMail } from '../../domain/mail/parsed-mail.ts';

/** Methods that calendar programs send by themselves (RFC 5546 section 1.4). REQUEST is the invitation of a person. */
const MACHINE_METHODS = new Set(['reply', 'counter', 'declinecounter', 'cancel', 'refresh', 'add', 'publish']);

export function readCalendar(mail: ParsedMail): Classification | undefined {
  const value = (name: string) => mail.headers.find((field) => field.name === name)?.value.toLowerCase() ?? '';
  const isRoot = mail.contentType.type === 'text/calendar';
  if (!isRoot && !mail.partTypes.includes('text/calendar')) return undefined;
  if (mail.calendarComment !== undefined && saysMore(mail.calendarComment, mail.subject)) return undefined;
  const method = mail.contentType.params['method']?.toLowerCase();
  if (method !== undefined && MACHINE_METHODS.has(method)) return { kind: 'calendar', reason: `calendar-${method}` };
  if (isRoot && (method !== 'request' || mail.reply.trim() === ''))
    return { kind: 'calendar', reason: 'calendar-root' };
  if (/calendar-notification@google\.com|calendar-server/.test(value('sender') + value('from')))
    return { kind: 'calendar', reason: 'calendar-sender' };
  if (value('content-class').includes('calendarmessage') && isAnswer(mail.subject))
    return { kind: 'calendar', reason: 'calendar-answer' };
  if (isAnswer(mail.subject)) return { kind: 'calendar', reason: 'calendar-answer' };
  return mail.reply.trim() === '' ? { kind: 'calendar', reason: 'calendar-without-words' } : undefined;
}

/** A comment that a person typed; some programs write the subject, or one word, into it. */
function saysMore(comment: string, subject: string): boolean {
  const letters = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
  const said = letters(comment.slice(0, 2_000));
  return said !== '' && !letters(subject.slice(0, 2_000)).includes(said);
}

const ANSWERS =
  /^\s*(?:accepted|declined|tentative(?:ly accepted)?|canceled|cancelled|canceled event|cancelled event|updated invitation|new time proposed|angenommen|zugesagt|abgelehnt|abgesagt|mit vorbehalt|accepté|refusé|annulé|provisoire|aceptad[oa]|rechazad[oa]|cancelad[oa]|provisional|accettato|rifiutato|annullato|aceito|aceite|recusado|geaccepteerd|geweigerd|geannuleerd|accepterat|accepteret|godtatt|hyväksytty|zaakceptowane|odrzucone|přijato|odmítnuto|elfogadva|kabul edildi|принято|отклонено|прийнято|已接受|已拒绝|承諾|辞退|수락|거절)\s?:/i;

function isAnswer(subject: string): boolean {
  return ANSWERS.test(subject.slice(0, 200));
}
