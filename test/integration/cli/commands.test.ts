import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DevMailServer, startDevMailServer } from '../../../src/dev/dev-mail-server.ts';
import { bareEnvironment, freePort, untilUp } from '../../support/child-process.ts';
import { askDatabase, createDatabase, type TestDatabase } from '../../support/postgres.ts';
import { deskSettings, runTurnmail } from './run-turnmail.ts';

let database: TestDatabase;
let mail: DevMailServer;
let settings: Record<string, string>;

beforeAll(async () => {
  database = await createDatabase();
  mail = await startDevMailServer({
    users: ['support', 'alice'].map((name) => ({ address: `${name}@acme.example`, password: 'hush-hush' })),
  });
  settings = {
    ...deskSettings(database.url),
    IMAP_URL: `imap://support%40acme.example:hush-hush@127.0.0.1:${mail.imapPort}/INBOX`,
    SMTP_URL: `smtp://support%40acme.example:hush-hush@127.0.0.1:${mail.smtpPort}`,
    SENDER_TRUST: 'authentication-results:mx.acme.example',
    HTTP_PORT: String(await freePort()),
  };
});

afterAll(async () => {
  await mail.stop();
  await database.drop();
});

test('migrate says what it applied, and the second time that nothing was left', async () => {
  const empty = await createDatabase();
  try {
    await askDatabase(empty.url, 'drop schema public cascade');
    await askDatabase(empty.url, 'create schema public');
    const before = await runTurnmail(['ticket', 'list'], deskSettings(empty.url));
    expect(before).toMatchObject({ code: 78, out: '' });
    expect(before.err).toBe('turnmail: the database lacks every table; run: turnmail migrate\n');
    const first = await runTurnmail(['migrate'], deskSettings(empty.url));
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out).toMatch(/^applied 0001_schema$/m);
    const second = await runTurnmail(['migrate', '--json'], deskSettings(empty.url));
    expect(JSON.parse(second.out)).toEqual({ applied: [] });
    expect((await runTurnmail(['ticket', 'list'], deskSettings(empty.url))).out).toBe('No ticket is open.\n');
  } finally {
    await empty.drop();
  }
});

test('agents are added, listed and removed, and the desk itself cannot be one', async () => {
  const agent = (...args: string[]) => runTurnmail(['agent', ...args], settings);
  expect((await agent('add', 'bob@acme.example')).code).toBe(0);
  expect(JSON.parse((await agent('list', '--json')).out)).toMatchObject([{ email: 'bob@acme.example', name: '' }]);
  expect((await agent('add', 'Support@acme.example')).code).toBe(65);
  expect((await agent('add', 'no address')).code).toBe(64);
  expect((await agent('remove', 'BOB@acme.example')).code).toBe(0);
  expect((await agent('remove', 'bob@acme.example')).code).toBe(66);
  expect((await agent('list')).out).toContain('turnmail agent add');
});

