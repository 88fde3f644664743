import type { EpochMs } from '../../domain/ids.ts';
import type { ReportDay } from '../../domain/report.ts';
import { DAY_MS } from '../../domain/rules.ts';

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

/** Every day from `from` until `to`, its end not included, also those on which nothing happened. */
export function everyDay(days: readonly ReportDay[], from: EpochMs, to: EpochMs, timeZone: string): ReportDay[] {
  const known = new Map(days.map((day) => [day.day, day]));
  const all: ReportDay[] = [];
  // Steps of half a day meet every day, also where clocks are changed.
  for (let at = from; at < to && all.length < MAX_DAYS; at += DAY_MS / 2) {
    const day = dayOf(at, timeZone);
    if (all.at(-1)?.day !== day) all.push(known.get(day) ?? { day, came: 0, answered: 0, closed: 0 });
  }
  const last = dayOf(to - 1, timeZone);
  if (to > from && all.at(-1)?.day !== last && all.length < MAX_DAYS) {
    all.push(known.get(last) ?? { day: last, came: 0, answered: 0, closed: 0 });
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
