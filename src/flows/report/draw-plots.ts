import { AGE_SENTENCES, type ReportNumbers } from '../../domain/desk/report.ts';
import { say, spoken, type Words } from '../../domain/words.ts';
import { barsOfWaiting } from '../../plots/bars-of-waiting.ts';
import { linesOfDays } from '../../plots/lines-of-days.ts';
import { LIGHT, PAGE } from '../../plots/picture.ts';

export type Plots = { waitingPlot: string; daysPlot: string };

/** The plots of a report as SVG, in the words of a language: a page follows day and night, a mail cannot. */
export function drawPlots(numbers: ReportNumbers, words: Words, locale: string, on: 'page' | 'mail'): Plots {
  const { waiting, days } = numbers;
  const colors = on === 'page' ? PAGE : LIGHT;
  const dayFormat = new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  });
  const bars = {
    title: spoken(words, locale, say('Tickets that wait for the desk, by age')),
    labels: waiting.map(({ label }) => spoken(words, locale, AGE_SENTENCES[label])),
  };
  const lines = {
    title: spoken(words, locale, say('Tickets day by day')),
    came: spoken(words, locale, say('Came in')),
    answered: spoken(words, locale, say('First answered')),
    closed: spoken(words, locale, say('Closed')),
    dayOf: (day: string) => dayFormat.format(Date.parse(`${day}T12:00:00Z`)),
  };
  return { waitingPlot: barsOfWaiting(waiting, bars, colors), daysPlot: linesOfDays(days, lines, colors) };
}
