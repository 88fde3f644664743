import { ImapFlow } from 'imapflow';
import { createTransport } from 'nodemailer';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type DevMailServer, startDevMailServer } from '../../../src/dev/dev-mail-server.ts';

let server: DevMailServer;
const clients: ImapFlow[] = [];

beforeEach(async () => {
  server = await startDevMailServer({
    users: [
      { address: 'support@acme.test', password: 'secret' },
      { address: 'jo@customer.test', password: 'geheim' },
    ],
  });
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await server.stop();
});

async function logIn(user = 'support@acme.test', pass = 'secret'): Promise<ImapFlow> {
  const client = new ImapFlow({
    host: '127.0.0.1',
    port: server.imapPort,
    secure: false,
    auth: { user, pass },
    logger: false,
  });
  client.on('error', () => undefined);
  clients.push(client);
  await client.connect();
  return client;
}

async function sendMail(to: string, text = 'Hello', extra: Record<string, unknown> = {}): Promise<void> {
  const transport = createTransport({ host: '127.0.0.1', port: server.smtpPort, secure: false });
  await transport.sendMail({ from: 'jo@customer.test', to, subject: 'A question', text, ...extra });
  transport.close();
}

test('a mail handed to the relay is in the INBOX with the trace fields of a mail server', async () => {
  await sendMail('support+abc@acme.test', 'Where is my parcel?');
  const client = await logIn();
  await client.mailboxOpen('INBOX');
  const mail = await client.fetchOne('1', { source: true, uid: true, envelope: true, internalDate: true, flags: true });
  if (mail === false) throw new Error('no mail');
  const source = mail.source?.toString() ?? '';
  expect(source).toMatch(
    /^Return-Path: <jo@customer\.test>\r\nDelivered-To: support\+abc@acme\.test\r\nReceived: from /,
  );
  expect(source).toContain('Where is my parcel?');
  expect(mail.envelope?.subject).toBe('A question');
  expect(mail.envelope?.from?.[0]?.address).toBe('jo@customer.test');
  expect(mail.uid).toBe(1);
  expect(mail.flags?.size).toBe(0);
});

test('mail for an address without an account is refused with 550 5.1.1', async () => {
  await expect(sendMail('nobody@acme.test')).rejects.toMatchObject({ responseCode: 550 });
  await expect(sendMail('nobody@acme.test')).rejects.toThrow('5.1.1');
});

test('one mail to several people is in each of their mailboxes, and strangers among them are refused', async () => {
  const transport = createTransport({ host: '127.0.0.1', port: server.smtpPort, secure: false });
  const to = ['SUPPORT@acme.test', 'jo+x@customer.test', 'nobody@acme.test'];
  const sent = await transport.sendMail({ from: '<>', envelope: { from: '', to }, to, subject: 'x', text: 'y' });
  transport.close();
  expect(sent.rejected).toEqual(['nobody@acme.test']);
  const mails = server.store.folder('jo@customer.test').mails;
  expect(mails.map((mail) => mail.raw.toString().split('\r\n').slice(0, 2))).toEqual([
    ['Return-Path: <>', 'Delivered-To: jo+x@customer.test'],
  ]);
  expect(server.store.folder('support@acme.test').mails).toHaveLength(1);
});

test('a wrong password at the relay is refused', async () => {
  const auth = { user: 'jo@customer.test', pass: 'wrong' };
  const transport = createTransport({ host: '127.0.0.1', port: server.smtpPort, secure: false, auth });
  await expect(transport.verify()).rejects.toMatchObject({ responseCode: 535 });
  transport.close();
  const right = createTransport({
    host: '127.0.0.1',
    port: server.smtpPort,
    secure: false,
    auth: { ...auth, pass: 'geheim' },
  });
  expect(await right.verify()).toBe(true);
  right.close();
});

test('a client in IDLE hears of new mail, and of flags and moves by another client', async () => {
  const watcher = await logIn();
  await watcher.mailboxOpen('INBOX');
  const heard: string[] = [];
  watcher.on('exists', (event) => heard.push(`exists ${event.count}`));
  watcher.on('flags', (event) => heard.push(`flags ${[...event.flags].join(' ')}`));
  watcher.on('expunge', (event) => heard.push(`expunge ${'seq' in event ? event.seq : ''}`));
  const idling = watcher.idle();
  await sendMail('support@acme.test');
  await expect.poll(() => heard).toContain('exists 1');
  const other = await logIn();
  await other.mailboxOpen('INBOX');
  await other.messageFlagsAdd('1', ['\\Seen', '$TurnmailStored'], { uid: true });
  await expect.poll(() => heard).toContain('flags \\Seen $TurnmailStored');
  const moved = await other.messageMove('1', 'Processed', { uid: true });
  if (moved === false) throw new Error('not moved');
  expect(moved.uidMap?.get(1)).toBe(1);
  await expect.poll(() => heard).toContain('expunge 1');
  await watcher.noop();
  await idling;
  expect(server.store.folder('support@acme.test', 'Processed').mails).toHaveLength(1);
});

