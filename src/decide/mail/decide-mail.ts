import { addressKey, type EmailAddress, isSameMailbox } from '../../domain/mail/email-address.ts';
import type { Classification, MailKind, NamedAddress, ParsedMail } from '../../domain/mail/parsed-mail.ts';
import type { Decision, Effect } from '../../domain/ticket/decision.ts';
import type { MailFacts } from '../../domain/ticket/facts.ts';
import type { EpochMs } from '../../domain/ticket/ids.ts';
import type { Reason } from '../../domain/ticket/reasons.ts';
import { decideAgentMail } from '../agent/decide-agent-mail.ts';
import { asksTheDesk } from '../agent/returned/without-token.ts';
import { isFormSender } from '../machine/form-sender.ts';
import { isTypedAutoReply } from '../machine/typed-auto-reply.ts';
import { decideBounce } from './decide-bounce.ts';
import { decideCustomerMail, decideNewTicket } from './decide-customer-mail.ts';
import { decideMachineMail, saidByMachine } from './decide-machine-mail.ts';
import { decision, type MailQuestion, onTicket } from './mail-question.ts';
import { matchTicket, type TicketMatch, tokensFor } from './match/match-ticket.ts';
import { isOurAddress, isReplyAddress } from './match/our-addresses.ts';
import { isForward } from './words/forward-subject.ts';
import { countLeftOut, hasNewSubject, readWords } from './words/read-words.ts';

const MAX_HOPS = 50;

/** Mail that machines wrote: it is stored, its ticket's history says so, and nothing is done. */
const WRITTEN_BY_MACHINES: Partial<Record<MailKind, Reason>> = {
  'auto-reply': 'auto-reply',
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
  const answerTo = othersInReplyTo(question);
  if (leftOut === 0 && !newSubject && alsoTo.length === 0 && answerTo.length === 0) return decided;
  const noted = {
    ...(leftOut > 0 ? { leftOut } : {}),
    ...(newSubject ? { newSubject } : {}),
    ...(alsoTo.length > 0 ? { alsoTo } : {}),
    ...(answerTo.length > 0 ? { answerTo } : {}),
  };
  const effects = decided.effects.map((effect): Effect => {
    if (effect.do !== 'send' || effect.draft.template !== 'notification') return effect;
    return { ...effect, draft: { ...effect.draft, payload: { ...effect.draft.payload, ...noted } } };
  });
  return { ...decided, effects };
}

/** Addresses of Reply-To that one notification names. */
const MAX_ANSWER_TO = 3;

/** We answer the sender; the agents may see that the mail asks for something else. */
function othersInReplyTo({ mail, identities }: MailQuestion): string[] {
  const from = mail.from.kind === 'one' ? addressKey(mail.from.address) : '';
  const isOurs = (named: NamedAddress) => identities.some((one) => isOurAddress(named, one));
  const others = mail.replyTo.flatMap((named) =>
    named.address === undefined || isOurs(named) || addressKey(named.address) === from ? [] : named.address,
  );
  return [...new Set(others)].slice(0, MAX_ANSWER_TO);
}

function decide(question: MailQuestion): Decision {
  const { mail, classification, facts, ticket, rules } = question;
  if (facts.duplicate) {
    return { ...decision('duplicate', facts.duplicate.reason), duplicateOf: facts.duplicate.of };
  }
  const loop = loopReason(question);
  if (loop) return onTicket(ticket, decision('loop', loop));
  if (classification.kind === 'bounce') return decideBounce(question);
  const carried = isCarriedByMachine(question);
  const automatic = carried ? undefined : writtenByMachine(classification);
  if (automatic) return saidByMachine(question, automatic);
  if (isFromOurselves(question)) return onTicket(ticket, decision('parked', 'from-ourselves'));
  if (carried) return decideMachineMail(question);
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
  if (isFormSender(mail, rules.formSenders)) return decision('parked', 'form-names-nobody');
  // Its domain tells us to refuse it: a receipt would go to the person who was impersonated.
  if (question.verification === 'failed') return decision('parked', 'sender-refused-by-its-domain');
  return decideNewTicket(question, from, undefined);
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
  if (classification.kind === 'own') return 'our-own-mail';
  const hops = mail.headers.filter((field) => field.name === 'received').length;
  return hops > MAX_HOPS ? 'too-many-hops' : undefined;
}

/** An address of ours in From and no mark of ours: a web form, a group that writes in our name, a forger. The desk marks what it sends. */
function isFromOurselves({ mail, identities }: MailQuestion): boolean {
  const from = mail.from.kind === 'one' ? mail.from.address : undefined;
  return (
    from !== undefined &&
    identities.some((one) => one.ownAddresses.includes(addressKey(from)) || isReplyAddress(from, one))
  );
}

/** A rule of Exchange that answers says what it answers; one that redirects a person's mail does not. */
function isCarriedByMachine({ mail, classification, ticket }: MailQuestion): boolean {
  const { kind, reason, button } = classification;
  if (button !== undefined) return false;
  const isRedirected = reason === 'exchange-inbox-rule' && mail.inReplyTo.length === 0;
  if (ticket !== undefined && isTypedAutoReply(mail, classification)) return true;
  return kind === 'auto-generated' || kind === 'list' || isRedirected;
}

function writtenByMachine({ kind, button }: Classification): Reason | undefined {
  if (button !== undefined) return button === 'read' ? 'read-receipt' : button;
  return WRITTEN_BY_MACHINES[kind];
}
