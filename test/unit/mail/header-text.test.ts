import { describe, expect, test } from 'vitest';
import { cleanLine, cleanText } from '../../../src/mail/charset/clean-text.ts';
import { decodeWords } from '../../../src/mail/charset/encoded-words.ts';
import { readAddressList } from '../../../src/mail/headers/addresses.ts';
import { readDate } from '../../../src/mail/headers/date-field.ts';
import { readParameterField } from '../../../src/mail/headers/header-params.ts';
import { readMessageIds } from '../../../src/mail/headers/references.ts';

describe('encoded words', () => {
  test.each([
    ['a Q word', '=?utf-8?q?J=C3=B6_D?=', 'Jö D'],
    ['a B word', '=?UTF-8?B?SsO2?=', 'Jö'],
    ['words with a blank between them', '=?utf-8?q?a?= =?utf-8?q?b?=', 'ab'],
    ['a word beside plain text', 'x =?utf-8?q?a?= y', 'x a y'],
    ['a letter cut in two by the mailer', '=?utf-8?q?J=C3?= =?utf-8?q?=B6?=', 'Jö'],
    ['base64 cut within a group of four', '=?utf-8?b?SsO?= =?utf-8?b?2?=', 'Jö'],
    ['a language behind the charset', '=?utf-8*de?q?J=C3=B6?=', 'Jö'],
    ['blanks inside a word', '=?utf-8?q?a b?=', 'a b'],
    ['ISO-2022-JP', '=?iso-2022-jp?b?GyRCRnxLXBsoQg==?=', '日本'],
    ['GB18030', '=?gb2312?b?xOO6ww==?=', '你好'],
    ['a charset nobody knows, in UTF-8', '=?x-none?q?J=C3=B6?=', 'Jö'],
    ['raw UTF-8', 'J\xc3\xb6', 'Jö'],
    ['raw Latin-1', 'J\xf6rg', 'Jörg'],
    ['a word that never ends', '=?utf-8?q?abc', '=?utf-8?q?abc'],
    ['a question mark inside a Q word', '=?utf-8?q?why??=', 'why?'],
  ])('%s', (_, raw, text) => {
    expect(decodeWords(raw)).toBe(text);
  });
});

describe('parameters', () => {
  const filename = (raw: string) => readParameterField(`attachment; ${raw}`).params['filename'];
  test.each([
    ['by RFC 2231', "filename*=utf-8''%E2%82%AC.pdf", '€.pdf'],
    ['in sections, out of order', 'filename*1="b.txt"; filename*0="a "', 'a b.txt'],
    [
      'in sections with and without percent signs',
      `filename*0*=iso-8859-1'en'%A3%20; filename*1="r"; filename*2*=%2etxt`,
      '£ r.txt',
    ],
    ['as an encoded word in quotes', 'filename="=?utf-8?B?w6QudHh0?="', 'ä.txt'],
    ['as an encoded word without quotes', 'filename==?utf-8?B?w6QudHh0?=', 'ä.txt'],
    ['as an encoded word in the starred form', 'filename*="=?utf-8?B?w6QudHh0?="', 'ä.txt'],
    ['in raw Latin-1', 'filename="\xe4.txt"', 'ä.txt'],
    ['with blanks and brackets and no quotes', 'filename=my file (1).pdf; size=3', 'my file (1).pdf'],
    ['with a semicolon in quotes', 'filename="a;b.txt"; size=1', 'a;b.txt'],
    ['with a Windows path', 'filename="C:\\new\\a.txt"', 'C:\\new\\a.txt'],
    ['with an escaped quote', 'filename="a\\"b.txt"', 'a"b.txt'],
    ['with a quote that stays open', 'filename="a.txt', 'a.txt'],
    ['behind a comment', 'x=y (filename=no); filename=a.txt', 'a.txt'],
  ])('a file name %s', (_, raw, name) => {
    expect(filename(raw)).toBe(name);
  });

  test('a value without its semicolon keeps its parameters', () => {
    expect(readParameterField('Text/HTML charset=utf-8')).toEqual({ value: 'text/html', params: { charset: 'utf-8' } });
  });

  test('names such as __proto__ are parameters like others', () => {
    expect(Object.keys(readParameterField('a/b; __proto__=x').params)).toEqual(['__proto__']);
  });
});

