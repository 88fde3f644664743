import { pauseBeforeComposing } from '../../decide/send/retry.ts';
import { BRAKE_PAUSE_MS } from '../../decide/send/send-brake.ts';
import { Fault } from '../../domain/fault.ts';
import { AUTOMATIC, type HeldBy, type OutboxItem } from '../../domain/ticket/outbox-item.ts';
import { openIds, openRaw, type SealedMail, sealMail } from '../../mail/compose/sealed-mail.ts';
import { inTransaction, isDatabaseAway } from '../../store/database.ts';
import { findStoredMail } from '../../store/outbox/attempts.ts';
import { markClaimed, markUncomposed } from '../../store/outbox/outbox.ts';
import { findOutboxMaterial, type OutboxMaterial } from '../../store/outbox/outbox-material.ts';
import { composeOutboxItem } from '../compose/compose-outbox-item.ts';
import type { ComposingDesk } from '../compose/mail-content.ts';
import type { Brake } from './brake-mails.ts';
import type { HandingDesk } from './hand-over.ts';
import { endInTrouble } from './tell-of-trouble.ts';

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
  /** the brake has let it pass, and counts it once */
  passed: boolean;
};

export function isFresh({ lookedUpAt }: Claimed): boolean {
  return performance.now() - lookedUpAt < FRESH_MS;
}

/** The claim of a mail that had to wait too long is over, and it comes again with another. */
export function isClaimOver({ at }: Claimed): boolean {
  return performance.now() - at >= CLAIM_MS;
}

/** A mail whose attempt may begin: its bytes and its envelope; sealed where they were built now. */
export type Prepared = { claimed: Claimed; envelopeFrom: string; raw: Buffer; sealed: SealedMail | undefined };

/** One mail that was claimed: judged and composed. Nothing is written down of one that may go. @returns undefined where it may not */
export async function prepareMail(desk: SendingDesk, claimed: Claimed): Promise<Prepared | undefined> {
  const { item, brake } = claimed;
  try {
    const material = await materialOf(desk, claimed);
    // Nothing but a hand in the database removes a row.
    if (material === undefined) return undefined;
    const refusal = whyNotSend(item, material);
    if (refusal !== undefined) {
      await markClaimed(desk.database, item.id, { state: 'cancelled', heldBy: refusal });
      desk.metrics.sends.inc({ kind: item.template, outcome: 'cancelled' });
      desk.log.info({ outbox: item.id, kind: item.template, heldBy: refusal }, 'not sent');
      return undefined;
    }
    claimed.passed ||= brake.lets(item);
    if (!claimed.passed) {
      await markClaimed(desk.database, item.id, { state: 'pending', heldBy: 'brake', pauseMs: BRAKE_PAUSE_MS });
      return undefined;
    }
    return { claimed, ...(await makeReady(desk, item, material)) };
  } catch (error) {
    if (isDatabaseAway(error)) throw error;
    await putOffComposing(desk, item, error);
    return undefined;
  }
}

async function materialOf(desk: SendingDesk, claimed: Claimed): Promise<OutboxMaterial | undefined> {
  const { item, material } = claimed;
  if (material !== undefined && isFresh(claimed)) return material;
  const lookedUpAt = performance.now();
  const found = (await findOutboxMaterial(desk.database, [item.id])).get(item.id);
  Object.assign(claimed, { material: found, lookedUpAt });
  return found;
}

/** The bytes and the envelope: built now, or those of an earlier attempt. */
async function makeReady(
  desk: SendingDesk,
  item: OutboxItem,
  material: OutboxMaterial,
): Promise<Omit<Prepared, 'claimed'>> {
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

/** A mail that cannot be made is tried again for a day; then somebody must hear of it. */
export async function putOffComposing(desk: SendingDesk, item: OutboxItem, error: unknown): Promise<void> {
  desk.log.error({ err: error, outbox: item.id, kind: item.template }, 'a mail could not be composed');
  const now = desk.clock.now();
  const why = error instanceof Error ? error.message : 'composing failed';
  const pauseMs = pauseBeforeComposing(item.composeFailures + 1, item.ageMs);
  if (pauseMs !== undefined) {
    await markUncomposed(desk.database, item.id, why, pauseMs);
    return;
  }
  await inTransaction(desk.database, (tx) =>
    endInTrouble(tx, desk, item, now, false, () => markClaimed(tx, item.id, { state: 'failed', why })),
  );
}

/** Why an automatic mail must not go out after all; responses of people always do, and so do mails to the desk's own people. */
function whyNotSend({ template, audience }: OutboxItem, { muted }: OutboxMaterial): HeldBy | undefined {
  return muted && AUTOMATIC[template] && audience === 'customer' ? 'muted' : undefined;
}
