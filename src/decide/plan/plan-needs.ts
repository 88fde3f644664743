import type { Rules } from '../../domain/desk/rules.ts';
import type { EmailAddress } from '../../domain/mail/email-address.ts';
import type { Effect } from '../../domain/ticket/decision.ts';
import type { EpochMs, OutboxId, ResponseId, TicketId, TokenId } from '../../domain/ticket/ids.ts';
import type { NoticeBounds, OutboxDraft } from '../../domain/ticket/outbox-item.ts';
import type { UnderstoodMail } from '../mail/understood-mail.ts';
import { countedTogether, noticeBounds, personBehind } from '../send/may-notify.ts';
import { type Act, waitsForDesk } from './acting.ts';
import type { NoticeCounts } from './bound-notices.ts';

/** A draft with its bounds. */
export type BoundDraft = {
  draft: OutboxDraft;
  bounds: NoticeBounds;
  ticketId: TicketId | undefined;
  /** it is about a ticket that the same decision opens */
  opens: boolean;
};

/** The same, with how many of its like were written before it by earlier transactions. */
export type AskedDraft = BoundDraft & { before: NoticeCounts };

/** What must be known before rows can be planned. Ids may be more than are needed in the end; numbers are only used up. */
export type Needs = {
  tickets: number;
  responses: number;
  tokens: number;
  outbox: number;
  /** by act */
  drafts: BoundDraft[][];
  dedupeKeys: string[];
  /** what one transaction at a time may count, in the order in which all of them lock it */
  together: string[];
};

/** Ids for new rows, those of the dedupe keys that have a row, and the database's moment. */
export type Reserved = {
  /** when a person acts, by the clock that mails are counted by */
  at: EpochMs;
  tickets: TicketId[];
  responses: ResponseId[];
  tokens: TokenId[];
  outbox: OutboxId[];
  knownKeys: string[];
};

export function planNeeds(acts: Act[], rules: Rules): Needs {
  const effects = acts.flatMap((act) => act.decision.effects);
  const count = (what: Effect['do']) => effects.filter((effect) => effect.do === what).length;
  const drafts = acts.map((act) => draftsOf(act, rules));
  const all = drafts.flat();
  const together = all.flatMap(({ draft, bounds }) => countedTogether(draft, bounds) ?? []);
  return {
    tickets: count('open-ticket'),
    responses: count('respond'),
    tokens:
      acts.filter(({ inbound }) => inbound && waitsForDesk(inbound.decision)).length +
      all.reduce((sum, { draft }) => sum + (draft.reply ? 1 : 0) + (draft.links?.length ?? 0), 0),
    outbox: all.length,
    drafts,
    dedupeKeys: all.flatMap(({ draft }) => draft.dedupeKey ?? []),
    together: [...new Set(together)].sort(),
  };
}

function draftsOf({ decision, identity, inbound }: Act, rules: Rules): BoundDraft[] {
  const person = personBehind(decision.actor, decision.effects);
  const opens = decision.effects.some((effect) => effect.do === 'open-ticket');
  return decision.effects.flatMap((effect) =>
    effect.do === 'send'
      ? {
          draft: effect.draft,
          bounds: noticeBounds(effect.draft, person, rules, identity.address, verifiedSender(inbound?.mail, rules)),
          ticketId: opens ? undefined : decision.ticketId,
          opens,
        }
      : [],
  );
}

/** Who wrote the mail, where DKIM and DMARC (or the server that is trusted) say that it was them. SENDER_TRUST=none verifies nothing. */
function verifiedSender(understood: UnderstoodMail | undefined, { senderTrust }: Rules): EmailAddress | undefined {
  const from = understood?.mail.from;
  const verified = understood?.verification === 'verified' && senderTrust.kind !== 'none';
  return verified && from?.kind === 'one' ? from.address : undefined;
}
