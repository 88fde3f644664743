import type { ParsedMail } from '../../../domain/mail/parsed-mail.ts';
import type { FoundIn } from '../../../domain/ticket/facts.ts';
import type { OutboxId, TicketId } from '../../../domain/ticket/ids.ts';
import { findSubjectTags, findTokens, type TokenText } from '../../../domain/ticket/reply-token.ts';
import { readBounceTokens, type TokenKeys } from './reply-token.ts';

/** Everything in a mail that may name a ticket or one of our mails; strongest first, bounded in number. */
export type LookupKeys = {
  tokens: { text: TokenText; foundIn: FoundIn }[];
  /** Message-IDs that the mail answers, nearest first */
  answered: { messageId: string; foundIn: FoundIn }[];
  subjectTickets: TicketId[];
  bouncedOutboxIds: OutboxId[];
  bouncedMessageId: string | undefined;
};

const MAX_ADDRESSES = 50;
const MAX_REFERENCES = 30;

/**
 * The ticket's id is embedded three ways: in the reply address, in the Message-ID that the mail answers, and in the
 * subject. Any one of them is enough to look it up; whether it is believed is decided later.
 */
export function lookupKeys(mail: ParsedMail, keys: TokenKeys): LookupKeys {
  return {
    tokens: tokensOf(mail),
    answered: answeredBy(mail),
    subjectTickets: findSubjectTags(mail.subject),
    bouncedOutboxIds: addressesOf(mail).flatMap((address) => readBounceTokens(keys, address)),
    bouncedMessageId: mail.delivery?.originalMessageId ?? undefined,
  };
}

/** What looks like a token of a desk, wherever one may stand; nobody has looked yet whether it is genuine. */
export function tokensOf(mail: ParsedMail): LookupKeys['tokens'] {
  return [
    ...addressesOf(mail).flatMap((address) =>
      findTokens(address).map((text) => ({ text, foundIn: 'address' as const })),
    ),
    // Where the provider has no plus addresses, a mailto: link carries its token in the subject.
    ...findTokens(mail.subject).map((text) => ({ text, foundIn: 'subject' as const })),
    ...answeredBy(mail).flatMap(({ messageId, foundIn }) => findTokens(messageId).map((text) => ({ text, foundIn }))),
  ];
}

/** Those that the sender wrote come first: a person who hands a mail on chooses only the envelope. */
function addressesOf(mail: ParsedMail): string[] {
  const open = [...mail.to, ...mail.cc].slice(0, MAX_ADDRESSES);
  return [...open.map((to) => to.address ?? to.written), ...mail.deliveredTo.slice(0, MAX_ADDRESSES)];
}

function answeredBy(mail: ParsedMail): LookupKeys['answered'] {
  return [
    ...mail.inReplyTo.slice(0, 5).map((messageId) => ({ messageId, foundIn: 'in-reply-to' as const })),
    ...mail.references
      .slice(-MAX_REFERENCES)
      .reverse()
      .map((messageId) => ({ messageId, foundIn: 'references' as const })),
  ];
}
