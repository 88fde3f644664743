import { describe, expect, test } from 'vitest';
import { addressKey, parseEmailAddress } from '../../../src/domain/mail/email-address.ts';

describe('an address', () => {
  test.each([
    'jo@customer.example',
    "o'brien+x!%=@customer.example",
    'jö@bücher.example',
    'почта@пример.example',
    '用户@例子.example',
  ])('is read as it is written: %s', (text) => {
    expect(parseEmailAddress(text)).toBe(text);
  });

  test('has its domain in lower case, and a key that does not care about letters', () => {
    const address = parseEmailAddress('Jo@CUSTOMER.example');
    expect(address).toBe('Jo@customer.example');
    expect(address && addressKey(address)).toBe('jo@customer.example');
  });

  test.each([
    ['a Kelvin sign, which is a k in lower case', 'alice@des\u212a.example'],
    ['a Kelvin sign in the local part', '\u212aim@desk.example'],
    ['full-width letters', 'alice@\uff44esk.example'],
    ['a long s', 'alice@de\u017fk.example'],
    ['a letter in two pieces', 'jo\u0308@customer.example'],
  ])('is none where it could be taken for another one: %s', (_, text) => {
    expect(parseEmailAddress(text)).toBeUndefined();
  });
});
