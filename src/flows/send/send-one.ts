import { pauseAfterAttempt, pauseAfterDeskFault } from '../../decide/send/retry.ts';
import { hideTokens } from '../../domain/mail/hide-tokens.ts';
import type { OutboxItem } from '../../domain/ticket/outbox-item.ts';
import { cleanText } from '../../mail/charset/clean-text.ts';
import { killPoint } from '../../runtime/kill-point.ts';
import type { SendOutcome } from '../../smtp/smtp-sender.ts';
import { inTransaction, isDatabaseAway, isDeadlock } from '../../store/database.ts';
import { type AttemptResult, type Ending, writeAttempts } from '../../store/outbox/attempts.ts';
import { handOver, isSenderRefused } from './hand-over.ts';
import { type Prepared, putOffComposing, type SendingDesk } from './prepare-mail.ts';
import { tellOfRefusedSender } from './refused-sender.ts';
import { endInTrouble } from './tell-of-trouble.ts';
import { type Attempts, retryUntilStored } from './write-attempts.ts';

/** An attempt of which the server has spoken, and that is not written down yet. */
export type Spoken = { item: OutboxItem; outcome: SendOutcome; ending: Ending };

/**
 * One mail that is ready: its attempt written down, with the result of the lane's last one in the same statement, then handed to
 * the relay.
 * @param last one that isWrittenAlone() says no of
 * @returns its result, which the lane records with its next beginning or alone; undefined where no attempt began
 */
export async function sendOne(
  desk: SendingDesk,
  attempts: Attempts,
  prepared: Prepared,
  last: Spoken | undefined,
  stop: AbortSignal,
): Promise<Spoken | undefined> {
  const { envelopeFrom, raw } = prepared;
  const { item } = prepared.claimed;
  try {
    const longestMs = desk.smtp.longestSendMs(raw.length);
    // Counted from before the attempt is written down: a process may be frozen before it begins to send, too.
    const notAfter = performance.now() + longestMs;
    const number = await beginAttempt(desk, attempts, prepared, last, stop);
    if (number === undefined) return undefined;
    killPoint('attempt-written');
    const outcome = await handOver(desk, item, { envelopeFrom, raw }, notAfter);
    killPoint('before-record');
    const endedAt = desk.clock.now();
    const result = judgeOutcome(outcome, number, item.ageMs);
    return { item, outcome, ending: { id: item.id, number, result, endedAt } };
  } catch (error) {
    if (isDatabaseAway(error)) throw error;
    await putOffComposing(desk, item, error);
    return undefined;
  }
}

/** @returns the number of the attempt; undefined where the claim was lost */
async function beginAttempt(
  desk: SendingDesk,
  attempts: Attempts,
  { claimed, raw, sealed }: Prepared,
  last: Spoken | undefined,
  stop: AbortSignal,
): Promise<number | undefined> {
  const begun = attempts.beginningOf(claimed.item, sealed, desk.smtp.longestSendMs(raw.length));
  const takeBackWhenAway = (error: unknown) => (isDatabaseAway(error) ? attempts.takeBack(begun, stop) : undefined);
  let number: number | undefined;
  try {
    number = await attempts.begin(begun, last?.ending);
  } catch (error) {
    await Promise.all([last && recordAlone(desk, attempts, last, stop), takeBackWhenAway(error)]);
    // What broke the statement may have been the other half of it, or another transaction.
    if (isDatabaseAway(error) || (last === undefined && !isDeadlock(error))) throw error;
    return await beginAlone();
  }
  if (last) tellOfRecorded(desk, last);
  return number;

  async function beginAlone(): Promise<number | undefined> {
    try {
      return await attempts.begin(begun, undefined);
    } catch (error) {
      await takeBackWhenAway(error);
      throw error;
    }
  }
}

function endsInTrouble({ ending }: Spoken): boolean {
  return ending.result.state === 'failed' || ending.result.state === 'unknown';
}

