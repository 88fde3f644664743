import { expect, test } from 'vitest';
import { homeOf } from '../../../src/decide/mail/match/home-mailbox.ts';
import type { Identity } from '../../../src/domain/desk/identity.ts';
import { address, IDENTITY, recipients } from '../../support/decisions.ts';
import { classifiedMail } from './classified-mail.ts';

const TOKEN = `12-3f-${'a'.repeat(26)}`;
const identity = (name: string, ...aliases: string[]): Identity => ({
  ...IDENTITY,
  address: address(`${name}@desk.example`),
  mailboxName: name,
  ownAddresses: [`${name}@desk.example`, ...aliases],
  replyAddress: { before: `${name}+`, after: '@desk.example' },
});
const SUPPORT = identity('support', 'help@desk.example');
const BILLING = identity('billing');
const SALES = identity('sales');
const ALL = [SUPPORT, BILLING, SALES];

/** Whom a mail is for, wherever it came to: that is the promise. */
test.each([
  ['the first that To names', ['billing@desk.example', 'support@desk.example'], [], 'billing', 'support'],
  ['To before Cc', ['sales@desk.example'], ['support@desk.example'], 'sales', 'support'],
  ['one behind strangers', ['pat@x.example', 'support@desk.example'], ['billing@desk.example'], 'support', 'billing'],
  ['an alias', ['HELP@desk.example'], ['billing@desk.example'], 'support', 'billing'],
  ['a plus address of a person', ['billing+invoice@desk.example'], [], 'billing', ''],
  ['the reply address before all', ['billing@desk.example'], [`support+${TOKEN}@desk.example`], 'support', 'billing'],
  [
    'of two reply addresses the first',
    [`sales+${TOKEN}@desk.example`, `support+${TOKEN}@desk.example`],
    [],
    'sales',
    'support',
  ],
  ['all three', ['billing@desk.example', 'sales@desk.example'], ['support@desk.example'], 'billing', 'support sales'],
])('a mail belongs to %s', (_what, to, cc, home, also) => {
  for (const cameTo of ALL) {
    const asked = { ...classifiedMail({}), to: recipients(...to), cc: recipients(...cc) };
    const found = homeOf(asked, cameTo, ALL);
    expect([found.identity.mailboxName, found.also.map(({ mailboxName }) => mailboxName).join(' ')]).toEqual([
      home,
      also,
    ]);
  }
});

test('a mail that names none of ours belongs to the mailbox that it came to', () => {
  const asked = { ...classifiedMail({}), to: recipients('undisclosed@x.example'), cc: [] };
  for (const cameTo of ALL) expect(homeOf(asked, cameTo, ALL)).toEqual({ identity: cameTo, also: [] });
});