describe('recipients', () => {
  const written = (raw: string) => readAddressList(raw).map((one) => one.written);
  test('groups are opened and semicolons separate', () => {
    expect(written('Team: a@x.example, B <b@x.example>;, c@x.example')).toEqual([
      'a@x.example',
      'b@x.example',
      'c@x.example',
    ]);
    expect(written('a@x.example; b@x.example')).toEqual(['a@x.example', 'b@x.example']);
  });

  test('a name with a bare comma stays one recipient', () => {
    expect(readAddressList('Doe, Jo <jo@x.example>')).toEqual([
      { address: 'jo@x.example', name: 'Doe, Jo', written: 'jo@x.example' },
    ]);
  });

  test('obsolete blanks, comments and routes are none of the address', () => {
    expect(written('Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>')).toEqual(['pete@silly.test']);
    expect(written('c@(the host of C)public.example')).toEqual(['c@public.example']);
    expect(written('<@node.test:mary@example.net>, , jdoe@test  . example')).toEqual([
      'mary@example.net',
      'jdoe@test.example',
    ]);
  });

  test('one that is no mailbox keeps what was written', () => {
    expect(readAddressList('nobody')).toEqual([{ address: undefined, name: '', written: 'nobody' }]);
  });
});

describe('message identifiers', () => {
  test.each([
    ['in brackets', '<a@x> <b@x>', ['a@x', 'b@x']],
    ['without brackets', 'a@x b@x', ['a@x', 'b@x']],
    ['with words around them', 'Your mail of Monday <a@x> (sent)', ['a@x']],
    ['cut by a folded line', '<a\t b@x>', ['ab@x']],
    ['twice', '<a@x> <a@x>', ['a@x']],
    ['with a bracket that stays open', '<a@x', ['a@x']],
    ['of nothing', '  ', []],
  ])('%s', (_, raw, ids) => {
    expect(readMessageIds(raw)).toEqual(ids);
  });

  test('of a long thread: the first and the newest hundred are kept', () => {
    const ids = readMessageIds(Array.from({ length: 300 }, (_, i) => `<${i}@x>`).join(' '));
    expect([ids.length, ids[0], ids[1], ids.at(-1)]).toEqual([101, '0@x', '200@x', '299@x']);
  });
});

describe('dates', () => {
  test.each([
    ['by RFC 5322', 'Sun, 22 Nov 2026 08:00:00 +0100', '2026-11-22T07:00:00.000Z'],
    ['with a comment', '22 Nov 2026 07:00:00 +0000 (GMT)', '2026-11-22T07:00:00.000Z'],
    ['with a zone by name', 'Sun, 22 Nov 2026 02:00:00 EST', '2026-11-22T07:00:00.000Z'],
    ['with a two-digit year and no seconds', '22 Nov 99 07:00 GMT', '1999-11-22T07:00:00.000Z'],
    ['by ISO 8601', '2026-11-22T07:00:00Z', '2026-11-22T07:00:00.000Z'],
  ])('%s', (_, raw, iso) => {
    expect(new Date(readDate(raw) ?? 0).toISOString()).toBe(iso);
  });

  test('that nobody can read are left out', () => {
    expect(readDate('yesterday')).toBeUndefined();
    expect(readDate('32 Foo 2026 07:00:00')).toBeUndefined();
  });
});

test('cleaned text is well-formed, without NUL, and a line without control characters', () => {
  expect(cleanText('a\0b\ud800c')).toBe('ab\ufffdc');
  expect(cleanLine('a\r\n\tb\x1b[31m\u2028c', 100)).toBe('a b [31m c');
});
