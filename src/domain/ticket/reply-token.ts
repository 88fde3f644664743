import type { AgentId, EpochMs, MailboxId, OutboxId, ResponseId, TicketId, TokenId } from './ids.ts';
import type { LinkPurpose } from './link.ts';

/**
 * What a token lets its holder do; one purpose each:
 * - `turn`: the customer answers this response. `ticket`: the customer writes about this ticket.
 * - `reader`: somebody who gets copies of the responses writes; their words are a third party's.
 * - `agent`: this agent acts on this ticket, having seen the responses up to `seenResponseId`.
 * - a `LinkPurpose`: what stands behind a link, or its mailto link.
 */
export type TokenPurpose = 'turn' | 'ticket' | 'reader' | 'agent' | LinkPurpose;

export type TokenRow = {
  id: TokenId;
  purpose: TokenPurpose;
  ticketId: TicketId;
  responseId: ResponseId | undefined;
  agentId: AgentId | undefined;
  seenResponseId: ResponseId | undefined;
  /** whose reply address or links it stands in: it means nothing at another address of the desk; undefined: of the first */
  mailboxId: MailboxId | undefined;
  createdAt: EpochMs;
  expiresAt: EpochMs;
  revokedAt: EpochMs | undefined;
  /** when the link behind it first had its effect */
  usedAt: EpochMs | undefined;
};

/** A token as found in text, before anybody looked whether it is genuine. */
export type TokenText = { ticketId: TicketId; tokenId: TokenId; mac: string };

/**
 * `12-3f-k5xq...`: the ticket in decimal, the token row in base 36, and a 128-bit keyed digest in base 32 (RFC 4648
 * alphabet in lower case). All of it survives lower-casing, and fits a local part beside a plus sign.
 */
const SYNTAX = /(?<![a-z0-9-])(\d{1,16})-([0-9a-z]{1,11})-([a-z2-7]{26})(?![a-z0-9])/g;

/** Letters that a reply address keeps free for a token: 26 of the digest, two dashes, 21 for the ticket and the row. */
export const TOKEN_ROOM = 49;

export function formatToken(token: TokenText): string {
  return `${token.ticketId}-${token.tokenId.toString(36)}-${token.mac}`;
}

/** All tokens in a short text such as an address or a Message-ID; case is ignored. */
export function findTokens(text: string): TokenText[] {
  const found: TokenText[] = [];
  for (const match of text.slice(0, 2_000).toLowerCase().matchAll(SYNTAX)) {
    const ticketId = Number(match[1]);
    const tokenId = Number.parseInt(match[2] ?? '', 36);
    if (!Number.isSafeInteger(ticketId) || !Number.isSafeInteger(tokenId)) continue;
    found.push({ ticketId: ticketId as TicketId, tokenId: tokenId as TokenId, mac: match[3] ?? '' });
  }
  return found;
}

const BOUNCE_SYNTAX = /(?<![a-z0-9-])b([0-9a-z]{1,11})-([a-z2-7]{26})(?![a-z0-9])/g;

/** `b3f-k5xq...` in the address a delivery report was sent to: the outbox row in base 36, and its digest. */
export function findBounceTokens(address: string): { outboxId: OutboxId; mac: string }[] {
  return [...address.slice(0, 2_000).toLowerCase().matchAll(BOUNCE_SYNTAX)].flatMap((match) => {
    const outboxId = Number.parseInt(match[1] ?? '', 36);
    return Number.isSafeInteger(outboxId) ? [{ outboxId: outboxId as OutboxId, mac: match[2] ?? '' }] : [];
  });
}

/** `[#12]`, as it stands in our subjects. */
export function formatSubjectTag(ticketId: TicketId): string {
  return `[#${ticketId}]`;
}

/** `#12`, as a ticket is called in prose. */
export function formatTicketNumber(ticketId: TicketId): string {
  return `#${ticketId}`;
}

/** The tickets that a subject names, in order; at most ten. */
export function findSubjectTags(subject: string): TicketId[] {
  return [...subject.slice(0, 2_000).matchAll(/\[#(\d{1,15})\]/g)]
    .slice(0, 10)
    .map((match) => Number(match[1]) as TicketId);
}
