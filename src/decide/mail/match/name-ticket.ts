import { createHash } from 'node:crypto';
import { agentsOf, type Mailboxes } from '../../../domain/desk/mailboxes.ts';
import { HOUR_MS, type Rules } from '../../../domain/desk/rules.ts';
import { addressKey, type EmailAddress, isSameMailbox } from '../../../domain/mail/email-address.ts';
import type { FactsFound, FactsWanted } from '../../../domain/mail/mail-lookup.ts';
import type { BouncedRow, GenuineToken, MailFacts, NamedTicket, Verification } from '../../../domain/ticket/facts.ts';
import type { EpochMs, InboundId, MailboxId, TicketId } from '../../../domain/ticket/ids.ts';
import type { Agent } from '../../../domain/ticket/ticket.ts';
import { matchedTicket } from '../decide-mail.ts';
import type { UnderstoodMail } from '../understood-mail.ts';
import type { TicketMatch } from './match-ticket.ts';
import { isGenuine, type TokenKeys } from './reply-token.ts';

type MailDigests = {
  bytes: Buffer;
  meaning: Buffer | undefined;
  /** what the mail meant before a mailing list put a footer below it, however far its sender was believed then */
  beforeList: Buffer[];
  ignored: Buffer | undefined;
};

/** A mail and the ticket that it names. */
export type NamedMail = {
  mail: UnderstoodMail;
  facts: MailFacts;
  match: TicketMatch | undefined;
  ticketId: TicketId | undefined;
  digests: MailDigests;
  muted: boolean;
  /** an agent's mail may begin a conversation with them */
  begins?: EmailAddress | undefined;
};

/** What to look up for a batch. */
export function factsWanted(batch: UnderstoodMail[], rules: Rules, now: EpochMs): FactsWanted {
  return {
    tokenIds: batch.flatMap(({ keys }) => keys.tokens.map(({ text }) => text.tokenId)),
    messageIds: batch.flatMap(({ mail }) => mail.messageId ?? []),
    answered: batch.flatMap(({ mail, keys }) => {
      const from = senderOf(mail);
      return from === undefined ? [] : keys.answered.map(({ messageId }) => ({ messageId, from }));
    }),
    subjectTickets: batch.flatMap(({ keys }) => keys.subjectTickets),
    bouncedOutboxIds: batch.flatMap(({ keys }) => keys.bouncedOutboxIds),
    bouncedMessageIds: batch.flatMap(({ keys }) => keys.bouncedMessageId ?? []),
    orderKeys: [...new Set(batch.map(({ orderKey }) => orderKey))],
    senders: batch.flatMap(({ mail }) => senderOf(mail) ?? []),
    rate: { since: now - HOUR_MS, until: now, atMost: rules.ratePerHour === 0 ? 0 : rules.ratePerHour + 1 },
  };
}

function senderOf({ from }: UnderstoodMail['mail']): EmailAddress | undefined {
  return from.kind === 'one' ? from.address : undefined;
}

/** What a mail's keys come to, and the ticket that it names. */
export function nameTicket(
  mail: UnderstoodMail,
  found: FactsFound,
  tokenKeys: TokenKeys,
  mailboxes: Pick<Mailboxes, 'identityOf'>,
  now: EpochMs,
): NamedMail {
  const facts = factsOf(mail, found, tokenKeys, mailboxes);
  const match = matchedTicket(mail.mail, facts, now);
  const ofReport = mail.classification.kind === 'bounce' ? facts.bounced?.ticketId : undefined;
  const sender = senderOf(mail.mail);
  return {
    mail,
    facts,
    match,
    ticketId: match?.ticketId ?? ofReport,
    digests: digestsOf(mail, match),
    muted: sender !== undefined && found.muted.has(sender),
  };
}

/** What was said by one identity of the desk means nothing to another: neither a token nor a Message-ID nor a number. */
function factsOf(
  { mail, keys, orderKey, identity }: UnderstoodMail,
  found: FactsFound,
  tokenKeys: TokenKeys,
  { identityOf }: Pick<Mailboxes, 'identityOf'>,
): MailFacts {
  const sender = senderOf(mail);
  const isOurs = (id: MailboxId | undefined) => identityOf(id) === identity;
  const agents = agentsOf(identity, found.agents);
  const named: NamedTicket[] = [
    ...keys.answered.flatMap(({ messageId, foundIn }) =>
      found.byMessageId
        .filter((one) => one.messageId === messageId && one.mailboxIds.some(isOurs))
        .map(({ ticketId, email, copied }) => ({ ticketId, email, copied, foundIn })),
    ),
    ...keys.subjectTickets.flatMap((ticketId) => {
      const one = found.bySubject.get(ticketId);
      return one?.mailboxIds.some(isOurs) ? { ticketId, email: one.email, foundIn: 'subject' as const } : [];
    }),
  ];
  const tokens = keys.tokens.flatMap(({ text, foundIn }) => {
    const token = found.tokens.get(text.tokenId);
    return token && isOurs(token.row.mailboxId) && isGenuine(tokenKeys, token.row, text) ? { ...token, foundIn } : [];
  });
  return {
    duplicate: undefined,
    isOwnMessage: mail.messageId !== undefined && found.ownMessageIds.has(mail.messageId),
    agent: sender && findSender(sender, agents, tokens),
    agents,
    deskAgents: found.agents,
    tokens,
    named,
    openTickets: found.openTickets.filter((one) => one.sender === sender && isOurs(one.mailboxId)),
    bounced: bouncedBy(keys, found),
    recentFromSender: found.recent.get(orderKey) ?? 0,
  };
}

