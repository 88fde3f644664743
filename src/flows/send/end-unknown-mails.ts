import { endUnknown } from '../../decide/send/end-unknown.ts';
import type { EpochMs } from '../../domain/ticket/ids.ts';
import { findBounceTokens } from '../../domain/ticket/reply-token.ts';
import { openIds } from '../../mail/compose/sealed-mail.ts';
import { killPoint } from '../../runtime/kill-point.ts';
import { inTransaction } from '../../store/database.ts';
import {
  listNamedIn,
  listOpenUnknown,
  markFoundSent,
  markToResend,
  type OpenUnknown,
} from '../../store/outbox/unknown-mails.ts';
import { lockTicket } from '../../store/tickets/tickets.ts';
import { carryOutAct } from '../decide/carry-out.ts';
import type { Desk } from '../desk.ts';
import { NOTIFY_ON_FAILURE, tellOfTrouble } from './tell-of-trouble.ts';

const BATCH = 50;

/** Brings mails of unknown fate to an end: found sent, sent once more, or told to the agents. Part of the sweep. */
export async function endUnknownMails(desk: Desk): Promise<void> {
  const now = desk.clock.now();
  const mails = await listOpenUnknown(desk.database, desk.rules.unknownResendMinutes * 60_000, BATCH);
  const named = await listNamedIn(
    desk.database,
    mails.flatMap((mail) => tokensOfUnknown(desk, mail)),
  );
  let due = 0;
  for (const mail of mails) {
    due += await endOne(desk, { ...mail, heardOf: mail.heardOf || named.has(mail.id) }, now);
  }
  if (due > 0) await desk.queue.hint('send');
}

/** What stands only in this mail: the token of its Message-ID and reply address, and that of its envelope. */
function tokensOfUnknown({ keys }: Desk, { id, ticketId, ids, heardOf }: OpenUnknown) {
  const opened = ids === undefined ? undefined : openIds(keys, id, ids);
  if (opened === undefined || ticketId === undefined || heardOf) return [];
  const ofMessage = opened.messageId.split('@')[0]?.split('.')[0];
  const ofEnvelope = findBounceTokens(opened.envelopeFrom).map(
    ({ outboxId, mac }) => `b${outboxId.toString(36)}-${mac}`,
  );
  const tokens = [ofMessage, ...ofEnvelope].filter((token) => token !== undefined && /^[a-z0-9-]{20,}$/.test(token));
  return tokens.length === 0 ? [] : [{ id, ticketId, tokens: tokens as string[] }];
}

async function endOne(desk: Desk, mail: OpenUnknown, now: EpochMs): Promise<number> {
  const end = endUnknown(mail, desk.rules.unknownResendMinutes);
  if (end === 'wait') return 0;
  if (end === 'tell' && (mail.ticketId === undefined || !NOTIFY_ON_FAILURE.includes(mail.template))) return 0;
  return await inTransaction(desk.database, async (tx) => {
    if (mail.ticketId !== undefined) await lockTicket(tx, mail.ticketId);
    if (end === 'tell') return await tellOfTrouble(tx, desk, mail.id, now, false);
    const done = end === 'sent' ? await markFoundSent(tx, mail.id) : await markToResend(tx, mail.id);
    if (!done) return 0;
    const action = end === 'sent' ? 'found-sent' : 'resent';
    const line = { do: 'write-down', action, detail: { outbox: mail.id, kind: mail.template } } as const;
    await carryOutAct(tx, desk, { effects: [line], actor: 'system', ticket: undefined, about: mail }, now);
    if (end === 'resend') killPoint('unknown-resend');
    desk.metrics.sends.inc({ kind: mail.template, outcome: end === 'sent' ? 'found-sent' : 'resent' });
    desk.log.warn({ outbox: mail.id, kind: mail.template, end }, 'a mail of unknown fate comes to an end');
    return end === 'resend' ? 1 : 0;
  });
}
