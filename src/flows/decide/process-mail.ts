import { tellOfParked } from '../../decide/agent/tell-of-parked.ts';
import { classifyMail } from '../../decide/machine/classify-mail.ts';
import { ownSignals } from '../../decide/machine/own-signals.ts';
import { decideMail, matchedTicket } from '../../decide/mail/decide-mail.ts';
import { lookupKeys } from '../../decide/mail/lookup-keys.ts';
import { decision, type MailQuestion } from '../../decide/mail/mail-question.ts';
import { quotesSomething } from '../../decide/mail/read-words.ts';
import { isGenuine } from '../../decide/mail/reply-token.ts';
import { cutText } from '../../domain/cut-text.ts';
import type { Decision, Effect } from '../../domain/decision.ts';
import type { EmailAddress } from '../../domain/email-address.ts';
import type { MailFacts, NamedTicket, Verification } from '../../domain/facts.ts';
import type { EpochMs, OutboxId, TicketId } from '../../domain/ids.ts';
import type { Classification, ParsedMail } from '../../domain/parsed-mail.ts';
import { CLOCK_LEEWAY_MS, HOUR_MS, type Rules } from '../../domain/rules.ts';
import { killPoint } from '../../runtime/kill-point.ts';
import { findShownAnswers } from '../../store/answers/shown-answers.ts';
import { inTransaction, type Tx } from '../../store/database.ts';
import { markDecided, type WaitingMail } from '../../store/inbound/inbound-mails.ts';
import { findMailFacts } from '../../store/inbound/mail-facts.ts';
import { eraseIfOriginalErased } from '../../store/people/person-erasure.ts';
import { listAgents } from '../../store/tickets/agents.ts';
import { listSentTexts } from '../../store/tickets/sent-texts.ts';
import { insertAttachments, unmuteAddress } from '../../store/tickets/ticket-records.ts';
import { lockTicket } from '../../store/tickets/tickets.ts';
import type { Desk } from '../desk.ts';
import { applyEffects } from './apply-decision.ts';
import { findDuplicate, forgetUnlessActed, markRepeatOfIgnored } from './find-duplicate.ts';
import { verifySender } from './verify-sender.ts';

/** What became of a mail; undefined where another process had decided it already. */
export type Processed = { decision: Decision; outboxIds: OutboxId[] } | undefined;

/** Decides an understood mail and applies the decision, in one transaction. */
export async function processMail(
  desk: Desk,
  waiting: WaitingMail,
  mail: ParsedMail,
  decide: (question: MailQuestion) => Decision = decideMail,
): Promise<Processed> {
  try {
    const work = (tx: Tx) => decideAndApply(tx, desk, waiting, mail, decide);
    return await inTransaction(desk.database, work, () => killPoint('apply-in-commit'));
  } catch (error) {
    if (error instanceof AlreadyDecided) return undefined;
    throw error;
  }
}

/**
 * Gathers what `decide` needs to know, and applies what it says inside the caller's transaction.
 * @throws AlreadyDecided where another process has decided the mail meanwhile
 */
export async function decideAndApply(
  tx: Tx,
  desk: Desk,
  waiting: WaitingMail,
  mail: ParsedMail,
  decide: (question: MailQuestion) => Decision,
): Promise<{ decision: Decision; ticketId: TicketId | undefined; outboxIds: OutboxId[] }> {
  const { rules } = desk;
  const identity = desk.identityOf(waiting.mailboxId);
  const classification = classifyMail(mail, ownSignals(identity));
  const { verification, signed } = await verifySender(tx, mail, waiting.id, desk.rules);
  const now = desk.clock.now();
  const { facts, muted } = await gatherFacts(tx, desk, waiting, mail, now);
  const match = matchedTicket(mail, facts, now);
  const { duplicate, meaning } = await findDuplicate(tx, waiting, mail, verification, match);
  const ticketId = match?.ticketId ?? (classification.kind === 'bounce' ? facts.bounced?.ticketId : undefined);
  const ticket = ticketId === undefined ? undefined : await lockTicket(tx, ticketId);
  const shown = facts.agent && ticket ? ((await findShownAnswers(tx, ticket.id)) ?? []) : [];
  const sentTexts =
    ticket && quotesSomething(mail) ? (await listSentTexts(tx, [ticket.id])).get(ticket.id) : undefined;
  const known = { ...facts, duplicate };
  const decided = decide({
    mail,
    classification,
    verification,
    signed,
    receivedAt: waiting.receivedAt,
    facts: known,
    match,
    ticket,
    shown,
    sentTexts,
    identity,
    rules,
    now,
  });
  const decision = await markRepeatOfIgnored(tx, waiting, meaning, classification.kind, decided);
  killPoint('decide');
  // A forger shall not have us write again to an address that cannot be reached.
  const proved = verification === 'verified' || match?.by === 'token';
  if (muted && proved && decision.actor === 'customer' && mail.from.kind === 'one')
    await unmuteAddress(tx, mail.from.address);
  const keepsAttachments = decision.ticketId !== undefined || decision.effects.length > 0;
  if (keepsAttachments && decision.disposition !== 'duplicate')
    await insertAttachments(tx, waiting.id, mail.attachments);
  const cause = {
    inboundId: waiting.id,
    mailboxId: waiting.mailboxId,
    messageId: mail.messageId,
    verifiedSender: verifiedSender(mail, verification, rules),
  };
  const applied = await applyEffects(tx, desk, decision, ticket, cause, now);
  const fate = {
    ...understood(mail, classification),
    disposition: decision.disposition,
    reason: decision.reason,
    words: decision.words,
    ticketId: applied.ticketId,
    responseId: applied.responseId ?? decision.responseId,
    agentId: decision.agentId,
    duplicateOf: decision.duplicateOf,
  };
  if (!(await markDecided(tx, waiting.id, fate, applied.audit, now))) throw new AlreadyDecided();
  await forgetUnlessActed(tx, waiting.id, decision, meaning);
  if (decision.duplicateOf !== undefined) await eraseIfOriginalErased(tx, waiting.id, decision.duplicateOf, now);
  killPoint('apply-before-commit');
  return { decision, ticketId: applied.ticketId, outboxIds: applied.outboxIds };
}

