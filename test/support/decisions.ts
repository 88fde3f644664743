import { matchedTicket } from '../../src/decide/mail/decide-mail.ts';
import type { MailQuestion } from '../../src/decide/mail/mail-question.ts';
import { DEFAULT_BRAND_COLOR } from '../../src/domain/desk/brand.ts';
import type { Identity } from '../../src/domain/desk/identity.ts';
import type { Rules } from '../../src/domain/desk/rules.ts';
import { DEFAULT_BLOCKED_TYPES } from '../../src/domain/mail/blocked-types.ts';
import { type EmailAddress, parseEmailAddress } from '../../src/domain/mail/email-address.ts';
import type { ParsedMail } from '../../src/domain/mail/parsed-mail.ts';
import type { Decision, Effect } from '../../src/domain/ticket/decision.ts';
import type { GenuineToken, MailFacts, TicketFacts } from '../../src/domain/ticket/facts.ts';
import type { AgentId, InboundId, OutboxId, ResponseId, TicketId, TokenId } from '../../src/domain/ticket/ids.ts';
import type { OutboxDraft } from '../../src/domain/ticket/outbox-item.ts';
import type { TokenPurpose, TokenRow } from '../../src/domain/ticket/reply-token.ts';
import type { Agent } from '../../src/domain/ticket/ticket.ts';
import { type Line, NO_WORDS, spoken } from '../../src/domain/words.ts';
import { readWording } from '../../src/runtime/template-wording.ts';

/** Values for tests of decisions; ids are plain numbers with a brand. */
export const NOW = Date.UTC(2026, 10, 22, 12);
export const DAY = 86_400_000;

export const ticketId = (id: number) => id as TicketId;
export const responseId = (id: number) => id as ResponseId;
export const agentId = (id: number) => id as AgentId;
export const inboundId = (id: number) => id as InboundId;
export const outboxId = (id: number) => id as OutboxId;

export function address(text: string): EmailAddress {
  const parsed = parseEmailAddress(text);
  if (!parsed) throw new Error(`no address: ${text}`);
  return parsed;
}

export const CUSTOMER = address('jo@customer.example');
export const ALICE: Agent = { id: agentId(1), email: address('alice@desk.example'), name: 'Alice Ames' };
export const BOB: Agent = { id: agentId(2), email: address('bob@desk.example'), name: '' };

export const IDENTITY: Identity = {
  name: 'Acme Support',
  address: address('support@desk.example'),
  ownAddresses: ['support@desk.example'],
  deskId: 'desk-1',
  replyAddress: { before: 'support+', after: '@desk.example' },
  publicUrl: 'https://help.desk.example',
  mailboxName: 'support',
  locale: 'en',
  guessLocale: false,
  agents: undefined,
  brand: { name: 'Acme', logo: undefined, color: DEFAULT_BRAND_COLOR, footer: '' },
};

export const RULES: Rules = {
  senderTrust: { kind: 'none' },
  reopenDays: 7,
  autoCloseDays: 14,
  maxMailAgeDays: 7,
  tokenDays: 365,
  suggestToCustomers: false,
  suggestWithinMs: 250,
  agentNames: true,
  teamNews: 'never',
  ratePerHour: 60,
  notices: { perTicket: 2, perRecipient: 3, perDomain: 20, perAgent: 100 },
  machineMail: 'park',
  formSenders: [],
  operators: [],
  begunPerAgent: 50,
  sendBrake: 60,
  unknownResendMinutes: 30,
  blockedTypes: DEFAULT_BLOCKED_TYPES,
  wording: readWording(['templates']),
};

export function mail(from: string, over: Partial<ParsedMail> = {}): ParsedMail {
  const words = over.reply ?? over.text ?? 'Hello, it burns.';
  return {
    messageId: 'm1@customer.example',
    inReplyTo: [],
    references: [],
    from: { kind: 'one', address: address(from), name: '' },
    sender: undefined,
    replyTo: [],
    to: [{ address: address('support@desk.example'), name: '', written: 'support@desk.example' }],
    cc: [],
    deliveredTo: [],
    subject: 'Printer on fire',
    date: NOW,
    text: words,
    reply: words,
    agentReply: words,
    attachments: [],
    headers: [],
    contentType: { type: 'text/plain', params: {} },
    partTypes: ['text/plain'],
    delivery: null,
    hidden: { elements: 0, images: 0 },
    contentHash: 'hash',
    size: 100,
    ...over,
  };
}

export type TurnSketch = { id: number; answered?: boolean; agent?: Agent; words?: string };

