import type { FoundIn } from '../domain/facts.ts';
import type { OutboxId, TicketId } from '../domain/ids.ts';
import type { ParsedMail } from '../domain/parsed-mail.ts';
import { findSubjectTags, findTokens, type TokenText } from '../domain/reply-token.ts';
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

const MOST_ADDRESSES = 50;
const MOST_REFERENCES = 30;

/**
 * The ticket's id is embedded three ways: in the reply address, in the Message-ID that the mail answers, and in the
 * subject. Any one of them is enough to look it up; whether it is believed is decided later.
 */
export function lookupKeys(mail: ParsedMail, keys: TokenKeys): LookupKeys {
  const addresses = [
    ...mail.deliveredTo,
    ...mail.to.map((to) => to.address ?? to.written),
    ...mail.cc.map((cc) => cc.address ?? cc.written),
  ].slice(0, MOST_ADDRESSES);
  const answered = [
    ...mail.inReplyTo.slice(0, 5).map((messageId) => ({ messageId, foundIn: 'in-reply-to' as const })),
    ...mail.references
      .slice(-MOST_REFERENCES)
      .reverse()
      .map((messageId) => ({ messageId, foundIn: 'references' as const })),
  ];
  return {
    tokens: [
      ...addresses.flatMap((address) => findTokens(address).map((text) => ({ text, foundIn: 'address' as const }))),
      // Where the provider has no plus addresses, a mailto: link carries its token in the subject.
      ...findTokens(mail.subject).map((text) => ({ text, foundIn: 'subject' as const })),
      ...answered.flatMap(({ messageId, foundIn }) => findTokens(messageId).map((text) => ({ text, foundIn }))),
    ],
    answered,
    subjectTickets: findSubjectTags(mail.subject),
    bouncedOutboxIds: addresses.flatMap((address) => readBounceTokens(keys, address)),
    bouncedMessageId: mail.delivery?.originalMessageId ?? undefined,
  };
}
