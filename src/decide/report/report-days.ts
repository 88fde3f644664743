import { DAY_MS } from '../../domain/desk/rules.ts';
import type { EpochMs } from '../../domain/ticket/ids.ts';

/** Days that a plot or a table shows. */
const MAX_DAYS = 400;

/** `2026-11-30`, the day of a moment in a time zone. */
export function dayOf(at: EpochMs, timeZone: string): string {
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
  formats.set(timeZone, format);
  return format.format(at);
}

/** Making one costs a hundred times what using it costs. */
const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * Every day from `from` until `to`, its end not included, each with the moment at which it begins: the first with `from`.
 * Of a longer time the last days.
 */
export function everyDay(from: EpochMs, to: EpochMs, timeZone: string): { day: string; from: EpochMs }[] {
  const all: { day: string; from: EpochMs }[] = [];
  const begin = Math.max(from, to - MAX_DAYS * DAY_MS);
  // Steps of half a day meet every day, also where clocks are changed; the last moment is looked at by itself.
  for (let at = begin; at < to; at = at === to - 1 ? to : Math.min(at + DAY_MS / 2, to - 1)) {
    const day = dayOf(at, timeZone);
    if (all.at(-1)?.day === day) continue;
    all.push({ day, from: all.length === 0 ? begin : (startOfDay(day, timeZone) ?? at) });
  }
  return all;
}

/**
 * The moment at which a day begins in a time zone; the first that exists, where clocks are changed at midnight.
 * @returns undefined where the text is no day
 */
export function startOfDay(day: string, timeZone: string): EpochMs | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return undefined;
  const noon = Date.parse(`${day}T12:00:00Z`);
  if (Number.isNaN(noon) || new Date(noon).toISOString().slice(0, 10) !== day) return undefined;
  let [before, after] = [noon - 2 * DAY_MS, noon + 2 * DAY_MS];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (dayOf(middle, timeZone) < day) before = middle;
    else after = middle;
  }
  return after;
}
