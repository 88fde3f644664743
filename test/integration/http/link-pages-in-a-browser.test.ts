import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadTemplates, renderMail } from '../../../src/mail/templates/render-template.ts';
import { launchBrowser } from '../../support/browser.ts';
import { mailView } from '../../support/mail-views.ts';
import { describeWith } from '../../support/servers.ts';
import { startWebDesk, TOKENS, type WebDesk } from '../../support/web-desk.ts';

/** Screenshots are kept for people to look at: SCREENSHOTS names the folder, else a new temporary one. */
const SCREENSHOTS = process.env['SCREENSHOTS'] ?? mkdtempSync(path.join(tmpdir(), 'turnmail-pages-'));

describeWith('chromium', 'link pages in a browser', () => {
  let desk: WebDesk;
  let browser: Browser;

  beforeAll(async () => {
    desk = await startWebDesk();
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await desk?.close();
  });

  async function openPage(options: {
    width: number;
    dark?: boolean;
    javaScript?: boolean;
  }): Promise<{ page: Page; complaints: string[] }> {
    const context = await browser.newContext({
      viewport: { width: options.width, height: 700 },
      colorScheme: options.dark === true ? 'dark' : 'light',
      javaScriptEnabled: options.javaScript ?? false,
    });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    return { page, complaints };
  }

  it.each([
    ['close', 'Close my request', 'Your request #12 is closed'],
    ['satisfied', 'Yes, I am satisfied', 'Thank you, that is good to hear'],
    ['not-satisfied', 'No, I am not satisfied', 'Thank you for telling us'],
    ['reopen', 'Open my request again', 'Your request #12 is open'],
  ] as const)('the button of "%s" acts without JavaScript, on a phone', async (purpose, button, heading) => {
    const { page } = await openPage({ width: 360 });
    await page.goto(`${desk.url}/t/${TOKENS[purpose]}`);
    expect(desk.acts).not.toContain(TOKENS[purpose]);
    await page.screenshot({ path: path.join(SCREENSHOTS, `${purpose}-ready.png`) });
    const box = await page.getByRole('button', { name: button }).boundingBox();
    expect(box?.height).toBeGreaterThanOrEqual(48);
    await page.getByRole('button', { name: button }).click();
    await page.getByRole('heading', { name: heading, exact: true }).waitFor();
    expect(desk.acts.filter((token) => token === TOKENS[purpose])).toHaveLength(1);
    await page.screenshot({ path: path.join(SCREENSHOTS, `${purpose}-done.png`) });
    expect((await page.goto(`${desk.url}/t/${TOKENS[purpose]}`))?.status()).toBe(200);
    await page.getByRole('heading', { name: heading, exact: true }).waitFor();
    await page.context().close();
  });

  it('who was not satisfied can say why, in one field, without JavaScript', async () => {
    const other = await startWebDesk();
    const { page } = await openPage({ width: 360 });
    await page.goto(`${other.url}/t/${TOKENS['not-satisfied']}`);
    expect(await page.getByRole('textbox').count()).toBe(0);
    await page.getByRole('button').click();
    await page.getByLabel('What should we have done better?').fill('It took <three> weeks.');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByRole('heading', { name: 'Thank you, we read it' }).waitFor();
    expect(other.said).toEqual(['It took <three> weeks.']);
    await page.context().close();
    await other.close();
  });

  it('a page is never wider than a small phone, and its style is the one the policy allows', async () => {
    const { page, complaints } = await openPage({ width: 320, javaScript: true, dark: true });
    for (const token of [TOKENS.close, 'none']) {
      await page.goto(`${desk.url}/t/${token}`);
      const { wide, font } = await page.locator('body').evaluate((body) => ({
        wide: body.scrollWidth,
        font: body.ownerDocument.defaultView?.getComputedStyle(body).fontSize,
      }));
      expect(wide).toBeLessThanOrEqual(320);
      expect(font).toBe('17px');
      await page.screenshot({ path: path.join(SCREENSHOTS, `dark-${token === 'none' ? 'gone' : 'done'}.png`) });
    }
    expect(complaints.filter((text) => !text.includes('404') && !text.includes('favicon'))).toEqual([]);
    await page.context().close();
  });

  it('a form on another site cannot press the button', async () => {
    const { page } = await openPage({ width: 800, javaScript: true });
    await page.route('http://evil.example/', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<form method="post" action="${desk.url}/t/${TOKENS.close}"><button>win</button></form>`,
      }),
    );
    const before = desk.acts.length;
    await page.goto('http://evil.example/');
    await page.getByRole('button').click();
    await page.getByRole('heading', { name: 'This did not come from our page' }).waitFor();
    expect(desk.acts.length).toBe(before);
    await page.context().close();
  });

  it('the HTML of our mails loads nothing and runs nothing, whatever strangers wrote', async () => {
    const templates = loadTemplates(path.join(import.meta.dirname, '../../../templates'));
    const { page } = await openPage({ width: 360, javaScript: true });
    const requests: string[] = [];
    const dialogs: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('dialog', (dialog) => dialogs.push(dialog.message()));
    for (const kind of ['notification', 'response', 'closing', 'digest', 'returned', 'undelivered'] as const) {
      await page.setContent(renderMail(templates, 'en', mailView(kind, 'hostile')).html, { waitUntil: 'load' });
      expect(await page.locator('img, script, iframe, form, input, link').count()).toBe(0);
      expect(await page.locator('body').evaluate((body) => body.scrollWidth)).toBeLessThanOrEqual(360);
      await page.screenshot({ path: path.join(SCREENSHOTS, `mail-${kind}-hostile.png`), fullPage: true });
    }
    expect(requests).toEqual([]);
    expect(dialogs).toEqual([]);
    await page.context().close();
  });
});
