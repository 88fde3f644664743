import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Liquid, type Template } from 'liquidjs';
import { Fault, isFault } from '../../domain/fault.ts';
import type { MailView } from '../../domain/mail-view.ts';
import { MAIL_TEMPLATES, type MailTemplate } from '../../domain/outbox-item.ts';
import { DEFAULT_PHRASES, OWN_PHRASES } from '../../domain/own-phrases.ts';
import { shownLine } from '../text/shown-text.ts';
import { addFilters } from './template-filters.ts';
import { layOutText } from './wrap-text.ts';

/** The words of our mails, read once at start: per locale and kind a subject, a text and an HTML body. */
export type Templates = { readonly locales: ReadonlyMap<string, LocaleTemplates> };

type LocaleTemplates = {
  text: Liquid;
  html: Liquid;
  kinds: Record<MailTemplate, { subject: Template[]; text: Template[]; html: Template[] }>;
};

const DEFAULT_LOCALE = 'en';
const MAX_SUBJECT = 230;

/**
 * Reads and parses `folder`/<locale>/<kind>/{subject.txt,body.txt,body.html} and the pieces they share
 * (<locale>/layout.html, <locale>/partials/*). Times in the mails are those of `timeZone` (an IANA name).
 *
 * @throws Fault `template-broken` where a file is missing or is no template
 */
export function loadTemplates(folder: string, options: { timeZone?: string } = {}): Templates {
  const locales = new Map<string, LocaleTemplates>();
  for (const locale of listFolders(folder)) {
    locales.set(locale, loadLocale(path.join(folder, locale), locale, options.timeZone ?? 'UTC'));
  }
  if (!locales.has(DEFAULT_LOCALE))
    throw new Fault('template-broken', `no templates for ${DEFAULT_LOCALE} in ${folder}`);
  return { locales };
}

export type TextAndHtml = { subject: string; text: string; html: string };

/** The mail in words. A locale without templates falls back to its language and then to English. */
export function renderMail(templates: Templates, locale: string, view: MailView): TextAndHtml {
  const parts = renderInParts(templates, locale, view);
  return { ...parts.text(), html: parts.html() };
}

/** The same in two steps, so that a process can do something else between them: a long history takes some time. */
export function renderInParts(
  templates: Templates,
  locale: string,
  view: MailView,
): { text(): Omit<TextAndHtml, 'html'>; html(): string } {
  const { text, html, kinds } = findLocale(templates, locale);
  const kind = kinds[view.content.template];
  const { desk } = view;
  const name = desk.name || desk.address;
  const shown = { ...view, desk: { ...desk, name, brand: { ...desk.brand, name: desk.brand.name || name } } };
  return {
    text: () =>
      rendered(view, () => ({
        subject: shownLine(String(text.renderSync(kind.subject, shown)), MAX_SUBJECT),
        text: layOutText(String(text.renderSync(kind.text, shown))),
      })),
    html: () => rendered(view, () => `${withoutBlankLines(String(html.renderSync(kind.html, shown)))}\n`),
  };
}

function rendered<T>(view: MailView, render: () => T): T {
  try {
    return render();
  } catch (error) {
    const cause = originOf(error);
    if (isFault(cause)) throw cause;
    throw new Fault('template-broken', `the template ${view.content.template} cannot be rendered`, { cause: error });
  }
}

function withoutBlankLines(html: string): string {
  const lines = html.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '').join('\n');
}

function findLocale(templates: Templates, locale: string): LocaleTemplates {
  const language = locale.toLowerCase().split(/[-_]/)[0] ?? '';
  const found =
    templates.locales.get(locale) ?? templates.locales.get(language) ?? templates.locales.get(DEFAULT_LOCALE);
  if (found === undefined) throw new Fault('template-broken', `no templates for ${locale}`);
  return found;
}

function loadLocale(folder: string, locale: string, timeZone: string): LocaleTemplates {
  const text = makeEngine(sharedPieces(folder, '.txt'), 'text', locale, timeZone);
  const html = makeEngine(sharedPieces(folder, '.html'), 'html', locale, timeZone);
  const entries = MAIL_TEMPLATES.map((kind) => [
    kind,
    {
      subject: parse(text, path.join(folder, kind, 'subject.txt')),
      text: parse(text, path.join(folder, kind, 'body.txt')),
      html: parse(html, path.join(folder, kind, 'body.html')),
    },
  ]);
  return { text, html, kinds: Object.fromEntries(entries) as LocaleTemplates['kinds'] };
}

/**
 * Strict, so that a misspelt name is a fault and not a hole; bounded, so that an edited template cannot run for ever;
 * without files, since all pieces are handed in.
 */
function makeEngine(pieces: Record<string, string>, format: 'text' | 'html', locale: string, timeZone: string): Liquid {
  const engine = new Liquid({
    templates: pieces,
    cache: true,
    strictFilters: true,
    strictVariables: true,
    lenientIf: true,
    ownPropertyOnly: true,
    globals: { phrases: OWN_PHRASES[locale] ?? DEFAULT_PHRASES },
    renderLimit: 5_000,
    memoryLimit: 50_000_000,
    ...(format === 'html' ? { outputEscape: 'escape' as const } : {}),
  });
  addFilters(engine, format, locale, timeZone);
  for (const name of Object.keys(pieces)) {
    try {
      engine.parseFileSync(name);
    } catch (error) {
      throw new Fault('template-broken', `the template piece ${name} of ${locale} cannot be read`, { cause: error });
    }
  }
  return engine;
}

/** layout.html and partials/x.html by the names templates use for them: `layout`, `x`. */
function sharedPieces(folder: string, extension: string): Record<string, string> {
  const pieces: Record<string, string> = {};
  const partials = path.join(folder, 'partials');
  for (const name of listFiles(partials, extension)) {
    const source = readTemplate(path.join(partials, name)).trimEnd();
    pieces[path.basename(name, extension)] = extension === '.txt' ? withoutTagLines(source) : source;
  }
  for (const name of listFiles(folder, extension))
    pieces[path.basename(name, extension)] = readTemplate(path.join(folder, name));
  return pieces;
}

function parse(engine: Liquid, file: string): Template[] {
  try {
    const source = readTemplate(file);
    return engine.parse(file.endsWith('.txt') ? withoutTagLines(source) : source, file);
  } catch (error) {
    if (isFault(error)) throw error;
    throw new Fault('template-broken', `the template ${file} cannot be read: ${describe(error)}`, { cause: error });
  }
}

/** A line that holds nothing but control tags is no line of the mail; `render` does put something there. */
function withoutTagLines(source: string): string {
  return source.replace(/^[ \t]*((?:\{%(?!-?[ ]*render\b)[^%]*%\}[ \t]*)+)\n/gm, '$1');
}

function readTemplate(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Fault('template-broken', `the template ${file} is missing`, { cause: error });
  }
}

function listFolders(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch (error) {
    throw new Fault('template-broken', `the templates folder ${folder} is missing`, { cause: error });
  }
}

function listFiles(folder: string, extension: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(extension));
  } catch {
    return [];
  }
}

/** The error that a filter threw, which liquidjs wraps. */
function originOf(error: unknown): unknown {
  return error instanceof Error && 'originalError' in error ? error.originalError : error;
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
