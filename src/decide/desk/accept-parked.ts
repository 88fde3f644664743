import type { Decision, Effect } from '../../domain/ticket/decision.ts';
import type { InboundId } from '../../domain/ticket/ids.ts';
import { REASONS, type Reason } from '../../domain/ticket/reasons.ts';
import { say } from '../../domain/words.ts';
import { withCustomerOf } from '../machine/form-sender.ts';
import { decideInbound, type MailPast } from '../mail/decide-inbound.ts';
import { decideMail } from '../mail/decide-mail.ts';
import type { MailQuestion } from '../mail/mail-question.ts';
import { confirmation } from '../send/plan-outbox.ts';

/** What becomes of a parked mail that an operator accepts or discards; a refusal says in one sentence why it changes nothing. */
type AcceptVerdict = { kind: 'decided'; decision: Decision } | { kind: 'refused'; why: string };

/** Objections that a person may set aside, since they doubt who wrote a mail or how often, and not what it says. */
const MAY_BE_SET_ASIDE: readonly Reason[] = [
  'over-rate',
  'customer-not-verified',
  'sender-refused-by-its-domain',
  'agent-not-verified',
  'ticket-was-spam',
  'token-of-someone-else',
  'machine-mail',
  'from-ourselves',
  'form-names-nobody',
];

const UNVERIFIED: readonly Reason[] = ['customer-not-verified', 'sender-refused-by-its-domain', 'agent-not-verified'];

/**
 * The whole decision about a parked mail that an operator accepts, with its line in the audit log. Accepting a customer's
 * answer then takes their turn.
 * @param setAside the objections that operators have set aside so far, the newest last
 */
export function decideAccepted(question: MailQuestion, past: MailPast, setAside: readonly Reason[]): AcceptVerdict {
  const verdict = acceptParked(question, setAside);
  if (verdict.kind === 'refused') return verdict;
  const reason = setAside.at(-1);
  const line = { do: 'write-down', action: 'accepted', detail: reason ? { reason } : {}, by: 'operator' } as const;
  const decision = decideInbound(question, past, () => verdict.decision);
  return { kind: 'decided', decision: { ...decision, effects: [...decision.effects, line] } };
}

/** What it changes that an operator discards a mail that was parked for `reason`: it ends, and its bytes stay. */
export function decideDiscarded(id: InboundId, reason: Reason): Effect[] {
  return [
    { do: 'discard-mail', inboundId: id },
    { do: 'write-down', action: 'discarded', detail: { reason } },
  ];
}

/**
 * Decides a parked mail again as if the objections in `setAside` did not exist; everything else stays as strict as it
 * was. Another objection that comes up then parks it again, under that reason, and waits for the operator to accept it
 * too. A mail without a usable From never gets further: nobody could be answered.
 */
export function acceptParked(question: MailQuestion, setAside: readonly Reason[]): AcceptVerdict {
  const decision = decideMail(adjust(question, setAside));
  // Who is meant must stand in the mail.
  if (decision.reason === 'from-ourselves' && setAside.includes('from-ourselves'))
    return { kind: 'refused', why: whyNot('from-ourselves') };
  if (decision.disposition !== 'parked' || MAY_BE_SET_ASIDE.includes(decision.reason))
    return { kind: 'decided', decision: tellAgent(question, decision) };
  return { kind: 'refused', why: whyNot(decision.reason) };
}

/** The agent was told that their mail waits, so they hear that it went out. */
function tellAgent({ facts, ticket }: MailQuestion, decision: Decision): Decision {
  const agent = facts.agent;
  if (!agent || decision.agentId !== agent.id || decision.disposition !== 'response') return decision;
  const lines = [say('Your mail, which had been parked, was let through: your words went to the customer.')];
  return {
    ...decision,
    effects: [...decision.effects, { do: 'send', draft: confirmation(agent, lines, ticket !== undefined) }],
  };
}

/** The sentence for a mail that nobody can accept. */
export function whyNot(reason: Reason): string {
  switch (reason) {
    case 'too-large':
      return 'It cannot be accepted: it is larger than the limit and was never fetched; raise MAX_MAIL_MB and ask its sender to send it again.';
    case 'withheld-by-server':
      return 'It cannot be accepted: the IMAP server did not hand it out; ask its sender to send it again.';
    case 'from-ourselves':
      return 'It cannot be accepted: it comes from an address of ours, and neither Reply-To nor X-Original-From names somebody who could be answered.';
    default:
      return reason.startsWith('from-')
        ? `It cannot be accepted: ${REASONS[reason]}, so nobody could be answered.`
        : `It cannot be accepted: it still cannot be read (${REASONS[reason]}).`;
  }
}

function adjust(question: MailQuestion, setAside: readonly Reason[]): MailQuestion {
  const { verification, ticket, match } = question;
  // A mail that a machine carried is not verified; where it names a ticket of its sender, the operator says that it may.
  const namesTicket = match?.by === 'name' && setAside.includes('machine-mail');
  const believed = namesTicket || UNVERIFIED.some((reason) => setAside.includes(reason));
  return {
    ...question,
    ...ofWhomItNames(question, setAside),
    rules: adjustRules(question, setAside),
    verification: believed ? 'verified' : setAside.includes('from-ourselves') ? 'unverified' : verification,
    ticket: ticket && setAside.includes('ticket-was-spam') ? { ...ticket, spam: false } : ticket,
    match: setAside.includes('token-of-someone-else') ? withoutRights(match) : match,
  };
}

function adjustRules({ rules }: MailQuestion, setAside: readonly Reason[]): MailQuestion['rules'] {
  return {
    ...rules,
    ...(setAside.includes('over-rate') ? { ratePerHour: 0 } : {}),
    ...(setAside.includes('machine-mail') ? { machineMail: 'ticket' } : {}),
    ...(setAside.includes('form-names-nobody') ? { formSenders: [] } : {}),
  };
}

const FROM_FORM = { kind: 'normal', reason: 'form-sender' } as const;

/** Mail from an address of ours is read as that of the person it names. */
function ofWhomItNames(question: MailQuestion, setAside: readonly Reason[]): Partial<MailQuestion> {
  if (!setAside.includes('from-ourselves')) return {};
  const mail = withCustomerOf(question.mail, question.identities, question.rules.formSenders);
  return mail === undefined ? {} : { mail, classification: FROM_FORM };
}

/** An agent's token in other hands still names its ticket, and gives nobody an agent's rights. */
function withoutRights(match: MailQuestion['match']): MailQuestion['match'] {
  if (match?.by !== 'token' || match.token.purpose !== 'agent') return match;
  return { ...match, token: { ...match.token, purpose: 'ticket', agentId: undefined } };
}
