import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { SMTPServer } from 'smtp-server';
import { afterAll, afterEach, beforeAll, expect, it, test } from 'vitest';
import { type DevMailServer, startDevMailServer } from '../../../src/dev/dev-mail-server.ts';
import { createDatabase, type TestDatabase } from '../../support/postgres.ts';
import { describeWith } from '../../support/servers.ts';
import { type SmtpSinkOptions, startSmtpSink } from '../../support/smtp-sink.ts';
import { deskSettings, runTurnmail } from './run-turnmail.ts';

let database: TestDatabase;
let mail: DevMailServer;
let settings: Record<string, string>;
const stops: (() => Promise<unknown>)[] = [];
const folder = mkdtempSync(path.join(tmpdir(), 'turnmail-doctor-'));

beforeAll(async () => {
  database = await createDatabase();
  mail = await startDevMailServer({
    users: ['support', 'alice'].map((name) => ({ address: `${name}@acme.example`, password: 'hush-hush' })),
  });
  settings = {
    ...deskSettings(database.url),
    SENDER_TRUST: 'authentication-results:mx.acme.example',
    AGENTS: 'Alice <alice@acme.example>',
    IMAP_URL: `imap://support%40acme.example:hush-hush@127.0.0.1:${mail.imapPort}/INBOX`,
    SMTP_URL: `smtp://support%40acme.example:hush-hush@127.0.0.1:${mail.smtpPort}`,
    HTTP_PORT: '0',
  };
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});
afterAll(async () => {
  await mail.stop();
  await database.drop();
  rmSync(folder, { recursive: true });
});

type Checked = { ok: boolean; checks: { name: string; state: string; detail: string; todo: string | null }[] };

async function checkUp(env: Record<string, string>, ...args: string[]) {
  const { code, out, err } = await runTurnmail(['doctor', '--json', ...args], { ...settings, ...env });
  expect(err).toBe('');
  const { checks } = JSON.parse(out) as Checked;
  return { code, checks, check: (name: string) => checks.find((one) => one.name === name) };
}

async function relay(options: SmtpSinkOptions): Promise<string> {
  const sink = await startSmtpSink(options);
  stops.push(() => sink.stop());
  return sink.url;
}

test('ends with the number of warnings or with "All is well", and never both', async () => {
  const well = await runTurnmail(['doctor'], settings);
  expect(well.out).toMatch(/\nAll is well\.\n$/);
  expect(well.out).not.toMatch(/warning/);
  const two = await runTurnmail(['doctor'], {
    ...settings,
    SENDER_TRUST: 'none',
    PUBLIC_URL: 'http://help.acme.example',
  });
  expect(two).toMatchObject({ code: 0 });
  expect(two.out).toMatch(/\nWorks, with 2 warnings\.\n$/);
  expect(two.out).not.toContain('All is well');
  const one = await runTurnmail(['doctor'], { ...settings, PUBLIC_URL: 'https://127.0.0.1:8080' });
  expect(one.out).toMatch(/\nWorks, with 1 warning\.\n$/);
});

test('before the first start says that the database is empty and up fills it', async () => {
  const empty = await createDatabase();
  stops.push(() => empty.drop());
  const client = new pg.Client({ connectionString: empty.url });
  await client.connect();
  await client.query('drop schema public cascade');
  await client.query('create schema public');
  await client.end();
  const { code, check } = await checkUp({ DATABASE_URL: empty.url });
  expect(check('database')).toMatchObject({
    state: 'ok',
    detail: expect.stringContaining('it is empty, and turnmail up fills it'),
  });
  expect(check('imap')?.state).toBe('ok');
  expect(code).toBe(0);
});

test('finds a relay that offers no login where the settings have one', async () => {
  const url = (await relay({})).replace('//', '//support:hush-hush@');
  const { code, check } = await checkUp({ SMTP_URL: url });
  expect(check('smtp')).toMatchObject({ state: 'failed', detail: expect.stringContaining('offers no login (AUTH)') });
  expect(code).toBe(1);
});

