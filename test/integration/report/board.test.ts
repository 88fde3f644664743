import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeBoardLink, showBoard } from '../../../src/flows/report/show-board.ts';
import { startWeb, type Web } from '../../../src/http/start-web.ts';
import { loadPages } from '../../../src/mail/templates/load-pages.ts';
import { createLogger } from '../../../src/runtime/logger.ts';
import { createMetrics } from '../../../src/runtime/metrics.ts';
import { loadConfig } from '../../../src/runtime/settings/config.ts';
import { revokeBoardLinks } from '../../../src/store/report/board-links.ts';
import { launchBrowser } from '../../support/browser.ts';
import { describeWith } from '../../support/servers.ts';
import { type StoreWorld, startStoreWorld } from '../../support/store-world.ts';
import { withoutRows } from '../../support/without-rows.ts';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-11-30T10:00:00Z');
const HOSTILE = '<script>alert(1)</script> "q" \u202e&amp;';

let world: StoreWorld;
let web: Web;
let names = true;
let now = NOW;
let alice = 0;

beforeAll(async () => {
  world = await startStoreWorld();
  const settings = {
    SUPPORT_ADDRESS: 'Acme Support <support@desk.example>',
    DATABASE_URL: world.url,
    SECRET: 'ab'.repeat(32),
    PUBLIC_URL: 'http://127.0.0.1:1',
    OPERATORS: 'olga@desk.example',
  };
  const config = loadConfig([], settings);
  const desk = {
    database: world.database,
    queue: { hint: async () => {} },
    rules: config.rules,
    ...withoutRows(config.mailboxes[0].identity),
    words: config.words,
    keys: config.keys,
    clock: { now: () => now },
    log: createLogger({ level: 'silent' }),
    metrics: createMetrics(),
    timeZone: 'Europe/Berlin',
  };
  const [agent] = await world.sql<{ id: number }>(
    `insert into agents (email, name, created_at) values ('alice@desk.example', 'Alice', 0) returning id`,
  );
  alice = agent?.id ?? 0;
  web = await startWeb({
    host: '127.0.0.1',
    port: 0,
    pages: loadPages(path.join(import.meta.dirname, '../../../templates'), [config.mailboxes[0].identity.brand]),
    anyPage: config.mailboxes[0].identity,
    trustProxy: undefined,
    onError: () => {},
    actions: {
      board: (token) => showBoard({ ...desk, boardNames: names }, token),
      look: async () => ({ state: 'gone', ...config.mailboxes[0].identity }),
      act: async () => ({ state: 'gone', ...config.mailboxes[0].identity }),
      ready: async () => ({ ok: true, checks: [] }),
      metrics: async () => ({ contentType: 'text/plain', text: '' }),
    },
  });
  linkFor = async (reader) => {
    const url = await makeBoardLink(desk, world.database, reader, config.mailboxes[0].identity);
    return (url ?? '').replace('http://127.0.0.1:1', `http://127.0.0.1:${web.port}`);
  };
  // Two wait for the desk, the older one with a hostile subject; one waits for its customer.
  const old = await world.ticket(NOW - 50 * HOUR);
  await world.sql('update ticket_mail set subject = $2, assignee_id = $3 where ticket_id = $1', [old, HOSTILE, alice]);
  await world.ticket(NOW - HOUR);
  await world.response(await world.ticket(NOW - 9 * HOUR), 'Pour water on it.', NOW - 8 * HOUR);
});
afterAll(async () => {
  await web?.close();
  await world?.stop();
});

type Reader = Parameters<typeof makeBoardLink>[2];
let linkFor: (reader: Reader) => Promise<string>;
const forAlice = () => linkFor({ agentId: alice as Reader['agentId'] & number, operator: undefined });

/** Rows as people read them. */
function rowsOf(html: string): string[] {
  return [...html.matchAll(/<tr>(<td.*?)<\/tr>/g)].map(([, row = '']) =>
    row
      .replace(/<[^>]+>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim(),
  );
}

describe('the board', () => {
  test("shows what waits, the desk's move first and the oldest on top, and no word of a mail", async () => {
    const page = await (await fetch(await forAlice())).text();
    expect(rowsOf(page)).toEqual([
      expect.stringMatching(/^#1 the desk 2 days &lt;script&gt;alert/),
      '#2 the desk 1 hour Printer jo@customer.example',
      '#3 the customer 8 hours Printer jo@customer.example',
    ]);
    expect(page).not.toContain('My printer burns.');
    expect(page).not.toContain('Pour water');
    expect(page).not.toContain('<script');
    expect(page).not.toContain('<form');
  });

  test('leaves subjects and names out where the desk says so', async () => {
    names = false;
    const page = await (await fetch(await forAlice())).text();
    names = true;
    expect(rowsOf(page)).toEqual(['#1 the desk 2 days', '#2 the desk 1 hour', '#3 the customer 8 hours']);
    expect(page).not.toMatch(/Printer|customer\.example|Alice/);
  });

  test('is nothing without a good token: changed, revoked, expired, of one who left; all look the same', async () => {
    const link = await forAlice();
    const gone = await fetch(link.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a')));
    expect(gone.status).toBe(404);
    const page = await gone.text();
    const isGone = async (url: string) => {
      const answer = await fetch(url);
      expect([answer.status, await answer.text()]).toEqual([404, page]);
    };
    await isGone(`http://127.0.0.1:${web.port}/board/x`);
    now = NOW + 31 * 24 * HOUR;
    await isGone(link);
    now = NOW;
    expect((await fetch(link)).status).toBe(200);
    await world.sql('update agents set active = false');
    await isGone(link);
    await world.sql('update agents set active = true');
    expect(
      await revokeBoardLinks(world.database, { agentId: alice as never, operator: undefined }, NOW),
    ).toBeGreaterThan(0);
    await isGone(link);
    const stranger = await linkFor({ agentId: undefined, operator: 'eve@desk.example' as never });
    await isGone(stranger);
    expect((await fetch(await linkFor({ agentId: undefined, operator: 'olga@desk.example' as never }))).status).toBe(
      200,
    );
  });

  test('only shows: nothing else than GET and HEAD is answered, and the database stands as it stood', async () => {
    const link = await forAlice();
    const before = await world.sql('select * from tickets order by id');
    for (const method of ['POST', 'PUT', 'DELETE']) expect((await fetch(link, { method })).status).toBe(405);
    expect((await fetch(link, { method: 'HEAD' })).status).toBe(200);
    expect(await world.sql('select * from tickets order by id')).toEqual(before);
  });
});

describeWith('chromium', 'the board in a browser', () => {
  test.each([
    ['phone', 390, false],
    ['screen', 1_000, false],
    ['phone in the dark', 390, true],
  ] as const)('fits on a %s, with its style and plots, and without scripts', async (name, width, dark) => {
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme: dark ? 'dark' : 'light' });
      const complaints: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      await page.goto(await forAlice());
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      expect(await page.locator('svg').count()).toBe(2);
      expect(await page.evaluate('getComputedStyle(document.querySelector("main")).maxWidth')).toBe('960px');
      expect(complaints.filter((text) => !text.includes('favicon'))).toEqual([]);
      const folder = process.env['SCREENSHOTS'] ?? mkdtempSync(path.join(tmpdir(), 'turnmail-board-'));
      await page.screenshot({ path: path.join(folder, `board-${name.replaceAll(' ', '-')}.png`), fullPage: true });
    } finally {
      await browser.close();
    }
  });
});
