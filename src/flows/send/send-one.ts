import { nextAfterDeskFault, nextAttempt, nextComposing } from '../../decide/send/retry.ts';
import { BRAKE_PAUSE_MS } from '../../decide/send/send-brake.ts';
import { Fault } from '../../domain/fault.ts';
import { hideTokens } from '../../domain/hide-tokens.ts';
import type { EpochMs } from '../../domain/ids.ts';
import { AUTOMATIC, type HeldBy, type OutboxItem } from '../../domain/outbox-item.ts';
import { cleanText } from '../../mail/charset/clean-text.ts';
import { openIds, openRaw, type SealedMail, sealMail } from '../../mail/compose/sealed-mail.ts';
import { killPoint } from '../../runtime/kill-point.ts';
import type { SendOutcome } from '../../smtp/smtp-sender.ts';
import { inTransaction, isDatabaseAway } from '../../store/database.ts';
import { type AttemptResult, findStoredMail, markAttempts } from '../../store/outbox/attempts.ts';
import { markClaimed, markUncomposed } from '../../store/outbox/outbox.ts';
import { findOutboxMaterial, type OutboxMaterial } from '../../store/outbox/outbox-material.ts';
import type { Brake } from './brake-mails.ts';
import { composeOutboxItem } from './compose-outbox-item.ts';
import { type HandingDesk, handOver, isSenderRefused } from './hand-over.ts';
import type { ComposingDesk } from './mail-content.ts';
import { tellOfRefusedSender } from './refused-sender.ts';
import { endInTrouble } from './tell-of-trouble.ts';
import { type Attempts, retryUntilStored } from './write-attempts.ts';

export type SendingDesk = ComposingDesk & HandingDesk;

export const CLAIM_MS = 30_000;

/** What a mail rests on is looked up for a whole claim, and again for those of it that had to wait longer than this. */
const FRESH_MS = 1_000;

export type Claimed = {
  item: OutboxItem;
  brake: Brake;
  material: OutboxMaterial | undefined;
  /** when it was claimed, and when its material was looked up, by performance.now() */
  at: number;
  lookedUpAt: number;
};

export function isFresh({ lookedUpAt }: Claimed): boolean {
  return performance.now() - lookedUpAt < FRESH_MS;
}

async function materialOf(desk: SendingDesk, claimed: Claimed): Promise<OutboxMaterial | undefined> {
  const { item, material } = claimed;
  if (material !== undefined && isFresh(claimed)) return material;
  return (await findOutboxMaterial(desk.database, [item.id])).get(item.id);
}

type Ready = { envelopeFrom: string; raw: Buffer; sealed: SealedMail | undefined };

/** The bytes and the envelope: built now, or those of an earlier attempt. */
async function makeReady(desk: SendingDesk, item: OutboxItem, material: OutboxMaterial): Promise<Ready> {
  if (!item.isComposed) {
    const mail = await composeOutboxItem(desk, item, material);
    return { envelopeFrom: mail.envelopeFrom, raw: mail.raw, sealed: sealMail(desk.keys, item.id, mail) };
  }
  const stored = await findStoredMail(desk.database, item.id);
  if (!stored) throw new Fault('impossible-state', `outbox row ${item.id} was composed and has no bytes`);
  const ids = openIds(desk.keys, item.id, stored.ids);
  const raw = openRaw(desk.keys, item.id, stored.raw);
  if (!ids || !raw)
    throw new Fault('secret-unknown', `the bytes of outbox row ${item.id} were sealed with another SECRET`);
  return { envelopeFrom: ids.envelopeFrom, raw, sealed: undefined };
}

/** One mail that was claimed: judged, composed, sent, recorded. */
export async function sendOne(
  desk: SendingDesk,
  attempts: Attempts,
  claimed: Claimed,
  stop: AbortSignal,
): Promise<void> {
  const { item, brake } = claimed;
  try {
    const material = await materialOf(desk, claimed);
    // Nothing but a hand in the database removes a row.
    if (material === undefined) return;
    const refusal = refuse(item, material);
    if (refusal !== undefined) {
      await markClaimed(desk.database, item.id, { state: 'cancelled', heldBy: refusal }, desk.clock.now());
      desk.metrics.sends.inc({ kind: item.template, outcome: 'cancelled' });
      desk.log.info({ outbox: item.id, kind: item.template, heldBy: refusal }, 'not sent');
      return;
    }
    if (!brake.lets(item)) {
      const nextAttemptAt = desk.clock.now() + BRAKE_PAUSE_MS;
      await markClaimed(desk.database, item.id, { state: 'pending', heldBy: 'brake', nextAttemptAt }, desk.clock.now());
      return;
    }
    const { envelopeFrom, raw, sealed } = await makeReady(desk, item, material);
    const longestMs = desk.smtp.longestSendMs(raw.length);
    // Counted from before the attempt is written down: a process may be frozen before it begins to send, too.
    const notAfter = performance.now() + longestMs;
    const attempt = await attempts.begin(item, sealed, longestMs, stop);
    if (attempt === undefined) return;
    killPoint('attempt-written');
    const outcome = await handOver(desk, item, { envelopeFrom, raw }, notAfter);
    killPoint('before-record');
    await retryUntilStored(stop, () => record(desk, attempts, item, attempt, outcome));
  } catch (error) {
    if (isDatabaseAway(error)) throw error;
    await putOff(desk, item, error);
  }
}

