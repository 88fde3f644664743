import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DevMailServer, startDevMailServer } from '../../../src/dev/dev-mail-server.ts';
import { startDovecot, type TestDovecot } from '../../support/dovecot.ts';
import { describeWith } from '../../support/servers.ts';
import { openRawImap, type RawImapClient } from './raw-imap-client.ts';

const PLAIN = [
  'Date: Sun, 22 Nov 2026 10:00:00 +0000',
  'From: "Jo, the customer" <jo@customer.test>, second@customer.test',
  'To: Support <support+abc@acme.test>',
  'Subject: A question that is quoted',
  'Message-ID: <one@customer.test>',
  'References: <a@x.test>',
  '\t<b@x.test>',
  '',
  'First line',
  '.second line',
  '',
].join('\r\n');

const NESTED = [
  'From: jo@customer.test',
  'Subject: parts',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary="outer"',
  '',
  'preamble',
  '--outer',
  'Content-Type: multipart/alternative; boundary=inner',
  '',
  '--inner',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  'plain =C3=BC',
  '--inner',
  'Content-Type: text/html; charset="utf-8"',
  '',
  '<p>html</p>',
  '--inner--',
  '--outer',
  'Content-Type: message/rfc822',
  '',
  'From: inner@customer.test',
  'Subject: inside',
  '',
  'inner body',
  '--outer',
  'Content-Type: application/pdf; name="a.pdf"',
  'Content-Disposition: attachment; filename="a.pdf"',
  'Content-Transfer-Encoding: base64',
  'Content-ID: <part@customer.test>',
  '',
  'JVBERi0=',
  '--outer--',
  'epilogue',
  '',
].join('\r\n');

/** Where the RFC forbids what Dovecot lets pass, ours is BAD or NO. */
const STRICTER = ['NOOP extra', 'SEARCH 7', 'FETCH 1 BODY.PEEK[]<0>', 'EXPUNGE 1:2', 'CLOSE extra'];

