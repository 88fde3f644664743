/** `turnmail report`: the desk in numbers. */
import { dayOf, startOfDay } from '../../decide/report/report-days.ts';
import { reportRows, toCsv } from '../../decide/report/report-rows.ts';
import { findIdentities, type Mailboxes, type OfMailboxes, queueOf } from '../../domain/desk/mailboxes.ts';
import type { ReportNumbers, ReportScope, Spread } from '../../domain/desk/report.ts';
import { DAY_MS } from '../../domain/desk/rules.ts';
import { knowMailboxes } from '../../flows/know-mailboxes.ts';
import { makeReport } from '../../flows/report/make-report.ts';
import { wallClock } from '../../runtime/clock.ts';
import { EXIT } from '../../runtime/exit-codes.ts';
import type { Database } from '../../store/database.ts';
import { findMailboxBySource } from '../../store/report/report-mailbox.ts';
import { withDatabase } from '../reach-desk.ts';
import { complain, duration, oneLine, print, printJson, table } from '../terminal-text.ts';

export type ReportOptions = { from?: string; to?: string; mailbox?: string; json: boolean; csv: boolean };

const USUAL_DAYS = 7;

/** @returns the exit code: 0, 64 where a day is none, 66 where there is no such mailbox */
export async function report(options: ReportOptions): Promise<number> {
  return await withDatabase(async ({ config, database }) => {
    const timeZone = config.settings.TZ;
    const time = readReportDays(options, timeZone);
    if (typeof time === 'string') {
      complain(time);
      return EXIT.usage;
    }
    const found = await findMailbox(database, await knowMailboxes(database, config), options.mailbox);
    if (typeof found === 'string') {
      complain(found);
      return EXIT.notFound;
    }
    const scope = { ...time, mailbox: options.mailbox };
    const numbers = await makeReport({ database, clock: wallClock }, scope, found.of, timeZone);
    if (options.json) printJson(numbers);
    else if (options.csv) process.stdout.write(toCsv(reportRows(numbers)));
    else print(reportAsText(numbers, timeZone));
    return 0;
  });
}

/**
 * The mailbox of that name or address, or one that was read from a server of that name.
 * @returns a sentence where none or several fit
 */
async function findMailbox(
  database: Database,
  mailboxes: Mailboxes,
  named: string | undefined,
): Promise<{ of: OfMailboxes } | string> {
  if (named === undefined) return { of: undefined };
  const found = findIdentities(mailboxes.identities, named);
  if (found.length === 1) return { of: queueOf(mailboxes, found) };
  const known = mailboxes.identities.map(({ mailboxName }) => mailboxName).join(', ');
  if (found.length > 1) return `"${named}" fits several mailboxes; they are: ${known}`;
  const id = await findMailboxBySource(database, named);
  return id === undefined ? `there is no mailbox ${named}; there are: ${known}` : { of: { ids: [id], orNone: false } };
}

/** Days as people write them, both included; by default the last seven with today. @returns a sentence where one is none */
export function readReportDays(
  { from, to }: Pick<ReportOptions, 'from' | 'to'>,
  timeZone: string,
  now = wallClock.now(),
): Pick<ReportScope, 'from' | 'to'> | string {
  const last = to ?? dayOf(now, timeZone);
  const lastStart = startOfDay(last, timeZone);
  if (lastStart === undefined) return `--to ${last} is no day; write it like 2026-11-30`;
  // Noon of the next day, wherever clocks are changed, leads to its beginning.
  const end = startOfDay(dayOf(lastStart + 1.5 * DAY_MS, timeZone), timeZone) ?? lastStart + DAY_MS;
  const first = from ?? dayOf(lastStart - (USUAL_DAYS - 1.5) * DAY_MS, timeZone);
  const start = startOfDay(first, timeZone);
  if (start === undefined) return `--from ${first} is no day; write it like 2026-11-24`;
  if (start >= end) return `--from ${first} is after --to ${last}`;
  return { from: start, to: end };
}

function reportAsText(numbers: ReportNumbers, timeZone: string): string {
  const { scope, feedback } = numbers;
  const rated = feedback.satisfied + feedback.notSatisfied;
  const parts = [
    `${dayOf(scope.from, timeZone)} to ${dayOf(scope.to - 1, timeZone)} (${timeZone})${scope.mailbox === undefined ? '' : `, ${scope.mailbox}`}`,
    table(
      ['tickets', ''],
      [
        ['came in', String(numbers.came)],
        ['first answered', String(numbers.answered)],
        ['closed', String(numbers.closed)],
        ['to first response', spread(numbers.firstResponse)],
        ['to close', spread(numbers.toClose)],
        ['feedback', rated === 0 ? 'none' : `${feedback.satisfied} satisfied, ${feedback.notSatisfied} not satisfied`],
        ['responses sent', String(numbers.responses)],
        ['with customers now', String(numbers.withCustomers)],
      ],
    ),
    table(
      ['waiting now', 'tickets'],
      numbers.waiting.map(({ label, tickets }) => [label, String(tickets)]),
    ),
    table(
      ['day', 'came', 'answered', 'closed'],
      numbers.days.map(({ day, came, answered, closed }) => [day, String(came), String(answered), String(closed)]),
    ),
    numbers.usedAnswers.length === 0
      ? ''
      : table(
          ['used', 'past answer'],
          numbers.usedAnswers.map(({ answer, used }) => [String(used), oneLine(answer, 80)]),
        ),
    numbers.parked.length === 0
      ? ''
      : table(
          ['parked', 'reason'],
          numbers.parked.map(({ reason, mails }) => [String(mails), reason]),
        ),
    numbers.keptBack === 0 ? '' : `${numbers.keptBack} mails of the desk were kept back by its bounds.`,
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function spread({ medianMs, p90Ms }: Spread): string {
  return medianMs === undefined || p90Ms === undefined
    ? '-'
    : `half within ${duration(medianMs)}, nine of ten within ${duration(p90Ms)}`;
}
