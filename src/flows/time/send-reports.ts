import { planReports } from '../../decide/report/plan-reports.ts';
import { dayOf, startOfDay } from '../../decide/report/report-days.ts';
import { dueReport, weekBefore } from '../../decide/report/report-moment.ts';
import { servedBy } from '../../domain/desk/mailboxes.ts';
import type { ReportReaders, WeeklyTime } from '../../domain/desk/report.ts';
import { inTransaction } from '../../store/database.ts';
import { hadTickets } from '../../store/report/report-mailbox.ts';
import { listAgents } from '../../store/tickets/agents.ts';
import { carryOutAct } from '../decide/carry-out.ts';
import type { Desk } from '../desk.ts';
import { mailboxesFor } from '../report/reader-mailboxes.ts';
import { localMinute } from './remind-agents.ts';

export type ReportingDesk = Desk & { reportAt: WeeklyTime | undefined; reportTo: ReportReaders; timeZone: string };

/** The weekly report, once for each reader and week. Any number of processes may call it at once. */
export async function sendReports(desk: ReportingDesk): Promise<void> {
  const now = desk.clock.now();
  const local = localMinute(now, desk.timeZone);
  const date = dueReport(desk.reportAt, dayOf(now, desk.timeZone), local.time);
  if (date === undefined) return;
  const { first, end } = weekBefore(date);
  const [from, to] = [startOfDay(first, desk.timeZone), startOfDay(end, desk.timeZone)];
  // A desk that had no ticket yet has nothing to report.
  if (from === undefined || to === undefined || !(await hadTickets(desk.database, to))) return;
  const sends = await inTransaction(desk.database, async (tx) => {
    // Who works on no mailbox has nothing to read.
    const agents = (desk.reportTo === 'operators' ? [] : await listAgents(tx)).filter(
      (agent) => servedBy(desk.identities, agent).length > 0,
    );
    const operators = desk.reportTo === 'agents' ? [] : desk.rules.operators;
    const effects = planReports(agents, operators, { from, to }, date, ({ email }) =>
      desk.mailboxIdOf(mailboxesFor(desk, email).identity),
    ).map((draft) => ({ do: 'send' as const, draft }));
    return await carryOutAct(tx, desk, { effects, actor: 'system', ticket: undefined }, now);
  });
  if (sends > 0) await desk.queue.hint('send');
}
