import { decodeBytes } from '../charset/charsets.ts';
import type { FoundFile } from '../mime/attachments.ts';

/** The words of one event; more is a calendar and no mail. */
const MAX_CHARS = 20_000;
const MAX_LINES = 2_000;

/**
 * What a person wrote into an invitation (RFC 5545, METHOD:REQUEST): its summary, description and comments, and below them when and
 * where. Undefined where no file of the mail is one: answers and cancellations are what calendar programs write.
 */
export function wordsOfInvitation(files: readonly FoundFile[]): string | undefined {
  for (const lines of calendarsOf(files)) {
    if (!lines.some((line) => /^METHOD(?:;[^:]{0,200})?:REQUEST\s*$/i.test(line))) continue;
    const words = wordsOfEvent(lines);
    if (words !== '') return words;
  }
  return undefined;
}

/** What a person added to their answer to an invitation, or to its cancellation: its comments (RFC 5545 section 3.8.1.4). */
export function commentOfAnswer(files: readonly FoundFile[]): string | undefined {
  for (const lines of calendarsOf(files)) {
    if (lines.some((line) => /^METHOD(?:;[^:]{0,200})?:(?:REQUEST|PUBLISH)\s*$/i.test(line))) continue;
    const comments = lines.flatMap((line) => propertyValue(line, 'COMMENT')?.trim() ?? []);
    const said = [...new Set(comments)].filter((text) => text !== '').join('\n\n');
    if (said !== '') return said;
  }
  return undefined;
}

function calendarsOf(files: readonly FoundFile[]): string[][] {
  return files
    .filter(({ contentType }) => contentType === 'text/calendar' || contentType === 'application/ics')
    .map(({ params, content }) =>
      unfolded(decodeBytes(content.subarray(0, MAX_CHARS * 4), params['charset'] ?? 'utf-8')),
    );
}

/** Long lines are folded: a line break and a blank go out (RFC 5545 section 3.1). */
function unfolded(text: string): string[] {
  return text
    .slice(0, MAX_CHARS)
    .replace(/\r\n?/g, '\n')
    .replace(/\n[ \t]/g, '')
    .split('\n', MAX_LINES);
}

function wordsOfEvent(lines: readonly string[]): string {
  const from = lines.findIndex((line) => /^BEGIN:(?:VEVENT|VTODO)\s*$/i.test(line));
  if (from < 0) return '';
  const until = lines.findIndex((line, at) => at > from && /^(?:BEGIN|END):/i.test(line));
  const event = lines.slice(from + 1, until < 0 ? undefined : until);
  const valuesOf = (name: string) => event.flatMap((line) => propertyValue(line, name) ?? []);
  const [summary = ''] = valuesOf('SUMMARY');
  const [start = ''] = valuesOf('DTSTART');
  const [place = ''] = valuesOf('LOCATION');
  const said = [summary, ...valuesOf('DESCRIPTION'), ...valuesOf('COMMENT')].map((text) => text.trim());
  const texts = [...new Set(said)].filter((text) => text !== '');
  const facts = [formatCalendarTime(start), place.replace(/\s+/g, ' ').trim()].filter((text) => text !== '').join(', ');
  return [...texts, ...(facts === '' ? [] : [`(${facts})`])].join('\n\n');
}

/** The value of a property, whatever parameters stand before it, some of them in quotes. */
function propertyValue(line: string, name: string): string | undefined {
  const head = line.slice(0, name.length + 1).toUpperCase();
  if (head !== `${name}:` && head !== `${name};`) return undefined;
  let quoted = false;
  for (let at = name.length; at < line.length; at++) {
    const letter = line[at];
    if (letter === '"') quoted = !quoted;
    else if (letter === ':' && !quoted) return unescapeCalendarText(line.slice(at + 1));
  }
  return undefined;
}

/** RFC 5545 section 3.3.11. */
function unescapeCalendarText(value: string): string {
  return value.replace(/\\([nN,;\\])/g, (_all, letter: string) => (letter.toLowerCase() === 'n' ? '\n' : letter));
}

/** `20261201T100000Z` as people read it; the time zone of a local time stands in a parameter that few can read. */
function formatCalendarTime(start: string): string {
  const [, year, month, day, hour, minute, zone] =
    /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d{0,2}(Z?))?/.exec(start) ?? [];
  if (year === undefined) return '';
  const time = hour === undefined ? '' : ` ${hour}:${minute}${zone === 'Z' ? ' UTC' : ''}`;
  return `${year}-${month}-${day}${time}`;
}
