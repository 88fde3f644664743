import { AGE_GROUPS, AGE_SENTENCES, type BoardView } from '../../domain/desk/report.ts';
import { DAY_MS, HOUR_MS } from '../../domain/desk/rules.ts';
import type { ContentView } from '../../domain/mail/mail-view.ts';
import type { PageFor } from '../../domain/pages.ts';
import type { TicketId } from '../../domain/ticket/ids.ts';
import { REASONS } from '../../domain/ticket/reasons.ts';
import { type Sentence, say } from '../../domain/words.ts';

/**
 * A report as it could be sent, and one of a desk where nothing happened.
 * @param speak says a sentence in the language of the report
 */
export function sampleReport(
  at: number,
  quiet: boolean,
  speak: (sentence: Sentence) => string,
): Extract<ContentView, { template: 'report' }> {
  const some = quiet ? 0 : 1;
  const spread = quiet
    ? { count: 0, medianMs: undefined, p90Ms: undefined }
    : { count: 47, medianMs: 2 * HOUR_MS, p90Ms: DAY_MS };
  return {
    template: 'report',
    firstDay: '2026-11-16',
    lastDay: '2026-11-22',
    at,
    numbers: {
      scope: { from: at - 7 * DAY_MS, to: at, mailbox: undefined },
      came: 50 * some,
      answered: 47 * some,
      closed: 46 * some,
      responses: 71 * some,
      days: [{ day: '2026-11-16', came: 9 * some, answered: 8 * some, closed: 6 * some }],
      waiting: AGE_GROUPS.map((group) => ({ ...group, tickets: some })),
      withCustomers: 17 * some,
      firstResponse: spread,
      toClose: spread,
      turns: quiet ? [] : [{ responses: 1, tickets: 31 }],
      feedback: { satisfied: 19 * some, notSatisfied: 2 * some, none: 25 * some },
      usedAnswers: quiet ? [] : [{ answer: 'Please send us a photo of the lid.', used: 6 }],
      parked: quiet ? [] : [{ reason: speak(say(REASONS['over-rate'])), mails: 2 }],
      keptBack: some,
    },
    ages: AGE_GROUPS.map(({ label }) => ({ age: speak(AGE_SENTENCES[label]), tickets: some })),
    waiting: AGE_GROUPS.length * some,
    rated: 21 * some,
    waitingPlot: 'cid:plot-waiting',
    daysPlot: 'cid:plot-days',
    board: quiet ? undefined : 'https://help.acme.example/board/3f-abcdefghijklmnopqrstuvwxyz',
  };
}

/** The board of a desk where two tickets are open; without plots where they are not to be looked at. */
export function sampleBoard(
  { brand, locale }: PageFor,
  at: number,
  plots: Pick<BoardView, 'waitingPlot' | 'daysPlot'> = { waitingPlot: '', daysPlot: '' },
): BoardView {
  const { numbers, waiting } = sampleReport(at, false, ({ say: english }) => english);
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
