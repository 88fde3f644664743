import { addressKey } from '../../domain/mail/email-address.ts';
import type { ParsedMail } from '../../domain/mail/parsed-mail.ts';
import type { BeginningFacts, OpenTicket } from '../../domain/ticket/facts.ts';
import { findSubjectTags, findTokens } from '../../domain/ticket/reply-token.ts';
import { cleanSubject } from '../mail/words/mail-words.ts';
import type { Beginning } from './read-beginning.ts';

/** Lines of a mail in which tokens of ours are looked for; people quote our mails below their words. */
const MAX_LINES = 2_000;

/**
 * The open ticket of the customer that a beginning belongs to already, the newest: by a Message-ID, a number in a subject, a
 * token that it quotes, or the same subject. /new asks for another one.
 */
export function knownTicket(mail: ParsedMail, beginning: Beginning, { open }: BeginningFacts): OpenTicket | undefined {
  const { reply, customer, kind, shown } = beginning;
  if (customer === undefined || (reply.ok && reply.commands.some(({ name }) => name === 'new'))) return undefined;
  const own = open.filter(({ email }) => addressKey(email) === addressKey(customer));
  if (own.length === 0) return undefined;
  const ids = new Set([...(shown?.ids ?? []), ...mail.inReplyTo, ...mail.references]);
  const subjects = [mail.subject, shown?.subject ?? '', shown?.words ?? ''].flatMap((text) => findSubjectTags(text));
  const named = new Set([...subjects, ...quotedIn(mail)]);
  const subject = shown === undefined && kind === 'told' ? '' : subjectOf(mail, shown?.subject);
  return own.find(
    (ticket) =>
      named.has(ticket.ticketId) ||
      ticket.messageIds.some((id) => ids.has(id)) ||
      (subject !== '' && cleanSubject(ticket.subject).toLowerCase() === subject),
  );
}

function subjectOf(mail: ParsedMail, shown: string | undefined): string {
  return cleanSubject(shown === undefined || shown === '' ? mail.subject : shown).toLowerCase();
}

/** Tickets that the mail names by a number or a token; whether it is genuine does not matter, since only the customer's own are looked at. */
function quotedIn(mail: ParsedMail): number[] {
  const lines = mail.text.split('\n').slice(0, MAX_LINES);
  return lines.flatMap((line) => [...findSubjectTags(line), ...findTokens(line).map(({ ticketId }) => ticketId)]);
}
