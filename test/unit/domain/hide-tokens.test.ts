import { expect, test } from 'vitest';
import { hideTokens } from '../../../src/domain/mail/hide-tokens.ts';

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

test('a digest without a digit is found over two lines where it stands in an address or a link', () => {
  const [first, second] = ['kvxqzabcdefghi', 'jklmnopqrstz'];
  for (const [before, behind] of [
    ['support+12-3f-', '@acme.example'],
    ['<12-3f-', '.9x@acme.example>'],
    ['https://help.acme.example/t/12-3f-', ''],
  ]) {
    const hidden = hideTokens(`${before}${first}\n${second}${behind}`);
    expect(hidden).not.toContain(first);
    expect(hidden).not.toContain(second);
  }
});

const letters = (text: string, change: (letter: string) => string) => [...text].map(change).join('');
const wide = (text: string) =>
  letters(text, (one) => (/[!-~]/.test(one) ? String.fromCodePoint((one.codePointAt(0) ?? 0) + 0xfee0) : one));
const TOKEN = `12-3f-${MAC}`;
const BOUNCE = `b3f-${MAC}`;

/** What mail programs, gateways and people make of a token that they quote. */
const MADE_OF_IT: [string, (token: string) => string][] = [
  ...[
    '\u200b',
    '\u200c',
    '\u200d',
    '\u200e',
    '\u200f',
    '\u00ad',
    '\u2060',
    '\ufeff',
    '\u061c',
    '\u202e',
    '\u2066',
    '\u034f',
    '\ufe0f',
    '\u{e0061}',
    '\u0301',
    '\u0007',
  ].flatMap((mark): [string, (token: string) => string][] => {
    const code = mark.codePointAt(0)?.toString(16);
    return [
      [`U+${code} in the middle`, (token) => token.replace('abcd', `ab${mark}cd`)],
      [`U+${code} behind each letter`, (token) => letters(token, (one) => one + mark)],
    ];
  }),
  ...[...'‐‑‒–—―−﹣－⁃'].map((dash): [string, (token: string) => string] => [
    `the dash ${dash}`,
    (token) => token.replaceAll('-', dash),
  ]),
  ['soft hyphens for hyphens', (token) => token.replaceAll('-', '\u00ad')],
  ['hyphens and soft hyphens', (token) => token.replaceAll('-', '-\u00ad')],
  ...['\n', '\r\n', '\n> ', '\n> > ', ' \n>> ', '\r\n\r\n', '\u2028', '\n| ', '=\n', '=\r\n> '].flatMap(
    (end): [string, (token: string) => string][] => [
      [`a line end ${JSON.stringify(end)} behind hyphens`, (token) => token.replaceAll('-', `-${end}`)],
      [`a line end ${JSON.stringify(end)} before hyphens`, (token) => token.replaceAll('-', `${end}-`)],
      [`a line end ${JSON.stringify(end)} in the digest`, (token) => token.replace('abcd', `ab${end}cd`)],
    ],
  ),
  ...['%2D', '%2d', '%252D', '%25252D', '=2D', '=2d', '%E2%80%91', '=E2=80=93', '&#45;', '&#x2D;', '&#8209;'].map(
    (dash): [string, (token: string) => string] => [dash, (token) => token.replaceAll('-', dash)],
  ),
  ...['&ndash;', '&hyphen;', '&amp;#45;', '&amp;ndash;', '&MINUS;'].map((dash): [string, (token: string) => string] => [
    dash,
    (token) => token.replaceAll('-', dash),
  ]),
  ...['&shy;', '&#173;', '&zwnj;', '&#x200B;', '&ZeroWidthSpace;', '%C2%AD', '=E2=80=8B', '&amp;shy;'].map(
    (mark): [string, (token: string) => string] => [mark, (token) => token.replace('abcd', `ab${mark}cd`)],
  ),
  // Gateways that rewrite links (Proofpoint), JSON, scripts, style sheets, Markdown.
  ...['-2D', '\\u002d', '\\x2d', '\\2d ', '\\-', '%u002d', '&#45', '<b>-</b>', '-<wbr>', '<wbr/>-'].map(
    (dash): [string, (token: string) => string] => [dash, (token) => token.replaceAll('-', dash)],
  ),
  // What a person types so that no program finds it.
  ...['_', '.', '~', '--', ' - ', '\u00a0-\u00a0', 'ー', 'ㅡ', '一', '─', '━', '¯', '-*', '-[', ' –\u2009'].map(
    (dash): [string, (token: string) => string] => [`for a hyphen ${dash}`, (token) => token.replaceAll('-', dash)],
  ),
  ['a tag in the digest', (token) => token.replace('abcd', 'ab<wbr>cd')],
  ['Turkish lower case', (token) => token.replaceAll('i', 'ı')],
  ['each octet as in a link', (token) => letters(token, (one) => `%${one.charCodeAt(0).toString(16)}`)],
  ['each octet as in quoted-printable', (token) => letters(token, (one) => `=${one.charCodeAt(0).toString(16)}`)],
  ['each letter as in HTML', (token) => letters(token, (one) => `&#${one.charCodeAt(0)};`)],
  ['upper case', (token) => token.toUpperCase()],
  ['full width', wide],
  ['full width and upper case', (token) => wide(token.toUpperCase())],
  ['Arabic digits', (token) => token.replace(/\d/g, (one) => String.fromCodePoint(0x660 + Number(one)))],
  [
    'mathematical letters',
    (token) => token.replace(/[a-z]/g, (one) => String.fromCodePoint(0x1d41a - 97 + one.charCodeAt(0))),
  ],
  ['Cyrillic letters that look alike', (token) => token.replaceAll('a', 'а').replaceAll('o', 'о')],
  ['several at once', (token) => wide(token).replaceAll('－', '\u200e–\n> ').replace('\uff41', 'a\u0301')],
];

