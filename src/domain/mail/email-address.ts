/**
 * An address that we are willing to send to and to identify people by: RFC 5321 Mailbox, dot-atom local part only
 * (RFC 5321 section 4.1.2), no quoted strings, no address literals, no comments. SMTPUTF8 (RFC 6531) local parts are
 * accepted as letters; the domain is lower-case.
 */
declare const brand: unique symbol;
export type EmailAddress = string & { readonly [brand]: 'EmailAddress' };

const ATEXT = "[\\p{L}\\p{M}\\p{N}!#$%&'*+/=?^_`{|}~-]";
const LOCAL = new RegExp(`^${ATEXT}+(?:\\.${ATEXT}+)*$`, 'u');
const LABEL = /^(?!-)[\p{L}\p{M}\p{N}_-]{1,63}(?<!-)$/u;

/** The address, its domain in lower case, or undefined where the text is no plain mailbox. Linear time. */
export function parseEmailAddress(text: string): EmailAddress | undefined {
  if (text.length > 254 || !isNormal(text)) return undefined;
  const at = text.lastIndexOf('@');
  if (at < 1) return undefined;
  const local = text.slice(0, at);
  const domain = text.slice(at + 1).toLowerCase();
  if (local.length > 64 || !LOCAL.test(local)) return undefined;
  const labels = domain.split('.');
  // A name whose last label is a number reads as an IP address (RFC 3696 section 2).
  if (!labels.every((label) => LABEL.test(label)) || /^\d+$/.test(labels.at(-1) ?? '')) return undefined;
  return `${local}@${domain}` as EmailAddress;
}

/**
 * Letters that others change into plain ones would make two addresses of one: a Kelvin sign is a `k` in lower case, and
 * full-width letters are plain ones to DNS (RFC 5892 section 2.2; RFC 6532 section 3.1 for local parts).
 */
function isNormal(text: string): boolean {
  return text.normalize('NFC') === text && domainText(text).normalize('NFKC') === domainText(text);
}

function domainText(text: string): string {
  return text.slice(text.lastIndexOf('@') + 1);
}

/** Two addresses name the same person when their keys are equal: nobody runs a case-sensitive local part. */
export function addressKey(address: EmailAddress): string {
  return address.toLowerCase();
}

/**
 * Whose mailbox an address leads to: what stands behind a plus sign is a tag (RFC 5233), Gmail looks at no dots, and
 * googlemail.com is its other name. The same as mailbox_of() in migrations/0001_schema.sql. Nothing is ever sent to it.
 */
export function mailboxOf(address: string): string {
  const untagged = address.toLowerCase().replace(/^([^+@]+)\+[^@]*@/, '$1@');
  const gmail = /@(gmail|googlemail)\.com$/.test(untagged);
  return gmail ? `${untagged.slice(0, untagged.indexOf('@')).replaceAll('.', '')}@gmail.com` : untagged;
}

/** True for two addresses of one mailbox: who writes from the one is who writes from the other. */
export function isSameMailbox(one: EmailAddress, other: EmailAddress): boolean {
  return mailboxOf(one) === mailboxOf(other);
}

export function domainOf(address: EmailAddress): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

export function localPartOf(address: EmailAddress): string {
  return address.slice(0, address.lastIndexOf('@'));
}
