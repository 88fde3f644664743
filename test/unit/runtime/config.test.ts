import { describe, expect, test } from 'vitest';
import { Fault } from '../../../src/domain/fault.ts';
import { redact } from '../../../src/runtime/logger.ts';
import { loadConfig, ROLES } from '../../../src/runtime/settings/config.ts';
import { SETTINGS } from '../../../src/runtime/settings/settings.ts';

const GOOD = {
  SUPPORT_ADDRESS: 'Acme Support <support@acme.example>',
  IMAP_URL: 'imaps://support%40acme.example:p%2Fw@imap.acme.example/INBOX',
  SMTP_URL: 'smtp://support%40acme.example:p%2Fw@smtp.acme.example:587',
  AGENTS: 'Alice <alice@acme.example>, "Berg, Bob" <bob@acme.example>, carol@acme.example',
  DATABASE_URL: 'postgres://turnmail:pw@db/turnmail',
  SECRET: 'ab'.repeat(32),
};

function problems(env: Record<string, string>): string[] {
  try {
    loadConfig(ROLES, env);
    return [];
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'settings-invalid') throw error;
    return error.message.split('\n').slice(1);
  }
}

describe('settings', () => {
  test('that are right make a desk, with its defaults', () => {
    const config = loadConfig(ROLES, GOOD);
    expect(config.mailboxes[0].identity).toMatchObject({ name: 'Acme Support', address: 'support@acme.example' });
    expect(config.mailboxes[0].identity.replyAddress).toEqual({ before: 'support+', after: '@acme.example' });
    expect(config.agents.map(({ address }) => address)).toEqual([
      'alice@acme.example',
      'bob@acme.example',
      'carol@acme.example',
    ]);
    expect(config.rules).toMatchObject({
      reopenDays: 7,
      autoCloseDays: 14,
      senderTrust: { kind: 'dkim' },
    });
    expect(config.mailboxes[0].identity.publicUrl).toBeUndefined();
    expect(config.settings).toMatchObject({ POLL_SECONDS: 30, HTTP_PORT: 8080, INITIAL_SYNC: 'new' });
  });

  test('say which files are not passed on: our list, our list and more, another, or none', () => {
    const blocked = (value: string) => loadConfig(ROLES, { ...GOOD, BLOCKED_TYPES: value }).rules.blockedTypes;
    expect(blocked('').has('exe')).toBe(true);
    expect(['exe', 'docm', 'text/html'].map((one) => blocked('default, .DOCM').has(one))).toEqual([true, true, true]);
    expect([...blocked('exe, application/zip')]).toEqual(['exe', 'application/zip']);
    expect(blocked('none').size).toBe(0);
    expect(problems({ ...GOOD, BLOCKED_TYPES: 'none, exe' })[0]).toContain('BLOCKED_TYPES must be file name endings');
    expect(problems({ ...GOOD, BLOCKED_TYPES: '*.exe' })).toHaveLength(1);
  });

  test('that are wrong are all listed at once, each in words, and no password is among them', () => {
    const found = problems({
      SUPPORT_ADDRESS: 'nobody',
      AGENTS: 'alice@acme.example, bob',
      SMTP_URL: 'smpt://user:hunter2@smtp.acme.example',
      POLL_SECONDS: 'often',
      SECRET: 'short',
      INITIAL_SYNC: 'yesterday',
      REPLY_ADDRESS: 'support@acme.example',
      TZ: 'Mars/Olympus',
      DIGEST_AT: '25:00',
      ALLOW_PLAINTEXT: 'perhaps',
      QUEUE_PREFIX: 'a:b',
      TRUST_PROXY: '127.0.0.1, proxy.acme.example',
      LOG_LEVEL: 'loud',
    });
    const names = found.map((line) => /^ {2}- ([A-Z_]+) /.exec(line)?.[1]);
    expect(names.sort()).toEqual(
      [
        'AGENTS',
        'ALLOW_PLAINTEXT',
        'DIGEST_AT',
        'IMAP_URL',
        'INITIAL_SYNC',
        'LOG_LEVEL',
        'POLL_SECONDS',
        'QUEUE_PREFIX',
        'REPLY_ADDRESS',
        'SECRET',
        'SMTP_URL',
        'SUPPORT_ADDRESS',
        'TRUST_PROXY',
        'TZ',
      ].sort(),
    );
    expect(found.join()).not.toContain('hunter2');
  });

  test('that are URLs are read to their end before anything is started', () => {
    const wrong = { IMAP_URL: 'imaps://imap.acme.example', SMTP_URL: 'smtp://u:hunter2@smtp.acme.example/INBOX' };
    const found = problems({ ...GOOD, ...wrong });
    expect(found).toEqual([
      expect.stringMatching(/^ {2}- IMAP_URL has no user name; /),
      '  - SMTP_URL has a path, which means nothing for SMTP',
    ]);
  });

  test('name proxies by address, by network or by the names that Fastify knows', () => {
    const proxy = (TRUST_PROXY: string) => problems({ ...GOOD, TRUST_PROXY });
    for (const good of ['127.0.0.1', '10.0.0.0/8, fd00::/8', '10.0.0.0/255.0.0.0', 'loopback'])
      expect(proxy(good)).toEqual([]);
    for (const wrong of ['yes', '10.0.0.0/33', '10.0.0.0/0', 'fd00::/129', '10.0.0.0/8/8', '127.0.0.1,'])
      expect(proxy(wrong), wrong).toHaveLength(1);
  });

  test('read what they are when unset as it is written in the list', () => {
    const unset = loadConfig([], { SUPPORT_ADDRESS: GOOD.SUPPORT_ADDRESS, SECRET: GOOD.SECRET }).settings;
    const spelled = Object.fromEntries(Object.entries(SETTINGS).map(([name, { fallback }]) => [name, fallback]));
    expect(loadConfig([], { ...spelled, SUPPORT_ADDRESS: GOOD.SUPPORT_ADDRESS, SECRET: GOOD.SECRET }).settings).toEqual(
      unset,
    );
    expect(unset).toMatchObject({
      QUEUE_PREFIX: 'turnmail',
      HTTP_HOST: '127.0.0.1',
      LOG_LEVEL: 'info',
      SEND_BRAKE: 60,
    });
  });

  test('with a database of one’s own need a secret', () => {
    const { SECRET: _, ...rest } = GOOD;
    expect(problems(rest)).toEqual([expect.stringContaining('SECRET is not set')]);
  });

  test('that are empty count as unset', () => {
    expect(loadConfig(ROLES, { ...GOOD, QUEUE_URL: '', REPLY_ADDRESS: ' ' }).queueUrl).toBeUndefined();
  });

  test('may name reply addresses of another form, or none', () => {
    const rules = (REPLY_ADDRESS: string) =>
      loadConfig(ROLES, { ...GOOD, REPLY_ADDRESS }).mailboxes[0].identity.replyAddress;
    expect(rules('r.{token}@in.acme.example')).toEqual({ before: 'r.', after: '@in.acme.example' });
    expect(rules('none')).toBeUndefined();
    expect(problems({ ...GOOD, REPLY_ADDRESS: `${'x'.repeat(30)}{token}@acme.example` })).toHaveLength(1);
  });
});

