import { cutText } from '../../domain/cut-text.ts';
import type { Decision } from '../../domain/decision.ts';
import type { InboundId, ResponseId, TicketId } from '../../domain/ids.ts';
import type { FateRow } from '../../domain/planned-rows.ts';
import type { Reason } from '../../domain/reasons.ts';
import { formatWords } from '../formatted/format-words.ts';
import type { UnderstoodMail } from '../mail/understood-mail.ts';

const MAX_NAME = 200;
const MAX_SUBJECT = 500;
const MAX_DETAIL = 500;

/** The end of a mail that was understood. */
export function fateOf(
  { id, mail, classification }: UnderstoodMail,
  decision: Decision,
  carried: { ticketId: TicketId | undefined; responseId: ResponseId | undefined },
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
    formatted: formatWords(mail.rich, saidBy(decision))?.html,
    ticketId: carried.ticketId,
    responseId: carried.responseId ?? decision.responseId,
    agentId: decision.agentId,
    duplicateOf: decision.duplicateOf,
  };
}

/** The words that a mail added to its ticket, in whatever table they stand. */
function saidBy({ words, effects }: Decision): string {
  // Of a mail with the words of two people, each stands in its own mail as text: neither may be shown as the other's.
  const opens = effects.some((effect) => effect.do === 'open-ticket');
  if (opens && effects.some((effect) => effect.do === 'respond' || effect.do === 'note')) return '';
  for (const effect of effects) {
    if (effect.do === 'open-ticket') return effect.query;
    if (effect.do === 'respond' || effect.do === 'take-turn') return effect.words;
  }
  return words ?? '';
}

/** The end of a mail that could not be understood, or not be decided: it is parked with its bytes. */
export function parkedFate(id: InboundId, reason: Reason, detail: string): FateRow {
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
  };
}
