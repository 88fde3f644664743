import { describe, expect, test } from 'vitest';
import { endsWithName } from '../../../src/decide/agent/words/ends-with-name.ts';
import { agentSender, shownSender } from '../../../src/decide/send/shown-sender.ts';

const OWN = {
  desk: 'Acme Support',
  people: ['Alice Ames', 'alice@acme.example', 'Bob', 'bob@acme.example', 'Jörg Müller'],
};
const shown = (name: string, address = 'jo@x.example') => shownSender({ name, address }, OWN);
const AS_ADDRESS = 'jo at x.example (Acme Support)';

describe('the inbox of an agent names', () => {
  test.each([
    ['Jo Doe', 'Jo Doe (Acme Support)'],
    ['  Jo\r\n\tDoe ', 'Jo Doe (Acme Support)'],
    ['"Doe, Jo"', 'Doe, Jo (Acme Support)'],
    ['Dr. J. R. Doe-O’Hara', 'Dr. J. R. Doe-O’Hara (Acme Support)'],
    ['Иван Петров', 'Иван Петров (Acme Support)'],
    ['山田 太郎', '山田 太郎 (Acme Support)'],
    ['\u202eJo\u202c\u200b Doe', 'Jo Doe (Acme Support)'],
    ['Bob Miller', 'Bob Miller (Acme Support)'],
    ['Jo (urgent)', 'Jo urgent (Acme Support)'],
  ])('the customer %j as %j', (name, expected) => expect(shown(name)).toBe(expected));

  test.each([
    '',
    '  ',
    '***',
    '12345',
    'Alice Ames',
    'ALICE  AMES',
    'Ames, Alice',
    'Alice Ames, Acme',
    'AliceAmes',
    'Alіce Ames',
    'Аlice Аmes',
    'Ａｌｉｃｅ Ａｍｅｓ',
    'Älice Âmes',
    'jorg muller',
    'Bob',
    'bob.',
    'Acme Support',
    'Acme Support Team',
    'alice@acme.example',
    'Alice <alice@acme.example>',
    'alice＠acme.example',
    'www.evil.example',
    'help.acme.example',
    'see https://evil.example/x',
  ])('whoever is called %j by the address: nobody may seem to be somebody else', (name) => {
    expect(shown(name)).toBe(AS_ADDRESS);
  });

  test('no name longer than a line, and an address without letters somehow', () => {
    expect([...shown(`Jo ${'very '.repeat(100)}`)].length).toBeLessThanOrEqual(75);
    expect(shown('', '_@x.example')).toBe('at x.example (Acme Support)');
    expect(shown(`${'a'.repeat(64)}`, 'jo@x.example')).toMatch(/^a{59}… \(Acme Support\)$/);
  });
});

test('a response is from the agent at the desk, or from the desk where the agent has no name', () => {
  expect(agentSender('Alice Ames', 'Acme Support')).toBe('Alice Ames at Acme Support');
  expect(agentSender('', 'Acme Support')).toBe('Acme Support');
  expect(agentSender('alice@acme.example', 'Acme Support')).toBe('Acme Support');
});

test.each([
  ['It works now.', false],
  ['It works now.\n\nAlice', true],
  ['It works now.\n\nBest,\nAlice Ames\nAcme GmbH\n+49 30 123', true],
  ['It works now.\n\n- ames', true],
  ['Alice Ames told me so.\n\na\nb\nc\nd\ne\nf', false],
  ['I asked Alice.', false],
])('words that end with the name of their writer get no second one: %j', (words, signed) => {
  expect(endsWithName(words, 'Alice Ames')).toBe(signed);
  expect(endsWithName(words, '')).toBe(true);
});
