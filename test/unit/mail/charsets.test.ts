import { describe, expect, test } from 'vitest';
import { decodeBytes } from '../../../src/mail/charset/charsets.ts';

const hex = (bytes: string) => Buffer.from(bytes.replaceAll(' ', ''), 'hex');

describe('a declared charset is read', () => {
  test.each([
    ['windows-1252', '93 61 94 80', '“a”€'],
    ['iso-8859-1', '46 72 f6', 'Frö'],
    ['windows-1251', 'cf f0 e8 e2 e5 f2', 'Привет'],
    ['koi8-r', 'f0 d2 c9 d7 c5 d4', 'Привет'],
    ['gb18030', 'c4 e3 ba c3', '你好'],
    ['gb2312', 'c4 e3 ba c3', '你好'],
    ['big5', 'a7 41 a6 6e', '你好'],
    ['iso-2022-jp', '1b 24 42 46 7c 1b 28 42', '日'],
    ['shift_jis', '93 fa', '日'],
    ['euc-jp', 'c6 fc', '日'],
    ['ks_c_5601-1987', 'b0 a1', '가'],
    ['iso-2022-kr', '1b 24 29 43 0e 30 21 0f', '가'],
    ['hz-gb-2312', '7e 7b 44 63 3a 43 7e 7d', '你好'],
    ['utf-7', '46 72 2b 41 50 59 2d', 'Frö'],
    ['utf-16', 'ff fe 61 00 f6 00', 'aö'],
    ['cp850', '81', 'ü'],
  ])('%s', (label, bytes, text) => {
    expect(decodeBytes(hex(bytes), label)).toBe(text);
  });
});

describe('what is declared wrongly or not at all is found by looking', () => {
  const utf8 = (text: string) => Buffer.from(text);
  test.each([
    ['UTF-8 under a Latin label', utf8('Grüße'), 'iso-8859-1', 'Grüße'],
    ['UTF-8 under a Chinese label', utf8('Привет всем'), 'gb2312', 'Привет всем'],
    ['Latin-1 under UTF-8', hex('46 72 f6 73 63 68 65'), 'utf-8', 'Frösche'],
    ['UTF-8 without a label', utf8('日本語'), undefined, '日本語'],
    ['UTF-8 under us-ascii', utf8('é'), 'us-ascii', 'é'],
    ['UTF-8 under a charset nobody knows', utf8('é'), 'x-mystery', 'é'],
    ['a UTF-8 text cut within a letter', hex('68 e4 bd'), 'utf-8', 'h\ufffd'],
    ['a Latin-1 letter at the end, under UTF-8', hex('63 61 66 e9'), 'utf-8', 'café'],
    ['ISO-2022-JP without a label', hex('1b 24 42 46 7c 1b 28 42'), undefined, '日'],
    ['EUC-JP under ISO-2022-JP', hex('a4 b3 a4 f3 a4 cb a4 c1 a4 cf'), 'iso-2022-jp', 'こんにちは'],
    ['Shift_JIS without a label', hex('82 b1 82 f1 82 c9 82 bf 82 cd'), undefined, 'こんにちは'],
    ['Chinese without a label', hex('c4 e3 ba c3 a3 ac ce d2 cf eb b2 e9 d1 af'), undefined, '你好，我想查询'],
    ['Russian without a label', hex('cf f0 e8 e2 e5 f2 20 e2 f1 e5 ec'), undefined, 'Привет всем'],
    ['Russian in KOI8-R without a label', hex('f0 d2 c9 d7 c5 d4 20 d7 d3 c5 cd'), undefined, 'Привет всем'],
    ['a lone Latin-1 letter', hex('e9'), undefined, 'é'],
  ])('%s', (_, bytes, label, text) => {
    expect(decodeBytes(bytes, label)).toBe(text);
  });

  test('what the rest of the mail declares is asked first', () => {
    expect(decodeBytes(hex('c8 e9'), undefined, 'windows-1253')).toBe('Θι');
  });
});
