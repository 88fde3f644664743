import { everyDay } from '../../decide/report/report-days.ts';
import type { ReportNumbers, ReportScope } from '../../domain/report.ts';
import { findReportNumbers } from '../../store/report/report-numbers.ts';
import type { Desk } from '../desk.ts';

/** The desk in numbers, with a line for every day of the time. */
export async function makeReport(
  desk: Pick<Desk, 'database' | 'clock'>,
  scope: ReportScope,
  timeZone: string,
): Promise<ReportNumbers> {
  return await findReportNumbers(desk.database, scope, everyDay(scope.from, scope.to, timeZone), desk.clock.now());
}
