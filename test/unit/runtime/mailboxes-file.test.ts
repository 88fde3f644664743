import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Fault } from '../../../src/domain/fault.ts';
import { loadConfig, ROLES } from '../../../src/runtime/settings/config.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'turnmail-mailboxes-'));
afterAll(() => rmSync(folder, { recursive: true }));

const FILE = path.join(folder, 'mailboxes.yaml');
const ENV = {
  MAILBOXES_FILE: FILE,
  SECRET: 'ab'.repeat(32),
  SUPPORT_PASSWORD: 's3cret',
  BILLING_PASSWORD: 'p@ss/w:rd',
};

function load(text: string, env: Record<string, string> = {}) {
  writeFileSync(FILE, text);
  return loadConfig(ROLES, { ...ENV, ...env });
}

function problems(text: string, env: Record<string, string> = {}): string[] {
  try {
    load(text, env);
    return [];
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'settings-invalid') throw error;
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.replace(/^ {2}- /, '').replace(`${folder}/`, ''));
  }
}

const GOOD = `
x-servers: &servers
  smtp_url: smtp://desk:\${SUPPORT_PASSWORD}@smtp.acme.example:587
  initial_sync: all
mailboxes:
  - address: Acme Support <support@acme.example>
    imap_url: imaps://support:\${SUPPORT_PASSWORD}@imap.acme.example/INBOX
    aliases: [help@acme.example, hilfe@acme.example]
    reply_address: s.{token}@in.acme.example
    <<: *servers
  - address: billing@acme.example
    name: Acme, Billing
    imap_url: imaps://billing:\${BILLING_PASSWORD}@imap.acme.example/INBOX
    agents:
      - Alice Ames <alice@acme.example>
      - '"Berg, Bob" <bob@acme.example>'
    locale: de
    brand_name: Acme
    <<: *servers
    initial_sync: new
`;

/** As it stands in the file. */
const fromEnv = (name: string) => `\${${name}}`;

