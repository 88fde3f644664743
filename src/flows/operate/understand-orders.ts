import { OPERATOR_HELP, type OperatorOrder, readOperatorOrders } from '../../decide/desk/operator-command.ts';
import type { UnderstoodOrder, UnderstoodOrders } from '../../decide/mail/understood-mail.ts';
import type { InboundId } from '../../domain/ticket/ids.ts';
import { REASONS } from '../../domain/ticket/reasons.ts';
import type { ParserPool } from '../../mail/parse/parser-pool.ts';
import { findParked } from '../../store/inbound/parked-mails.ts';
import type { Desk } from '../desk.ts';
import { type ParkedOutcome, understandParked } from './accept-parked.ts';
import { findOperator } from './find-operator.ts';

type ReadingDesk = Desk & { parser: ParserPool };

const MAX_TEXT_LINES = 30;

/**
 * The orders of an operator who answers an alert, and the mails that they name, before any transaction; nothing is carried
 * out yet.
 * @returns undefined where the mail is anything else
 */
export async function understandOrders(
  desk: ReadingDesk,
  written: Parameters<typeof findOperator>[1],
): Promise<UnderstoodOrders | undefined> {
  const operator = await findOperator(desk, written);
  if (operator === undefined) return undefined;
  const { orders: asked, report } = readOperatorOrders(written.mail.reply);
  const orders: UnderstoodOrder[] = [];
  for (const order of asked) orders.push(await understandOrder(desk, order));
  if (orders.length === 0 && !report)
    orders.push({ name: 'tell', lines: ['Your mail held no order, so nothing was done.', OPERATOR_HELP] });
  return { operator, orders, report };
}

async function understandOrder(desk: ReadingDesk, { name, id }: OperatorOrder): Promise<UnderstoodOrder> {
  if (name === 'show') return { name: 'tell', lines: await showParked(desk, id) };
  if (name === 'discard') return { name, id };
  const parked = await understandParked(desk, id);
  return parked.kind === 'understood'
    ? { name, parked: parked.mail }
    : { name: 'tell', lines: [outcomeForOperator(id, parked)] };
}

/** What came of an order, in a sentence. */
export function outcomeForOperator(id: InboundId, outcome: ParkedOutcome): string {
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

async function showParked(desk: ReadingDesk, id: InboundId): Promise<string[]> {
  const found = await findParked(desk.database, id);
  if (!found) return [outcomeForOperator(id, { kind: 'no-such-mail' })];
  if (found.disposition !== 'parked') return [outcomeForOperator(id, { kind: 'not-parked' })];
  const parsed = found.raw === null ? undefined : await desk.parser.parse(found.raw);
  const text = parsed?.ok ? parsed.mail.text.split('\n').filter((line) => line.trim() !== '') : [];
  return [
    `Mail ${id} is parked: ${REASONS[found.reason]} (${found.reason}).`,
    `From: ${[found.fromName, found.from ?? '(nobody)'].filter(Boolean).join(' ')}`,
    `Subject: ${found.subject ?? '(none)'}`,
    `Received: ${new Date(found.receivedAt).toISOString()}, ${found.size} bytes`,
    ...(text.length === 0 ? ['(its text cannot be read)'] : text.slice(0, MAX_TEXT_LINES).map((line) => `| ${line}`)),
    ...(text.length > MAX_TEXT_LINES ? ['(cut here)'] : []),
  ];
}