test('finds a relay that lets the login not send as the desk, and one that takes the plain address only', async () => {
  const refusing = (good: string) => ({
    auth: { user: 'robot', pass: 'hush-hush' },
    behaviour: {
      onMail: (from: string) =>
        from === good ? undefined : { code: 553, message: `5.7.1 <${from}>: not owned by user robot` },
    },
  });
  const denied = await checkUp({ SMTP_URL: await relay(refusing('robot@acme.example')) });
  expect(denied.check('smtp')?.state).toBe('ok');
  expect(denied.check('sender')).toMatchObject({
    state: 'failed',
    detail: expect.stringContaining('not owned by user robot'),
  });
  const plain = await checkUp({ SMTP_URL: await relay(refusing('support@acme.example')) });
  expect(plain.check('sender')).toMatchObject({
    state: 'warn',
    detail: expect.stringContaining('send only as itself'),
  });
  expect(plain.code).toBe(0);
});

test('asks the relay and sends nothing', async () => {
  const sink = await startSmtpSink({});
  stops.push(() => sink.stop());
  const recipients: string[] = [];
  sink.behaviour.onRecipient = (recipient) => {
    recipients.push(recipient);
    return undefined;
  };
  const { check } = await checkUp({ SMTP_URL: sink.url });
  expect(check('sender')?.state).toBe('ok');
  expect(recipients).toEqual(['alice@acme.example']);
  expect(sink.seen).toEqual([]);
});

test('--send finds the mail to a plus address in the mailbox', async () => {
  const { code, check } = await checkUp({}, '--send');
  expect(check('delivery')).toMatchObject({ state: 'ok', detail: expect.stringContaining('support+doctor') });
  expect(code).toBe(0);
});

test('--send says after a minute that plus addresses do not arrive, and what to set', async () => {
  const { code, check } = await checkUp({ SMTP_URL: await relay({}) }, '--send');
  expect(check('delivery')).toMatchObject({ state: 'failed', todo: expect.stringContaining('REPLY_ADDRESS=none') });
  expect(code).toBe(1);
});

describeWith('openssl', 'a certificate of one of our own authorities', () => {
  it('says who signed a certificate that is refused, and believes an authority that TLS_CA_FILE names', async () => {
    const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
      '-days',
      '2',
      '-subj',
      '/O=Acme/CN=Acme Root',
    );
    openssl(
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'host.key',
      '-out',
      'host.csr',
      '-subj',
      '/CN=mail.acme.example',
    );
    writeFileSync(path.join(folder, 'names'), 'subjectAltName=IP:::ffff:127.0.0.1');
    openssl(
      'x509',
      '-req',
      '-in',
      'host.csr',
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-out',
      'host.pem',
      '-days',
      '2',
      '-extfile',
      'names',
      '-CAcreateserial',
    );
    const read = (name: string) => readFileSync(path.join(folder, name));
    for (const secure of [true, false]) {
      const server = new SMTPServer({
        secure,
        key: read('host.key'),
        cert: read('host.pem'),
        authOptional: true,
        disableReverseLookup: true,
      });
      server.on('error', () => {});
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      stops.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
      const address = server.server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      // Another name of this machine than those that we trust without a certificate.
      const SMTP_URL = `${secure ? 'smtps' : 'smtp'}://[::ffff:127.0.0.1]:${port}`;
      const refused = (await checkUp({ SMTP_URL })).check('smtp');
      expect(refused).toMatchObject({ state: 'failed', todo: expect.stringContaining('TLS_CA_FILE') });
      expect(refused?.detail).toContain('for mail.acme.example, signed by Acme Root, Acme');
      const believed = await checkUp({ SMTP_URL, TLS_CA_FILE: path.join(folder, 'ca.pem') });
      expect(believed.check('smtp')?.state).toBe('ok');
    }
    const none = await runTurnmail(['doctor'], { ...settings, TLS_CA_FILE: path.join(folder, 'names') });
    expect(none.out).toContain('cannot be read as certificates');
  });
});
