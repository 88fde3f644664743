import type { Decision, Effect } from '../../domain/decision.ts';
import { addressKey, type EmailAddress, isSameMailbox } from '../../domain/email-address.ts';
import type { MailFacts } from '../../domain/facts.ts';
import type { EpochMs } from '../../domain/ids.ts';
import type { MailKind, ParsedMail } from '../../domain/parsed-mail.ts';
import type { Reason } from '../../domain/reasons.ts';
import { decideAgentMail } from '../agent/decide-agent-mail.ts';
import { asksTheDesk } from '../agent/without-token.ts';
import { decideBounce } from './decide-bounce.ts';
import { decideCustomerMail, openTicket } from './decide-customer-mail.ts';
import { decision, type MailQuestion, onTicket } from './mail-question.ts';
import { matchTicket, type TicketMatch, tokensFor } from './match-ticket.ts';
import { isReplyAddress } from './our-addresses.ts';
import { countLeftOut, hasNewSubject, readWords } from './read-words.ts';

const MAX_HOPS = 50;

/** Mail that machines wrote: it is stored, and nothing is done. */
const WRITTEN_BY_MACHINES: Partial<Record<MailKind, Reason>> = {
  'auto-reply': 'auto-reply',
  'auto-generated': 'auto-generated',
  list: 'mailing-list',
  complaint: 'complaint',
  'read-receipt': 'read-receipt',
  calendar: 'calendar',
};

/**
 * The questions of docs/turns.md ("What a mail is"), in order; the first that fits ends it. A mail that could not be read at all
 * never gets here: it is parked with its fault.
 */
export function decideMail(asked: MailQuestion): Decision {
  const question = { ...asked, mail: readWords(asked) };
  return withNotes(decide(question), question);
}

/** Notifications say what of the mail they do not show, what subject of its own it has, and where else it went. */
function withNotes(decided: Decision, question: MailQuestion): Decision {
  if (decided.actor !== 'customer' && decided.actor !== 'third-party') return decided;
  const leftOut = countLeftOut(question.mail);
  const newSubject = decided.disposition !== 'ticket' && hasNewSubject(question);
  const { alsoTo } = question;
  if (leftOut === 0 && !newSubject && alsoTo.length === 0) return decided;
  const noted = {
    ...(leftOut > 0 ? { leftOut } : {}),
    ...(newSubject ? { newSubject } : {}),
    ...(alsoTo.length > 0 ? { alsoTo } : {}),
  };
  const effects = decided.effects.map((effect): Effect => {
    if (effect.do !== 'send' || effect.draft.template !== 'notification') return effect;
    return { ...effect, draft: { ...effect.draft, payload: { ...effect.draft.payload, ...noted } } };
  });
  return { ...decided, effects };
}

function decide(question: MailQuestion): Decision {
  const { mail, classification, facts, ticket, rules } = question;
  if (facts.duplicate) {
    return { ...decision('duplicate', facts.duplicate.reason), duplicateOf: facts.duplicate.of };
  }
  const loop = loopReason(question);
  if (loop) return onTicket(ticket, decision('loop', loop));
  if (classification.kind === 'bounce') return decideBounce(question);
  const automatic = WRITTEN_BY_MACHINES[classification.kind];
  if (automatic) return onTicket(ticket, decision('automatic', automatic));
  if (mail.from.kind === 'none') return decision('parked', mail.from.reason);
  const from = mail.from.address;
  if (facts.agent && !writesAsCustomer(question, from)) return decideAgentMail(question, facts.agent);
  const elsewhere = facts.deskAgents.find(({ email }) => addressKey(email) === addressKey(from));
  if (!facts.agent && elsewhere && asksTheDesk(mail)) return decideAgentMail(question, elsewhere);
  const byCustomer = decideCustomerMail(question, from);
  // The rate counts by the From that a mail claims, so that forgers could use up the customer's: what the customer does
  // on a ticket of theirs is bounded by its turns, and never parked for it.
  if (byCustomer?.actor === 'customer' && byCustomer.disposition !== 'ticket') return byCustomer;
  if (rules.ratePerHour > 0 && facts.recentFromSender > rules.ratePerHour) {
    return onTicket(ticket, decision('parked', 'over-rate'));
  }
  if (byCustomer) return byCustomer;
  // Its domain tells us to refuse it: a receipt would go to whoever was impersonated.
  if (question.verification === 'failed') return decision('parked', 'sender-refused-by-its-domain');
  return openTicket(question, from, undefined);
}

/**
 * An agent may be the customer of a ticket too. Their own agent's token makes them its agent; a customer's token of it, or
 * only its number or a Message-ID, its customer (docs/turns.md).
 */
function writesAsCustomer({ match, ticket, facts }: MailQuestion, from: EmailAddress): boolean {
  if (ticket === undefined || !isSameMailbox(ticket.customer, from)) return false;
  const ownToken = match?.by === 'token' && match.token.purpose === 'agent' && match.token.agentId === facts.agent?.id;
  return !ownToken;
}

/** Which ticket to lock before deciding: pure, so that the flow and the tests agree on it. */
export function matchedTicket(mail: ParsedMail, facts: MailFacts, now: EpochMs): TicketMatch | undefined {
  if (mail.from.kind === 'none') return undefined;
  const from = mail.from.address;
  const match = matchTicket(from, tokensFor(facts.tokens, from, facts.agent?.id), facts.named, now);
  // A forward goes to an address typed by hand; what it quotes names a conversation that it does not continue.
  return match && isForward(mail.subject) && match.foundIn !== 'address' ? undefined : match;
}

function loopReason({ mail, classification, facts, identities }: MailQuestion): Reason | undefined {
  if (
    facts.isOwnMessage ||
    mail.headers.some(
      (field) => field.name === 'x-turnmail-desk' && identities.some(({ deskId }) => field.value === deskId),
    )
  ) {
    return 'our-own-mail';
  }
  const from: EmailAddress | undefined = mail.from.kind === 'one' ? mail.from.address : undefined;
  if (from && identities.some((one) => one.ownAddresses.includes(addressKey(from)) || isReplyAddress(from, one)))
    return 'from-ourselves';
  if (classification.kind === 'own') return 'our-own-mail';
  const hops = mail.headers.filter((field) => field.name === 'received').length;
  return hops > MAX_HOPS ? 'too-many-hops' : undefined;
}

/** Fw, Fwd and their cousins in other languages, as the first prefix of a subject. */
function isForward(subject: string): boolean {
  return /^\s*(fwd?|wg|tr|rv|enc|i|vs|doorst|fs|vb|pd|przek|ileti|转发|轉寄|転送|전달)\s*:/i.test(
    subject.slice(0, 100),
  );
}