/** Sent in this order to both servers, to a folder with the two mails above; `=` in front: the untagged lines too. */
const COMMANDS = [
  'CAPABILITY',
  'BOGUS',
  'FETCH 1 FLAGS',
  'LIST "" "*"',
  'LIST "" ""',
  'LIST',
  'STATUS INBOX (MESSAGES UNSEEN)',
  'STATUS Nowhere (MESSAGES)',
  'STATUS INBOX (NONSENSE)',
  'STATUS INBOX ()',
  'SELECT Nowhere',
  'SEARCH ALL',
  'EXAMINE INBOX',
  'SELECT inbox',
  '=FETCH 1 (RFC822.SIZE FLAGS)',
  '=FETCH 1:2 (UID)',
  '=FETCH * (UID)',
  'FETCH 3 FLAGS',
  'FETCH 1:50 FLAGS',
  'FETCH 0 FLAGS',
  'FETCH x FLAGS',
  'FETCH 1,, FLAGS',
  'FETCH 1',
  'FETCH 1 NONSENSE',
  'FETCH 1 ()',
  'FETCH 1 (FLAGS',
  'FETCH 1 BODY[',
  'FETCH 1 BODY.PEEK[NONSENSE]',
  '=UID FETCH 90:99 (UID)',
  '=UID FETCH 90:* (UID)',
  '=FETCH 1 BODY.PEEK[]',
  '=FETCH 1 BODY.PEEK[HEADER]',
  '=FETCH 1 BODY.PEEK[TEXT]',
  '=FETCH 1 BODY.PEEK[1]',
  '=FETCH 1 BODY.PEEK[]<5.10>',
  '=FETCH 1 BODY.PEEK[]<9999.10>',
  '=FETCH 1 BODY.PEEK[HEADER.FIELDS (SUBJECT REFERENCES)]',
  '=FETCH 1 BODY.PEEK[HEADER.FIELDS.NOT (SUBJECT REFERENCES DATE FROM TO)]',
  '=FETCH 1 RFC822.HEADER',
  '=FETCH 1 ENVELOPE',
  '=FETCH 2 ENVELOPE',
  '=FETCH 1 BODY',
  '=FETCH 1 BODYSTRUCTURE',
  '=FETCH 2 BODY',
  '=FETCH 2 BODYSTRUCTURE',
  '=FETCH 2 BODY.PEEK[1.1]',
  '=FETCH 2 BODY.PEEK[1.2.MIME]',
  '=FETCH 2 BODY.PEEK[2.HEADER]',
  '=FETCH 2 BODY.PEEK[2.TEXT]',
  '=FETCH 2 BODY.PEEK[2.1]',
  '=FETCH 2 BODY.PEEK[3]',
  '=SEARCH ALL',
  '=SEARCH UNSEEN',
  '=UID SEARCH UID 2:*',
  '=SEARCH SUBJECT "quoted"',
  '=SEARCH FROM inner',
  '=SEARCH HEADER Message-ID one@customer',
  '=SEARCH HEADER References ""',
  '=SEARCH NOT FROM second',
  '=SEARCH OR SUBJECT parts SUBJECT nothing',
  '=SEARCH (SUBJECT parts UNSEEN)',
  '=SEARCH TEXT "second line"',
  '=SEARCH LARGER 700',
  '=SEARCH SINCE 1-Jan-2020',
  '=SEARCH BEFORE 1-Jan-2020',
  '=SEARCH SENTON 22-Nov-2026',
  '=SEARCH KEYWORD $TurnmailStored',
  '=SEARCH 2:*',
  'SEARCH NONSENSE',
  'SEARCH',
  'SEARCH SINCE yesterday',
  'STORE 1 +FLAGS (\\Nonsense)',
  'STORE 1 FLAGZ (\\Seen)',
  'STORE 1 +FLAGS.SILENT ($TurnmailStored)',
  '=SEARCH KEYWORD $TurnmailStored',
  'STORE 9 +FLAGS (\\Seen)',
  'UID STORE 99 +FLAGS (\\Seen)',
  'COPY 1 Nowhere',
  'COPY 9 Processed',
  '=FETCH 1 (FLAGS BODY[])',
  '=FETCH 1 (UID)',
  '=FETCH 2 BODY[TEXT]<0.3>',
  '=SEARCH SEEN',
  'UID COPY 1 Processed',
  'UID MOVE 1 Nowhere',
  'STORE 1 +FLAGS (\\Deleted)',
  '=EXPUNGE',
  'MOVE 1 Processed',
  '=SEARCH ALL',
  'FETCH 1 FLAGS',
  'UID FETCH 1 FLAGS',
  'UID NOOP',
  'UNSELECT',
  'UNSELECT',
  'SELECT "Processed"',
  'CLOSE',
  'CREATE INBOX',
  'DELETE INBOX',
  'DELETE Nowhere',
  'LOGIN again secret',
  'NAMESPACE',
];

