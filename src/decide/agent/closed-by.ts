import type { ClosedBy } from '../../domain/ticket/outbox-item.ts';
import { type Sentence, say } from '../../domain/words.ts';

const WORDS: Record<ClosedBy, Sentence> = {
  customer: say('closed by the customer'),
  agent: say('closed by an agent'),
  silence: say('closed after long silence'),
  operator: say('closed by an operator'),
};

/** How a ticket came to be closed, behind "was". */
export function closedBy(by: ClosedBy | undefined): Sentence {
  return by === undefined ? say('closed') : WORDS[by];
}
