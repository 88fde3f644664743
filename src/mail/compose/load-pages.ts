import { accentColors, type Brand } from '../../domain/brand.ts';
import { Fault } from '../../domain/fault.ts';
import { LINK_PURPOSES } from '../../domain/link.ts';
import { LOGO_PATH, type PageFor, type Pages } from '../../domain/pages.ts';
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
] as const;
type PageName = (typeof PAGES)[number];
const LAYOUT = 'pages/layout.html';

/** Fills a page of one language. */
type Fill = (name: PageName, values: { deskName: string; ticketNumber: string }) => string;

/**
 * Reads `folder`/pages/*.html of all languages once. A page has a heading, which is its title too, and may name `deskName` and
 * `ticketNumber`; both are escaped.
 *
 * @throws Fault `template-broken` where a page is missing, has no heading or names something else
 */
export function loadPages(folder: string, brand: Brand, options: Omit<TemplateOptions, 'timeZone'> = {}): Pages {
  const { words = NO_WORDS, own } = options;
  const folders: TemplateFolders = { ours: folder, own };
  const read = new Map<string, Fill>();
  const fillIn = (language: string): Fill => {
    const known = read.get(language) ?? readPages(folders, language, brand, words);
    read.set(language, known);
    return known;
  };
  const fillFor = (name: PageName, { locale, deskName }: PageFor, ticketNumber = ''): string =>
    fillIn(languageOf(knownLocale(words, locale)))(name, { deskName, ticketNumber });
  const styled = words.languages.filter((language) => hasOwn(folders, language, LAYOUT));
  const styles = [DEFAULT_LANGUAGE, ...styled].map((language) => styleOf(fillIn(language)));
  return {
    link: (sight) => fillFor(`${sight.purpose}-${sight.state}` as PageName, sight, sight.ticketNumber),
    gone: (page) => fillFor('gone', page),
    refused: (page) => fillFor('refused', page),
    busy: (page) => fillFor('busy', page),
    failed: (page) => fillFor('failed', page),
    styles,
  };
}

function readPages(folders: TemplateFolders, locale: string, { logo, color, footer }: Brand, words: Words): Fill {
  const read = templateEngine('html', { locale, timeZone: 'UTC', words, layers: layersFor(folders, locale) });
  const contents = new Map(PAGES.map((name) => [name, read(`pages/${name}.html`)]));
  const layout = read(LAYOUT);
  const look = {
    colors: accentColors(color),
    footer,
    logo: logo === undefined ? '' : logo.kind === 'url' ? logo.url : LOGO_PATH,
  };
  return (name, values) => {
    const content = contents.get(name)?.(values).trim() ?? '';
    const title = /<h1>(.*?)<\/h1>/.exec(content)?.[1];
    if (title === undefined) throw new Fault('template-broken', `the page ${name} has no heading`);
    return layout({ ...values, ...look, title: title.replace(/<[^<>]*>/g, ''), content });
  };
}

/** The one inline style of the layout. */
function styleOf(fill: Fill): string {
  const html = fill('gone', { deskName: '', ticketNumber: '' });
  const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1];
  if (style === undefined || !html.includes('<h1>'))
    throw new Fault('template-broken', `${LAYOUT} leaves out its style or the content of the page`);
  return style;
}
