import type { ReportNumbers } from '../../domain/desk/report.ts';

/** One number of a report: `measure,of,value`, as `turnmail report --csv` prints it. */
export type ReportRow = { measure: string; of: string; value: number | undefined };

/** Every number of a report, one row each; times in seconds. */
export function reportRows(numbers: ReportNumbers): ReportRow[] {
  const seconds = (ms: number | undefined) => (ms === undefined ? undefined : Math.round(ms / 1_000));
  const row = (measure: string, of: string, value: number | undefined): ReportRow => ({ measure, of, value });
  const { firstResponse, toClose, feedback } = numbers;
  return [
    row('tickets', 'came', numbers.came),
    row('tickets', 'first answered', numbers.answered),
    row('tickets', 'closed', numbers.closed),
    row('responses', 'sent', numbers.responses),
    ...numbers.waiting.map(({ label, tickets }) => row('waiting now', label, tickets)),
    row('with customers now', '', numbers.withCustomers),
    row('seconds to first response', 'median', seconds(firstResponse.medianMs)),
    row('seconds to first response', 'p90', seconds(firstResponse.p90Ms)),
    row('seconds to close', 'median', seconds(toClose.medianMs)),
    row('seconds to close', 'p90', seconds(toClose.p90Ms)),
    ...numbers.turns.map(({ responses, tickets }) => row('closed tickets by responses', String(responses), tickets)),
    row('feedback', 'satisfied', feedback.satisfied),
    row('feedback', 'not satisfied', feedback.notSatisfied),
    row('feedback', 'none', feedback.none),
    ...numbers.usedAnswers.map(({ answer, used }) => row('past answer used', answer, used)),
    ...numbers.parked.map(({ reason, mails }) => row('mails parked', reason, mails)),
    row('mails of ours kept back', '', numbers.keptBack),
    ...numbers.days.flatMap((day) => [
      row(`day ${day.day}`, 'came', day.came),
      row(`day ${day.day}`, 'first answered', day.answered),
      row(`day ${day.day}`, 'closed', day.closed),
    ]),
  ];
}

/**
 * Rows as CSV (RFC 4180). A cell that a spreadsheet would run as a formula gets an apostrophe in front: answers are words
 * that people wrote.
 */
export function toCsv(rows: readonly ReportRow[]): string {
  const lines = [
    ['measure', 'of', 'value'],
    ...rows.map(({ measure, of, value }) => [measure, of, value === undefined ? '' : String(value)]),
  ];
  return lines.map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(?:\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