describeWith('dovecot', 'the development IMAP server', () => {
  let dovecot: TestDovecot;
  let dev: DevMailServer;
  const clients: RawImapClient[] = [];

  beforeAll(async () => {
    dovecot = await startDovecot();
    dev = await startDevMailServer({ users: [{ address: 'support@acme.test', password: 'secret' }] });
  });
  afterAll(async () => {
    for (const client of clients) client.close();
    await dev.stop();
    await dovecot.stop();
  });

  async function logIn(port: number): Promise<RawImapClient> {
    const client = await openRawImap(port);
    clients.push(client);
    await client.command('LOGIN support@acme.test secret');
    for (const mail of [PLAIN, NESTED]) await client.command(`APPEND INBOX {${mail.length}+}\r\n${mail}`);
    return client;
  }

  test('answers like Dovecot, command by command', async () => {
    const [theirs, ours] = [await logIn(dovecot.imapPort), await logIn(dev.imapPort)];
    const differences: string[] = [];
    for (const written of COMMANDS) {
      const whole = written.startsWith('=');
      const command = whole ? written.slice(1) : written;
      const [expected, got] = [await theirs.command(command), await ours.command(command)];
      const status = (answer: string) => answer.split(' ', 1)[0];
      if (status(expected.tagged) !== status(got.tagged)) {
        differences.push(`${command}: Dovecot ${expected.tagged}, we ${got.tagged}`);
      }
      if (whole && plain(expected.untagged) !== plain(got.untagged)) {
        differences.push(`${command}:\n  Dovecot ${plain(expected.untagged)}\n  we      ${plain(got.untagged)}`);
      }
    }
    expect(differences.join('\n')).toBe('');
  });

  test('is stricter where the RFC is', async () => {
    const client = await logIn(dev.imapPort);
    await client.command('SELECT INBOX');
    for (const command of STRICTER) expect((await client.command(command)).tagged, command).toMatch(/^BAD/);
    await client.command('EXAMINE INBOX');
    expect((await client.command('STORE 1 +FLAGS (\\Seen)')).tagged).toMatch(/^NO \[READ-ONLY\]/);
  });

  test('does not forgive a broken line', async () => {
    const client = await openRawImap(dev.imapPort);
    clients.push(client);
    expect(await client.raw('\r\n', /\r\n/)).toMatch(/^\* BAD/);
    expect(await client.raw('a+b NOOP\r\n', /\r\n/)).toMatch(/^\* BAD/);
    expect(await client.raw('a2 LOGIN "x\r\n', /\r\n/)).toMatch(/^a2 BAD/);
    expect(await client.raw('a3 SELECT INBOX\r\n', /\r\n/)).toMatch(/^a3 BAD/);
    expect(await client.raw('a4 LOGIN {17}\r\n', /\r\n/)).toBe('+ OK\r\n');
    expect(await client.raw('support@acme.test {6}\r\n', /\r\n/)).toBe('+ OK\r\n');
    expect(await client.raw('secret\r\n', /\r\n/)).toMatch(/^a4 OK/);
    expect(await client.raw('a5 APPEND INBOX {99999999}\r\n', /\r\n/)).toMatch(/^a5 NO \[TOOBIG\]/);
    expect(await client.raw('a6 SELECT INBOX\r\na7 IDLE\r\n', /\+ idling\r\n/)).toContain('a6 OK');
    expect(await client.raw('a8 NOOP\r\n', /\r\n/)).toMatch(/^a7 BAD/);
    expect(await client.raw(`a9 ${'x'.repeat(70_000)}`, /too long\r\n/)).toMatch(/^\* BYE/);
  });

  test('ends a session that announces a literal it will not take', async () => {
    const client = await openRawImap(dev.imapPort);
    clients.push(client);
    expect(await client.raw('a1 LOGIN {2000000+}\r\n', /\r\n/)).toMatch(/^\* BYE \[TOOBIG\]/);
    await expect(client.command('NOOP')).rejects.toThrow('hung up');
  });

  test('hangs up after three wrong passwords', async () => {
    const client = await openRawImap(dev.imapPort);
    clients.push(client);
    for (let n = 0; n < 2; n += 1) expect((await client.command('LOGIN support@acme.test no')).tagged).toMatch(/^NO/);
    expect((await client.command('AUTHENTICATE PLAIN AHgAeQ==')).untagged).toMatch(/^\* BYE/);
  });
});

/** Without what may differ: \Recent, letter case, and lines that Dovecot adds on its own. */
function plain(untagged: string): string {
  return untagged
    .replace(/^\* (?:\d+ RECENT|OK .*)\r\n/gm, '')
    .replace(/^\* FLAGS .*\r\n/gm, '')
    .replace(/ ?\\Recent/g, '')
    .replace(/\( /g, '(')
    .toLowerCase();
}
