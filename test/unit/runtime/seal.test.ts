import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { seal, unseal } from '../../../src/runtime/seal.ts';

const KEY = randomBytes(32);
const OTHER = randomBytes(32);
const WORDS = Buffer.from('a refresh token');

describe('what is sealed', () => {
  test('opens with the key, also where it is the one before', () => {
    expect(unseal([KEY], 'oauth a', seal([KEY], 'oauth a', WORDS))).toEqual(WORDS);
    expect(unseal([OTHER, KEY], 'oauth a', seal([KEY, OTHER], 'oauth a', WORDS))).toEqual(WORDS);
    expect(unseal([KEY], 'oauth a', seal([KEY], 'oauth a', Buffer.alloc(0)))).toEqual(Buffer.alloc(0));
  });

  test('shows nothing of itself, and is never the same twice', () => {
    const sealed = seal([KEY], 'oauth a', WORDS);
    expect(sealed.includes('refresh')).toBe(false);
    expect(seal([KEY], 'oauth a', WORDS).equals(sealed)).toBe(false);
  });

  test('does not open with another key or for another purpose, nor when a single bit was changed', () => {
    const sealed = seal([KEY], 'oauth a', WORDS);
    expect(unseal([OTHER], 'oauth a', sealed)).toBeUndefined();
    expect(unseal([KEY], 'oauth b', sealed)).toBeUndefined();
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8((changed[at] ?? 0) ^ 1, at);
      expect(unseal([KEY], 'oauth a', changed), `byte ${at}`).toBeUndefined();
      expect(unseal([KEY], 'oauth a', sealed.subarray(0, at)), `cut at ${at}`).toBeUndefined();
    }
  });
});
