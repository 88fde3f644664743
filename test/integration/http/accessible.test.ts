import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accentColors, DEFAULT_BRAND_COLOR } from '../../../src/domain/desk/brand.ts';
import { spoken } from '../../../src/domain/words.ts';
import { drawPlots } from '../../../src/flows/report/draw-plots.ts';
import { loadPages } from '../../../src/mail/templates/load-pages.ts';
import { loadTemplates, renderMail } from '../../../src/mail/templates/render-template.ts';
import { sampleBoard } from '../../../src/mail/templates/sample-report.ts';
import { wordsIn } from '../../../src/runtime/words-files.ts';
import { launchBrowser } from '../../support/browser.ts';
import { everyMail } from '../../support/mail-views.ts';
import { describeWith } from '../../support/servers.ts';
import { startWebDesk, TOKENS, type WebDesk } from '../../support/web-desk.ts';

const TEMPLATES = path.join(import.meta.dirname, '../../../templates');
const words = wordsIn([TEMPLATES]);
const templates = loadTemplates(TEMPLATES, { words });
const MODES = [
  { dark: false, width: 600 },
  { dark: true, width: 390 },
];
/** Ours, and those that are hardest to read on white, on black and on a button. */
const COLORS = [DEFAULT_BRAND_COLOR, '#ffee00', '#101010', '#808080'];

describeWith('chromium', 'what people see, judged by axe', () => {
  let browser: Browser;
  let desk: WebDesk;
  beforeAll(async () => {
    browser = await launchBrowser();
    desk = await startWebDesk();
  });
  afterAll(async () => {
    await browser?.close();
    await desk?.close();
  });

  async function inEachMode(look: (page: Page) => Promise<string[]>): Promise<string[]> {
    const complaints: string[] = [];
    for (const { dark, width } of MODES) {
      const context = await browser.newContext({
        viewport: { width, height: 700 },
        colorScheme: dark ? 'dark' : 'light',
      });
      complaints.push(...(await look(await context.newPage())).map((what) => `${dark ? 'dark' : 'light'}: ${what}`));
      await context.close();
    }
    return complaints;
  }

  /** Contrast, language, headings, names of links and fields, and the rest of WCAG 2.2 AA that a machine can judge. */
  async function judge(page: Page, name: string, without: string[] = []): Promise<string[]> {
    const { violations } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
      .disableRules(without)
      // One frame, no other page: opening one for each look takes longer than the look.
      .setLegacyMode(true)
      .analyze();
    const wide = await page.locator('body').evaluate((body) => body.scrollWidth - body.clientWidth);
    return [
      ...(wide > 0 ? [`${name} is ${wide} px too wide`] : []),
      ...violations.map(({ id, nodes }) => `${name}: ${id} at ${nodes[0]?.html.slice(0, 150)}`),
    ];
  }

  it('every mail can be read by everybody, by day and by night', { timeout: 240_000 }, async () => {
    const mails = everyMail('normal');
    const complaints = await inEachMode(async (page) => {
      const found: string[] = [];
      for (const { name, view } of mails) {
        await page.setContent(renderMail(templates, 'en', view).html);
        // An answer is the agent's own words, and short mails are no documents with headings.
        found.push(...(await judge(page, name, ['page-has-heading-one', 'heading-order'])));
      }
      return found;
    });
    expect(complaints).toEqual([]);
  });

  it('any colour that an operator chooses leaves buttons and links readable', async () => {
    const complaints = await inEachMode(async (page) => {
      const found: string[] = [];
      // A page of ours forbids the styles of a mail that is shown in its place.
      const second = await page.context().newPage();
      for (const color of COLORS) {
        const closing = everyMail('normal').find(({ name }) => name === 'closing');
        if (!closing) throw new Error('no closing mail');
        const brand = { ...closing.view.desk.brand, colors: accentColors(color) };
        const view = { ...closing.view, desk: { ...closing.view.desk, brand } };
        await page.setContent(renderMail(templates, 'en', view).html);
        found.push(...(await judge(page, `closing in ${color}`)));
        const other = await startWebDesk({ brand: { name: 'Acme', logo: undefined, color, footer: '' } });
        await second.goto(`${other.url}/t/${TOKENS['not-satisfied']}`);
        found.push(...(await judge(second, `a page in ${color}`)));
        await other.close();
      }
      return found;
    });
    expect(complaints).toEqual([]);
  });

  it('every page can be used by everybody, before and after its button', async () => {
    const complaints = await inEachMode(async (page) => {
      const found: string[] = [];
      for (const [purpose, token] of Object.entries(TOKENS)) {
        await page.goto(`${desk.url}/t/${token}`);
        found.push(...(await judge(page, `${purpose}, before`)));
        const buttons = page.getByRole('button');
        if ((await buttons.count()) > 0) await buttons.click();
        found.push(...(await judge(page, `${purpose}, after`)));
      }
      await page.goto(`${desk.url}/t/none`);
      return [...found, ...(await judge(page, 'a link that does not work'))];
    });
    expect(complaints).toEqual([]);
  });

  it('so can the pages that say no, and the board', async () => {
    const brand = { name: 'Acme Support', logo: undefined, color: DEFAULT_BRAND_COLOR, footer: 'Acme, 1 Main Street' };
    const pages = loadPages(TEMPLATES, [brand], { words });
    const shown = (locale: string): [string, string][] => {
      const board = sampleBoard({ brand, locale }, Date.UTC(2026, 10, 30, 9));
      return [
        ...(['refused', 'busy', 'failed', 'gone'] as const).map((name): [string, string] => [
          `${name} in ${locale}`,
          pages[name]({ brand, locale }),
        ]),
        [`the board in ${locale}`, pages.board({ ...board, ...drawPlots(board.numbers, words, locale, 'page') })],
        [`an empty board in ${locale}`, pages.board({ ...board, rows: [], more: 0, named: false })],
      ];
    };
    const complaints = await inEachMode(async (page) => {
      const found: string[] = [];
      for (const [name, html] of [...shown('en'), ...shown('de')]) {
        await page.setContent(html);
        found.push(...(await judge(page, name)));
      }
      return found;
    });
    expect(complaints).toEqual([]);
  });

  it('no mail and no page is wider than a phone, in any language', { timeout: 240_000 }, async () => {
    const context = await browser.newContext({ viewport: { width: 390, height: 700 } });
    const page = await context.newPage();
    const wide: string[] = [];
    for (const locale of words.languages) {
      for (const { name, view } of everyMail('normal', (sentence) => spoken(words, locale, sentence))) {
        await page.setContent(renderMail(templates, locale, view).html);
        const over = await page.locator('body').evaluate((body) => body.scrollWidth - body.clientWidth);
        if (over > 0) wide.push(`${name} in ${locale}: ${over} px`);
      }
    }
    await context.close();
    expect(wide).toEqual([]);
  });
});
