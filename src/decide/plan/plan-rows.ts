import type { Rules } from '../../domain/desk/rules.ts';
import { Fault } from '../../domain/fault.ts';
import type { Attachment, ParsedMail } from '../../domain/mail/parsed-mail.ts';
import type { Actor, Effect } from '../../domain/ticket/decision.ts';
import type { EpochMs } from '../../domain/ticket/ids.ts';
import type { PlannedRows } from '../../domain/ticket/planned-rows.ts';
import { personBehind } from '../send/may-notify.ts';
import {
  type Act,
  type Acting,
  audit,
  type Carried,
  mailOf,
  noRows,
  type Planning,
  takeInOrder,
  theTicket,
  waitsForDesk,
} from './acting.ts';
import { planDraft } from './plan-draft.ts';
import { fateOf } from './plan-fate.ts';
import type { AskedDraft, Reserved } from './plan-needs.ts';
import { beginTicket, changeTicket, isTicketEffect } from './plan-ticket.ts';

export type Plan = { rows: PlannedRows; carried: Carried[] };

/**
 * Decisions to rows, all of a batch. Nothing is decided here but what only the batch knows: which new row has which id,
 * which draft was written before, and which bound holds a draft back when those before it count too.
 * @throws Fault turn-lost where a ticket is not as it was decided on
 */
export function planRows(acts: Act[], drafts: AskedDraft[][], reserved: Reserved, rules: Rules, now: EpochMs): Plan {
  const desk: Planning = {
    rows: noRows(),
    reserved: takeInOrder(reserved),
    batch: new Map(),
    rules,
    now,
    at: reserved.at,
  };
  const known = new Set(reserved.knownKeys);
  const carried = acts.map((act, index) => planAct(desk, act, drafts[index] ?? [], known));
  return { rows: desk.rows, carried };
}

function planAct(desk: Planning, act: Act, drafts: AskedDraft[], known: Set<string>): Carried {
  const { decision, inbound } = act;
  const acting: Acting = {
    ...desk,
    act,
    ticket: act.ticket && beginTicket(act.ticket),
    ticketId: decision.ticketId,
    newResponseId: undefined,
  };
  const auditedBefore = desk.rows.audit.length;
  for (const effect of decision.effects) planEffect(acting, effect);
  const written = desk.rows.audit.slice(auditedBefore);
  const personActed =
    (personBehind(decision.actor, decision.effects) !== undefined && written.length > 0) ||
    written.some((line) => line.actor === 'operator');
  endTicket(acting, personActed);
  // Before the drafts: the agents who are told of these words now hold tokens with a higher id.
  const tokenBefore = inbound && waitsForDesk(inbound.decision) ? desk.reserved.token() : undefined;
  let sends = 0;
  for (const draft of drafts) if (planDraft(acting, draft, known)) sends++;
  const carried = { ticketId: acting.ticketId, responseId: acting.newResponseId, sends };
  if (act.unread) desk.rows.fates.push(act.unread);
  if (inbound) desk.rows.fates.push(fateOf(inbound.mail, inbound.decision, { ...carried, tokenBefore }));
  const [id, check] = [mailOf(act), inbound?.mail.check ?? act.check];
  if (id !== undefined && check) desk.rows.checks.push({ inboundId: id, ...check });
  return carried;
}

function planEffect(acting: Acting, effect: Effect): void {
  const { rows, act } = acting;
  if (isTicketEffect(effect)) {
    planTicketEffect(acting, effect);
    return;
  }
  switch (effect.do) {
    case 'open-ticket':
      planTicket(acting, effect);
      return;
    case 'revoke-tokens':
      rows.revoked.push(theTicket(acting));
      audit(acting, 'revoked', {});
      return;
    case 'note': {
      const note = { agentId: effect.agentId, inboundId: act.inbound?.mail.id, note: effect.note };
      rows.notes.push({ ticketId: theTicket(acting), ...note });
      audit(acting, 'noted', {});
      return;
    }
    case 'add-reader':
    case 'remove-reader':
      planReader(acting, effect);
      return;
    case 'use-answer':
      rows.usedAnswers.push({ ticketId: theTicket(acting), number: effect.number });
      audit(acting, 'used-answer', { number: effect.number });
      return;
    case 'see-mails':
      rows.seen.push({ ticketId: theTicket(acting), mails: effect.mails });
      return;
    case 'accept-mail':
      rows.accepted.push({ inboundId: effect.inboundId, responseId: effect.responseId });
      return;
    case 'discard-mail':
      rows.discarded.push(effect.inboundId);
      return;
    case 'use-token':
      rows.usedTokens.push(effect.tokenId);
      return;
    case 'mark-undelivered':
      rows.undelivered.push(effect.outboxId);
      audit(acting, 'undelivered', { outbox: effect.outboxId });
      return;
    case 'write-down':
      audit(acting, effect.action, effect.detail, effect.by);
      return;
    case 'mute':
      rows.muted.push({ address: effect.address, reason: effect.reason, outboxId: effect.outboxId });
      return;
    case 'unmute':
      rows.unmuted.push(effect.address);
      return;
    case 'keep-attachments':
    case 'remember-ignored':
    case 'forget-meaning':
    case 'empty-as-original':
      planMailEffect(acting, effect);
      return;
    case 'send':
      // Drafts come after all effects, since they may name what these make.
      return;
  }
}

