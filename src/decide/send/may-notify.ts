import type { Rules } from '../../domain/desk/rules.ts';
import { addressKey, domainOf, type EmailAddress } from '../../domain/mail/email-address.ts';
import { isSharedDomain } from '../../domain/mail/shared-domains.ts';
import type { Actor, Effect } from '../../domain/ticket/decision.ts';
import { AUTOMATIC, type NoticeBounds, type OutboxDraft } from '../../domain/ticket/outbox-item.ts';

/**
 * A domain that many strangers share, the desk's own, and one whose mail was verified may get this many times
 * NOTICES_PER_DOMAIN: the bound is against forged senders, and must not silence a large customer.
 */
const SHARED_FACTOR = 10;

const NONE: NoticeBounds = { perTicket: 0, perRecipient: 0, perDomain: 0, perAgent: 0 };

/**
 * Whose act a decision is, if it is a person's who proved who they are: of an agent or an operator, or of a customer who
 * used a link (pressed, or by its mailto link) or whose answer took a turn, of which there is one for each response.
 * What was counted for the ticket and its customer then starts anew. A machine that answers mail does none of these.
 * It is written down as `ticket_mail.person_acted_at`, from which `store/outbox/notice-counts.ts` counts.
 */
export function personBehind(actor: Actor, effects: Effect[]): 'desk' | 'customer' | undefined {
  if (actor === 'operator' || actor.startsWith('agent:')) return 'desk';
  return actor === 'customer' && effects.some((effect) => ACTS_OF_CUSTOMERS.includes(effect.do))
    ? 'customer'
    : undefined;
}

const ACTS_OF_CUSTOMERS: Effect['do'][] = ['take-turn', 'close', 'reopen', 'feedback'];

/**
 * How many mails like this one there may be already; 0 is no bound. None of it needs a header's help. What the desk's
 * people send out by an act is not bounded, nor is the closing after long silence, since each needs a response before it.
 * @param verified who wrote the mail that caused this one, where DKIM and DMARC say that it was them
 */
export function noticeBounds(
  draft: OutboxDraft,
  person: 'desk' | 'customer' | undefined,
  rules: Rules,
  address: EmailAddress,
  verified: EmailAddress | undefined,
): NoticeBounds {
  const { template, audience, payload } = draft;
  const { notices } = rules;
  if (!AUTOMATIC[template] || template === 'alert') return NONE;
  if (audience !== 'customer') {
    // Agents hear of every ticket.
    return payload?.event === 'new-ticket' ? NONE : { ...NONE, perAgent: notices.perAgent };
  }
  if (person === 'desk' || (template === 'closing' && payload?.closedBy === 'silence')) return NONE;
  const domain = domainOf(draft.recipient);
  const known = verified !== undefined && domainOf(verified) === domain;
  const shared = isSharedDomain(domain) || domain === domainOf(address) || known;
  return {
    perTicket: person === undefined ? notices.perTicket : 0,
    perRecipient: person === undefined ? notices.perRecipient : 0,
    perDomain: notices.perDomain * (shared ? SHARED_FACTOR : 1),
    perAgent: 0,
  };
}

/** What must be counted by one process at a time, so that two do not both find room for the last mail. */
export function countedTogether(draft: OutboxDraft, { perRecipient, perDomain }: NoticeBounds): string | undefined {
  if (perDomain > 0) return `domain ${domainOf(draft.recipient)}`;
  // A ticket is locked while it is worked on.
  return perRecipient > 0 ? `recipient ${addressKey(draft.recipient).replace(/(?<=.)\+[^@]*/, '')}` : undefined;
}
