import type { ClosedBy } from '../../domain/outbox-item.ts';

const WORDS: Record<ClosedBy, string> = {
  customer: 'closed by the customer',
  agent: 'closed by an agent',
  silence: 'closed after long silence',
  operator: 'closed by an operator',
};

/** How a ticket came to be closed, behind "was". */
export function closedBy(by: ClosedBy | undefined): string {
  return by === undefined ? 'closed' : WORDS[by];
}
