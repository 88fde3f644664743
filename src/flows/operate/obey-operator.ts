import {
  OPERATOR_HELP,
  type OperatorOrder,
  operatorClaim,
  readOperatorOrders,
} from '../../decide/desk/operator-command.ts';
import type { UnderstoodMail } from '../../decide/mail/understood-mail.ts';
import { DAY_MS } from '../../domain/desk/rules.ts';
import type { InboundId } from '../../domain/ticket/ids.ts';
import { REASONS } from '../../domain/ticket/reasons.ts';
import type { ParserPool } from '../../mail/parse/parser-pool.ts';
import { isMailToOperator } from '../../store/alarms.ts';
import { findParked } from '../../store/inbound/parked-mails.ts';
import type { Desk } from '../desk.ts';
import { acceptParkedMail, discardParkedMail, type ParkedOutcome } from './accept-parked.ts';

type ObeyingDesk = Desk & { parser: ParserPool };

const MAX_TEXT_LINES = 30;

/**
 * Carries out the orders of an operator who answers an alert, each a batch of one. Their own mail is decided after it: a
 * process that dies in between finds the orders done the second time, which changes nothing. An operator acts only from their
 * own verified address, and only by answering a mail that we sent to exactly that address: its Message-ID holds a keyed digest.
 * @returns what came of them, to be told to the operator; undefined where the mail is anything else
 */
export async function obeyOperator(desk: ObeyingDesk, mail: UnderstoodMail): Promise<UnderstoodMail['obeyed']> {
  const claim = operatorClaim(mail, desk.rules, desk.keys);
  if (claim === undefined) return undefined;
  const since = desk.clock.now() - desk.rules.tokenDays * DAY_MS;
  if (!(await isMailToOperator(desk.database, claim.answered, claim.operator, since))) return undefined;
  const { orders, report } = readOperatorOrders(mail.mail.reply);
  const lines: string[] = [];
  for (const order of orders) lines.push(...(await obeyOrder(desk, order)));
  if (orders.length === 0 && !report) lines.push('Your mail held no order, so nothing was done.', OPERATOR_HELP);
  return { operator: claim.operator, lines, report };
}

async function obeyOrder(desk: ObeyingDesk, { name, id }: OperatorOrder): Promise<string[]> {
  if (name === 'show') return await show(desk, id);
  return [
    outcomeForOperator(id, name === 'accept' ? await acceptParkedMail(desk, id) : await discardParkedMail(desk, id)),
  ];
}

function outcomeForOperator(id: InboundId, outcome: ParkedOutcome): string {
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
  if (!found) return [outcomeForOperator(id, { kind: 'no-such-mail' })];
  if (found.disposition !== 'parked') return [outcomeForOperator(id, { kind: 'not-parked' })];
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
