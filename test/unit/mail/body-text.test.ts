import { describe, expect, test } from 'vitest';
import { MAX_PLAIN_CHARS, readBody } from '../../../src/mail/text/body-text.ts';

function readPlain(text: string) {
  return readBody({ plain: { text, flowed: false, delSp: false }, html: undefined });
}

describe('a plain part that says nothing beside the HTML', () => {
  test.each([
    'Your email client does not support HTML messages.',
    'Ihr Mailprogramm kann kein HTML anzeigen.',
    'This message requires HTML.',
    'Votre logiciel ne prend pas en charge le HTML.',
  ])('%s', (text) => {
    const plain = { text, flowed: false, delSp: false };
    expect(readBody({ plain, html: '<p>It leaks.</p>' }).reply).toBe('It leaks.');
    expect(readBody({ plain, html: ' ' }).reply).toBe(text);
  });

  test('but words about HTML are words', () => {
    const plain = { text: 'My HTML page is broken, please look.', flowed: false, delSp: false };
    expect(readBody({ plain, html: '<p>It leaks.</p>' }).reply).toBe(plain.text);
  });
});

describe('a text that OpenPGP signed within itself', () => {
  const signed = (words: string) =>
    `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n${words}\n-----BEGIN PGP SIGNATURE-----\n\niQEzBAEB\n=abcd\n-----END PGP SIGNATURE-----\n`;

  test('is its words', () => {
    expect(readPlain(signed('/note It leaks.\n- -1- of 2')).reply).toBe('/note It leaks.\n-1- of 2');
    expect(readPlain(`Hi\n\n${signed('It leaks.')}\nBye`).reply).toBe('Hi\n\nIt leaks.\n\nBye');
  });

  test('and is all of it where the signature is not whole', () => {
    const cut = signed('It leaks.').replace(/-----END[^\n]*\n/, '');
    expect(readPlain(cut).text).toBe(cut.trim());
  });
});

describe('bounds of a body', () => {
  test('words below more lines than are told apart stay', () => {
    const body = readPlain(`It leaks.\n${'a line\n'.repeat(60_000)}The end.`);
    expect(body.text.endsWith('The end.')).toBe(true);
    expect(body.reply.endsWith('The end.')).toBe(true);
  });

  test('a text longer than what is read keeps its beginning', () => {
    const body = readPlain(`It leaks. ${'x'.repeat(MAX_PLAIN_CHARS)}`);
    expect(body.text.startsWith('It leaks. xxx')).toBe(true);
    expect(body.text.length).toBe(MAX_PLAIN_CHARS);
  });

  test.each([
    ['attributions', 'On 1.1.2025 10:00 jo@mail.example\n'],
    ['quotes', '> a\n'],
    ['header fields', 'From: jo@mail.example\n'],
    ['dashes', '-'],
    ['colons', 'a:'],
    ['open brackets', 'a <jo@mail.example\n'],
    ['signatures', '-- \n'],
    ['empty lines', '\n'],
  ])('a flood of %s is read to its end', (_what, bait) => {
    const body = readPlain(`It leaks.\n\n${bait.repeat(300_000)}`);
    expect(body.reply.startsWith('It leaks.')).toBe(true);
  });
});

test('the whole text is kept beside the new words', () => {
  const text = 'It leaks.\n\nOn 1/6/2025 10:11 AM, Jane wrote:\n> Really?\n\n-- \nJo';
  expect(readPlain(text)).toMatchObject({
    text,
    reply: 'It leaks.',
    agentReply: 'It leaks.',
    hidden: { elements: 0, images: 0 },
  });
});

test('of a plain and an HTML part the plain words are the new words, and hidden parts are counted', () => {
  const body = readBody({
    plain: { text: 'It *leaks*.', flowed: false, delSp: false },
    html: '<p>It <b>leaks</b>.<img src="cid:1"></p><div style="display:none">x</div>',
  });
  expect(body).toMatchObject({
    text: 'It *leaks*.',
    reply: 'It *leaks*.',
    agentReply: 'It *leaks*.',
    hidden: { elements: 1, images: 1 },
  });
});
