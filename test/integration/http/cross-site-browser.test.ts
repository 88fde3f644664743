import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { launchBrowser } from '../../support/browser.ts';
import { describeWith } from '../../support/servers.ts';
import { startWebDesk, TOKENS, type WebDesk } from '../../support/web-desk.ts';

/**
 * A page of somebody else, opened in a real browser by a person who could press our button, presses it in their name in
 * every way a page has. Whoever wrote it knows the token, which is more than they should. Nothing may be done by it.
 */
describeWith('chromium', 'another site in a browser', () => {
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

  const ours = () => `${desk.url}/t/${TOKENS.close}`;
  const form = (attributes = '') =>
    `<form id="f" method="post" action="${ours()}" ${attributes}><input name="a" value="b"></form><script>f.submit()</script>`;
  /** Another port of our host is the same site to a browser, and another origin. */
  const SITES = ['http://evil.example/', 'http://127.0.0.1:9/'];

  const WAYS: [string, () => string][] = [
    ['a form that submits itself', () => form()],
    ['a form of plain text', () => form('enctype="text/plain"')],
    ['a form with a file', () => form('enctype="multipart/form-data"')],
    ['a form without a referrer', () => `<meta name="referrer" content="no-referrer">${form()}`],
    ['a form into a new window', () => form('target="_blank"')],
    ['a form in a frame', () => `<iframe srcdoc='${form()}'></iframe>`],
    [
      'a form in a frame without an origin',
      () => `<iframe sandbox="allow-scripts allow-forms" srcdoc='${form()}'></iframe>`,
    ],
    ['a form in a data address', () => `<iframe src="data:text/html,${encodeURIComponent(form())}"></iframe>`],
    // Not before the frame has come to rest: its own page may else come after the form, and end it.
    [
      'a form into a frame of our page',
      () =>
        form('target="ours"').replace('<script>f.submit()</script>', '') +
        `<iframe name="ours" src="${ours()}" onload="this.onload = null; f.submit()"></iframe>`,
    ],
    [
      'fetch without an answer',
      () => `<script>fetch('${ours()}', { method: 'POST', mode: 'no-cors', body: 'a=b' })</script>`,
    ],
    ['fetch that asks first', () => `<script>fetch('${ours()}', { method: 'POST', headers: { 'x-a': 'b' } })</script>`],
    [
      'fetch with credentials',
      () => `<script>fetch('${ours()}', { method: 'POST', mode: 'no-cors', credentials: 'include' })</script>`,
    ],
    [
      'fetch from a worker',
      () =>
        `<script>new Worker(URL.createObjectURL(new Blob(["fetch('${ours()}', { method: 'POST', mode: 'no-cors' })"])))</script>`,
    ],
    [
      'XMLHttpRequest',
      () => `<script>const x = new XMLHttpRequest(); x.open('POST', '${ours()}'); x.send('a=b')</script>`,
    ],
    ['a beacon', () => `<script>navigator.sendBeacon('${ours()}', 'a=b')</script>`],
    ['a ping of a link', () => `<a id="a" href="#x" ping="${ours()}">x</a><script>a.click()</script>`],
    ['a form by way of a redirect that keeps the method', () => form().replace(ours(), '/redirect')],
    [
      'fetch by way of such a redirect',
      () => `<script>fetch('/redirect', { method: 'POST', mode: 'no-cors' })</script>`,
    ],
  ];

  /** Resolves when our server refused a press, for which it looks up its own name alone, or the browser gave it up. */
  async function open(page: Page, site: string, html: string): Promise<void> {
    const context = page.context();
    const refused = () => desk.looks.filter((token) => token === '').length;
    const before = refused();
    let givenUp = false;
    context.on('requestfailed', (one) => {
      givenUp ||= one.method() !== 'GET';
    });
    await context.route(`${site}**`, (route) =>
      route.request().url().endsWith('/redirect')
        ? route.fulfill({ status: 307, headers: { location: ours() } })
        : route.fulfill({ contentType: 'text/html', body: html }),
    );
    await page.goto(site, { waitUntil: 'commit' });
    await vi.waitFor(() => expect(givenUp || refused() > before).toBe(true), { timeout: 60_000 });
  }

  for (const site of SITES) {
    it.each(WAYS)(`%s, from ${site}, presses nothing`, async (_, html) => {
      const context = await browser.newContext();
      try {
        await open(await context.newPage(), site, html());
        // What a request in flight still does is done before ours: the pages answer in order of their coming.
        await fetch(ours());
        expect(desk.acts).toEqual([]);
      } finally {
        await context.close();
      }
    });
  }

  it('and the button of our own page still works in the same browser', async () => {
    const page = await browser.newPage();
    await page.goto(ours());
    await page.getByRole('button', { name: 'Close my request' }).click();
    await page.getByRole('heading', { name: 'is closed' }).waitFor();
    expect(desk.acts).toEqual([TOKENS.close]);
    await page.close();
  });
});
