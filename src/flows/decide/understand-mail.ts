import type { UnderstoodMail } from '../../decide/mail/understood-mail.ts';
import type { ParseFault, ParseOutcome } from '../../domain/mail/parsed-mail.ts';
import type { ParkedReason } from '../../domain/ticket/reasons.ts';
import type { ParserPool } from '../../mail/parse/parser-pool.ts';
import type { Authenticate } from '../../mail/sender/verify-dkim.ts';
import { killPoint } from '../../runtime/kill-point.ts';
import type { WaitingMail } from '../../store/inbound/inbound-claims.ts';
import type { Desk } from '../desk.ts';
import { understandOrders } from '../operate/understand-orders.ts';
import { checkSender } from './check-sender.ts';
import { readMail, understoodMail } from './understood-mail.ts';

export type UnderstandingDesk = Desk & { parser: ParserPool; authenticate: Authenticate; maxMailBytes: number };

/** What a stored mail is, or why nobody can say it. */
export type Understanding =
  | { kind: 'understood'; mail: UnderstoodMail }
  | { kind: 'unreadable'; reason: ParkedReason; detail: string }
  | { kind: 'put-off'; pauseMs: number };

/** The parser gets this many tries at a mail that kills or hangs it. */
const PARSER_TRIES = 3;
const WORTH_ANOTHER_TRY: ParseFault[] = ['parser-timeout', 'parser-out-of-memory', 'parser-crashed'];

/**
 * One value for one mail, made once and before any transaction: what it is, who wrote it, how far they are believed, what it
 * names, and which orders of an operator stand in it.
 */
export async function understandMail(desk: UnderstandingDesk, waiting: WaitingMail): Promise<Understanding> {
  const { raw, size } = waiting;
  if (raw === undefined) {
    const reason = size > desk.maxMailBytes ? 'too-large' : 'withheld-by-server';
    return { kind: 'unreadable', reason, detail: `${size} bytes` };
  }
  const outcome = await parse(desk, waiting, raw);
  if (!outcome.ok) return { kind: 'unreadable', reason: outcome.fault, detail: outcome.detail };
  const read = readMail(desk, outcome.mail);
  const sender = await checkSender(desk, waiting, raw, read);
  if (sender.kind === 'ask-again') return { kind: 'put-off', pauseMs: sender.pauseMs };
  const orders = await understandOrders(desk, { ...read, verification: sender.verification });
  return { kind: 'understood', mail: await understoodMail(desk, waiting, read, sender, orders) };
}

async function parse(desk: UnderstandingDesk, waiting: WaitingMail, raw: Buffer): Promise<ParseOutcome> {
  for (let tries = 1; ; tries++) {
    const reading = desk.parser.parse(raw);
    killPoint('parse');
    const outcome = await reading;
    if (outcome.ok || !WORTH_ANOTHER_TRY.includes(outcome.fault) || tries >= PARSER_TRIES) return outcome;
    desk.log.warn({ inbound: waiting.id, fault: outcome.fault, tries }, 'a mail broke the parser');
  }
}
