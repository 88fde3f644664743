import type { EpochMs } from '../../domain/ticket/ids.ts';

const MONTHS = 'janfebmaraprmayjunjulaugsepoctnovdec';
/** RFC 5322 section 3.3 with the obsolete forms of section 4.3: two-digit years, zones by name, no seconds. */
const DATE =
  /(\d{1,2})[ -]+([a-z]{3})[a-z]*\.?,?[ -]+(\d{2,4})[ ,]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:\.\d+)?\s*(am|pm)?\s*([+-]\d{1,2}:?\d{2}|[a-z]{1,5})?/i;
const ZONES: Record<string, number> = { edt: -4, est: -5, cdt: -5, cst: -6, mdt: -6, mst: -7, pdt: -7, pst: -8 };
const ISO = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:Z|[+-]\d{2}:?\d{2})$/;

/** The Date field as epoch milliseconds, or undefined where nobody can tell; an unknown zone is taken as UTC. */
export function readDate(raw: string): EpochMs | undefined {
  const text = raw
    .slice(0, 200)
    .replace(/\([^)]*\)?/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const match = DATE.exec(text);
  if (match === null)
    return ISO.test(text) ? epochOf(Date.parse(text.replace(' ', 'T').replaceAll(' ', ''))) : undefined;
  const [, day, month = '', year = '', hour, minute, second = '0', half, zone = ''] = match;
  const monthAt = MONTHS.indexOf(month.toLowerCase());
  if (monthAt % 3 !== 0) return undefined;
  const full = year.length === 4 ? Number(year) : Number(year) + (year.length === 2 && Number(year) < 50 ? 2000 : 1900);
  const hours = (Number(hour) % (half === undefined ? 24 : 12)) + (half?.toLowerCase() === 'pm' ? 12 : 0);
  const utc = Date.UTC(full, monthAt / 3, Number(day), hours, Number(minute), Number(second));
  return epochOf(utc - zoneMinutes(zone) * 60_000);
}

function zoneMinutes(zone: string): number {
  const match = /^([+-])(\d{1,2}):?(\d{2})$/.exec(zone);
  if (match === null) return (ZONES[zone.toLowerCase()] ?? 0) * 60;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return minutes > 24 * 60 ? 0 : match[1] === '-' ? -minutes : minutes;
}

function epochOf(time: number): EpochMs | undefined {
  return Number.isFinite(time) ? time : undefined;
}
