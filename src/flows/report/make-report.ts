import { everyDay } from '../../decide/report/report-days.ts';
import type { OfMailboxes } from '../../domain/desk/mailboxes.ts';
import type { ReportNumbers, ReportScope } from '../../domain/desk/report.ts';
import { setStatementTimeout } from '../../store/answers/answers.ts';
import { inTransaction } from '../../store/database.ts';
import { findReportNumbers } from '../../store/report/report-numbers.ts';
import type { Desk } from '../desk.ts';

/** A report that takes longer is given up, so that nobody who loads the board again and again holds the database. */
const MAX_MS = 20_000;

/** The desk in numbers, of these mailboxes or of all, with a line for every day of the time. */
export async function makeReport(
  desk: Pick<Desk, 'database' | 'clock'>,
  scope: ReportScope,
  of: OfMailboxes,
  timeZone: string,
): Promise<ReportNumbers> {
  const days = everyDay(scope.from, scope.to, timeZone);
  return await inTransaction(desk.database, async (tx) => {
    await setStatementTimeout(tx, MAX_MS);
    return await findReportNumbers(tx, scope, of, days, desk.clock.now());
  });
}