test('what is logged holds no address, no token and no password', () => {
  const line = `550 <jo@customer.example> via imaps://me:hunter2@host to support+12-3f-${'a'.repeat(26)}@desk.example b1-${'z'.repeat(26)}`;
  const clean = redact(line);
  for (const secret of ['jo@', 'hunter2', 'a'.repeat(26), 'z'.repeat(26)]) expect(clean).not.toContain(secret);
});

describe('signing in without a password', () => {
  const TOKEN = {
    ...GOOD,
    IMAP_URL: 'imaps://support%40acme.example@outlook.office365.com/INBOX',
    SMTP_URL: 'smtp://support%40acme.example@smtp.office365.com:587',
  };
  const MICROSOFT = { ...TOKEN, OAUTH_PROVIDER: 'microsoft', OAUTH_CLIENT_ID: 'id' };

  test('needs a provider where there is no password, and has none where each login has one', () => {
    expect(loadConfig(ROLES, MICROSOFT).mailboxes[0].oauth).toMatchObject({
      provider: 'microsoft',
      tenant: 'organizations',
    });
    expect(
      loadConfig(ROLES, { ...GOOD, OAUTH_PROVIDER: 'google', OAUTH_CLIENT_ID: 'id' }).mailboxes[0].oauth,
    ).toBeUndefined();
    expect(problems(TOKEN)).toEqual([
      '  - IMAP_URL has a user name and no password; write user:password@, or set OAUTH_PROVIDER',
      '  - SMTP_URL has a user name and no password; write user:password@, or set OAUTH_PROVIDER',
    ]);
  });

  test.each([
    [{ OAUTH_PROVIDER: 'yahoo' }, /^ {2}- OAUTH_PROVIDER must be microsoft, google or the URL of an issuer/],
    [{ OAUTH_PROVIDER: 'http://id.acme.example' }, /^ {2}- OAUTH_PROVIDER must begin with https/],
    [{ OAUTH_CLIENT_ID: '' }, /^ {2}- OAUTH_CLIENT_ID is not set/],
    [{ OAUTH_GRANT: 'password' }, /^ {2}- OAUTH_GRANT must be one of device, code, client, service-account/],
    [{ OAUTH_CLIENT_SECRET: 'x' }, /^ {2}- OAUTH_TENANT is not set/],
    [{ OAUTH_GRANT: 'client', OAUTH_TENANT: 'acme.example' }, /^ {2}- OAUTH_CLIENT_SECRET is not set/],
    [
      { OAUTH_PROVIDER: 'google', OAUTH_KEY_FILE: '/not/there.json' },
      /^ {2}- OAUTH_KEY_FILE names a file that is not there/,
    ],
    [{ OAUTH_PROVIDER: 'google', OAUTH_GRANT: 'service-account' }, /^ {2}- OAUTH_KEY_FILE is not set/],
  ] as [Record<string, string>, RegExp][])('%j is told before anything starts', (wrong, words) => {
    expect(problems({ ...MICROSOFT, ...wrong })).toEqual([expect.stringMatching(words)]);
  });

  test('leaves no token in what is logged, whoever quotes it', () => {
    for (const token of [
      'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJqb2huZG9lIn0.c2lnbmF0dXJl',
      'ya29.a0AfH6SMBx-y_z',
      'Bearer abcdef0123456789',
      Buffer.from('user=support@acme.example\u0001auth=Bearer abc\u0001\u0001').toString('base64'),
      Buffer.from('n,a=support@acme.example,\u0001auth=Bearer abc\u0001\u0001').toString('base64'),
    ])
      expect(redact(`the server said: ${token} is no good`)).not.toContain(token.slice(8));
  });
});
