import { cutText } from '../../domain/cut-text.ts';
import type { Identity } from '../../domain/desk/identity.ts';
import { addressKey } from '../../domain/mail/email-address.ts';
import type { ParsedMail } from '../../domain/mail/parsed-mail.ts';
import type { Decision } from '../../domain/ticket/decision.ts';
import type { InboundId, ResponseId, TicketId, TokenId } from '../../domain/ticket/ids.ts';
import type { FateRow } from '../../domain/ticket/planned-rows.ts';
import type { ParkedReason } from '../../domain/ticket/reasons.ts';
import { formatWords } from '../formatted/format-words.ts';
import { isOurAddress } from '../mail/match/our-addresses.ts';
import type { UnderstoodMail } from '../mail/understood-mail.ts';

const MAX_NAME = 200;
const MAX_SUBJECT = 500;
const MAX_DETAIL = 500;
/** Addresses that are kept of To and Cc; of longer lists nobody reads the rest. */
const MAX_COPIED = 50;
const MAX_READ = 200;

/** The end of a mail that was understood. */
export function fateOf(
  { id, mail, classification, identity }: UnderstoodMail,
  decision: Decision,
  carried: { ticketId: TicketId | undefined; responseId: ResponseId | undefined; tokenBefore: TokenId | undefined },
): FateRow {
  const from = mail.from.kind === 'one' ? mail.from : undefined;
  return {
    id,
    disposition: decision.disposition,
    reason: decision.reason,
    kind: classification.kind,
    kindReason: classification.reason,
    messageId: mail.messageId,
    fromAddress: from?.address,
    fromName: from && cutText(from.name, MAX_NAME),
    subject: cutText(mail.subject, MAX_SUBJECT),
    words: decision.words,
    formatted: formattedBy(decision) ?? formatWords(mail.rich, wordsOfDecision(decision))?.html,
    ticketId: carried.ticketId,
    responseId: carried.responseId ?? decision.responseId,
    agentId: decision.agentId,
    duplicateOf: decision.duplicateOf,
    tokenBefore: carried.tokenBefore,
    copied: carried.ticketId === undefined ? [] : copiedIn(mail, identity),
  };
}

/** The words that a mail added to its ticket, in whatever table they stand. */
function wordsOfDecision({ words, effects }: Decision): string {
  // Of a mail with the words of two people, each stands in its own mail as text: neither may be shown as the other's.
  const opens = effects.some((effect) => effect.do === 'open-ticket');
  if (opens && effects.some((effect) => effect.do === 'respond' || effect.do === 'note')) return '';
  for (const effect of effects) {
    if (effect.do === 'open-ticket') return effect.query;
    if (effect.do === 'respond' || effect.do === 'take-turn') return effect.words;
  }
  return words ?? '';
}

/** The formatting of words that are not all of the mail's own. */
function formattedBy({ effects }: Decision): string | undefined {
  const response = effects.find((effect) => effect.do === 'respond');
  return response?.formatted;
}

/** Whom a mail was openly addressed to beside us and its sender. */
function copiedIn({ from, to, cc }: ParsedMail, identity: Identity): string[] {
  const sender = from.kind === 'one' ? addressKey(from.address) : undefined;
  const others = [...to, ...cc].slice(0, MAX_READ).flatMap((named) => {
    const key = named.address && addressKey(named.address);
    return key === undefined || key === sender || isOurAddress(named, identity) ? [] : key;
  });
  return [...new Set(others)].slice(0, MAX_COPIED);
}

/** The end of a mail that could not be understood, or not be decided: it is parked with its bytes. */
export function parkedFate(id: InboundId, reason: ParkedReason, detail: string): FateRow {
  return {
    id,
    disposition: 'parked',
    reason,
    kind: undefined,
    kindReason: undefined,
    messageId: undefined,
    fromAddress: undefined,
    fromName: undefined,
    subject: undefined,
    words: detail === '' ? undefined : cutText(detail, MAX_DETAIL),
    ticketId: undefined,
    responseId: undefined,
    agentId: undefined,
    duplicateOf: undefined,
    tokenBefore: undefined,
    copied: [],
  };
}
