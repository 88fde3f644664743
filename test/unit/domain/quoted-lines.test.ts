import { expect, test } from 'vitest';
import { behindQuotes } from '../../../src/domain/quoted-lines.ts';

test.each([
  ['no quote', 'The red one.\n> as you wrote', 'The red one.\n> as you wrote'],
  ['one question', '> Blue or red?\n\nThe red one.', 'The red one.'],
  ['several rows and marks', ' >> Blue\n> […]\n＞ 赤ですか\n\n---\nRed.\n> Why?\nSo.', 'Red.\n> Why?\nSo.'],
  ['nothing but a quote', '> Blue or red?\n> Or green?', '> Blue or red?\n> Or green?'],
  ['nothing', '', ''],
])('words begin behind what they quote: %s', (_what, words, shown) => {
  expect(behindQuotes(words)).toBe(shown);
});
