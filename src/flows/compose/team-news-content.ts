import type { ContentView } from '../../domain/mail/mail-view.ts';
import type { TicketFacts } from '../../domain/ticket/facts.ts';
import type { AgentId } from '../../domain/ticket/ids.ts';
import type { OutboxItem } from '../../domain/ticket/outbox-item.ts';
import { say, spoken, type Words } from '../../domain/words.ts';
import type { OutboxMaterial } from '../../store/outbox/outbox-material.ts';

/** What a colleague did with a ticket, and with which words. */
export function viewTeamNews(
  { payload }: OutboxItem,
  ticket: TicketFacts,
  { agents, cause, locale }: OutboxMaterial & { locale: string },
  words: Words,
): ContentView {
  const nameOf = (id: AgentId | undefined) => {
    const agent = agents.find((one) => one.id === id);
    return agent && (agent.name || agent.email);
  };
  const { news = 'answered', by } = payload;
  const answered = news === 'answered' || news === 'answered-and-closed';
  const response = ticket.turns.find((turn) => turn.responseId === cause?.responseId) ?? ticket.turns.at(-1);
  return {
    template: 'team-news',
    news,
    by: nameOf(by) ?? spoken(words, locale, by === undefined ? say('An operator') : say('A colleague')),
    to: news === 'assigned' ? nameOf(ticket.assigneeId) : payload.mailbox,
    words: answered ? (response?.responseSent ?? '') : '',
  };
}
