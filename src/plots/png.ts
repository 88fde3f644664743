import { createRequire } from 'node:module';
import { Resvg } from '@resvg/resvg-js';

/** A mail shows a picture at half its size, so that it is sharp on dense screens too. */
const SCALE = 2;

/** Fonts travel with the program: a server often has none, and then a picture would have no letters. */
const fonts = createRequire(import.meta.url);
const FONT_FILES = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((name) =>
  fonts.resolve(`dejavu-fonts-ttf/ttf/${name}`),
);

/** A picture of ours as PNG: mail programs show no SVG. */
export function toPng(svg: string): Buffer {
  const drawn = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: SCALE },
    font: { fontFiles: FONT_FILES, loadSystemFonts: false, defaultFontFamily: 'DejaVu Sans' },
  });
  return drawn.render().asPng();
}
