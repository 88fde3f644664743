import { AUTOMATIC, type OutboxItem } from '../../domain/ticket/outbox-item.ts';

/**
 * What went out lately: how many automatic mails went to somebody outside the desk who had one already within the
 * window, and who had one. Why only those count is in docs/decisions/2026-11-22-send-brake.md.
 */
export type BrakeSight = { repeats: number; had: Set<string> };

export const BRAKE_WINDOW_MS = 600_000;
/** A braked mail asks again after this long. */
export const BRAKE_PAUSE_MS = 60_000;

/** Mails that the brake may hold back: automatic ones to people outside the desk. */
export function mayBrake({ template, audience }: Pick<OutboxItem, 'template' | 'audience'>): boolean {
  return AUTOMATIC[template] && audience === 'customer';
}

/** Whether a mail goes out now, and what has gone out then. A first mail to somebody always goes. */
export function passBrake(sight: BrakeSight, recipient: string, limit: number): { goes: boolean; sight: BrakeSight } {
  const key = recipient.toLowerCase();
  if (limit === 0 || !sight.had.has(key)) return { goes: true, sight: { ...sight, had: new Set([...sight.had, key]) } };
  if (sight.repeats >= limit) return { goes: false, sight };
  return { goes: true, sight: { ...sight, repeats: sight.repeats + 1 } };
}
