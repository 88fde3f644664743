import type { TicketId } from '../../domain/ids.ts';
import type { PageFor } from '../../domain/pages.ts';
import type { BoardView } from '../../domain/report.ts';
import { DAY_MS, HOUR_MS } from '../../domain/rules.ts';
import { sampleReport } from './sample-report.ts';

/** The board of a desk where two tickets are open; without plots where they are not to be looked at. */
export function sampleBoard(
  { brand, locale }: PageFor,
  at: number,
  plots: Pick<BoardView, 'waitingPlot' | 'daysPlot'> = { waitingPlot: '', daysPlot: '' },
): BoardView {
  const { numbers, waiting } = sampleReport(at, false);
  const row = (id: number, move: 'desk' | 'customer', waitedMs: number) => ({
    ticketId: id as TicketId,
    status: 'in_process' as const,
    since: at - waitedMs,
    waitedMs,
    move,
    subject: 'My kettle leaks',
    customer: 'jo.doe@customer.example',
    assignee: move === 'desk' ? undefined : 'Alice',
  });
  const rows = [row(12, 'desk', 2 * DAY_MS), row(15, 'customer', 3 * HOUR_MS)];
  return { brand, locale, at, days: 14, numbers, rows, waiting, named: true, more: 3, ...plots };
}