function planReader(acting: Acting, effect: Extract<Effect, { do: 'add-reader' | 'remove-reader' }>): void {
  const reads = effect.do === 'add-reader';
  const agentId = effect.do === 'add-reader' ? effect.agentId : undefined;
  acting.rows.readers.push({ ticketId: theTicket(acting), address: effect.address, agentId, reads });
  audit(acting, reads ? 'reader-added' : 'reader-removed', {});
}

function planTicketEffect(acting: Acting, effect: Parameters<typeof changeTicket>[1]): void {
  const { ticket, act, now } = acting;
  if (!ticket) throw new Fault('impossible-state', 'a decision changes a ticket that was not looked up');
  const responseId = effect.do === 'respond' ? acting.reserved.response() : undefined;
  // Where an agent accepts words as the answer, it is not the agent's mail that our next mail answers.
  const messageId = act.decision.actor === 'customer' ? act.inbound?.mail.mail.messageId : undefined;
  changeTicket(ticket, effect, { messageId, responseId, now });
  switch (effect.do) {
    case 'take-turn':
      audit(acting, 'answered', { response: effect.responseId });
      return;
    case 'respond':
      acting.newResponseId = responseId;
      audit(acting, 'responded', { response: responseId ?? null });
      return;
    case 'close':
      audit(acting, 'closed', { by: effect.by, spam: effect.spam });
      return;
    case 'reopen':
      audit(acting, 'reopened', {});
      return;
    case 'feedback':
      audit(acting, 'feedback', { feedback: effect.feedback });
      return;
    case 'feedback-words':
      audit(acting, 'feedback-words', {});
      return;
    case 'assign':
      audit(acting, 'assigned', { agent: effect.agentId });
      return;
    case 'move':
      audit(acting, 'moved', { mailbox: effect.mailboxId });
      return;
  }
}

function planTicket(acting: Acting, effect: Extract<Effect, { do: 'open-ticket' }>): void {
  const { act, now, rows } = acting;
  const id = acting.reserved.ticket();
  const mail = act.inbound?.mail;
  const messageId = effect.begun === undefined ? mail?.mail.messageId : effect.begun.messageId;
  const row = {
    id,
    customer: effect.email,
    query: effect.query,
    subject: effect.subject,
    mailboxId: act.mailboxId,
    firstMessageId: messageId,
    lastMessageId: messageId,
    follows: effect.follows,
    locale: mail?.locale ?? act.identity.locale,
    status: 'open' as const,
    lastUpdatedOn: now,
    feedback: undefined,
    lastResponse: undefined,
    assigneeId: undefined,
    closedAt: undefined,
    closedBy: undefined,
    spam: false,
    reopenedAt: undefined,
    feedbackAt: undefined,
    feedbackWords: undefined,
    personActedAt: undefined,
  };
  rows.newTickets.push(row);
  acting.ticketId = id;
  // Effects that follow change the new row itself.
  acting.ticket = { state: row, turns: [], changed: false, responses: [], answers: [] };
  audit(acting, 'opened', effect.follows === undefined ? {} : { follows: effect.follows });
}

function endTicket({ ticket, rows, at }: Acting, personActed: boolean): void {
  if (!ticket) return;
  if (personActed) ticket.state.personActedAt = at;
  rows.responses.push(...ticket.responses);
  rows.answers.push(...ticket.answers);
  const isNew = rows.newTickets.some((row) => row === ticket.state);
  if (!isNew && (ticket.changed || personActed)) rows.tickets.push(ticket.state);
}

/** What of an agent's mail is not passed on whatever becomes of it stands in its row too. */
function setSenderCardsAside({ attachments }: ParsedMail, actor: Actor): Attachment[] {
  if (!actor.startsWith('agent:')) return attachments;
  return attachments.map((file) => (file.senderCard === true ? { ...file, aside: true } : file));
}

type MailEffect = Extract<
  Effect,
  { do: 'keep-attachments' | 'remember-ignored' | 'forget-meaning' | 'empty-as-original' }
>;

/** What a decision says of its own mail. */
function planMailEffect({ act, rows }: Acting, effect: MailEffect): void {
  const { mail } = act.inbound ?? {};
  if (!mail) throw new Fault('impossible-state', 'a decision without a mail says something of its mail');
  switch (effect.do) {
    case 'keep-attachments':
      if (mail.mail.attachments.length > 0)
        rows.attachments.push({ inboundId: mail.id, attachments: setSenderCardsAside(mail.mail, act.decision.actor) });
      return;
    case 'remember-ignored':
      rows.remembered.push({ inboundId: mail.id, digest: effect.digest });
      return;
    case 'forget-meaning':
      rows.forgotten.push({ inboundId: mail.id, digest: effect.digest });
      return;
    case 'empty-as-original':
      rows.emptied.push({ id: mail.id, erased: effect.erased });
      return;
  }
}