/** True for a result with which nothing but itself is written down. What others must be told of is recorded alone. */
export function isWrittenAlone(spoken: Spoken): boolean {
  return endsInTrouble(spoken) || spoken.ending.result.outcome === 'sender-refused';
}

/** The server has spoken: its word is written down however long the database is away. */
export async function recordAlone(
  desk: SendingDesk,
  attempts: Attempts,
  spoken: Spoken,
  stop: AbortSignal,
): Promise<void> {
  try {
    await retryUntilStored(stop, () => recordAttempt(desk, attempts, spoken));
    tellOfRecorded(desk, spoken);
  } catch (error) {
    if (isDatabaseAway(error)) throw error;
    desk.log.error({ err: error, outbox: spoken.item.id }, 'the result of a mail could not be recorded');
  }
}

async function recordAttempt(desk: SendingDesk, attempts: Attempts, spoken: Spoken): Promise<void> {
  const { item, outcome, ending } = spoken;
  if (!endsInTrouble(spoken)) {
    await attempts.end(ending);
    const { result } = ending;
    if (result.outcome === 'sender-refused') await tellOfRefusedSender(desk, item.mailboxId, result.serverReply);
    return;
  }
  const refused = outcome.kind === 'rejected' && outcome.permanent;
  // False where it was recorded by an earlier try, whose commit was not heard of any more.
  const sends = await inTransaction(desk.database, (tx) =>
    endInTrouble(tx, desk, item, ending.endedAt, refused, async () => {
      const { ended } = await writeAttempts(tx, [ending], []);
      return ended.has(item.id);
    }),
  );
  if (sends > 0) void desk.queue.hint('send');
}

function tellOfRecorded(desk: SendingDesk, { item, ending }: Spoken): void {
  const { result, endedAt, number } = ending;
  if (result.pauseMs !== undefined) void desk.queue.hint('send', { delayMs: result.pauseMs });
  killPoint('after-record');
  desk.metrics.sends.inc({ kind: item.template, outcome: result.outcome });
  desk.log.info(
    {
      outbox: item.id,
      kind: item.template,
      attempt: number,
      outcome: result.outcome,
      state: result.state,
      tookMs: endedAt - item.createdAt,
    },
    'sent or not',
  );
}

/** Relays repeat addresses in what they say, and ours hold tokens. What Postgres refuses must not come between 250 and its record. */
function relayWords(outcome: SendOutcome): string {
  return cleanText(hideTokens('response' in outcome ? outcome.response : outcome.reason));
}

/** What an outcome means for the row: 4xx and "certainly not sent" are tried again, 5xx is final, unknown stays unknown. */
function judgeOutcome(outcome: SendOutcome, attempt: number, ageMs: number): AttemptResult {
  const serverReply = relayWords(outcome);
  switch (outcome.kind) {
    case 'accepted':
      return { outcome: 'accepted', state: 'sent', serverReply, pauseMs: undefined };
    case 'unknown':
      return { outcome: 'unknown', state: 'unknown', serverReply, pauseMs: undefined };
    case 'rejected':
      if (isSenderRefused(outcome)) return waitForOperator('sender-refused');
      if (outcome.permanent) return { outcome: 'rejected', state: 'failed', serverReply, pauseMs: undefined };
      return again('deferred');
    case 'not-sent':
      return outcome.loginRefused ? waitForOperator('not-sent') : again('not-sent');
  }
  function waitForOperator(kind: 'sender-refused' | 'not-sent'): AttemptResult {
    return { outcome: kind, state: 'pending', serverReply, pauseMs: pauseAfterDeskFault(attempt) };
  }
  function again(kind: 'deferred' | 'not-sent'): AttemptResult {
    const pauseMs = pauseAfterAttempt(attempt, ageMs);
    return { outcome: kind, state: pauseMs === undefined ? 'failed' : 'pending', serverReply, pauseMs };
  }
}
