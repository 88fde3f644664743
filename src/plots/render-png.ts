import { createRequire } from 'node:module';
import path from 'node:path';
import { Resvg } from '@resvg/resvg-js';

const fonts = path.join(path.dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')), 'ttf');

/** Twice as large as it is shown, for dense screens. */
const ZOOM = 2;

/** An SVG of ours as PNG. The font comes with the project, so that a picture is the same on every machine. */
export function renderPng(svg: string): Buffer {
  const picture = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: ZOOM },
    font: {
      loadSystemFonts: false,
      fontFiles: ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((file) => path.join(fonts, file)),
      defaultFontFamily: 'DejaVu Sans',
    },
  });
  return Buffer.from(picture.render().asPng());
}
