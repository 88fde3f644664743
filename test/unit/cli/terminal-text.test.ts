import { expect, test } from 'vitest';
import { moment } from '../../../src/cli/terminal-text.ts';

const AT = Date.UTC(2026, 10, 22, 23, 5, 7, 9);

test('times on the command line follow TZ, to the millisecond, and are UTC without it', () => {
  expect(moment(AT, 'UTC')).toBe('2026-11-22 23:05:07.009');
  expect(moment(AT, 'Europe/Berlin')).toBe('2026-11-23 00:05:07.009');
  expect(moment(AT, 'America/New_York')).toBe('2026-11-22 18:05:07.009');
});
