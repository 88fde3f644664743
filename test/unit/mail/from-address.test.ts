import { describe, expect, test } from 'vitest';
import { readFrom } from '../../../src/mail/headers/from-address.ts';
import { readHead } from '../../../src/mail/mime/raw-message.ts';

/** Reads the sender of a header given as one character per byte. */
function from(...lines: string[]) {
  const raw = Buffer.from(`${lines.join('\r\n')}\r\n\r\nHello\r\n`, 'latin1');
  return readFrom(readHead(raw, 0, () => false, true).fields);
}

const one = (address: string, name: string) => ({ kind: 'one', address, name });

describe('one sender is read from', () => {
  test.each([
    ['a bare address', 'From: jo@x.example', one('jo@x.example', '')],
    ['a name and an address', 'From: Jo Doe <jo@x.example>', one('jo@x.example', 'Jo Doe')],
    ['a quoted name with a comma', 'From: "Doe, Jo" <jo@x.example>', one('jo@x.example', 'Doe, Jo')],
    ['a name with a bare comma', 'From: Doe, Jo <jo@x.example>', one('jo@x.example', 'Doe, Jo')],
    [
      'an encoded name with a bare comma',
      'From: =?utf-8?q?D=C3=B6?=, Jo <jo@x.example>',
      one('jo@x.example', 'Dö, Jo'),
    ],
    ['a name and a title', 'From: Doe, Jo, PhD <jo@x.example>', one('jo@x.example', 'Doe, Jo, PhD')],
    ['an address with the name in a comment', 'From: jo@x.example (Jo Doe)', one('jo@x.example', 'Jo Doe')],
    ['an encoded name', 'From: =?utf-8?q?J=C3=B6?= <jo@x.example>', one('jo@x.example', 'Jö')],
    ['a raw Latin-1 name', 'From: J\xf6 <jo@x.example>', one('jo@x.example', 'Jö')],
    ['a name that is the same address', 'From: jo@x.example <jo@x.example>', one('jo@x.example', 'jo@x.example')],
    ['a quoted name that is another address', 'From: "a@y.example" <jo@x.example>', one('jo@x.example', 'a@y.example')],
    ['a domain in capitals', 'From: Jo <Jo@X.EXAMPLE>', one('Jo@x.example', 'Jo')],
    ['an empty list element', 'From: jo@x.example,', one('jo@x.example', '')],
    ['an internationalised address', 'From: <j\xc3\xb6@m\xc3\xa4.example>', one('jö@mä.example', '')],
    ['blanks before the colon', 'From : jo@x.example', one('jo@x.example', '')],
    [
      'escaped quotes around an address in the name',
      'From: "A \\" <e@v.example>" <jo@x.example>',
      one('jo@x.example', 'A " <e@v.example>'),
    ],
  ])('%s', (_, line, expected) => {
    expect(from(line)).toEqual(expected);
  });

  test('a folded field', () => {
    expect(from('From: A Very Long', ' Name', '\t<jo@x.example>')).toEqual(one('jo@x.example', 'A Very Long Name'));
  });
});

describe('nobody is identified by', () => {
  test.each([
    ['two addresses', ['From: a@x.example, b@y.example'], 'from-several-mailboxes'],
    ['an unquoted address before another one', ['From: a@x.example <b@y.example>'], 'from-malformed'],
    ['two angle brackets', ['From: Jo <a@x.example> <b@y.example>'], 'from-malformed'],
    ['words behind the address', ['From: Jo <a@x.example> or so'], 'from-malformed'],
    ['an angle bracket that stays open', ['From: Jo <a@x.example'], 'from-malformed'],
    ['a quote that stays open', ['From: "Jo <a@x.example>'], 'from-malformed'],
    ['an address before a bare comma', ['From: a@b.example, Jo <j@x.example>'], 'from-several-mailboxes'],
    ['an address in quotes before a bare comma', ['From: "a@b.example", Jo <j@x.example>'], 'from-several-mailboxes'],
    [
      'an address in a comment before a bare comma',
      ['From: Doe (a@b.example), Jo <j@x.example>'],
      'from-several-mailboxes',
    ],
    ['an encoded address before a bare comma', ['From: =?utf-8?q?a=40b.example?=, Jo <j@x.example>'], 'from-malformed'],
    ['an encoded bracket before a bare comma', ['From: =?utf-8?b?PGE+?=, Jo <j@x.example>'], 'from-malformed'],
    ['two brackets around a comma', ['From: Doe <a@b.example>, Jo <j@x.example>'], 'from-several-mailboxes'],
    ['an empty bracket before a comma', ['From: Doe <>, Jo <j@x.example>'], 'from-several-mailboxes'],
    ['a name behind the address and a comma', ['From: Jo <j@x.example>, Doe'], 'from-malformed'],
    ['a bare comma and an address without brackets', ['From: Doe, j@x.example'], 'from-malformed'],
    ['a name with semicolons', ['From: Doe; Jo <j@x.example>'], 'from-malformed'],
    ['a name with an escaped comma', ['From: Doe\\, Jo <j@x.example>'], 'from-malformed'],
    ['a list of names', ['From: a, b, c, d, Jo <j@x.example>'], 'from-malformed'],
    ['a group with a bare comma', ['From: Team: Doe, Jo <j@x.example>;'], 'from-group'],
    ['a group', ['From: Team: a@x.example;'], 'from-group'],
    ['an empty group', ['From: undisclosed:;'], 'from-group'],
    ['a source route', ['From: <@relay.example:a@x.example>'], 'from-malformed'],
    ['a quoted local part', ['From: "a"@x.example'], 'from-malformed'],
    ['an address literal', ['From: a@[127.0.0.1]'], 'from-malformed'],
    ['an address inside an encoded word', ['From: =?utf-8?q?a=40x.example?='], 'from-malformed'],
    ['an encoded word inside an address', ['From: <=?utf-8?q?a?=@x.example>'], 'from-malformed'],
    ['a comment inside the address', ['From: a(b)@x.example'], 'from-malformed'],
    ['NUL in the address', ['From: a\0@x.example'], 'from-malformed'],
    ['an empty address', ['From: <>'], 'from-malformed'],
    ['raw Latin-1 in the address', ['From: j\xf6@x.example'], 'from-malformed'],
    ['an empty field', ['From: '], 'from-missing'],
    ['no field at all', ['To: a@x.example'], 'from-missing'],
    ['two fields', ['From: a@x.example', 'From: b@y.example'], 'from-repeated'],
    ['two fields, one with a blank before the colon', ['From: a@x.example', 'FROM : b@y.example'], 'from-repeated'],
    ['a second field behind a bare CR', ['Subject: x\rFrom: b@y.example', 'From: a@x.example'], 'from-repeated'],
    ['a field that only a bare CR starts', ['Subject: x\rFrom: b@y.example'], 'from-malformed'],
    ['a field of more than 4,000 characters', [`From: ${'x'.repeat(5_000)} <a@x.example>`], 'from-too-long'],
  ])('%s', (_, lines, reason) => {
    expect(from(...lines)).toMatchObject({ kind: 'none', reason });
  });
});

test('a broken sender is still shown as a person would read it', () => {
  expect(from('From: Doe; Jo <a@x.example>')).toMatchObject({
    bestEffort: { address: 'a@x.example', name: 'Doe, Jo' },
  });
  expect(from('From: Moderator', 'Return-Path: <m@x.example>')).toMatchObject({
    bestEffort: { address: 'm@x.example', name: 'Moderator' },
  });
});
