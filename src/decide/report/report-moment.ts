import type { WeeklyTime } from '../../domain/desk/report.ts';
import { DAY_MS } from '../../domain/desk/rules.ts';

/** Days that a weekly report may be late: a desk that was down on Monday sends it on Tuesday. */
const MAX_LATE_DAYS = 2;

/**
 * The date for which the weekly report is due: the last one of its weekday, once its time has come. Dates are `2026-11-30`, times
 * `08:00`, both on the wall of the desk's time zone.
 */
export function dueReport(at: WeeklyTime | undefined, date: string, time: string): string | undefined {
  if (at === undefined) return undefined;
  for (let late = 0; late <= MAX_LATE_DAYS; late++) {
    const day = daysBefore(date, late);
    if (new Date(`${day}T00:00:00Z`).getUTCDay() !== at.weekday) continue;
    return late > 0 || time >= at.time ? day : undefined;
  }
  return undefined;
}

/** The seven days that a report of a date is about: those before it. */
export function weekBefore(date: string): { first: string; end: string } {
  return { first: daysBefore(date, 7), end: date };
}

export function daysBefore(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) - days * DAY_MS).toISOString().slice(0, 10);
}
