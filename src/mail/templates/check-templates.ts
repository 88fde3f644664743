import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Brand } from '../../domain/desk/brand.ts';
import { Fault } from '../../domain/fault.ts';
import type { PageFor, Pages } from '../../domain/pages.ts';
import { LINK_PURPOSES } from '../../domain/ticket/link.ts';
import { DEFAULT_LANGUAGE, spoken, type Words } from '../../domain/words.ts';
import { loadPages } from './load-pages.ts';
import { loadTemplates, renderMail } from './render-template.ts';
import { sampleMails } from './sample-mails.ts';
import { sampleBoard } from './sample-report.ts';

/**
 * Renders a sample of every mail and page in every language, with the operator's files in the place of ours.
 *
 * @throws Fault `template-broken` with file and line; also for a file that stands for none of ours
 */
export function checkTemplates(
  ours: string,
  own: string,
  words: Words,
  desk: { name: string; address: string; brand: Brand; publicUrl: string | undefined },
): void {
  const known = new Set([WORDS, ...listTemplates(ours)]);
  const strange = listTemplates(own).find((name) => !known.has(withoutLanguage(name)) && !isPiece(name));
  if (strange !== undefined) {
    const file = path.join(own, strange);
    throw new Fault('template-broken', `${file} stands for no template of ours; turnmail templates list names all`);
  }
  const templates = loadTemplates(ours, { words, own });
  const pages = loadPages(ours, [desk.brand], { words, own });
  for (const locale of new Set([DEFAULT_LANGUAGE, ...words.languages])) {
    const samples = sampleMails(desk, (sentence) => spoken(words, locale, sentence));
    for (const { view } of samples) renderMail(templates, locale, view);
    checkPageTemplates(pages, { brand: desk.brand, locale });
  }
}

function checkPageTemplates(pages: Pages, page: PageFor): void {
  const sight = { ...page, ticketNumber: '#12' };
  for (const purpose of LINK_PURPOSES) {
    for (const state of ['ready', 'done'] as const) pages.link({ ...sight, state, purpose });
  }
  pages.link({ ...sight, state: 'said', purpose: 'not-satisfied' });
  pages.board(sampleBoard(page, 0));
  for (const show of [pages.gone, pages.refused, pages.busy, pages.failed]) show(page);
}

/** A piece of their own that their templates share. */
function isPiece(name: string): boolean {
  return /^partials\/[\w-]+\.(?:txt|html)$/.test(withoutLanguage(name));
}

/** `receipt/body.txt` of `de/receipt/body.txt`; the words stay where their language says what they are. */
function withoutLanguage(name: string): string {
  return /^[a-z]{2,3}\/words\.yaml$/.test(name) ? WORDS : name.replace(/^[a-z]{2,3}\//, '');
}

const WORDS = '(words of a language)';

/** The templates in a folder by their names within it: `receipt/body.txt`, `de/words.yaml`. */
export function listTemplates(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort();
}