test('a wrong password is an authentication failure', async () => {
  await expect(logIn('support@acme.test', 'wrong')).rejects.toMatchObject({ authenticationFailed: true });
});

test('a message number beyond the folder is an error and an unknown UID is not', async () => {
  await sendMail('support@acme.test');
  const client = await logIn();
  await client.mailboxOpen('INBOX');
  await expect(client.fetchAll('1:50', { uid: true })).rejects.toThrow();
  expect(await client.fetchAll('40:50', { uid: true }, { uid: true })).toEqual([]);
  expect((await client.fetchAll('40:*', { uid: true }, { uid: true })).map((mail) => mail.uid)).toEqual([1]);
});

test('append, search, partial fetch, parts and structure are those of the mail', async () => {
  const client = await logIn();
  await client.mailboxOpen('INBOX');
  await sendMail('support@acme.test', 'plain words', {
    html: '<p>plain words</p>',
    attachments: [{ filename: 'a.txt', content: 'attached words' }],
    messageId: '<one@customer.test>',
  });
  const appended = await client.append(
    'INBOX',
    'Subject: =?utf-8?q?=C3=BC?=\r\n\r\nlone body\r\n',
    ['\\Seen'],
    new Date(0),
  );
  expect(appended).toMatchObject({ uid: 2 });
  await client.noop();
  expect(await client.search({ header: { 'message-id': '<one@customer.test>' } }, { uid: true })).toEqual([1]);
  expect(await client.search({ seen: false }, { uid: true })).toEqual([1]);
  expect(await client.search({ since: new Date(86_400_000) }, { uid: true })).toEqual([1]);
  expect(await client.search({ or: [{ uid: '2' }, { from: 'nobody' }] }, { uid: true })).toEqual([2]);
  const mail = await client.fetchOne('1', {
    bodyStructure: true,
    bodyParts: ['2', '1.1', '1.1.mime'],
    source: { start: 0, maxLength: 11 },
    headers: ['message-id'],
  });
  if (mail === false) throw new Error('no mail');
  expect(mail.source?.toString()).toBe('Return-Path');
  expect(mail.headers?.toString()).toBe('Message-ID: <one@customer.test>\r\n\r\n');
  expect(Buffer.from(mail.bodyParts?.get('2')?.toString() ?? '', 'base64').toString()).toBe('attached words');
  expect(mail.bodyParts?.get('1.1')?.toString()).toContain('plain words');
  expect(mail.bodyParts?.get('1.1.mime')?.toString()).toContain('text/plain');
  expect(mail.bodyStructure?.childNodes?.map((node) => node.type)).toEqual(['multipart/alternative', 'text/plain']);
});

test('two megabytes come back byte for byte', async () => {
  const client = await logIn();
  const raw = Buffer.concat([Buffer.from('Subject: big\r\n\r\n'), Buffer.alloc(2_000_000, 'abc {5}\r\n')]);
  await client.append('INBOX', raw);
  await client.mailboxOpen('INBOX');
  const mail = await client.fetchOne('1', { source: true, size: true });
  if (mail === false) throw new Error('no mail');
  expect(mail.size).toBe(raw.length);
  expect(mail.source?.equals(raw)).toBe(true);
});

test('new numbers after a changed UIDVALIDITY send the clients away', async () => {
  server.store.deliver('support@acme.test', Buffer.from('Subject: x\r\n\r\ny\r\n'));
  const client = await logIn();
  const before = await client.mailboxOpen('INBOX');
  const closed = new Promise((resolve) => client.once('close', resolve));
  server.changeUidValidity('support@acme.test');
  await closed;
  const again = await logIn();
  const after = await again.mailboxOpen('INBOX');
  expect(after.uidValidity).not.toBe(before.uidValidity);
  expect(after.exists).toBe(1);
});

test('dropped connections are seen as lost', async () => {
  const client = await logIn();
  const closed = new Promise((resolve) => client.once('close', resolve));
  server.dropConnections();
  await closed;
  await expect(client.fetchAll('1:*', { uid: true })).rejects.toThrow();
});
