import type { Identity } from '../../../domain/desk/identity.ts';
import { addressKey, domainOf, localPartOf } from '../../../domain/mail/email-address.ts';
import type { NamedAddress, ParsedMail } from '../../../domain/mail/parsed-mail.ts';
import type { SignedParts } from '../../../domain/mail/sender-check.ts';
import { findBounceTokens, findTokens, type TokenRow } from '../../../domain/ticket/reply-token.ts';
import type { Agent } from '../../../domain/ticket/ticket.ts';

/** A list is read up to 1,000 addresses (mail/headers/addresses.ts); of a longer one nobody knows who else is in it. */
const MAX_READ = 1_000;

/** An address that leads to our own mailbox: every plus address of it, else whatever holds a token. */
export function isReplyAddress(address: string, { replyAddress }: Identity): boolean {
  if (replyAddress === undefined) return false;
  const [key, before, after] = [address, replyAddress.before, replyAddress.after].map((text) => text.toLowerCase());
  if (key === undefined || !key.startsWith(before ?? '') || !key.endsWith(after ?? '')) return false;
  return before?.endsWith('+') === true || findTokens(key).length > 0 || findBounceTokens(key).length > 0;
}

/** A support address or an alias of ours, with or without a plus tag, or a reply address. */
export function isOurAddress(named: NamedAddress, identity: Identity): boolean {
  if (isReplyAddress(named.address ?? named.written, identity)) return true;
  if (named.address === undefined) return false;
  const untagged = `${localPartOf(named.address).replace(/\+.*$/, '')}@${domainOf(named.address)}`.toLowerCase();
  return [addressKey(named.address), untagged].some((key) => identity.ownAddresses.includes(key));
}

/** Who stands in To and Cc and is neither an address of ours nor an agent. An address that cannot be read is an outsider. */
export function outsidersOf(mail: ParsedMail, identities: readonly Identity[], agents: Agent[]): NamedAddress[] {
  const desk = new Set<string>(agents.map(({ email }) => addressKey(email)));
  return [...mail.to, ...mail.cc].filter(
    (named) =>
      !identities.some((identity) => isOurAddress(named, identity)) &&
      !(named.address && desk.has(addressKey(named.address))),
  );
}

export function isTooManyToRead({ to, cc }: ParsedMail): boolean {
  return to.length >= MAX_READ || cc.length >= MAX_READ;
}

/** Where an address of ours stands among those that a mail is openly addressed to. */
export type OpenlyAddressed = { inTo: boolean; inCc: boolean };

export function openlyAddressed(mail: ParsedMail, fits: (named: NamedAddress) => boolean): OpenlyAddressed {
  return { inTo: mail.to.some(fits), inCc: mail.cc.some(fits) };
}

/** True for the reply address of ours that holds this token. */
export function holdsToken(named: NamedAddress, token: TokenRow, identity: Identity): boolean {
  const found = findTokens(named.address ?? named.written);
  return isOurAddress(named, identity) && found.some(({ tokenId }) => tokenId === token.id);
}

/** The author's own server vouches for a field that holds an address of ours: nobody wrote it there afterwards. */
export function isSigned({ inTo, inCc }: OpenlyAddressed, signed: SignedParts | undefined): boolean {
  return signed !== undefined && ((inTo && signed.to) || (inCc && signed.cc));
}

/** Their server signs whom they write to, and did not sign this: somebody wrote the Cc there afterwards. */
export function isAddedCc({ inTo, inCc }: OpenlyAddressed, signed: SignedParts | undefined): boolean {
  return !inTo && inCc && signed?.to === true && !signed.cc;
}