export function ticket(
  over: {
    id?: number;
    status?: 'open' | 'in_process' | 'closed';
    turns?: TurnSketch[];
    closedAt?: number;
    assignee?: Agent;
    spam?: boolean;
    feedback?: 'satisfied' | 'not_satisfied';
    feedbackWords?: string;
    email?: EmailAddress;
    readers?: EmailAddress[];
  } = {},
): TicketFacts {
  const turns = over.turns ?? [];
  return {
    id: ticketId(over.id ?? 12),
    customer: over.email ?? CUSTOMER,
    createdTime: NOW - DAY,
    lastUpdatedOn: NOW - DAY,
    status: over.status ?? (turns.length > 0 ? 'in_process' : 'open'),
    query: 'Hello, it burns.',
    feedback: over.feedback,
    lastResponse: undefined,
    mailboxId: undefined,
    subject: 'Printer on fire',
    firstMessageId: 'first@customer.example',
    lastMessageId: 'first@customer.example',
    assigneeId: over.assignee?.id,
    locale: 'en',
    followsTicketId: undefined,
    closedAt: over.closedAt ?? (over.status === 'closed' ? NOW - DAY : undefined),
    closedBy: over.status === 'closed' ? 'agent' : undefined,
    feedbackAt: undefined,
    feedbackWords: over.feedbackWords,
    spam: over.spam ?? false,
    reopenedAt: undefined,
    readers: over.readers ?? [],
    turns: turns.map((turn, index) => ({
      responseId: responseId(turn.id),
      sentTime: NOW - DAY + index,
      answered: turn.answered ?? false,
      agentId: turn.agent?.id,
      responseSent: turn.words ?? 'Pour water on it.',
    })),
  };
}

export function token(purpose: TokenPurpose, over: Partial<TokenRow> = {}): TokenRow {
  return {
    id: 7 as TokenId,
    purpose,
    ticketId: ticketId(12),
    responseId: undefined,
    agentId: undefined,
    seenResponseId: undefined,
    mailboxId: undefined,
    createdAt: NOW - DAY,
    expiresAt: NOW + DAY,
    revokedAt: undefined,
    usedAt: undefined,
    ...over,
  };
}

/** Tokens are of the customer's ticket where nothing else is said. */
type FactsSketch = Partial<Omit<MailFacts, 'tokens'>> & {
  tokens?: (Omit<GenuineToken, 'customer'> & { customer?: EmailAddress })[];
};

export function facts({ tokens = [], ...over }: FactsSketch = {}): MailFacts {
  return {
    duplicate: undefined,
    isOwnMessage: false,
    agent: undefined,
    agents: [ALICE, BOB],
    deskAgents: [ALICE, BOB],
    tokens: tokens.map((one) => ({ customer: CUSTOMER, ...one })),
    named: [],
    openTickets: [],
    bounced: undefined,
    recentFromSender: 1,
    ...over,
  };
}

/** The reply address that holds a token; its digest is made up, since deciding no longer looks at it. */
export function replyAddressOf(row: TokenRow): string {
  return `support+${row.ticketId}-${row.id.toString(36)}-${'a'.repeat(26)}@desk.example`;
}

export function recipients(...addresses: string[]): ParsedMail['to'] {
  return addresses.map((written) => ({ address: parseEmailAddress(written), name: '', written }));
}

/** A token that was found in an address stands in To, but in a mail that says by what other address it came. */
function withReplyAddresses(asked: ParsedMail, { tokens }: MailFacts): ParsedMail {
  const held = tokens.filter(({ foundIn }) => foundIn === 'address').map(({ row }) => replyAddressOf(row));
  return held.length === 0 || asked.deliveredTo.length > 0 ? asked : { ...asked, to: recipients(...held) };
}

/** A question as the flow would ask it: the ticket is the one that the mail's tokens or names match. */
export function question(over: Partial<MailQuestion> & { mail: ParsedMail; facts: MailFacts }): MailQuestion {
  return {
    classification: { kind: 'normal', reason: 'no-automatic-sign' },
    verification: 'verified',
    signed: undefined,
    receivedAt: NOW,
    match: matchedTicket(over.mail, over.facts, NOW),
    ticket: undefined,
    shown: [],
    identity: IDENTITY,
    identities: [IDENTITY],
    identityAt: () => IDENTITY,
    mailboxIdOf: () => undefined,
    alsoTo: [],
    rules: RULES,
    now: NOW,
    ...over,
    mail: withReplyAddresses(over.mail, over.facts),
  };
}

/** The mails that effects send, as `template to recipient`. */
export function sent(effects: Effect[]): string[] {
  return drafts(effects).map((draft) => `${draft.template} to ${draft.recipient}`);
}

export function drafts(effects: Effect[]): OutboxDraft[] {
  return effects.flatMap((effect) => (effect.do === 'send' ? [effect.draft] : []));
}

export function deeds(effects: Effect[]): string[] {
  return effects.filter((effect) => effect.do !== 'send').map((effect) => effect.do);
}

/** A reply of Alice to a notification that showed the responses up to `seen`. */
export function replyOfAlice(words: string, state: TicketFacts, seen?: ResponseId) {
  const row = token('agent', { agentId: ALICE.id, seenResponseId: seen });
  return question({
    mail: mail('alice@desk.example', { reply: words }),
    facts: facts({ agent: ALICE, tokens: [{ row, foundIn: 'address' }] }),
    ticket: state,
  });
}

/** What the first mail to the agent says, in one. */
export function linesGivenBack({ effects }: Decision): string {
  return drafts(effects)[0]?.payload?.lines?.map(inEnglish).join(' ') ?? '';
}

/** A sentence of ours as an agent of an English desk reads it. */
export function inEnglish(line: Line | undefined): string {
  return line === undefined ? '' : spoken(NO_WORDS, 'en', line);
}
