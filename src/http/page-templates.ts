import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { accentColors, type Brand } from '../domain/brand.ts';
import { Fault } from '../domain/fault.ts';
import { LINK_PURPOSES } from '../domain/link.ts';
import type { LinkSight } from './link-sight.ts';

/** The pages behind links, ready to be filled; each function gives whole HTML. */
export type Pages = {
  link(sight: Exclude<LinkSight, { state: 'gone' }>): string;
  gone(deskName: string): string;
  refused(deskName: string): string;
  busy(deskName: string): string;
  failed(deskName: string): string;
  /** The one inline style of the layout as a CSP source: `'sha256-...'` (CSP 3, section 2.3.1). */
  styleSource: string;
  /** where the logo comes from, as a CSP source; undefined where there is none */
  imageSource: string | undefined;
};

const FILES = [
  ...LINK_PURPOSES.flatMap((purpose) => [`${purpose}-ready`, `${purpose}-done`] as const),
  'not-satisfied-said',
  'gone',
  'refused',
  'busy',
  'failed',
] as const;
type FileName = (typeof FILES)[number];

const PLACEHOLDERS = ['deskName', 'ticketNumber'];

/** Where the logo is served, if it is a file. */
export const LOGO_PATH = '/logo';

/**
 * Reads `folder`/en/pages once. A page is HTML with `{{deskName}}` and `{{ticketNumber}}`; both are escaped.
 *
 * @throws Fault `template-broken` where a page is missing, has no heading or names something else
 */
export function loadPages(folder: string, brand: Brand): Pages {
  const layout = branded(read(folder, 'layout'), brand);
  const contents = new Map(FILES.map((name) => [name, checked(name, read(folder, name))]));
  const style = /<style>([\s\S]*?)<\/style>/.exec(layout)?.[1];
  if (style === undefined || !layout.includes('{{content}}'))
    throw new Fault('template-broken', 'the layout of the pages is not whole');
  const fill = (name: FileName, values: { deskName: string; ticketNumber?: string }): string => {
    const content = contents.get(name) ?? '';
    const title = /<h1>(.*?)<\/h1>/.exec(content)?.[1] ?? '';
    const html = layout.replace('{{title}}', () => title).replace('{{content}}', () => content.trim());
    return html.replace(/\{\{(deskName|ticketNumber)\}\}/g, (_all, key: 'deskName' | 'ticketNumber') =>
      escapeHtml(values[key] ?? ''),
    );
  };
  return {
    link: (sight) => fill(`${sight.purpose}-${sight.state}` as FileName, sight),
    gone: (deskName) => fill('gone', { deskName }),
    refused: (deskName) => fill('refused', { deskName }),
    busy: (deskName) => fill('busy', { deskName }),
    failed: (deskName) => fill('failed', { deskName }),
    styleSource: `'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    imageSource: brand.logo && (brand.logo.kind === 'url' ? new URL(brand.logo.url).origin : "'self'"),
  };
}

/** The colours of the desk, and its logo or else its name on top. */
function branded(layout: string, { logo, color }: Brand): string {
  const { fill, onFill, onLight, onDark } = accentColors(color);
  const colors: Record<string, string> = { fill, onFill, onLight, onDark };
  const source = logo && (logo.kind === 'url' ? logo.url : LOGO_PATH);
  const top =
    source === undefined ? '{{deskName}}' : `<img src="${escapeHtml(source)}" alt="{{deskName}}" height="40">`;
  return layout
    .replace(/\{\{(fill|onFill|onLight|onDark)\}\}/g, (_all, key: string) => colors[key] ?? '')
    .replace('{{top}}', () => top);
}

function read(folder: string, name: string): string {
  const file = path.join(folder, 'en', 'pages', `${name}.html`);
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Fault('template-broken', `the page ${file} is missing`, { cause: error });
  }
}

function checked(name: FileName, content: string): string {
  const unknown = [...content.matchAll(/\{\{([^{}\n]*)\}\}/g)].find(([, key]) => !PLACEHOLDERS.includes(key ?? ''));
  if (unknown !== undefined)
    throw new Fault('template-broken', `the page ${name} names ${unknown[0]}, which is nothing`);
  if (!content.includes('<h1>')) throw new Fault('template-broken', `the page ${name} has no heading`);
  return content;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
