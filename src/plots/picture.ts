/** Colours as CSS has them; the background is drawn, so that a dark mail program cannot swallow the text. */
export type PlotColors = {
  background: string;
  text: string;
  quiet: string;
  line: string;
  accent: string;
  second: string;
  third: string;
  alert: string;
};

/** AA contrast (WCAG 2.2, 1.4.3 and 1.4.11) of text and bars on the background. */
export const LIGHT: PlotColors = {
  background: '#ffffff',
  text: '#1f2933',
  quiet: '#52606d',
  line: '#d5dbe1',
  accent: '#1d5fa8',
  second: '#2f8f5b',
  third: '#8a5a9e',
  alert: '#b4361f',
};

/** The same on a page, which says by day and by night what they are: templates/pages/layout.html. */
export const PAGE: PlotColors = {
  background: 'var(--card)',
  text: 'var(--ink)',
  quiet: 'var(--soft)',
  line: 'var(--line)',
  accent: 'var(--plot-1)',
  second: 'var(--plot-2)',
  third: 'var(--plot-3)',
  alert: 'var(--alert)',
};

/** A browser takes the first that it has. */
export const FONT = 'DejaVu Sans, Helvetica, Arial, sans-serif';

const MARGIN = 8;

/** An SVG of its own size, with a title for who cannot see it. Its words must be escaped by `escapeXml`. */
export function picture(
  title: string,
  width: number,
  height: number,
  { background }: PlotColors,
  body: string,
): string {
  const [w, h] = [width + 2 * MARGIN, height + 2 * MARGIN];
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${escapeXml(title)}" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}"><title>${escapeXml(title)}</title><rect width="${w}" height="${h}" rx="6" fill="${background}"/><g transform="translate(${MARGIN} ${MARGIN})">${body}</g></svg>`;
}

export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
