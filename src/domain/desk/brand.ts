/** How a desk looks in its mails and on its pages. */
export type Brand = {
  /** stands on top of what customers see */
  name: string;
  logo: Logo | undefined;
  /** `#1a5fb4` */
  color: string;
  /** lines below the mails and pages that customers read, such as the company's address; empty where there are none */
  footer: string;
};

/** A picture that the operator put on a web server, or one of the operator's files, which travels with each mail. */
export type Logo =
  | { kind: 'url'; url: string }
  | { kind: 'file'; contentType: 'image/png' | 'image/jpeg' | 'image/gif'; content: Buffer };

export const DEFAULT_BRAND_COLOR = '#1a5fb4';
/** What mails and pages are written on, by day and by night: of several the one that leaves least contrast. */
const PAPER = { light: '#f4f5f6', dark: '#1c1c1e' };
/** WCAG 2.2, success criterion 1.4.3: text of normal size. */
const MIN_CONTRAST = 4.5;

/** The one accent as it can be read: on a button, and as text or outline on light and on dark paper. */
export type AccentColors = { fill: string; onFill: string; onLight: string; onDark: string };

/** Any colour works: text on it is white or black, and as text it is darkened or lightened until it can be read. */
export function accentColors(color: string): AccentColors {
  return {
    fill: color,
    // One of the two always has enough: the worst case, between them, is 4.58.
    onFill: contrast(color, '#ffffff') >= MIN_CONTRAST ? '#ffffff' : '#000000',
    onLight: mixUntilReadable(color, '#000000', PAPER.light),
    onDark: mixUntilReadable(color, '#ffffff', PAPER.dark),
  };
}

function mixUntilReadable(color: string, end: string, paper: string): string {
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = mixColors(color, end, share);
    if (contrast(mixed, paper) >= MIN_CONTRAST) return mixed;
  }
  return end;
}

function mixColors(from: string, to: string, share: number): string {
  const ends = channels(to);
  const mixed = channels(from).map((value, index) => Math.round(value + ((ends[index] ?? 0) - value) * share));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** From 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = channels(color).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channels(color: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
}