/** A mail that cannot be made is tried again for a day; then somebody must hear of it. */
async function putOff(desk: SendingDesk, item: OutboxItem, error: unknown): Promise<void> {
  desk.log.error({ err: error, outbox: item.id, kind: item.template }, 'a mail could not be composed');
  const now = desk.clock.now();
  const why = error instanceof Error ? error.message : 'composing failed';
  const nextAttemptAt = nextComposing(item.composeFailures + 1, item.createdAt, now);
  if (nextAttemptAt !== undefined) {
    await markUncomposed(desk.database, item.id, why, nextAttemptAt);
    return;
  }
  await inTransaction(desk.database, (tx) =>
    endInTrouble(tx, desk, item, now, false, () => markClaimed(tx, item.id, { state: 'failed', why }, now)),
  );
}

/** Why an automatic mail must not go out after all; responses of people always do, and so do mails to the desk's own people. */
function refuse({ template, audience }: OutboxItem, { muted }: OutboxMaterial): HeldBy | undefined {
  return muted && AUTOMATIC[template] && audience === 'customer' ? 'muted' : undefined;
}

async function record(
  desk: SendingDesk,
  attempts: Attempts,
  item: OutboxItem,
  attempt: number,
  outcome: SendOutcome,
): Promise<void> {
  const now = desk.clock.now();
  const result = judge(outcome, attempt, item.createdAt, now);
  if (result.state === 'failed' || result.state === 'unknown') {
    const refused = outcome.kind === 'rejected' && outcome.permanent;
    // False where it was recorded by an earlier try, whose commit was not heard of any more.
    const sends = await inTransaction(desk.database, (tx) =>
      endInTrouble(tx, desk, item, now, refused, async () => {
        const ended = await markAttempts(tx, [{ id: item.id, number: attempt, result, endedAt: now }]);
        return ended.has(item.id);
      }),
    );
    if (sends > 0) void desk.queue.hint('send');
  } else {
    await attempts.end(item, attempt, result, now);
    if (result.nextAttemptAt !== undefined) void desk.queue.hint('send', { delayMs: result.nextAttemptAt - now });
  }
  if (result.outcome === 'sender-refused') await tellOfRefusedSender(desk, item.mailboxId, result.serverReply);
  killPoint('after-record');
  desk.metrics.sends.inc({ kind: item.template, outcome: result.outcome });
  desk.log.info(
    {
      outbox: item.id,
      kind: item.template,
      attempt,
      outcome: result.outcome,
      state: result.state,
      tookMs: now - item.createdAt,
    },
    'sent or not',
  );
}

/** Relays repeat addresses in what they say, and ours hold tokens. What Postgres refuses must not come between 250 and its record. */
function wordsOf(outcome: SendOutcome): string {
  return cleanText(hideTokens('response' in outcome ? outcome.response : outcome.reason));
}

/** What an outcome means for the row: 4xx and "certainly not sent" are tried again, 5xx is final, unknown stays unknown. */
function judge(outcome: SendOutcome, attempt: number, createdAt: EpochMs, now: EpochMs): AttemptResult {
  const serverReply = wordsOf(outcome);
  switch (outcome.kind) {
    case 'accepted':
      return { outcome: 'accepted', state: 'sent', serverReply, nextAttemptAt: undefined };
    case 'unknown':
      return { outcome: 'unknown', state: 'unknown', serverReply, nextAttemptAt: undefined };
    case 'rejected':
      if (isSenderRefused(outcome)) return waitForOperator('sender-refused');
      if (outcome.permanent) return { outcome: 'rejected', state: 'failed', serverReply, nextAttemptAt: undefined };
      return again('deferred');
    case 'not-sent':
      return outcome.loginRefused ? waitForOperator('not-sent') : again('not-sent');
  }
  function waitForOperator(kind: 'sender-refused' | 'not-sent'): AttemptResult {
    return { outcome: kind, state: 'pending', serverReply, nextAttemptAt: nextAfterDeskFault(attempt, now) };
  }
  function again(kind: 'deferred' | 'not-sent'): AttemptResult {
    const at = nextAttempt(attempt, createdAt, now);
    return { outcome: kind, state: at === undefined ? 'failed' : 'pending', serverReply, nextAttemptAt: at };
  }
}
