import {
  decideOperatorMail,
  OPERATOR_HELP,
  type OperatorOrder,
  readOperatorOrders,
} from '../../decide/desk/operator-command.ts';
import { classifyMail } from '../../decide/machine/classify-mail.ts';
import { ownSignals } from '../../decide/machine/own-signals.ts';
import { readMessageTokens } from '../../decide/mail/reply-token.ts';
import { addressKey, type EmailAddress } from '../../domain/email-address.ts';
import type { InboundId } from '../../domain/ids.ts';
import type { ParsedMail } from '../../domain/parsed-mail.ts';
import { REASONS } from '../../domain/reasons.ts';
import { DAY_MS } from '../../domain/rules.ts';
import type { ParserPool } from '../../mail/parse/parser-pool.ts';
import { isMailToOperator } from '../../store/alarms.ts';
import { inTransaction } from '../../store/database.ts';
import type { WaitingMail } from '../../store/inbound/inbound-mails.ts';
import { findParked } from '../../store/inbound/parked-mails.ts';
import { type Processed, processMail } from '../decide/process-mail.ts';
import { verifySender } from '../decide/verify-sender.ts';
import type { Desk } from '../desk.ts';
import { acceptParkedMail, discardParkedMail, type ParkedOutcome } from './accept-parked.ts';

type ObeyingDesk = Desk & { parser: ParserPool };

const MAX_TEXT_LINES = 30;

/**
 * Carries out the orders of an operator who answers an alert, and then decides that answer: a process that dies in
 * between finds the orders done the second time, which changes nothing. An operator acts only from their own verified
 * address, and only by answering a mail that we sent to exactly that address: its Message-ID holds a keyed digest.
 * @returns `not-an-order` where the mail is anything else, which is decided as every mail is
 */
export async function obeyOperator(
  desk: ObeyingDesk,
  waiting: WaitingMail,
  mail: ParsedMail,
): Promise<Processed | 'not-an-order'> {
  const operator = await findOperator(desk, waiting, mail);
  if (operator === undefined) return 'not-an-order';
  const orders = readOperatorOrders(mail.reply);
  const lines: string[] = [];
  for (const order of orders) lines.push(...(await obeyOrder(desk, order)));
  if (orders.length === 0) lines.push('Your mail held no order, so nothing was done.', OPERATOR_HELP);
  return await processMail(desk, waiting, mail, (question) => decideOperatorMail(question, operator, lines));
}

async function findOperator(
  desk: ObeyingDesk,
  waiting: WaitingMail,
  mail: ParsedMail,
): Promise<EmailAddress | undefined> {
  const { rules } = desk;
  if (mail.from.kind !== 'one') return undefined;
  const key = addressKey(mail.from.address);
  const operator = rules.operators.find((one) => addressKey(one) === key);
  if (operator === undefined) return undefined;
  const answered = mail.inReplyTo.slice(0, 5).flatMap((messageId) => readMessageTokens(desk.keys, messageId));
  if (answered.length === 0) return undefined;
  const { kind } = classifyMail(mail, ownSignals(desk.identityOf(waiting.mailboxId)));
  if (kind !== 'normal') return undefined;
  const since = desk.clock.now() - rules.tokenDays * DAY_MS;
  return await inTransaction(desk.database, async (tx) => {
    const { verification } = await verifySender(tx, mail, waiting.id, rules);
    if (verification !== 'verified') return undefined;
    return (await isMailToOperator(tx, answered, operator, since)) ? operator : undefined;
  });
}

async function obeyOrder(desk: ObeyingDesk, { name, id }: OperatorOrder): Promise<string[]> {
  if (name === 'show') return await show(desk, id);
  return [inWords(id, name === 'accept' ? await acceptParkedMail(desk, id) : await discardParkedMail(desk, id))];
}

function inWords(id: InboundId, outcome: ParkedOutcome): string {
  switch (outcome.kind) {
    case 'no-such-mail':
      return `There is no mail ${id}.`;
    case 'not-parked':
      return `Mail ${id} is not parked.`;
    case 'refused':
      return `Mail ${id} stays parked. ${outcome.why}`;
    case 'done':
      return outcome.disposition === 'parked'
        ? `Mail ${id} is still parked, for another reason: ${REASONS[outcome.reason]}. Accept it again to accept that too.`
        : `Mail ${id} is decided (${outcome.disposition}): ${REASONS[outcome.reason]}.`;
  }
}

async function show(desk: ObeyingDesk, id: InboundId): Promise<string[]> {
  const found = await findParked(desk.database, id);
  if (!found) return [inWords(id, { kind: 'no-such-mail' })];
  if (found.disposition !== 'parked') return [inWords(id, { kind: 'not-parked' })];
  const parsed = found.raw === null ? undefined : await desk.parser.parse(found.raw);
  const text = parsed?.ok ? parsed.mail.text.split('\n').filter((line) => line.trim() !== '') : [];
  return [
    `Mail ${id} is parked: ${REASONS[found.reason]} (${found.reason}).`,
    `From: ${found.fromName ?? ''} ${found.from ?? '(nobody)'}`,
    `Subject: ${found.subject ?? '(none)'}`,
    `Received: ${new Date(found.receivedAt).toISOString()}, ${found.size} bytes`,
    ...(text.length === 0 ? ['(its text cannot be read)'] : text.slice(0, MAX_TEXT_LINES).map((line) => `| ${line}`)),
    ...(text.length > MAX_TEXT_LINES ? ['(cut here)'] : []),
  ];
}
