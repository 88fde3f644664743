/**
 * Mail that came through a mailing list (RFC 2369, RFC 2919) or a newsletter. A group address that leads to the desk is
 * no list for us: its customers write to us through it, and its fields name our own address.
 */
import type { Classification, ParsedMail } from '../../domain/mail/parsed-mail.ts';
import type { OwnSignals } from './own-signals.ts';

const LIST_FIELDS = [
  'list-id',
  'list-post',
  'mailing-list',
  'x-mailing-list',
  'x-mailman-version',
  'x-beenthere',
  'x-list',
  'x-ml-name',
  'x-mlserver',
];

export function readList(mail: ParsedMail, own: OwnSignals): Classification | undefined {
  const value = (name: string) => mail.headers.find((field) => field.name === name)?.value;
  const field = LIST_FIELDS.find((name) => value(name) !== undefined);
  if (field === undefined && !/^\s*["']?list\b/i.test(value('precedence') ?? ''))
    return readNewsletter(mail, value('list-unsubscribe'));
  const named = LIST_FIELDS.map((name) => value(name)?.slice(0, 1_000).toLowerCase() ?? '').join(' ');
  const isOurs = own.addresses.some(
    (address) => named.includes(address) || named.includes(`<${address.replace('@', '.')}>`),
  );
  if (isOurs) return undefined;
  return { kind: 'list', reason: field ?? 'precedence-list' };
}

/** Unsubscribe links alone: a newsletter, unless the mail answers one, since people also write through mailers. */
function readNewsletter(mail: ParsedMail, unsubscribe: string | undefined): Classification | undefined {
  if (unsubscribe === undefined || mail.inReplyTo.length > 0 || mail.references.length > 0) return undefined;
  return { kind: 'list', reason: 'list-unsubscribe' };
}