describe('a file of mailboxes', () => {
  test('makes identities apart, with what they share said once and secrets from the environment', () => {
    const { mailboxes, agents } = load(GOOD, { AGENTS: 'carol@acme.example' });
    expect(mailboxes).toMatchObject([
      {
        identity: {
          address: 'support@acme.example',
          name: 'Acme Support',
          mailboxName: 'support',
          ownAddresses: ['support@acme.example', 'help@acme.example', 'hilfe@acme.example'],
          replyAddress: { before: 's.', after: '@in.acme.example' },
          locale: 'en',
          agents: undefined,
        },
        imapUrl: 'imaps://support:s3cret@imap.acme.example/INBOX',
        smtpUrl: 'smtp://desk:s3cret@smtp.acme.example:587',
        initialSync: 'all',
      },
      {
        identity: {
          address: 'billing@acme.example',
          name: 'Acme, Billing',
          locale: 'de',
          replyAddress: { before: 'billing+', after: '@acme.example' },
          agents: new Set(['alice@acme.example', 'bob@acme.example']),
          brand: { name: 'Acme' },
        },
        imapUrl: 'imaps://billing:p%40ss%2Fw%3Ard@imap.acme.example/INBOX',
        initialSync: 'new',
      },
    ]);
    expect(agents.map(({ address }) => address)).toEqual([
      'carol@acme.example',
      'alice@acme.example',
      'bob@acme.example',
    ]);
    const ids = mailboxes.map(({ identity }) => identity.deskId);
    expect(new Set(ids).size).toBe(2);
  });

  test('takes a whole URL from the environment as it is', () => {
    const whole = GOOD.replace(
      `imaps://billing:${fromEnv('BILLING_PASSWORD')}@imap.acme.example/INBOX`,
      fromEnv('BILLING_URL'),
    );
    const { mailboxes } = load(whole, { BILLING_URL: 'imaps://billing:a%40b@imap.acme.example/INBOX' });
    expect(mailboxes[1]?.imapUrl).toBe('imaps://billing:a%40b@imap.acme.example/INBOX');
  });

  test('gives two mailboxes with the same word before the @ their whole address as their name', () => {
    const { mailboxes } = load(GOOD.replace('billing@acme.example', 'support@other.example'));
    expect(mailboxes.map(({ identity }) => identity.mailboxName)).toEqual([
      'support@acme.example',
      'support@other.example',
    ]);
  });

  const swap = (from: string, to: string) => GOOD.replace(from, to);
  test.each([
    [
      'a value that the environment does not have',
      swap(fromEnv('BILLING_PASSWORD'), fromEnv('BILING_PASSWORD')),
      ['mailboxes.yaml:13: imap_url takes its value from BILING_PASSWORD, which is not set in the environment'],
    ],
    [
      'a key that is almost one',
      swap('reply_address:', 'reply_adress:'),
      ['mailboxes.yaml:9: reply_adress is no key of a mailbox; reply_address is one'],
    ],
    [
      'a value that is written wrongly',
      swap('s.{token}@', 's.token@'),
      [expect.stringMatching(/^mailboxes\.yaml:9: reply_address must be an address with \{token\}/)],
    ],
    [
      'a URL of another kind',
      swap('imaps://billing', 'pop3://billing'),
      [expect.stringMatching(/^mailboxes\.yaml:13: imap_url starts with "pop3:/)],
    ],
    [
      'no address',
      swap('  - address: billing@acme.example\n    name: Acme, Billing', '  - name: Acme, Billing'),
      [expect.stringMatching(/^mailboxes\.yaml:11: address is not set/)],
    ],
    [
      'no server',
      swap('    <<: *servers\n  - address', '  - address'),
      [expect.stringMatching(/^mailboxes\.yaml:6: smtp_url is not set/)],
    ],
    [
      'an address that two have',
      swap('[help@acme.example,', '[billing@acme.example,'),
      ['mailboxes.yaml:11: address names billing@acme.example, which mailbox support@acme.example has already'],
    ],
    [
      'a folder that two read',
      swap(`imaps://billing:${fromEnv('BILLING_PASSWORD')}`, `imaps://support:${fromEnv('BILLING_PASSWORD')}`),
      [expect.stringMatching(/^mailboxes\.yaml:13: imap_url names a folder, which mailbox/)],
    ],
    [
      'reply addresses that two have',
      swap('    locale: de', '    reply_address: s.{token}@in.acme.example'),
      [expect.stringMatching(/^mailboxes\.yaml:17: reply_address names a form, which mailbox/)],
    ],
    [
      'a language that is none',
      swap('locale: de', 'locale: german!'),
      [expect.stringMatching(/^mailboxes\.yaml:17: locale must be a language/)],
    ],
    [
      'a login without a password',
      swap(`:${fromEnv('BILLING_PASSWORD')}@`, '@'),
      [expect.stringMatching(/^mailboxes\.yaml:13: imap_url has a user name and no password/)],
    ],
    ['what is no YAML', 'mailboxes:\n  - address: [a', [expect.stringMatching(/^mailboxes\.yaml:2: /)]],
    [
      'no list',
      'mailbox:\n  address: a@b.example\n',
      [expect.stringMatching(/^mailboxes\.yaml:1: there is no list of mailboxes/)],
    ],
    [
      'a mailbox that is a word',
      'mailboxes:\n  - support@acme.example\n',
      [expect.stringMatching(/^mailboxes\.yaml:2: a mailbox is a list of keys/)],
    ],
  ])('names the file, the line and the key of %s', (_what, text, expected) => {
    const found = problems(text);
    expect(found).toEqual(expected);
    expect(found.join()).not.toMatch(/s3cret|p@ss/);
  });

  test('beside the settings of one mailbox is an error that says so', () => {
    const both = { SUPPORT_ADDRESS: 'support@acme.example', IMAP_URL: 'imaps://a:b@c.example' };
    expect(problems(GOOD, both)).toEqual([
      'MAILBOXES_FILE and SUPPORT_ADDRESS, IMAP_URL are both set; a desk has its mailboxes in the file, or one in the environment',
    ]);
  });

  test('that is not there is said', () => {
    expect(problems(GOOD, { MAILBOXES_FILE: path.join(folder, 'none.yaml') })).toEqual([
      expect.stringContaining('MAILBOXES_FILE names a file that cannot be read'),
    ]);
  });
});
