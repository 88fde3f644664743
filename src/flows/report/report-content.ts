import { dayOf, startOfDay } from '../../decide/report/report-days.ts';
import { daysBefore } from '../../decide/report/report-moment.ts';
import { AGE_SENTENCES } from '../../domain/desk/report.ts';
import { DAY_MS } from '../../domain/desk/rules.ts';
import type { ContentView, MailAttachment } from '../../domain/mail/mail-view.ts';
import type { OutboxItem } from '../../domain/ticket/outbox-item.ts';
import { REASONS } from '../../domain/ticket/reasons.ts';
import { say, spoken, type Words } from '../../domain/words.ts';
import type { Desk } from '../desk.ts';
import { drawPlots } from './draw-plots.ts';
import { makeReport } from './make-report.ts';
import { mailboxesFor } from './reader-mailboxes.ts';
import { makeBoardLink } from './show-board.ts';

/** Days of a report that somebody asked for, today among them. */
const USUAL_DAYS = 7;
const WAITING_ID = 'plot-waiting';
const DAYS_ID = 'plot-days';

type ReportView = Extract<ContentView, { template: 'report' }>;

/** What the mail with the desk in numbers shows, with a link to the board where the desk has pages. */
export async function viewReport(
  desk: Desk & { timeZone: string },
  item: OutboxItem,
  locale: string,
): Promise<ReportView> {
  const { timeZone } = desk;
  const now = desk.clock.now();
  const time = item.payload.time ?? lastDays(now, timeZone);
  const { identity, of } = mailboxesFor(desk, item.recipient);
  const numbers = await makeReport(desk, { ...time, mailbox: undefined }, of, timeZone);
  const reader =
    item.agentId === undefined
      ? { agentId: undefined, operator: item.recipient }
      : { agentId: item.agentId, operator: undefined };
  const { feedback } = numbers;
  const parked = numbers.parked.map(({ reason, mails }) => ({
    reason: reasonSentence(reason, desk.words, locale),
    mails,
  }));
  return {
    template: 'report',
    firstDay: dayOf(time.from, timeZone),
    lastDay: dayOf(time.to - 1, timeZone),
    at: now,
    numbers: { ...numbers, parked },
    ages: numbers.waiting.map(({ label, tickets }) => ({
      age: spoken(desk.words, locale, AGE_SENTENCES[label]),
      tickets,
    })),
    waiting: numbers.waiting.reduce((sum, { tickets }) => sum + tickets, 0),
    rated: feedback.satisfied + feedback.notSatisfied,
    waitingPlot: `cid:${WAITING_ID}`,
    daysPlot: `cid:${DAYS_ID}`,
    board: await makeBoardLink(desk, desk.database, reader, identity),
  };
}

function reasonSentence(reason: string, words: Words, locale: string): string {
  const sentence = Object.entries(REASONS).find(([code]) => code === reason)?.[1];
  return sentence === undefined ? reason : spoken(words, locale, say(sentence));
}

/** The plots that the mail shows. */
export async function plotParts({ numbers }: ReportView, words: Words, locale: string): Promise<MailAttachment[]> {
  const { toPng } = await import('../../plots/png.ts');
  const { waitingPlot, daysPlot } = drawPlots(numbers, words, locale, 'mail');
  const part = (name: string, cid: string, svg: string) => ({
    filename: `${name}.png`,
    contentType: 'image/png',
    content: toPng(svg),
    cid,
  });
  return [part('waiting', WAITING_ID, waitingPlot), part('days', DAYS_ID, daysPlot)];
}

function lastDays(now: number, timeZone: string): { from: number; to: number } {
  const today = dayOf(now, timeZone);
  const first = startOfDay(daysBefore(today, USUAL_DAYS - 1), timeZone);
  return { from: first ?? now - USUAL_DAYS * DAY_MS, to: now + 1 };
}
