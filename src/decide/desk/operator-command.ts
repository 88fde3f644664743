import type { Rules } from '../../domain/desk/rules.ts';
import { addressKey, type EmailAddress } from '../../domain/mail/email-address.ts';
import type { Decision } from '../../domain/ticket/decision.ts';
import type { InboundId, OutboxId } from '../../domain/ticket/ids.ts';
import type { OutboxDraft } from '../../domain/ticket/outbox-item.ts';
import { decideMail } from '../mail/decide-mail.ts';
import { decision, type MailQuestion } from '../mail/mail-question.ts';
import { readMessageTokens, type TokenKeys } from '../mail/match/reply-token.ts';
import type { Obeyed, UnderstoodMail } from '../mail/understood-mail.ts';

/** What an operator asks for in answer to an alert. */
export type OperatorOrder = { name: 'accept' | 'discard' | 'show'; id: InboundId };

const REPORT = /^\/report$/i;
const ORDER = /^\/(accept|discard|show)((?:[\s,]+#?\d{1,15})+)$/i;
const MAX_ORDERS = 20;
const MAX_ANSWERED = 5;

export const OPERATOR_HELP =
  'Write /accept, /discard or /show with the number of a parked mail, or several, on the first lines of your answer to an alert; /report brings the desk in numbers.';

/** `/accept 12`, `/discard 13, 14`, `/report`: orders stand on the first lines; the first other line ends them. */
export function readOperatorOrders(reply: string): { orders: OperatorOrder[]; report: boolean } {
  const orders: OperatorOrder[] = [];
  let report = false;
  for (const line of reply.slice(0, 10_000).split('\n')) {
    const text = line.trim();
    if (REPORT.test(text)) report = true;
    if (text === '' || REPORT.test(text)) continue;
    const match = ORDER.exec(text);
    if (!match) break;
    const name = (match[1] ?? '').toLowerCase() as OperatorOrder['name'];
    for (const number of (match[2] ?? '').match(/\d+/g) ?? []) orders.push({ name, id: Number(number) as InboundId });
  }
  return { orders: orders.slice(0, MAX_ORDERS), report };
}

/**
 * The operator that a mail claims to be from and our mails that it answers, where it is one that an operator may give orders
 * by; whether one of those went to that operator is in the outbox.
 */
export function operatorClaim(
  { mail, classification, verification }: Pick<UnderstoodMail, 'mail' | 'classification' | 'verification'>,
  { operators }: Rules,
  keys: TokenKeys,
): { operator: EmailAddress; answered: OutboxId[] } | undefined {
  if (mail.from.kind !== 'one' || classification.kind !== 'normal' || verification !== 'verified') return undefined;
  const key = addressKey(mail.from.address);
  const operator = operators.find((one) => addressKey(one) === key);
  if (operator === undefined) return undefined;
  const answered = mail.inReplyTo.slice(0, MAX_ANSWERED).flatMap((messageId) => readMessageTokens(keys, messageId));
  return answered.length === 0 ? undefined : { operator, answered };
}

/** False for a copy of an operator's mail, whose orders were carried out when it came first, and for one of ours that came back. */
export function mayBeObeyed(question: MailQuestion): boolean {
  const { disposition } = decideMail(question);
  return disposition !== 'duplicate' && disposition !== 'loop';
}

/** The fate of an operator's own mail whose orders are carried out: they are told what came of them. */
export function decideOperatorMail({ operator, lines, report }: Obeyed): Decision {
  const drafts: OutboxDraft[] = [];
  if (lines.length > 0)
    drafts.push({ template: 'confirmation', audience: 'operator', recipient: operator, payload: { lines } });
  if (report) drafts.push({ template: 'report', audience: 'operator', recipient: operator });
  return {
    ...decision('command', 'operator-command'),
    actor: 'operator',
    effects: drafts.map((draft) => ({ do: 'send', draft })),
  };
}
