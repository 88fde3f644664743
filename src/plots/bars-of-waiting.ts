import { scaleBand, scaleLinear } from 'd3-scale';
import type { AgeGroup } from '../domain/desk/report.ts';
import { escapeXml, FONT, type PlotColors, picture } from './picture.ts';

const WIDTH = 340;
const ROW = 34;
const LABELS = 140;
const NUMBERS = 44;

/** How many tickets wait for the desk now, one bar for each age, the oldest at the bottom. @returns SVG */
export function barsOfWaiting(
  groups: readonly AgeGroup[],
  words: { title: string; labels: string[] },
  colors: PlotColors,
): string {
  const height = groups.length * ROW;
  const y = scaleBand<number>()
    .domain(groups.map((_, at) => at))
    .range([0, height])
    .padding(0.3);
  const most = Math.max(1, ...groups.map(({ tickets }) => tickets));
  const x = scaleLinear()
    .domain([0, most])
    .range([0, WIDTH - LABELS - NUMBERS]);
  const rows = groups.map(({ tickets }, at) => {
    const top = y(at) ?? 0;
    const middle = top + y.bandwidth() / 2 + 5;
    const label = `<text x="${LABELS - 12}" y="${middle}" text-anchor="end" font-size="14" fill="${colors.text}">${escapeXml(words.labels[at] ?? '')}</text>`;
    const width = tickets === 0 ? 0 : Math.max(3, x(tickets));
    const fill = at === groups.length - 1 && tickets > 0 ? colors.alert : colors.accent;
    const bar = `<rect x="${LABELS}" y="${top}" width="${width.toFixed(1)}" height="${y.bandwidth().toFixed(1)}" rx="3" fill="${fill}"/>`;
    const number = `<text x="${(LABELS + width + 8).toFixed(1)}" y="${middle}" font-size="14" font-weight="bold" fill="${colors.text}">${tickets}</text>`;
    return label + bar + number;
  });
  return picture(words.title, WIDTH, height, colors, `<g font-family="${FONT}">${rows.join('')}</g>`);
}
