import type { MailView } from '../../domain/mail/mail-view.ts';
import { MAIL_TEMPLATES, type MailTemplate } from '../../domain/ticket/outbox-item.ts';
import { DEFAULT_LANGUAGE, knownLocale, languageOf, NO_WORDS, type Words } from '../../domain/words.ts';
import { layOutText } from '../compose/wrap-text.ts';
import { shownLine } from '../text/shown-text.ts';
import { type Filled, type Language, templateEngine } from './template-engine.ts';
import { layersFor, type TemplateFolders } from './template-files.ts';

/** Our mails in the language of a locale; a language is read when it is asked for the first time. */
export type Templates = { inLocale(locale: string): MailsOfLanguage };

type MailsOfLanguage = Record<MailTemplate, { subject: Filled; text: Filled; html: Filled }>;

export type TemplateOptions = {
  /** an IANA name: times in the mails are those of this zone */
  timeZone?: string;
  words?: Words;
  /** files of the operator's that stand for ours */
  own?: string | undefined;
  interpret?: boolean;
};

const MAX_SUBJECT = 230;

/**
 * Reads and parses `folder`/<kind>/{subject.txt,body.txt,body.html} and the pieces they share (layout.html, partials/*). Their
 * sentences are English; `words` has them in other languages.
 *
 * @throws Fault `template-broken` where a file is missing or is no template
 */
export function loadTemplates(folder: string, options: TemplateOptions = {}): Templates {
  const { timeZone = 'UTC', words = NO_WORDS, own, interpret = false } = options;
  const folders: TemplateFolders = { ours: folder, own };
  const locales = new Map<string, MailsOfLanguage>();
  const inLocale = (asked: string): MailsOfLanguage => {
    const locale = knownLocale(words, asked);
    const known =
      locales.get(locale) ?? readMails({ locale, timeZone, words, layers: layersOf(folders, locale), interpret });
    locales.set(locale, known);
    return known;
  };
  inLocale(DEFAULT_LANGUAGE);
  return { inLocale };
}

export type TextAndHtml = { subject: string; text: string; html: string };

/** The mail in words. A locale without words is written in English. */
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
  const kind = templates.inLocale(locale)[view.content.template];
  const { desk } = view;
  const name = desk.name || desk.address;
  const shown = { ...view, desk: { ...desk, name, brand: { ...desk.brand, name: desk.brand.name || name } } };
  return {
    text: () => ({ subject: shownLine(kind.subject(shown), MAX_SUBJECT), text: layOutText(kind.text(shown)) }),
    html: () => `${withoutBlankLines(kind.html(shown))}\n`,
  };
}

function withoutBlankLines(html: string): string {
  const lines = html.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '').join('\n');
}

function layersOf(folders: TemplateFolders, locale: string): string[] {
  return layersFor(folders, languageOf(locale));
}

function readMails(language: Language): MailsOfLanguage {
  const text = templateEngine('text', language);
  const html = templateEngine('html', language);
  const kinds = MAIL_TEMPLATES.map((kind) => [
    kind,
    { subject: text(`${kind}/subject.txt`), text: text(`${kind}/body.txt`), html: html(`${kind}/body.html`) },
  ]);
  return Object.fromEntries(kinds) as MailsOfLanguage;
}