/** SENDER_TRUST=none verifies nothing. */
function verifiedSender(
  mail: ParsedMail,
  verification: Verification,
  { senderTrust }: Rules,
): EmailAddress | undefined {
  const verified = verification === 'verified' && senderTrust.kind !== 'none';
  return verified && mail.from.kind === 'one' ? mail.from.address : undefined;
}

/**
 * Parks a mail that cannot be acted on; its bytes stay. Where an agent's address stands in From, that agent is told.
 * @returns undefined where it had been decided already, else the mails to send
 */
export async function parkMail(
  desk: Desk,
  waiting: WaitingMail,
  reason: Decision['reason'],
  detail: string,
): Promise<OutboxId[] | undefined> {
  const parked = decision('parked', reason);
  const work = async (tx: Tx) => {
    const now = desk.clock.now();
    const agent = (await listAgents(tx)).find(({ email }) => email.toLowerCase() === waiting.orderKey);
    const effects: Effect[] = agent === undefined ? [] : [{ do: 'send', draft: tellOfParked(agent, reason, now) }];
    const cause = { inboundId: waiting.id, mailboxId: waiting.mailboxId, messageId: undefined };
    const applied = await applyEffects(tx, desk, { ...parked, effects }, undefined, cause, now);
    const fate = {
      ...parked,
      kind: undefined,
      kindReason: undefined,
      messageId: undefined,
      fromAddress: undefined,
      fromName: undefined,
      subject: undefined,
      words: detail === '' ? undefined : cutText(detail, 500),
    };
    if (!(await markDecided(tx, waiting.id, fate, applied.audit, now))) throw new AlreadyDecided();
    return applied.outboxIds;
  };
  try {
    return await inTransaction(desk.database, work);
  } catch (error) {
    if (error instanceof AlreadyDecided) return undefined;
    throw error;
  }
}

/** Thrown inside the transaction so that everything of a mail that another process decided meanwhile is rolled back. */
class AlreadyDecided extends Error {}

async function gatherFacts(
  tx: Tx,
  desk: Desk,
  waiting: WaitingMail,
  mail: ParsedMail,
  now: EpochMs,
): Promise<{ facts: MailFacts; muted: boolean }> {
  const keys = lookupKeys(mail, desk.keys);
  const found = await findMailFacts(tx, {
    tokenIds: keys.tokens.map(({ text }) => text.tokenId),
    messageId: mail.messageId,
    answeredMessageIds: keys.answered.map(({ messageId }) => messageId),
    subjectTickets: keys.subjectTickets,
    bouncedOutboxIds: keys.bouncedOutboxIds,
    bouncedMessageId: keys.bouncedMessageId,
    orderKey: waiting.orderKey,
    from: mail.from.kind === 'one' ? mail.from.address : undefined,
    since: now - HOUR_MS,
    until: now + CLOCK_LEEWAY_MS,
  });
  const from = mail.from.kind === 'one' ? mail.from.address.toLowerCase() : undefined;
  const named: NamedTicket[] = [
    ...keys.answered.flatMap(({ messageId, foundIn }) =>
      found.byMessageId.filter((one) => one.messageId === messageId).map((one) => ({ ...one, foundIn })),
    ),
    ...keys.subjectTickets.flatMap((id) =>
      found.bySubject.filter((one) => one.ticketId === id).map((one) => ({ ...one, foundIn: 'subject' as const })),
    ),
  ];
  const facts: MailFacts = {
    duplicate: undefined,
    isOwnMessage: found.isOwnMessage,
    agent: found.agents.find((agent) => agent.email.toLowerCase() === from),
    agents: found.agents,
    tokens: keys.tokens.flatMap(({ text, foundIn }) =>
      found.tokens
        .filter(({ row }) => isGenuine(desk.keys, row, text))
        .map(({ row, customer }) => ({ row, foundIn, customer })),
    ),
    named,
    bounced: found.bounced,
    recentFromSender: found.recentFromSender,
  };
  return { facts, muted: found.senderIsMuted };
}

function understood(mail: ParsedMail, classification: Classification) {
  return {
    kind: classification.kind,
    kindReason: classification.reason,
    messageId: mail.messageId,
    fromAddress: mail.from.kind === 'one' ? mail.from.address : undefined,
    fromName: mail.from.kind === 'one' ? cutText(mail.from.name, 200) : undefined,
    subject: cutText(mail.subject, 500),
  };
}
