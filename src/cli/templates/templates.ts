/** `turnmail templates list|copy|preview`. */
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { BoardView } from '../../domain/desk/report.ts';
import type { PageFor } from '../../domain/pages.ts';
import { LINK_PURPOSES } from '../../domain/ticket/link.ts';
import { knownLocale, spoken, type Words } from '../../domain/words.ts';
import { drawPlots } from '../../flows/report/draw-plots.ts';
import { listTemplates } from '../../mail/templates/check-templates.ts';
import { loadPages } from '../../mail/templates/load-pages.ts';
import { loadTemplates, renderMail } from '../../mail/templates/render-template.ts';
import { sampleMails } from '../../mail/templates/sample-mails.ts';
import { sampleBoard } from '../../mail/templates/sample-report.ts';
import { checkOwnTemplates } from '../../roles/own-templates.ts';
import { wallClock } from '../../runtime/clock.ts';
import { EXIT } from '../../runtime/exit-codes.ts';
import { type Config, loadProcessConfig, TEMPLATES_FOLDER } from '../../runtime/settings/config.ts';
import { complain, print, printJson } from '../terminal-text.ts';

export type CopyOptions = { to?: string; as?: string };
export type PreviewOptions = { locale?: string };

export async function printTemplates(options: { json: boolean }): Promise<number> {
  const own = loadProcessConfig([]).settings.TEMPLATES_DIR;
  const owned = own === undefined ? [] : listTemplates(own);
  const names = [...new Set([...listTemplates(TEMPLATES_FOLDER), ...owned])].sort();
  if (options.json) printJson(names.map((name) => ({ name, own: owned.includes(name) })));
  else for (const name of names) print(owned.includes(name) ? `${name}  (yours, in ${own})` : name);
  return 0;
}

/** @returns the exit code: 0, 64 where nobody said where to, 66 where there is no such template */
export async function copyTemplates(names: readonly string[], { to, as }: CopyOptions): Promise<number> {
  const target = to ?? loadProcessConfig([]).settings.TEMPLATES_DIR;
  if (target === undefined) {
    complain('say where to copy with --to FOLDER, or set TEMPLATES_DIR');
    return EXIT.usage;
  }
  const ours = listTemplates(TEMPLATES_FOLDER);
  const asked = names.map((name) => name.replace(/^\.?\/+|\/+$/g, ''));
  const strange = asked.find((name) => !ours.some((one) => one === name || one.startsWith(`${name}/`)));
  if (strange !== undefined) {
    complain(`there is no template ${strange}; turnmail templates list names all`);
    return EXIT.notFound;
  }
  for (const name of ours.filter((one) => asked.some((each) => one === each || one.startsWith(`${each}/`)))) {
    const file = path.join(target, as ?? '', name);
    if (existsSync(file)) {
      print(`${file} is there and stays as it is`);
      continue;
    }
    mkdirSync(path.dirname(file), { recursive: true });
    copyFileSync(path.join(TEMPLATES_FOLDER, name), file);
    print(file);
  }
  return 0;
}

/** @returns the exit code: 0, or 66 where there are no words of that language */
export async function previewTemplates(folder: string, options: PreviewOptions): Promise<number> {
  const config = loadProcessConfig([]);
  const locale = options.locale ?? config.mailboxes[0].identity.locale;
  if (knownLocale(config.words, locale) !== locale) {
    complain(`there are no words in ${locale}; there are en, ${config.words.languages.join(', ')}`);
    return EXIT.notFound;
  }
  await checkOwnTemplates(config);
  mkdirSync(folder, { recursive: true });
  const written = [...previewMails(config, locale), ...previewPages(config, locale)];
  for (const { name, content } of written) writeFileSync(path.join(folder, name), content);
  print(`${written.length} files are in ${folder}`);
  return 0;
}

type Preview = { name: string; content: string };

function previewMails({ settings, words, mailboxes: [{ identity }] }: Config, locale: string): Preview[] {
  const templates = loadTemplates(TEMPLATES_FOLDER, { timeZone: settings.TZ, words, own: settings.TEMPLATES_DIR });
  const samples = sampleMails(identity, (sentence) => spoken(words, locale, sentence));
  return samples.flatMap(({ name, view }) => {
    const { subject, text, html } = renderMail(templates, locale, view);
    return [
      { name: `${name}.txt`, content: `Subject: ${subject}\n\n${text}` },
      { name: `${name}.html`, content: html },
    ];
  });
}

function previewPages({ settings, words, mailboxes: [{ identity }] }: Config, locale: string): Preview[] {
  const pages = loadPages(TEMPLATES_FOLDER, [identity.brand], {
    words,
    own: settings.TEMPLATES_DIR,
    timeZone: settings.TZ,
  });
  const page = { brand: identity.brand, locale, ticketNumber: '#12' };
  const links = LINK_PURPOSES.flatMap((purpose) =>
    (['ready', 'done'] as const).map((state) => ({
      name: `page-${purpose}-${state}.html`,
      content: pages.link({ ...page, state, purpose }),
    })),
  );
  return [
    ...links,
    { name: 'page-gone.html', content: pages.gone(page) },
    { name: 'page-board.html', content: pages.board(previewBoard(page, words)) },
  ];
}

function previewBoard(page: PageFor, words: Words): BoardView {
  const board = sampleBoard(page, wallClock.now());
  return { ...board, ...drawPlots(board.numbers, words, page.locale, 'page') };
}
