/**
 * Every mail that Turnmail sends, to be looked at:
 *
 *   npx node test/support/render-mails.ts FOLDER [LOCALE]   writes .txt, .html and .eml, as on a good day and with hostile words
 *   npx node test/support/render-mails.ts --docs   writes docs/mails.md
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { spoken } from '../../src/domain/words.ts';
import { composeMail } from '../../src/mail/compose/compose-mail.ts';
import { loadTemplates, renderMail } from '../../src/mail/templates/render-template.ts';
import { wordsIn } from '../../src/runtime/words-files.ts';
import { writeMailDocs } from './mail-docs.ts';
import { everyMail } from './mail-views.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const TEMPLATES = path.join(ROOT, 'templates');
const words = wordsIn([TEMPLATES]);
const templates = loadTemplates(TEMPLATES, { words });
const attachments = [
  { filename: '../../dänger\u202egnp.exe', contentType: 'image/png', content: Buffer.from('not a picture') },
];

async function renderAll(folder: string, locale: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const mood of ['normal', 'hostile'] as const) {
    for (const { name, view, headers } of everyMail(mood, (sentence) => spoken(words, locale, sentence))) {
      const { subject, text, html } = renderMail(templates, locale, view);
      const file = path.join(folder, `${name}.${mood}`);
      writeFileSync(`${file}.txt`, `Subject: ${subject}\n\n${text}`);
      writeFileSync(`${file}.html`, html);
      writeFileSync(`${file}.eml`, await composeMail(templates, locale, view, headers, attachments));
    }
  }
}

const [where, locale = 'en'] = process.argv.slice(2);
if (where === undefined) throw new Error('say where to write: npx node test/support/render-mails.ts FOLDER, or --docs');
if (where === '--docs') writeFileSync(path.join(ROOT, 'docs/mails.md'), writeMailDocs(templates));
else await renderAll(where, locale);
