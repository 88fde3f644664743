import { scaleLinear, scalePoint } from 'd3-scale';
import { line } from 'd3-shape';
import type { ReportDay } from '../domain/desk/report.ts';
import { escapeXml, FONT, type PlotColors, picture } from './picture.ts';

const WIDTH = 340;
const HEIGHT = 230;
const LEFT = 36;
/** Below the lines: the days, and a row for each name, since names are long in some languages. */
const BOTTOM = 96;
const LEGEND_ROW = 20;
const MAX_DAY_LABELS = 5;

type Series = { name: string; color: string; count(day: ReportDay): number };

/**
 * Tickets that came, were answered and closed, day by day. Each line has its own dash and its name beside its colour, so
 * that nobody needs to see colours. @returns SVG
 */
export function linesOfDays(
  days: readonly ReportDay[],
  words: { title: string; came: string; answered: string; closed: string; dayOf(day: string): string },
  colors: PlotColors,
): string {
  const series: (Series & { dash: string })[] = [
    { name: words.came, color: colors.accent, dash: '', count: ({ came }) => came },
    { name: words.answered, color: colors.second, dash: '7 4', count: ({ answered }) => answered },
    { name: words.closed, color: colors.third, dash: '2 4', count: ({ closed }) => closed },
  ];
  const x = scalePoint<number>()
    .domain(days.map((_, at) => at))
    .range([LEFT, WIDTH - 26])
    .padding(days.length === 1 ? 0.5 : 0);
  const most = Math.max(4, ...days.flatMap((day) => series.map(({ count }) => count(day))));
  const y = scaleLinear()
    .domain([0, most])
    .range([HEIGHT - BOTTOM, 8])
    .nice(4);
  const grid = y
    .ticks(4)
    .filter(Number.isInteger)
    .map((tick) => {
      const at = y(tick).toFixed(1);
      return `<line x1="${LEFT}" x2="${WIDTH}" y1="${at}" y2="${at}" stroke="${colors.line}"/><text x="${LEFT - 8}" y="${(y(tick) + 4).toFixed(1)}" text-anchor="end" font-size="13" fill="${colors.quiet}">${tick}</text>`;
    });
  const step = Math.max(1, Math.ceil(days.length / MAX_DAY_LABELS));
  const labels = days.map((day, at) =>
    at % step === 0
      ? `<text x="${(x(at) ?? 0).toFixed(1)}" y="${HEIGHT - BOTTOM + 20}" text-anchor="middle" font-size="13" fill="${colors.quiet}">${escapeXml(words.dayOf(day.day))}</text>`
      : '',
  );
  const drawn = series.map(({ color, dash, count }) => {
    const path = line<ReportDay>()
      .x((_, at) => x(at) ?? 0)
      .y((day) => y(count(day)))([...days]);
    const points = days.map(
      (day, at) => `<circle cx="${(x(at) ?? 0).toFixed(1)}" cy="${y(count(day)).toFixed(1)}" r="2.5" fill="${color}"/>`,
    );
    return `<path d="${path ?? ''}" fill="none" stroke="${color}" stroke-width="2" stroke-dasharray="${dash}"/>${points.join('')}`;
  });
  const legend = series.map(({ name, color, dash }, at) => {
    const middle = HEIGHT - 10 - (series.length - 1 - at) * LEGEND_ROW;
    return `<line x1="${LEFT}" x2="${LEFT + 26}" y1="${middle}" y2="${middle}" stroke="${color}" stroke-width="2" stroke-dasharray="${dash}"/><text x="${LEFT + 34}" y="${middle + 5}" font-size="13" fill="${colors.text}">${escapeXml(name)}</text>`;
  });
  const body = [...grid, ...labels, ...drawn, ...legend].join('');
  return picture(words.title, WIDTH, HEIGHT, colors, `<g font-family="${FONT}">${body}</g>`);
}
