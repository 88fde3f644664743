/**
 * Writes every mail that Turnmail sends, as on a good day and with hostile words, to a folder: .txt, .html, .eml.
 *
 *   node test/support/render-mails.ts FOLDER
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { composeMail } from '../../src/mail/compose-mail.ts';
import { loadTemplates, renderMail } from '../../src/mail/render-template.ts';
import { everyMail } from './mail-views.ts';

const TEMPLATES = path.join(import.meta.dirname, '../../templates');

const folder = process.argv[2];
if (folder === undefined) throw new Error('say where to write: node test/support/render-mails.ts FOLDER');
mkdirSync(folder, { recursive: true });
const templates = loadTemplates(TEMPLATES);
const attachments = [
  { filename: '../../dänger\u202egnp.exe', contentType: 'image/png', content: Buffer.from('not a picture') },
];
for (const mood of ['normal', 'hostile'] as const) {
  for (const { name, view, headers } of everyMail(mood)) {
    const { subject, text, html } = renderMail(templates, 'en', view);
    const file = path.join(folder, `${name}.${mood}`);
    writeFileSync(`${file}.txt`, `Subject: ${subject}\n\n${text}`);
    writeFileSync(`${file}.html`, html);
    writeFileSync(`${file}.eml`, await composeMail(templates, 'en', view, headers, attachments));
  }
}
