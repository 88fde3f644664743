import { AGE_GROUPS, AGE_SENTENCES, type ReportNumbers } from '../../src/domain/desk/report.ts';
import type { ContentView } from '../../src/domain/mail/mail-view.ts';
import { REASONS } from '../../src/domain/ticket/reasons.ts';
import { type Sentence, say } from '../../src/domain/words.ts';

/** Says a sentence in the language of a view. */
export type Speak = (sentence: Sentence) => string;
export const untranslated: Speak = ({ say: english }) => english;

const HOUR = 3_600_000;
const CAME = [9, 12, 7, 11, 8, 2, 1];
const CLOSED = [6, 10, 9, 8, 12, 1, 0];

/** A week of a desk as the report shows it. */
export function reportNumbers(hostile = '', speak = untranslated): ReportNumbers {
  const sum = (counts: number[]) => counts.reduce((all, one) => all + one, 0);
  const from = Date.UTC(2026, 10, 16);
  return {
    scope: { from, to: from + 7 * 24 * HOUR, mailbox: undefined },
    came: sum(CAME),
    answered: sum(CAME) - 3,
    closed: sum(CLOSED),
    responses: 71,
    days: CAME.map((came, at) => ({
      day: `2026-11-${16 + at}`,
      came,
      answered: Math.max(0, came - (at % 2)),
      closed: CLOSED[at] ?? 0,
    })),
    waiting: AGE_GROUPS.map((group, at) => ({ ...group, tickets: [4, 6, 3, 0, 1][at] ?? 0 })),
    withCustomers: 17,
    firstResponse: { count: 47, medianMs: 2.4 * HOUR, p90Ms: 19 * HOUR },
    toClose: { count: 46, medianMs: 27 * HOUR, p90Ms: 120 * HOUR },
    turns: [
      { responses: 1, tickets: 31 },
      { responses: 2, tickets: 11 },
      { responses: 5, tickets: 4 },
    ],
    feedback: { satisfied: 19, notSatisfied: 2, none: 25 },
    usedAnswers: [{ answer: hostile || 'Set "copies" to 1 in the print window, then print again.', used: 6 }],
    parked: [{ reason: speak(say(REASONS['over-rate'])), mails: 2 }],
    keptBack: 1,
  };
}

export function reportView(
  at: number,
  hostile = '',
  speak = untranslated,
): Extract<ContentView, { template: 'report' }> {
  const numbers = reportNumbers(hostile, speak);
  return {
    template: 'report',
    firstDay: '2026-11-16',
    lastDay: '2026-11-22',
    at,
    numbers,
    ages: numbers.waiting.map(({ label, tickets }) => ({ age: speak(AGE_SENTENCES[label]), tickets })),
    waiting: 14,
    rated: 21,
    waitingPlot: 'cid:plot-waiting',
    daysPlot: 'cid:plot-days',
    board: 'https://help.acme.example/board/3f-abcdefghijklmnopqrstuvwxyz',
  };
}