test('every command explains itself with a sentence and an example', async () => {
  const commands = ['up', 'demo', 'migrate', 'doctor', 'explain', 'trace', 'agent add', 'agent list', 'agent remove'];
  const ofTickets = ['list', 'show', 'respond', 'close', 'note', 'assign', 'reopen'].map((name) => `ticket ${name}`);
  for (const command of [...commands, ...ofTickets]) {
    const { code, out } = await runTurnmail([...command.split(' '), '--help'], {});
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^Usage: turnmail ${command}`));
    expect(out).toMatch(/\nExamples?:\n {2}\S*/);
    expect(out).not.toMatch(/default: (?:false|\[\]|"")/);
  }
});

test('options of try-mail that cannot be read are told like any other', async () => {
  const port = await runTurnmail(['try-mail', '--imap-port', 'abc'], {});
  expect(port).toMatchObject({
    code: 64,
    out: '',
    err: expect.stringContaining("'abc' is invalid. It must be a port"),
  });
  const user = await runTurnmail(['try-mail', '--user', 'support@desk.example'], {});
  expect(user).toMatchObject({ code: 64, out: '', err: expect.stringContaining('It must be ADDRESS:PASSWORD.') });
});

test('bad settings are all listed at once, and a database that is away is one sentence', async () => {
  const bad = await runTurnmail(['up'], { HTTP_PORT: 'many', SENDER_TRUST: 'blind' });
  expect(bad).toMatchObject({ code: 78, out: '' });
  for (const name of ['SUPPORT_ADDRESS', 'HTTP_PORT', 'SENDER_TRUST']) expect(bad.err).toContain(`- ${name} `);
  const port = await freePort();
  const away = await runTurnmail(['ticket', 'list'], deskSettings(`postgres://x:hush-hush@localhost:${port}/x`));
  expect(away).toMatchObject({ code: 70, out: '' });
  expect(away.err).toMatch(/^turnmail: the database x at localhost:\d+ cannot be reached: [^\n]*ECONNREFUSED[^\n]*\n$/);
  const down = await runTurnmail(['up'], { ...settings, DATABASE_URL: `postgres://x:hush-hush@localhost:${port}/x` });
  expect(down).toMatchObject({ code: 70, out: '', err: away.err });
  expect(away.err).not.toContain('hush-hush');
  expect((await runTurnmail(['up', '--role', 'poll,cook'], settings)).code).toBe(64);
});

test('doctor tries everything, names what is well and what is not, and shows no password', async () => {
  const well = await runTurnmail(['doctor'], { ...settings, AGENTS: 'Alice <alice@acme.example>' });
  expect(well).toMatchObject({ code: 0, err: '' });
  for (const name of [
    'settings',
    'database',
    'queue',
    'agents',
    'senders',
    'imap',
    'smtp',
    'sender',
    'pages',
    'replies',
  ]) {
    expect(well.out).toMatch(new RegExp(`^ok +${name} `, 'm'));
  }
  expect(well.out).toContain('new mail is heard of at once (IDLE)');
  // A process that only polls needs no relay.
  const poller = await runTurnmail(['doctor', '--role', 'poll'], { ...settings, SMTP_URL: '' });
  expect(poller.code).toBe(0);
  expect(poller.out).toMatch(/^ok +imap /m);
  expect(poller.out).not.toMatch(/ (smtp|pages) /);
  const broken = await runTurnmail(['doctor', '--json'], {
    ...settings,
    IMAP_URL: `imap://support%40acme.example:not-this-one@127.0.0.1:${mail.imapPort}/INBOX`,
    SMTP_URL: `smtp://support%40acme.example:hush-hush@127.0.0.1:${await freePort()}`,
    QUEUE_URL: `redis://:hush-hush@127.0.0.1:${await freePort()}`,
    HTTP_PORT: String(mail.smtpPort),
  });
  expect(broken.code).toBe(1);
  expect(broken.out).not.toMatch(/not-this-one|hush-hush/);
  const { checks } = JSON.parse(broken.out) as { checks: { name: string; state: string; todo: string | null }[] };
  const states = Object.fromEntries(checks.map(({ name, state }) => [name, state]));
  expect(states).toEqual({
    settings: 'ok',
    database: 'ok',
    queue: 'failed',
    agents: 'warn',
    senders: 'ok',
    imap: 'failed',
    smtp: 'failed',
    pages: 'failed',
    replies: 'ok',
  });
  expect(checks.every(({ state, todo }) => state === 'ok' || todo !== null)).toBe(true);
});

test('up runs the roles that are named and ends with a signal', async () => {
  const { spawn } = await import('node:child_process');
  const child = spawn('bin/turnmail', ['up', '--role', 'web', '--role', 'sweep'], {
    cwd: new URL('../../../', import.meta.url),
    env: { ...bareEnvironment(), ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  const isUp = async () => out.includes('turnmail is up');
  await untilUp({ child, output: () => out }, isUp);
  expect(out).toContain('"roles":["web","sweep"]');
  expect((await fetch(`http://127.0.0.1:${settings['HTTP_PORT']}/healthz`)).status).toBe(200);
  const doctor = await runTurnmail(['doctor'], { ...settings, AGENTS: 'alice@acme.example' });
  expect(doctor.out).toContain('is served by a Turnmail that is up');
  child.kill('SIGTERM');
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
});
