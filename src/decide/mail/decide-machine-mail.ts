import type { Decision, Effect } from '../../domain/ticket/decision.ts';
import { machineShownKey, wordsDigest } from '../../domain/ticket/dedupe-key.ts';
import type { TicketFacts } from '../../domain/ticket/facts.ts';
import { isLinkPurpose } from '../../domain/ticket/link.ts';
import type { Reason } from '../../domain/ticket/reasons.ts';
import { historyLine } from '../machine/history-line.ts';
import { notification, whoHears } from '../send/plan-outbox.ts';
import { decideNewTicket } from './decide-customer-mail.ts';
import { decision, type MailQuestion, onTicket } from './mail-question.ts';
import type { TicketMatch } from './match/match-ticket.ts';
import { newWordsOf, saysSomething, wordsBesideLinkText } from './words/mail-words.ts';

/** Signs of mail about our own mails, and of machines that nobody stands behind: there is no person's word in it. */
const NOBODYS: readonly string[] = ['delivery-success', 'mailer-daemon', 'postmaster-and-empty-return-path'];

/**
 * A mail that a machine carried or wrote: a rule of a mail server, another help desk, a shop, a mailing list. A person's words
 * may stand in it, so it is never answered automatically, never takes a turn, and never vanishes: on a ticket it is shown as
 * a third party's, and else MACHINE_MAIL says what becomes of it.
 */
export function decideMachineMail(question: MailQuestion): Decision {
  const { mail, classification, facts, ticket, match, rules, verification } = question;
  const usual: Reason = classification.kind === 'list' ? 'mailing-list' : 'auto-generated';
  if (NOBODYS.includes(classification.reason)) return saidByMachine(question, usual);
  if (ticket && match) {
    const shown = onItsTicket(question, ticket, match, usual);
    if (shown) return shown;
  }
  if (rules.machineMail === 'ignore') return onTicket(ticket, decision('automatic', usual));
  if (mail.from.kind === 'none') return decision('parked', mail.from.reason);
  if (rules.machineMail === 'park' || ticket) return onTicket(ticket, decision('parked', 'machine-mail'));
  if (rules.ratePerHour > 0 && facts.recentFromSender > rules.ratePerHour) return decision('parked', 'over-rate');
  if (verification === 'failed') return decision('parked', 'sender-refused-by-its-domain');
  return withoutReceipt(decideNewTicket(question, mail.from.address, undefined));
}

/** Words of a machine about a ticket: a line of its history, and nothing else. */
export function saidByMachine({ mail, classification, ticket, verification }: MailQuestion, reason: Reason): Decision {
  const line = ticket === undefined || verification === 'failed' ? undefined : historyLine(mail, classification);
  return { ...onTicket(ticket, decision('automatic', reason)), words: line };
}

/** Shown to the agents; undefined where the mail does not prove that it may speak on this ticket. */
function onItsTicket(
  question: MailQuestion,
  ticket: TicketFacts,
  match: TicketMatch,
  usual: Reason,
): Decision | undefined {
  const { mail, facts, verification } = question;
  if (verification === 'failed') return onTicket(ticket, decision('parked', 'sender-refused-by-its-domain'));
  const token = match.by === 'token' ? match.token : undefined;
  if (token === undefined && verification !== 'verified') return undefined;
  if (token?.purpose === 'agent' && token.agentId !== facts.agent?.id)
    return onTicket(ticket, decision('parked', 'token-of-someone-else'));
  if (ticket.spam) return onTicket(ticket, decision('parked', 'ticket-was-spam'));
  const words = facts.agent === undefined ? mail.reply : mail.agentReply;
  const said = token && isLinkPurpose(token.purpose) ? wordsBesideLinkText({ ...mail, reply: words }) : words;
  if (!saysSomething(mail, said)) return saidByMachine(question, usual);
  const shown = whoHears(facts.agents, ticket.assigneeId);
  const digest = wordsDigest(newWordsOf(mail, said));
  const dedupeKey = question.classification.kind === 'auto-reply' ? machineShownKey(ticket.id, digest) : undefined;
  return {
    ...onTicket(ticket, decision('third-party', 'machine-carried')),
    actor: 'third-party',
    words: newWordsOf(mail, said),
    effects: shown.map((agent): Effect => ({ do: 'send', draft: notification(agent, 'machine', dedupeKey) })),
  };
}

/** A machine that gets a receipt may answer it. */
function withoutReceipt(opened: Decision): Decision {
  const isReceipt = (effect: Effect) => effect.do === 'send' && effect.draft.template === 'receipt';
  return { ...opened, actor: 'third-party', effects: opened.effects.filter((effect) => !isReceipt(effect)) };
}
