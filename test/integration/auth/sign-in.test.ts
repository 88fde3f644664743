import { afterEach, expect, test, vi } from 'vitest';
import { seal, unseal } from '../../../src/runtime/seal.ts';
import { ROLES } from '../../../src/runtime/settings/config.ts';
import { type DeskWorld, startDeskWorld } from '../../support/desk-world.ts';
import { startOauthProvider, type TestOauthProvider } from '../../support/oauth-provider.ts';
import { startRole } from '../../support/role-processes.ts';
import { describeWith } from '../../support/servers.ts';
import { runTurnmail } from '../cli/run-turnmail.ts';

// A desk of several processes on a machine with much else to do.
vi.setConfig({ testTimeout: 240_000 });

const PATIENCE_MS = 90_000;
const PURPOSE = 'oauth support@desk.example';
const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function startSignedInDesk(
  mechanisms = 'xoauth2 oauthbearer',
  lifetimeSeconds = 3600,
): Promise<{ world: DeskWorld; provider: TestOauthProvider }> {
  const provider = await startOauthProvider();
  provider.lifetimeSeconds = lifetimeSeconds;
  stops.push(() => provider.stop());
  const world = await startDeskWorld({
    mailbox: 'dovecot',
    oauth: { provider, mechanisms },
    env: { OPERATORS: 'olga@desk.example' },
  });
  stops.push(() => world.stop());
  provider.device = 'approved';
  const { code, out, err } = await runTurnmail(['login', 'support'], world.env);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain('WDJB-MJHT');
  expect(out).toContain('/enter');
  return { world, provider };
}

const mail = (n: number) =>
  Buffer.from(
    `From: Jo <jo@customer.example>\r\nTo: support@desk.example\r\nSubject: Teapot ${n}\r\nMessage-ID: <${n}@customer.example>\r\n\r\nMy teapot ${n} leaks.\r\n`,
  );