/**
 * The agent who writes: by their address, or by another name of their mailbox together with a token made for them. Without one,
 * `alice+test@` may be how an agent tries the desk out as a customer.
 */
function findSender(sender: EmailAddress, agents: Agent[], tokens: GenuineToken[]): Agent | undefined {
  const isTheirs = ({ id }: Agent) => tokens.some(({ row }) => row.purpose === 'agent' && row.agentId === id);
  return (
    agents.find(({ email }) => addressKey(email) === addressKey(sender)) ??
    agents.find((agent) => isSameMailbox(agent.email, sender) && isTheirs(agent))
  );
}

/** The address that names the row is worth more than a Message-ID, which every reader of the mail knows. */
function bouncedBy(keys: UnderstoodMail['keys'], { bounced }: FactsFound): BouncedRow | undefined {
  const byEnvelope = bounced.find((one) => keys.bouncedOutboxIds.includes(one.outboxId));
  const byId = bounced.find(({ messageId }) => messageId !== undefined && messageId === keys.bouncedMessageId);
  const row = byEnvelope ?? byId;
  return row && { ...row, byEnvelope: byEnvelope !== undefined };
}

/**
 * A batch holds one mail of a ticket, of a content and about a person, and no mail together with one that it answers: a decision
 * must see what the one before it changed. What is like a mail that waits, waits too, so that both go in their order.
 */
export function oneForEachTicket(all: NamedMail[]): { named: NamedMail[]; later: UnderstoodMail[] } {
  const taken = new Set<string>();
  const named: NamedMail[] = [];
  const later: UnderstoodMail[] = [];
  for (const one of all) {
    const claims = [
      ...(one.ticketId === undefined ? [] : [`ticket ${one.ticketId}`]),
      ...Object.values(one.digests).flatMap((digest) => [digest ?? []].flat().map((each) => each.toString('hex'))),
      ...peopleOf(one).map((address) => `person ${addressKey(address)}`),
      ...(one.facts.bounced === undefined ? [] : [`outbox ${one.facts.bounced.outboxId}`]),
    ];
    const answers = one.mail.keys.answered.some(({ messageId }) => taken.has(`id ${messageId}`));
    if (answers || claims.some((claim) => taken.has(claim))) later.push(one.mail);
    else named.push(one);
    for (const claim of claims) taken.add(claim);
    if (one.mail.mail.messageId !== undefined) taken.add(`id ${one.mail.mail.messageId}`);
  }
  return { named, later };
}

/** Who wrote a mail, with whom an agent begins by it, and to whom one of ours could not be delivered. */
function peopleOf({ mail: { mail }, begins, facts: { bounced } }: NamedMail): EmailAddress[] {
  return [senderOf(mail), begins, bounced?.recipient].filter((address) => address !== undefined);
}

/**
 * Seen before: the same bytes, or the same Message-ID, content and meaning. A person who was in copy of a mail can send it
 * ahead with a field added or its signature broken, and the true one must not count as its duplicate then. So two mails
 * are the same only where we believe both alike and both name the same ticket by the same token, and only what was acted
 * on is remembered (decide/mail/decide-inbound.ts). A copy that came through a mailing list has a footer more, and often no
 * signature that is good: it holds all words of the other, so that either is a duplicate of the first.
 */
function digestsOf(
  { id, sha256, mail, verification, classification }: UnderstoodMail,
  match: TicketMatch | undefined,
): MailDigests {
  const bytes = sha256 ?? digestOfWords(`inbound ${id}`);
  if (mail.messageId === undefined) return { bytes, meaning: undefined, beforeList: [], ignored: undefined };
  const names =
    match === undefined ? '-' : match.by === 'token' ? `token-${match.token.id}` : `ticket-${match.ticketId}`;
  const meant = (contentHash: string, believed: Verification) =>
    digestOfWords(`id-content-and-meaning|${contentHash}|${believed}|${names}|${mail.messageId}`);
  const meaning = meant(mail.contentHash, verification);
  const { hashWithoutFooter } = mail;
  const beforeList =
    hashWithoutFooter === undefined
      ? []
      : (['verified', 'unverified'] as const).map((believed) => meant(hashWithoutFooter, believed));
  return {
    bytes,
    meaning,
    beforeList,
    ignored: digestOfWords(`nothing-came-of-it|${classification.kind}|${meaning.toString('hex')}`),
  };
}

function digestOfWords(said: string): Buffer {
  return createHash('sha256').update(said).digest();
}

/** The mail that came before with the same bytes or meaning. */
export function duplicateOf({ mail, digests }: NamedMail, owners: Map<string, InboundId>): MailFacts['duplicate'] {
  const ofBytes = otherOwner(mail.id, digests.bytes, owners);
  if (ofBytes !== undefined) return { of: ofBytes, reason: 'same-bytes' };
  const ofMeaning = [digests.meaning, ...digests.beforeList]
    .map((digest) => otherOwner(mail.id, digest, owners))
    .find((owner) => owner !== undefined);
  return ofMeaning === undefined ? undefined : { of: ofMeaning, reason: 'same-id-and-content' };
}

/** Who else owns a digest. */
export function otherOwner(
  id: InboundId,
  of: Buffer | undefined,
  owners: Map<string, InboundId>,
): InboundId | undefined {
  const owner = of && owners.get(of.toString('hex'));
  return owner === id ? undefined : owner;
}
