import { countedTogether, noticeBounds, personBehind } from '../../decide/send/may-notify.ts';
import type { Actor, Decision, Effect } from '../../domain/decision.ts';
import type { EmailAddress } from '../../domain/email-address.ts';
import type { TicketFacts } from '../../domain/facts.ts';
import { Fault } from '../../domain/fault.ts';
import type { EpochMs, InboundId, MailboxId, OutboxId, ResponseId, TicketId, TokenId } from '../../domain/ids.ts';
import type { OutboxDraft } from '../../domain/outbox-item.ts';
import type { TokenPurpose } from '../../domain/reply-token.ts';
import { markAnswerUsed } from '../../store/answers/shown-answers.ts';
import type { Tx } from '../../store/database.ts';
import { insertOutbox, lockCounting } from '../../store/outbox/bounded-outbox.ts';
import { listDedupeKeys, markUndelivered } from '../../store/outbox/outbox.ts';
import { insertTokens, markTokenUsed, type NewToken, revokeTicketTokens } from '../../store/tickets/reply-tokens.ts';
import { insertResponse, takeTurn } from '../../store/tickets/responses.ts';
import { type AuditEntry, insertAudit, insertNote, muteAddress } from '../../store/tickets/ticket-records.ts';
import {
  closeTicket,
  insertTicket,
  markAssignee,
  markFeedback,
  markInProcess,
  reopenTicket,
  touchTicket,
  writeFeedbackWords,
} from '../../store/tickets/tickets.ts';
import { type Desk, tokenExpiry } from '../desk.ts';

/** Where a decision comes from: a mail, or a link or a command with no mail behind it. */
export type Cause = {
  inboundId: InboundId | undefined;
  mailboxId: MailboxId | undefined;
  messageId: string | undefined;
  /** who wrote it, where DKIM and DMARC (or the server that is trusted) say that it was them */
  verifiedSender?: EmailAddress | undefined;
};

export const NO_MAIL: Cause = { inboundId: undefined, mailboxId: undefined, messageId: undefined };

export type Applied = { ticketId: TicketId | undefined; responseId: ResponseId | undefined; outboxIds: OutboxId[] };

type State = {
  tx: Tx;
  desk: Desk;
  cause: Cause;
  actor: Actor;
  now: EpochMs;
  ticketId: TicketId | undefined;
  newResponseId: ResponseId | undefined;
  newestResponseId: ResponseId | undefined;
  drafts: OutboxDraft[];
  audit: AuditEntry[];
};

/** Carries out a decision and writes down in the audit log what it did: see applyEffects(). */
export async function applyDecision(...given: Parameters<typeof applyEffects>): Promise<Applied> {
  const { audit, ...applied } = await applyEffects(...given);
  const [tx, , , , , now] = given;
  await insertAudit(tx, audit, now);
  return applied;
}

/**
 * Carries out the effects of a decision inside the caller's transaction, in order, without thinking: all or nothing. The
 * caller writes `audit` down in the same transaction.
 * @throws Fault turn-lost where the state is no longer what was decided on; the caller rolls back and decides again
 */
export async function applyEffects(
  tx: Tx,
  desk: Desk,
  decision: Pick<Decision, 'effects' | 'actor' | 'ticketId'>,
  facts: TicketFacts | undefined,
  cause: Cause,
  now: EpochMs,
): Promise<Applied & { audit: AuditEntry[] }> {
  const state: State = {
    tx,
    desk,
    cause,
    actor: decision.actor,
    now,
    ticketId: decision.ticketId,
    newResponseId: undefined,
    newestResponseId: facts?.turns.at(-1)?.responseId,
    drafts: [],
    audit: [],
  };
  for (const effect of decision.effects) await applyEffect(state, effect);
  const outboxIds = await writeOutbox(state, personBehind(decision.actor, decision.effects));
  return { ticketId: state.ticketId, responseId: state.newResponseId, outboxIds, audit: state.audit };
}

async function applyEffect(state: State, effect: Effect): Promise<void> {
  const { tx, now, desk } = state;
  switch (effect.do) {
    case 'open-ticket':
      state.ticketId = await insertTicket(tx, {
        email: effect.email,
        query: effect.query,
        subject: effect.subject,
        mailboxId: state.cause.mailboxId,
        messageId: state.cause.messageId,
        follows: effect.follows,
        locale: desk.identityOf(state.cause.mailboxId).language,
        now,
      });
      state.newestResponseId = undefined;
      return note(state, 'opened', effect.follows === undefined ? {} : { follows: effect.follows });
    case 'take-turn':
      must(await takeTurn(tx, effect.responseId, effect.words, now), 'the turn was taken meanwhile');
      await touchTicket(tx, theTicket(state), state.cause.messageId, now);
      return note(state, 'answered', { response: effect.responseId });
    case 'respond': {
      const ticketId = theTicket(state);
      state.newResponseId = await insertResponse(tx, ticketId, effect.words, now);
      state.newestResponseId = state.newResponseId;
      await markInProcess(tx, ticketId, now);
      return note(state, 'responded', { response: state.newResponseId });
    }
    case 'close':
      must(await closeTicket(tx, theTicket(state), effect.by, effect.spam, now), 'the ticket was closed meanwhile');
      return note(state, 'closed', { by: effect.by, spam: effect.spam });
    case 'reopen':
      must(await reopenTicket(tx, theTicket(state), effect.to, now), 'the ticket was reopened meanwhile');
      return note(state, 'reopened', {});
    case 'feedback':
    case 'feedback-words':
      return await applyFeedback(state, effect);
    case 'assign':
      await markAssignee(tx, theTicket(state), effect.agentId);
      return note(state, 'assigned', { agent: effect.agentId });
    case 'revoke-tokens':
      await revokeTicketTokens(tx, theTicket(state), now);
      return note(state, 'revoked', {});
    case 'note':
      await insertNote(
        tx,
        { ticketId: theTicket(state), agentId: effect.agentId, inboundId: state.cause.inboundId, note: effect.note },
        now,
      );
      return note(state, 'noted', {});
    case 'use-answer':
      await markAnswerUsed(tx, theTicket(state), effect.number, now);
      return note(state, 'used-answer', { number: effect.number });
    case 'use-token':
      return await markTokenUsed(tx, effect.tokenId, now);
    case 'mark-undelivered':
      await markUndelivered(tx, effect.outboxId, now);
      return note(state, 'undelivered', { outbox: effect.outboxId });
    case 'mute':
      return await muteAddress(tx, effect.address, effect.reason, effect.outboxId, now);
    case 'send':
      state.drafts.push(effect.draft);
      return;
  }
}