test.each(MADE_OF_IT)('a token is taken out, and nothing beside it: %s', (_, change) => {
  for (const token of [TOKEN, BOUNCE]) {
    const made = change(token);
    expect(made).not.toBe(change('nothing'));
    expect(hideTokens(`Write to support+${made}@acme.example – nöt 5\u200e.`)).toBe(
      'Write to support+…@acme.example – nöt 5\u200e.',
    );
    expect(hideTokens(`${made}\nand ${made}, 50 % = all &c.`)).toBe('…\nand …, 50 % = all &c.');
  }
});

test('a token behind a name in a link, and one whose number looks like an octet', () => {
  for (const number of ['12', '31', '41', '2']) {
    expect(hideTokens(`https://x.example/?t=${number}-3f-${MAC}&l=en`)).toBe('https://x.example/?t=…&l=en');
    expect(hideTokens(`https://x.example/%2F${number}%2D3f%2D${MAC}`)).toBe('https://x.example/%2F…');
  }
});

test('what only looks like a token stays, letter for letter', () => {
  for (const words of [
    '2026-11-22 then the customer said that it was late.',
    '2026-11-22\nthen\nthe customer said that it was late.',
    'Room 3-b-internationali\n\nsierungsplan.',
    '2026-11-22 or b-5.',
    'a – b, 50 % off, x=3D, &amp; more, ﬁne, ½, \u200e\u00ad.',
    '10-3f-k5xq2abcdefghijklm nopqrst7',
    `12-3f-${MAC}abc`,
    '\ud800 12-3f- \udc00',
    '&#1114112; &#0; %ff%fe =ff &bogus; %',
  ])
    expect(hideTokens(words)).toBe(words);
});

test('any words take time in proportion to their length', () => {
  const BAITS = [
    '1-',
    '12-3f-',
    '1\n',
    '%25',
    '=\n',
    '&amp;',
    ' ',
    '\u3000',
    '\u2028',
    '\u00ad',
    '-\u200b',
    '\u200b',
    '日',
    '.',
    '-\n> ',
    'a\u0301',
    `1-1-${'a'.repeat(25)}`,
    '>\n',
    'b1-\n',
  ];
  for (const bait of BAITS) {
    const timeOf = (length: number) => {
      const words = bait.repeat(length / bait.length);
      const startedAt = process.cpuUsage();
      hideTokens(words);
      return process.cpuUsage(startedAt).user / 1_000;
    };
    timeOf(20_000);
    const [short, long] = [20_000, 320_000].map((length) => Math.min(timeOf(length), timeOf(length))) as [
      number,
      number,
    ];
    // Sixteen times the words; a square would be 256 times.
    expect(long, JSON.stringify(bait)).toBeLessThan(Math.max(short, 4) * 80);
  }
});

test('a token with a blank behind each of its letters is taken out, and a spaced heading stays', () => {
  for (const gap of [' ', '\u2009', '\u00a0', '  ']) {
    const spaced = [...TOKEN].join(gap);
    expect(hideTokens(`Write to ${spaced}, please.`)).toBe('Write to …, please.');
  }
  const heading = 'W I C H T I G E   M I T T E I L U N G   A N   A L L E   A B 2 0 2 6 - 1 - 1';
  expect(hideTokens(heading)).toBe(heading);
});
