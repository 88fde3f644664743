import { expect, test } from 'vitest';
import { hideTokens } from '../../../src/domain/reply-token.ts';

const MAC = 'k5xq2abcdefghijklmnopqrst7';

test('tokens are taken out of words, in whatever they stand, and nothing else is', () => {
  expect(hideTokens(`https://help.acme.example/t/12-3f-${MAC}.`)).toBe('https://help.acme.example/t/….');
  expect(hideTokens(`support+12-3F-${MAC.toUpperCase()}@acme.example`)).toBe('support+…@acme.example');
  expect(hideTokens(`<12-3f-${MAC}.9x@acme.example> b3f-${MAC}@acme.example`)).toBe(
    '<….9x@acme.example> …@acme.example',
  );
  for (const words of [
    'Order 12-3f-k5xq2, room 3-b.',
    '2026-11-internationalisierungsstrategie',
    '123e4567-e89b-12d3-a456-426614174000',
  ])
    expect(hideTokens(words)).toBe(words);
});