type FeedbackEffect = Extract<Effect, { do: 'feedback' | 'feedback-words' }>;

async function applyFeedback(state: State, effect: FeedbackEffect): Promise<void> {
  const { tx, desk, now } = state;
  if (effect.do === 'feedback-words') {
    must(await writeFeedbackWords(tx, theTicket(state), effect.words), 'the customer has said why already');
    return note(state, 'feedback-words', {});
  }
  must(await markFeedback(tx, theTicket(state), effect.feedback, now), 'the ticket is not closed any more');
  desk.metrics.feedback.inc({ feedback: effect.feedback });
  return note(state, 'feedback', { feedback: effect.feedback });
}

/** Tokens first, since a mail's reply address and links name their rows; then the rows themselves. */
async function writeOutbox(state: State, person: 'desk' | 'customer' | undefined): Promise<OutboxId[]> {
  const { tx, now, desk } = state;
  const { address } = desk.identityOf(state.cause.mailboxId);
  const drafts = (await dropKnown(tx, state.drafts)).map((draft) => ({
    ...draft,
    bounds: noticeBounds(draft, person, desk.rules, address, state.cause.verifiedSender),
  }));
  const wanted: NewToken[] = [];
  for (const draft of drafts) {
    if (draft.reply) wanted.push(newToken(state, draft.reply.purpose, draft));
    for (const purpose of draft.links ?? []) wanted.push(newToken(state, purpose, draft));
  }
  // All drafts to people outside the desk go to the one customer of the ticket.
  const together = drafts.map((draft) => countedTogether(draft, draft.bounds)).find((key) => key !== undefined);
  if (wanted.length === 0 && together !== undefined) await lockCounting(tx, together);
  const ids = await insertTokens(tx, wanted, now, tokenExpiry(desk, now), together);
  let next = 0;
  const take = (): TokenId => {
    const id = ids[next++];
    if (id === undefined) throw new Fault('impossible-state', 'fewer tokens were made than asked for');
    return id;
  };
  const rows = drafts.map((draft) => {
    const tokenId = draft.reply ? take() : undefined;
    const links = Object.fromEntries((draft.links ?? []).map((purpose) => [purpose, take()])) as Partial<
      Record<TokenPurpose, TokenId>
    >;
    return {
      template: draft.template,
      audience: draft.audience,
      ticketId: state.ticketId,
      responseId: draft.responseId === 'new' ? state.newResponseId : draft.responseId,
      inboundId: state.cause.inboundId,
      agentId: draft.agentId,
      tokenId,
      recipient: draft.recipient,
      payload: { ...draft.payload, ...(draft.links ? { links } : {}) },
      dedupeKey: draft.dedupeKey,
      bounds: draft.bounds,
    };
  });
  const written = await insertOutbox(tx, rows, now);
  for (const { id, template, bound } of written.held) {
    desk.metrics.sends.inc({ kind: template, outcome: 'cancelled' });
    desk.log.info({ outbox: id, kind: template, heldBy: bound }, 'not sent');
  }
  return written.ids;
}

/** Drafts that were sent before under the same key: no token is made for them. The row's unique key decides races. */
async function dropKnown(tx: Tx, drafts: OutboxDraft[]): Promise<OutboxDraft[]> {
  const keys = drafts.map((draft) => draft.dedupeKey).filter((key) => key !== undefined);
  if (keys.length === 0) return drafts;
  const known = await listDedupeKeys(tx, keys);
  return drafts.filter((draft) => draft.dedupeKey === undefined || !known.has(draft.dedupeKey));
}

function newToken(state: State, purpose: TokenPurpose, draft: OutboxDraft): NewToken {
  const isAgent = purpose === 'agent';
  return {
    purpose,
    ticketId: theTicket(state),
    responseId: purpose === 'turn' ? state.newResponseId : undefined,
    agentId: isAgent ? draft.agentId : undefined,
    seenResponseId: isAgent ? state.newestResponseId : undefined,
  };
}

function theTicket(state: State): TicketId {
  if (state.ticketId === undefined)
    throw new Fault('impossible-state', 'a decision has an effect on a ticket and names none');
  return state.ticketId;
}

function note(state: State, action: string, detail: Record<string, string | number | boolean>): void {
  state.audit.push({ ticketId: state.ticketId, inboundId: state.cause.inboundId, actor: state.actor, action, detail });
}

function must(done: boolean, otherwise: string): void {
  if (!done) throw new Fault('turn-lost', otherwise);
}
