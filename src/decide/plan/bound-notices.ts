import { domainOf, mailboxOf } from '../../domain/mail/email-address.ts';
import type { HeldBy, NoticeBounds, OutboxDraft } from '../../domain/ticket/outbox-item.ts';

/** How many mails of its like were written before a draft, counted no further than its bounds. */
export type NoticeCounts = NoticeBounds;

/** Mails that the same batch writes, as they count for those behind them. */
export type BatchNotices = Map<string, number>;

/**
 * Which of its bounds keeps a draft from being sent, those before it in the same batch counted too.
 * @param about the ticket that it is about, if any
 */
export function boundThatHolds(
  draft: OutboxDraft,
  about: number | undefined,
  bounds: NoticeBounds,
  before: NoticeCounts,
  batch: BatchNotices,
): HeldBy | undefined {
  const keys = countedAs(draft, about);
  const reached = (bound: keyof NoticeBounds) =>
    bounds[bound] > 0 && before[bound] + (batch.get(keys[bound]) ?? 0) >= bounds[bound];
  if (about !== undefined && reached('perTicket')) return 'per-ticket';
  if (reached('perRecipient')) return 'per-recipient';
  if (reached('perDomain')) return 'per-domain';
  return reached('perAgent') ? 'per-agent' : undefined;
}

/** Counts a draft that is going to be sent. */
export function countNotice(draft: OutboxDraft, about: number | undefined, batch: BatchNotices): void {
  const { perTicket, perRecipient, perDomain, perAgent } = countedAs(draft, about);
  const keys = [
    ...(isNotice(draft) ? [perTicket, perRecipient, perDomain] : []),
    ...(draft.template === 'alert' ? [] : [perAgent]),
  ];
  for (const key of keys) batch.set(key, (batch.get(key) ?? 0) + 1);
}

/** Automatic mail to somebody outside the desk; the closings of the desk's people and of silence do not count. */
function isNotice({ audience, template, payload }: OutboxDraft): boolean {
  if (audience !== 'customer' || template === 'response') return false;
  return template !== 'closing' || payload?.closedBy === 'customer';
}

function countedAs({ recipient }: OutboxDraft, about: number | undefined): Record<keyof NoticeBounds, string> {
  return {
    perTicket: `ticket ${about ?? 'none'}`,
    perRecipient: `recipient ${mailboxOf(recipient)}`,
    perDomain: `domain ${domainOf(recipient)}`,
    perAgent: `agent ${about ?? 'none'} ${recipient.toLowerCase()}`,
  };
}
