import { describe, expect, test } from 'vitest';
import { findAgents } from '../../../src/decide/agent/find-agents.ts';
import { decideOperatorAct, type OperatorAct } from '../../../src/decide/desk/decide-operator-act.ts';
import type { EmailAddress } from '../../../src/domain/mail/email-address.ts';
import type { TicketFacts } from '../../../src/domain/ticket/facts.ts';
import type { AgentId, ResponseId, TicketId } from '../../../src/domain/ticket/ids.ts';
import type { Agent, TicketStatus } from '../../../src/domain/ticket/ticket.ts';
import { IDENTITY, RULES } from '../../support/decisions.ts';

const agent = (id: number, email: string, name: string): Agent => ({
  id: id as AgentId,
  email: email as EmailAddress,
  name,
});
const ALICE = agent(1, 'alice@acme.example', 'Alice Adams');
const BOB = agent(2, 'bob@acme.example', '');
const ALINE = agent(3, 'aline@acme.example', 'Alice Brown');
const AGENTS = [ALICE, BOB, ALINE];
const DESK = {
  identities: [IDENTITY],
  identityAt: () => IDENTITY,
  mailboxIdOf: () => undefined,
  rules: RULES,
  facts: { agents: AGENTS, deskAgents: AGENTS },
};

function facts(status: TicketStatus, responses: number): TicketFacts {
  return {
    id: 12 as TicketId,
    customer: 'jo@customer.example' as EmailAddress,
    createdTime: 1,
    lastUpdatedOn: 1,
    status,
    query: 'Hello',
    feedback: undefined,
    lastResponse: undefined,
    mailboxId: undefined,
    subject: 'Hello',
    firstMessageId: undefined,
    lastMessageId: undefined,
    assigneeId: undefined,
    locale: 'en',
    followsTicketId: undefined,
    closedAt: undefined,
    closedBy: undefined,
    feedbackAt: undefined,
    feedbackWords: undefined,
    spam: false,
    reopenedAt: undefined,
    readers: [],
    turns: Array.from({ length: responses }, (_, index) => ({
      responseId: (index + 1) as ResponseId,
      sentTime: index + 2,
      answered: false,
      agentId: undefined,
      responseSent: 'words',
    })),
  };
}

function effectsOf(status: TicketStatus, responses: number, act: OperatorAct): string[] {
  const verdict = decideOperatorAct(facts(status, responses), DESK, act);
  if (verdict.kind === 'refused') return ['refused'];
  return verdict.effects.map((effect) => (effect.do === 'send' ? `send ${effect.draft.template}` : effect.do));
}

describe('what an operator does', () => {
  test.each<[TicketStatus, number, OperatorAct, string[]]>([
    ['open', 0, { act: 'respond', words: 'Hi' }, ['respond', 'see-mails', 'send response']],
    ['in_process', 1, { act: 'respond', words: 'Hi' }, ['respond', 'see-mails', 'send response']],
    ['closed', 1, { act: 'respond', words: 'Hi' }, ['refused']],
    ['open', 0, { act: 'respond', words: ' \n' }, ['refused']],
    ['open', 0, { act: 'close' }, ['close', 'see-mails', 'send closing']],
    ['closed', 1, { act: 'close' }, ['refused']],
    ['closed', 1, { act: 'reopen' }, ['reopen']],
    ['open', 0, { act: 'reopen' }, ['refused']],
    ['closed', 1, { act: 'note', words: 'Hm' }, ['note', 'see-mails']],
    ['open', 0, { act: 'note', words: '' }, ['refused']],
    ['open', 0, { act: 'assign', to: 'bob' }, ['assign', 'send notification']],
    ['open', 0, { act: 'assign', to: 'alice brown' }, ['assign', 'send notification']],
    ['open', 0, { act: 'assign', to: 'zoe' }, ['refused']],
    ['open', 0, { act: 'move', to: 'nowhere' }, ['refused']],
    ['open', 0, { act: 'move', to: IDENTITY.mailboxName }, ['refused']],
  ])('a ticket %s with %i responses, %o: %o', (status, responses, act, effects) => {
    expect(effectsOf(status, responses, act)).toEqual(effects);
  });

  test('a ticket without a response is open again, one with responses in process', () => {
    for (const [responses, to] of [
      [0, 'open'],
      [2, 'in_process'],
    ] as const) {
      const verdict = decideOperatorAct(facts('closed', responses), DESK, { act: 'reopen' });
      expect(verdict).toMatchObject({ kind: 'act', effects: [{ do: 'reopen', to }] });
    }
  });

  test('a name that fits several agents fits none, unless it is a whole address or the part before its at sign', () => {
    expect(findAgents(AGENTS, 'Alice')).toEqual([ALICE, ALINE]);
    expect(findAgents(AGENTS, 'ALICE@acme.example')).toEqual([ALICE]);
    expect(findAgents(AGENTS, '@bob')).toEqual([BOB]);
    expect(findAgents(AGENTS, '@')).toEqual([]);
  });
});
