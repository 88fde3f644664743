import type { Identity } from '../../../domain/desk/identity.ts';
import type { ParsedMail } from '../../../domain/mail/parsed-mail.ts';
import { findTokens } from '../../../domain/ticket/reply-token.ts';
import { isOurAddress } from './our-addresses.ts';

/** Which of our mailboxes a mail belongs to, and the others that it names as well. */
export type Home = { identity: Identity; also: Identity[] };

/**
 * A mail to several of our addresses comes to each of their mailboxes, in any order. All copies belong to one of them: to the
 * reply address that holds a token, else to the first address of ours that the mail names. So it does not matter which copy
 * is decided first, and the others are its duplicates. A mail that names none of ours belongs to the mailbox that it came to.
 */
export function homeOf(mail: ParsedMail, cameTo: Identity, identities: readonly Identity[]): Home {
  if (identities.length === 1) return { identity: cameTo, also: [] };
  const named = [...mail.to, ...mail.cc].flatMap((address) => {
    const identity = identities.find((one) => isOurAddress(address, one));
    return identity ? [{ identity, hasToken: findTokens(address.address ?? address.written).length > 0 }] : [];
  });
  const identity = (named.find(({ hasToken }) => hasToken) ?? named[0])?.identity ?? cameTo;
  return { identity, also: identities.filter((one) => one !== identity && named.some((it) => it.identity === one)) };
}
