/**
 * Mail of a web form, a shop or a group that writes in its own name. Where the operator names its From in FORM_SENDERS, the
 * customer is who the mail says it is from: X-Original-From, which groups write, else Reply-To. Nobody has proved anything.
 */

import type { Identity } from '../../domain/desk/identity.ts';
import type { Rules } from '../../domain/desk/rules.ts';
import { addressKey, type EmailAddress, parseEmailAddress } from '../../domain/mail/email-address.ts';
import type { Classification, MailKind, NamedAddress, ParsedMail } from '../../domain/mail/parsed-mail.ts';
import { isOurAddress } from '../mail/match/our-addresses.ts';

/** Kinds of mail that such a sender may hand on; the others are about our own mails. */
const MAY_CARRY: MailKind[] = ['normal', 'auto-generated', 'list'];

/** The mail as its customer's, or undefined where its From is none of FORM_SENDERS or it names nobody. */
export function asOfItsCustomer(
  mail: ParsedMail,
  { kind, button }: Classification,
  identities: readonly Identity[],
  { formSenders }: Pick<Rules, 'formSenders'>,
): ParsedMail | undefined {
  const isForm = isFormSender(mail, formSenders) && MAY_CARRY.includes(kind) && button === undefined;
  if (
    !isForm ||
    mail.headers.some(
      ({ name, value }) => name === 'x-turnmail-desk' && identities.some(({ deskId }) => value === deskId),
    )
  )
    return undefined;
  return withCustomerOf(mail, identities, formSenders);
}

/** The same whatever its From is: where a person says so. */
export function withCustomerOf(
  mail: ParsedMail,
  identities: readonly Identity[],
  formSenders: readonly string[],
): ParsedMail | undefined {
  const named = [originalFrom(mail), ...mail.replyTo].find(
    (one) =>
      one?.address !== undefined &&
      !identities.some((identity) => isOurAddress(one, identity)) &&
      !formSenders.includes(addressKey(one.address)),
  );
  const address: EmailAddress | undefined = named?.address;
  return named && address && { ...mail, from: { kind: 'one', address, name: named.name } };
}

export function isFormSender(mail: ParsedMail, formSenders: readonly string[]): boolean {
  return mail.from.kind === 'one' && formSenders.includes(addressKey(mail.from.address));
}

/** `Sam Strict <sam@strict.example>` or the address alone; with two such fields nobody is named. */
function originalFrom({ headers }: ParsedMail): NamedAddress | undefined {
  const fields = headers.filter(({ name }) => name === 'x-original-from');
  const written = fields.length === 1 ? (fields[0]?.value.slice(0, 1_000).trim() ?? '') : '';
  const found = /^(?:(?:"?([^"<>]{0,300})"?)\s*)?<([^<>\s]{1,254})>$/.exec(written);
  const address = parseEmailAddress(found?.[2] ?? written);
  return address === undefined ? undefined : { address, name: found?.[1]?.trim() ?? '', written };
}
