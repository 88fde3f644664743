import { createHash } from 'node:crypto';
import { type AccentColors, accentColors, type Brand } from '../../domain/desk/brand.ts';
import { Fault } from '../../domain/fault.ts';
import type { PageFor, Pages, ServedLogo } from '../../domain/pages.ts';
import { LINK_PURPOSES } from '../../domain/ticket/link.ts';
import { DEFAULT_LANGUAGE, knownLocale, languageOf, NO_WORDS, type Words } from '../../domain/words.ts';
import type { TemplateOptions } from './render-template.ts';
import { templateEngine } from './template-engine.ts';
import { hasOwn, layersFor, type TemplateFolders } from './template-files.ts';

const PAGES = [
  ...LINK_PURPOSES.flatMap((purpose) => [`${purpose}-ready`, `${purpose}-done`] as const),
  'not-satisfied-said',
  'gone',
  'refused',
  'busy',
  'failed',
  'board',
] as const;
type PageName = (typeof PAGES)[number];
const LAYOUT = 'pages/layout.html';

/** What a layout needs of a brand. */
type Look = { deskName: string; colors: AccentColors; footer: string; logo: string };

/** Fills a page of one language. `shape` is its class in the layout. */
type Fill = (name: PageName, look: Look, values: object, shape?: 'wide') => string;

/**
 * Reads `folder`/pages/*.html of all languages once. A page has a heading, which is its title too, and may name `deskName` and
 * `ticketNumber`; both are escaped. The board names `board`.
 *
 * @param brands of all mailboxes
 * @throws Fault `template-broken` where a page is missing, has no heading or names something else
 */
export function loadPages(folder: string, brands: readonly Brand[], options: TemplateOptions = {}): Pages {
  const { words = NO_WORDS, own, timeZone = 'UTC' } = options;
  const folders: TemplateFolders = { ours: folder, own };
  const read = new Map<string, Fill>();
  const fillIn = (language: string): Fill => {
    const known = read.get(language) ?? readPages(folders, language, timeZone, words);
    read.set(language, known);
    return known;
  };
  const fillOf = ({ locale }: PageFor) => fillIn(languageOf(knownLocale(words, locale)));
  const fillFor = (name: PageName, page: PageFor, ticketNumber = ''): string => {
    const look = lookOf(page.brand);
    return fillOf(page)(name, look, { deskName: look.deskName, ticketNumber });
  };
  const styled = words.languages.filter((language) => hasOwn(folders, language, LAYOUT));
  const styles = [DEFAULT_LANGUAGE, ...styled].flatMap((language) =>
    brands.map((brand) => styleOf(fillIn(language), brand)),
  );
  return {
    link: (sight) => fillFor(`${sight.purpose}-${sight.state}` as PageName, sight, sight.ticketNumber),
    gone: (page) => fillFor('gone', page),
    refused: (page) => fillFor('refused', page),
    busy: (page) => fillFor('busy', page),
    failed: (page) => fillFor('failed', page),
    board: (view) => fillOf(view)('board', lookOf(view.brand), { deskName: view.brand.name, board: view }, 'wide'),
    styles: [...new Set(styles)],
    ...logosOf(brands),
  };
}

function readPages(folders: TemplateFolders, locale: string, timeZone: string, words: Words): Fill {
  const read = templateEngine('html', { locale, timeZone, words, layers: layersFor(folders, locale) });
  const contents = new Map(PAGES.map((name) => [name, read(`pages/${name}.html`)]));
  const layout = read(LAYOUT);
  return (name, look, values, shape) => {
    const content = contents.get(name)?.(values).trim() ?? '';
    const title = /<h1>(.*?)<\/h1>/.exec(content)?.[1];
    if (title === undefined) throw new Fault('template-broken', `the page ${name} has no heading`);
    return layout({ ...values, ...look, shape: shape ?? '', title: title.replace(/<[^<>]*>/g, ''), content });
  };
}

function lookOf({ name, logo, color, footer }: Brand): Look {
  const shown = logo === undefined ? '' : logo.kind === 'url' ? logo.url : logoPath(logo.content);
  return { deskName: name, colors: accentColors(color), footer, logo: shown };
}

/** Where the logo is served, if it is a file: mailboxes may have different ones. */
function logoPath(content: Buffer): string {
  return `/logo/${createHash('sha256').update(content).digest('hex').slice(0, 16)}`;
}

function logosOf(brands: readonly Brand[]): Pick<Pages, 'logos' | 'logoOrigins'> {
  const logos = new Map<string, ServedLogo>();
  const origins = new Set<string>();
  for (const { logo } of brands) {
    if (logo?.kind === 'url') origins.add(new URL(logo.url).origin);
    if (logo?.kind !== 'file') continue;
    const { content, contentType } = logo;
    logos.set(logoPath(content), { path: logoPath(content), contentType, content });
  }
  return { logos: [...logos.values()], logoOrigins: [...origins] };
}

/** The one inline style of the layout, in the colours of a brand. */
function styleOf(fill: Fill, brand: Brand): string {
  const html = fill('gone', lookOf(brand), { deskName: '', ticketNumber: '' });
  const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1];
  if (style === undefined || !html.includes('<h1>'))
    throw new Fault('template-broken', `${LAYOUT} leaves out its style or the content of the page`);
  return style;
}