/** Every row of every table, every line that was printed: no token that was ever handed out stands there. */
async function expectNoToken(world: DeskWorld, provider: TestOauthProvider, printed: string): Promise<void> {
  const tables = await world.rows<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables where table_type = 'BASE TABLE'
     and table_schema not in ('pg_catalog', 'information_schema')`,
  );
  const dumps = await Promise.all(tables.map(({ name }) => world.rows(`select t::text as row from ${name} t`)));
  const all = JSON.stringify(dumps) + printed;
  expect(tables.length).toBeGreaterThan(10);
  expect(provider.handedOut.length).toBeGreaterThan(1);
  expect(provider.handedOut.filter((token) => all.includes(token) || all.includes(token.slice(0, 30)))).toEqual([]);
}

describeWith('dovecot', 'a desk without a password', () => {
  test.each(['xoauth2', 'oauthbearer'])(
    'reads and sends with the token of a device code, over %s',
    async (mechanism) => {
      const { world, provider } = await startSignedInDesk(mechanism);
      await world.start();
      await firstLook(world);
      await world.deliver(mail(1));
      expect((await world.mailTo('jo@customer.example', 1, PATIENCE_MS)).header('subject')).toContain('#1');
      expect(provider.asked).toEqual(['device_code']);
    },
  );

  test('renews before the token ends, by a refresh token that is another one each time, one process of several', async () => {
    const { world, provider } = await startSignedInDesk('xoauth2 oauthbearer', 3);
    const crew = await Promise.all([startRole(world, 'all'), startRole(world, 'send'), startRole(world, 'poll')]);
    await firstLook(world);
    for (const n of [1, 2, 3, 4]) {
      await world.deliver(mail(n));
      await world.until(`select count(*) = ${n} from tickets`, PATIENCE_MS);
      await world.until(`select version > ${n} from oauth_tokens`, PATIENCE_MS);
    }
    await world.mailTo('jo@customer.example', 4, PATIENCE_MS);
    // One that was used twice would have been refused: of three processes each renewal was one's alone.
    const [row] = await world.rows<{ refusal: string | null; version: string }>(
      'select refusal, version from oauth_tokens',
    );
    expect(row?.refusal).toBeNull();
    expect(new Set(provider.asked.slice(1))).toEqual(new Set(['refresh_token']));
    expect(provider.asked.length).toBeGreaterThanOrEqual(Number(row?.version));
    await expectNoToken(world, provider, crew.map((one) => one.everything()).join(''));
  });

  test('a token that the server refuses before its end is renewed once', async () => {
    const { world, provider } = await startSignedInDesk();
    provider.takeBack();
    await world.start();
    await firstLook(world);
    await world.deliver(mail(1));
    await world.mailTo('jo@customer.example', 1, PATIENCE_MS);
    expect(provider.asked).toEqual(['device_code', 'refresh_token']);
  });

  test('a server that lets no token in is not answered with one renewal after the other', async () => {
    const { world, provider } = await startSignedInDesk();
    provider.worthNothing = true;
    await world.start(['poll']);
    for (let failures = 0; failures < 3; failures++) {
      await world.until(`select last_error like '%refused the login%' from mailboxes`, PATIENCE_MS);
      await world.database.query('update mailboxes set last_error = null');
    }
    expect(provider.asked).toEqual(['device_code', 'refresh_token']);
  });

  test('invalid_grant stops trying, is told at once, keeps everything, and is over after a new sign-in', async () => {
    const { world, provider } = await startSignedInDesk();
    provider.refusing = 'invalid_grant';
    // The access token is good for a while still: the alert goes out with it.
    await makeDue(world);
    const app = await world.start();
    expect((await world.mailTo('olga@desk.example', 1, PATIENCE_MS)).parsed.text).toContain(
      'run turnmail login support',
    );
    const signIn = async () => (await app.health()).checks.find(({ name }) => name === 'sign-in');
    expect(await signIn()).toMatchObject({ ok: false, detail: expect.stringContaining('run turnmail login support') });
    expect(provider.asked).toEqual(['device_code', 'refresh_token']);
    provider.takeBack();
    await world.dovecot?.down();
    await world.dovecot?.up();
    await world.deliver(mail(1));
    await world.until(`select last_error like '%turnmail login support%' from mailboxes`, PATIENCE_MS);
    expect(provider.asked).toEqual(['device_code', 'refresh_token']);
    expect(await world.rows('select id from tickets')).toEqual([]);
    provider.refusing = undefined;
    expect((await runTurnmail(['login'], world.env)).code).toBe(0);
    await world.mailTo('jo@customer.example', 1, PATIENCE_MS);
    expect(await signIn()).toEqual({ name: 'sign-in', ok: true, detail: 'signed in' });
  });

  test('a provider that is away for a while costs nothing while the token is good, and time otherwise', async () => {
    const { world, provider } = await startSignedInDesk();
    provider.refusing = 'server_error';
    await makeDue(world);
    const app = await world.start();
    await firstLook(world);
    await world.deliver(mail(1));
    await world.mailTo('jo@customer.example', 1, PATIENCE_MS);
    expect(await world.rows('select refusal from oauth_tokens')).toEqual([{ refusal: null }]);
    expect((await app.health()).checks.find(({ name }) => name === 'sign-in')?.ok).toBe(true);
    provider.refusing = undefined;
    await world.until('select version = 3 from oauth_tokens');
  });

  test('a new SECRET opens what the one before it sealed, and seals with itself', async () => {
    const { world, provider } = await startSignedInDesk();
    const old = world.env['SECRET'] ?? '';
    const rotated = { SECRET: 'ab'.repeat(32), SECRET_PREVIOUS: old };
    await makeDue(world);
    const app = await world.start(ROLES, rotated);
    await world.until('select version = 3 from oauth_tokens');
    await app.stop();
    await world.start(ROLES, { SECRET: rotated.SECRET });
    await firstLook(world);
    await world.deliver(mail(1));
    await world.mailTo('jo@customer.example', 1, PATIENCE_MS);
    expect(provider.asked).toEqual(['device_code', 'refresh_token']);
  });
});

test('a person who says no, and a code that ran out, are one sentence each and nothing is kept', async () => {
  const provider = await startOauthProvider();
  stops.push(() => provider.stop());
  const world = await startDeskWorld({
    env: { OAUTH_PROVIDER: provider.issuer, OAUTH_CLIENT_ID: 'turnmail', IMAP_URL: 'imap://support@127.0.0.1:1/INBOX' },
  });
  stops.push(() => world.stop());
  for (const [said, words] of [
    ['access_denied', 'access_denied'],
    ['expired_token', 'expired_token'],
  ] as const) {
    provider.device = said;
    const { code, err } = await runTurnmail(['login', 'support@desk.example'], world.env);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).toContain(words);
    expect(code).toBe(65);
  }
  expect(await world.rows('select * from oauth_tokens')).toEqual([]);
  expect((await runTurnmail(['login', 'sales'], world.env)).code).toBe(66);
});

/** Mail that lies there before it is left alone. */
async function firstLook(world: DeskWorld): Promise<void> {
  await world.until('select count(*) = 1 from mailboxes where last_good_poll_at is not null', PATIENCE_MS);
}

/** The token is to be renewed now, and is good for as long as it was. */
async function makeDue(world: DeskWorld): Promise<void> {
  const keys: [Buffer] = [Buffer.from(world.env['SECRET'] ?? '', 'hex')];
  const [row] = await world.rows<{ sealed: Buffer }>('select sealed from oauth_tokens');
  const tokens = JSON.parse(String(unseal(keys, PURPOSE, row?.sealed ?? Buffer.alloc(0))));
  const sealed = seal(keys, PURPOSE, Buffer.from(JSON.stringify({ ...tokens, renewAt: 0 })));
  await world.database.query('update oauth_tokens set sealed = $1, version = version + 1', [sealed]);
}
