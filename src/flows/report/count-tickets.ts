import { AGE_GROUPS } from '../../domain/desk/report.ts';
import { DAY_MS } from '../../domain/desk/rules.ts';
import { countFeedbackSince, countOpenTickets } from '../../store/report/ticket-counts.ts';
import type { Desk } from '../desk.ts';

const WEEK_MS = 7 * DAY_MS;

/** Sets the gauges of tickets and feedback, for Prometheus. A group that is empty now is 0, and not what it was. */
export async function countTickets({ database, clock, metrics }: Pick<Desk, 'database' | 'clock' | 'metrics'>) {
  const now = clock.now();
  const counted = await countOpenTickets(database, now);
  for (const status of ['open', 'in_process'] as const) {
    for (const move of ['desk', 'customer'] as const) {
      for (const { label, fromMs } of AGE_GROUPS) {
        const row = counted.find((one) => one.status === status && one.move === move && one.fromMs === fromMs);
        metrics.openTickets.set({ status, move, age: label }, row?.tickets ?? 0);
      }
    }
  }
  const { closed, satisfied, notSatisfied } = await countFeedbackSince(database, now - DAY_MS, now - WEEK_MS);
  metrics.closedTickets.set(closed);
  metrics.recentFeedback.set({ feedback: 'satisfied' }, satisfied);
  metrics.recentFeedback.set({ feedback: 'not_satisfied' }, notSatisfied);
}
