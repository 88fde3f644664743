import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { DEFAULT_BRAND_COLOR } from '../../../src/domain/desk/brand.ts';
import { checkTemplates } from '../../../src/mail/templates/check-templates.ts';
import { loadPages } from '../../../src/mail/templates/load-pages.ts';
import { loadTemplates, renderMail } from '../../../src/mail/templates/render-template.ts';
import { wordsIn } from '../../../src/runtime/words-files.ts';
import { mailView } from '../../support/mail-views.ts';

const OURS = path.join(import.meta.dirname, '../../../templates');
const temporary = mkdtempSync(path.join(tmpdir(), 'turnmail-own-'));
afterAll(() => rmSync(temporary, { recursive: true }));

let made = 0;
function folderWith(files: Record<string, string>): string {
  const own = path.join(temporary, String(made++));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(own, name)), { recursive: true });
    writeFileSync(path.join(own, name), content);
  }
  return own;
}

const brand = { name: 'Acme', logo: undefined, color: DEFAULT_BRAND_COLOR, footer: '' };
const check = (files: Record<string, string>) => () => {
  const own = folderWith(files);
  const desk = { name: 'Acme', address: 'support@acme.example', brand, publicUrl: undefined };
  checkTemplates(OURS, own, wordsIn([OURS, own]), desk);
};
const receiptIn = (locale: string, files: Record<string, string>) => {
  const own = folderWith(files);
  const templates = loadTemplates(OURS, { words: wordsIn([OURS, own]), own });
  return renderMail(templates, locale, mailView('receipt')).text.replace(/\s+/g, ' ').trim();
};

describe('a file of the operator', () => {
  test('stands for ours of the same name, in every language or in one', () => {
    const all = { 'receipt/body.txt': 'Servus {{ ticket.number }}' };
    expect(receiptIn('en', all)).toBe('Servus #12');
    expect(receiptIn('de', all)).toBe('Servus #12');
    const german = { 'de/receipt/body.txt': 'Moin {{ ticket.number }}' };
    expect(receiptIn('de-AT', german)).toBe('Moin #12');
    expect(receiptIn('en', german)).toContain('Thank you for writing to us.');
    expect(receiptIn('de', { ...all, ...german })).toBe('Moin #12');
  });

  test('may change one sentence and leave all others, also an English one', () => {
    const changed = receiptIn('de', { 'de/words.yaml': "'Thank you for writing to us.': 'Moin, und danke!'\n" });
    expect(changed).toMatch(/^Moin, und danke! Ihre Nachricht „/);
    const english = receiptIn('en', { 'en/words.yaml': "'Thank you for writing to us.': 'Hi, and thanks!'\n" });
    expect(english).toMatch(/^Hi, and thanks! We have your message “/);
  });

  test('may speak a language that we do not speak, in English where it says nothing', () => {
    const czech = receiptIn('cs', { 'cs/words.yaml': "'Thank you for writing to us.': 'Děkujeme za zprávu.'\n" });
    expect(czech).toMatch(/^Děkujeme za zprávu\. We have your message/);
  });

  test('may replace a piece, a page and the layout', () => {
    const own = folderWith({ 'de/pages/gone.html': '<h1>Weg</h1>', 'partials/desk.txt': 'Ihr Team' });
    const words = wordsIn([OURS, own]);
    const pages = loadPages(OURS, [brand], { words, own });
    expect(pages.gone({ brand, locale: 'de' })).toContain('<h1>Weg</h1>');
    expect(pages.gone({ brand, locale: 'fr' })).toContain('Ce lien ne fonctionne pas');
    const mail = renderMail(loadTemplates(OURS, { words, own }), 'de', mailView('reopened'));
    expect(mail.text).toContain('\n\nIhr Team\n');
  });
});

describe('the check at start', () => {
  test('lets good files pass', () => {
    expect(
      check({
        'receipt/body.txt': '{{ desk.name }}',
        'partials/mine.txt': 'x',
        'pl/words.yaml': "'Send': 'Gotowe'\n",
      }),
    ).not.toThrow();
  });

  test.each([
    [
      'a name that is nothing',
      { 'response/body.txt': 'Hi\n{% if content.close %}\n\n{{ content.wrods }}\n{% endif %}\n' },
      /response.body\.txt, line 4: .*wrods/,
    ],
    [
      'an open tag',
      { 'closing/body.html': '<p>\n{% if content.lastResponse %}\n</p>' },
      /closing.body\.html, line 2: /,
    ],
    [
      'an unknown filter',
      { 'de/layout.html': '<html>\n\n{{ desk.name | shout }}' },
      /de.layout\.html, line 3: .*shout/,
    ],
    [
      'a page with a name that is nothing',
      { 'pages/reopen-done.html': '<h1>{{ ticket }}</h1>' },
      /pages.reopen-done\.html, line 1: .*ticket/,
    ],
    ['a page without a heading', { 'pages/busy.html': '<p>Later</p>' }, /page busy has no heading/],
    ['a page layout without style', { 'pages/layout.html': '{{ content | raw }}' }, /pages.layout\.html/],
    ['a file that stands for nothing', { 'reciept/body.txt': 'x' }, /reciept.body\.txt stands for no template/],
    ['words outside of a language', { 'words.yaml': "'Send': 'x'\n" }, /words\.yaml stands for no template/],
    ['no YAML', { 'de/words.yaml': "'Send': 'Senden'\n'Close: 'x'\n" }, /de.words\.yaml, line 2: /],
    [
      'a sentence that nobody says',
      { 'de/words.yaml': "# mine\n'Sendd': 'x'\n" },
      /line 2: no mail or page says "Sendd"/,
    ],
    [
      'a value that is missing',
      { 'de/words.yaml': "'Your request {number} is closed.': 'Zu.'\n" },
      /line 1: .*must name \{number\}, and its translation names no value/,
    ],
    [
      'a form that is missing',
      {
        'pl/words.yaml':
          "'Is something still open? You can open your request again within {count} days. Any other mail starts a new one.':\n  one: 'x'\n",
      },
      /line 1: .*has no form "many"/,
    ],
  ])('stops at %s, with file and line', (_what, files, said) => {
    expect(check(files as Record<string, string>)).toThrow(said);
  });
});
