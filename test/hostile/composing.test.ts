import { expect, test } from 'vitest';
import { fitHistory } from '../../src/decide/desk/fit-history.ts';
import { renderMail } from '../../src/mail/templates/render-template.ts';
import { BOMBS, filledWith, longestHold, templates, view } from '../support/composing-bombs.ts';
import { slownessOfMachine } from '../support/cpu-time.ts';

/** The promise is 50 on a quiet machine, and test/bench/composing.ts prints what it is. */
const MAX_CPU_MS = 100;

/** The hold, as it would be on a quiet machine. */
async function quietHold(piece: string, withFile = false): Promise<number> {
  const slowness = slownessOfMachine();
  return (await longestHold(piece, withFile)) / Math.max(slowness, slownessOfMachine());
}

test.each(BOMBS)('a notification full of %s is composed without holding the process up', async (_name, piece) => {
  expect(await quietHold(piece)).toBeLessThan(MAX_CPU_MS);
});

test('nor does a file of 20 MB hold it up', async () => {
  expect(await quietHold('word ', true)).toBeLessThan(MAX_CPU_MS);
});

test('what a mail leaves out of a ticket is counted in it, in text and in HTML', () => {
  const { text, html } = renderMail(templates, 'en', { ...view, content: filledWith('Please. ') });
  const line = 'Not shown: 22 older held mails; 3 older responses; 1 older note; whoever runs this desk sees all of';
  expect(text.replace(/\s+/g, ' ')).toContain(line);
  expect(html.replace(/\s+/g, ' ')).toContain(line);
});

test('the newest entries of a long history are whole, and older ones say that they were cut', () => {
  const long = 'x'.repeat(8_000);
  const held = Array.from({ length: 40 }, (_one, n) => ({ words: `${n} ${long}` }));
  const fitted = fitHistory({ turns: [], held, notes: [] }, 'other words');
  expect(fitted.held.at(-1)?.words).toBe(`39 ${long}`);
  expect(fitted.held[0]?.words).toMatch(/^0 x{10,150} \[…\]$/);
  expect(fitted.held.map(({ words }) => words.split(' ')[0])).toEqual(held.map((_one, n) => String(n)));
});
