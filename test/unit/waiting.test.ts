import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import config from '../../vitest.config.ts';
import { findFixedWaits, findFixedWaitsBelow, TEST_TIMEOUT_MS } from '../support/fixed-waits.ts';
import { PATIENCE_MS } from '../support/wait-for.ts';

/**
 * Tests wait for conditions and not for the clock, so that a busy machine makes them slow and not red. A time that a test
 * is about stays, with `// Fixed pause: why`; a bound on time that is meant stays with `// Time bound: why`.
 */
test('no test waits for a fixed time, or a short one, without saying why', () => {
  expect(findFixedWaitsBelow(fileURLToPath(new URL('../../', import.meta.url)))).toEqual([]);
});

test('what a test waits for may take long: vitest ends neither the test nor expect.poll before PATIENCE_MS', () => {
  const { testTimeout, hookTimeout, expect: bounds } = config.test ?? {};
  expect([testTimeout, hookTimeout]).toEqual([TEST_TIMEOUT_MS, TEST_TIMEOUT_MS]);
  expect(TEST_TIMEOUT_MS).toBeGreaterThan(PATIENCE_MS);
  expect(bounds?.poll?.timeout).toBe(PATIENCE_MS);
});

test.each([
  ['await new Promise((go) => setTimeout(go, 100));', 'setTimeout'],
  ['setTimeout(() => server.stop(), 50);', 'setTimeout'],
  ['await sleep(20);', 'sleep'],
  ['// Fixed pause: why\nawait sleep(20);', 'sleep'],
  ["await query('select pg_sleep(1)');", 'pg_sleep'],
  ['await query(`select pg_sleep(1)`);', 'pg_sleep'],
  ['await vi.waitFor(() => seen === 1);', 'vi.waitFor for at most a second'],
  ['await vi.waitFor(() => seen === 1, { timeout: 5_000 });', 'timeout: 5000'],
  ['await expect.poll(() => seen, { timeout: 2_000 }).toBe(1);', 'timeout: 2000'],
  ["test('x', { timeout: 120_000 }, async () => {});", 'a test of at most 120000'],
  ["test.each([1])('x', async () => {}, 90_000);", 'a test of at most 90000'],
  ['beforeAll(async () => {}, 10_000);', 'a test of at most 10000'],
  ['vi.setConfig({ hookTimeout: 120_000 });', 'hookTimeout: 120000'],
  ['const PATIENT = { timeout: 30_000 };', 'timeout: 30000'],
  ['await world.until(`select true`, 10_000);', 'until for at most 10000'],
  ['await waitFor(() => seen, 5_000, () => "it");', 'waitFor for at most 5000'],
  ['const answer = await fetch(url, { signal: AbortSignal.timeout(900) });', 'AbortSignal.timeout'],
  ['expect(performance.now() - began).toBeLessThan(45_000);', 'toBeLessThan of a time'],
  ['expect(await took(one), one)\n  .toBeLessThanOrEqual(usual);', 'toBeLessThanOrEqual of a time'],
])('the gate sees %s', (code, what) => {
  expect(findFixedWaits('a.ts', code)).toEqual([expect.stringMatching(new RegExp(`^a\\.ts:[12] ${what}$`))]);
});

test.each([
  '// Fixed pause: it is frozen for longer than its lease.\nawait sleep(20);',
  'await sleep(20); // Fixed pause: between two looks.',
  '// Time bound: without its deadline it would take forty minutes.\nexpect(performance.now() - began).toBeLessThan(9);',
  'await world.until(`select true`);',
  'await world.mailTo(JO, 2);',
  'await untilTickets(1_000);',
  'socket.setTimeout(500, end);',
  "test('x', { timeout: 300_000 }, async () => {});",
  'expect(text.indexOf(one)).toBeLessThan(text.indexOf(other));',
])('the gate lets %s pass', (code) => {
  expect(findFixedWaits('a.ts', code)).toEqual([]);
});
