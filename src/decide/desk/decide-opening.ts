import type { Identity } from '../../domain/desk/identity.ts';
import type { EmailAddress } from '../../domain/mail/email-address.ts';
import type { Effect } from '../../domain/ticket/decision.ts';
import type { OutboxDraft } from '../../domain/ticket/outbox-item.ts';
import type { Agent } from '../../domain/ticket/ticket.ts';
import { DEFAULT_LANGUAGE, NO_WORDS, spoken } from '../../domain/words.ts';
import { agentName, findAgents } from '../agent/find-agents.ts';
import { refuseReaders } from '../agent/readers.ts';
import { isOurAddress } from '../mail/match/our-addresses.ts';
import { cleanSubject } from '../mail/words/mail-words.ts';
import { copies, notification, receipt, response } from '../send/plan-outbox.ts';
import { type OperatorVerdict, refused } from './decide-operator-act.ts';

/** A ticket that an operator opens for a customer. */
export type Opening = {
  customer: EmailAddress;
  /** what the customer asked; empty where the desk begins */
  query: string;
  subject: string;
  /** the first response; empty where nothing is sent */
  response: string;
  /** who has it, as written */
  agent: string | undefined;
  receipt: boolean;
  readers: EmailAddress[];
  /** whose ticket it is, as written; undefined: the first mailbox */
  mailbox: string | undefined;
};

/** What opening a ticket does. `agents` are those who work on the tickets of its mailbox. */
export function decideOpening(
  opening: Opening,
  desk: { identities: readonly Identity[]; agents: Agent[] },
): OperatorVerdict {
  const { customer, agent: wanted, readers } = opening;
  const subject = cleanSubject(opening.subject);
  const [query, words] = [opening.query.trim() || subject, opening.response.trim()];
  const named = { address: customer, name: '', written: customer };
  const isOurs = desk.identities.some((identity) => isOurAddress(named, identity));
  if (isOurs) return refused(`${customer} is an address of this desk and no customer.`);
  if (query === '') return refused('A ticket needs a question or a subject: --text or --subject.');
  const found = wanted === undefined ? [] : findAgents(desk.agents, wanted);
  if (wanted !== undefined && found.length !== 1)
    return refused(
      `"${wanted}" names no single agent; the agents are: ${desk.agents.map(({ email }) => email).join(', ')}.`,
    );
  const wrongReader = refuseReaders(readers, [], customer, desk, '--cc');
  if (wrongReader !== undefined) return refused(spoken(NO_WORDS, DEFAULT_LANGUAGE, wrongReader));
  const [agent] = found;
  const send = (draft: OutboxDraft): Effect => ({ do: 'send', draft });
  const effects: Effect[] = [
    { do: 'open-ticket', email: customer, query, subject, follows: undefined, begun: { messageId: undefined } },
    ...readers.map((address): Effect => ({ do: 'add-reader', address, agentId: undefined })),
  ];
  if (words !== '') {
    effects.push({ do: 'respond', agentId: undefined, words });
    effects.push(...[response(customer), ...copies(readers)].map(send));
  }
  if (opening.receipt && words === '') effects.push(send(receipt(customer, false)));
  if (agent) effects.push({ do: 'assign', agentId: agent.id });
  const hear = agent ? [agent] : words === '' ? desk.agents : [];
  effects.push(...hear.map((one) => send(notification(one, agent ? 'assigned' : 'new-ticket'))));
  return { kind: 'act', effects, done: told(opening, words, agent) };
}

function told({ customer, receipt: greets }: Opening, words: string, agent: Agent | undefined): string {
  const sent =
    words !== ''
      ? `The first response is on its way to ${customer}.`
      : greets
        ? `${customer} gets a receipt.`
        : `Nothing was sent to ${customer}.`;
  return agent ? `${sent} It belongs to ${agentName(agent)}, who is told.` : sent;
}
