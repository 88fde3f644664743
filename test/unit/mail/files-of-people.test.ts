import { describe, expect, test } from 'vitest';
import { readFrom } from '../../../src/mail/headers/from-address.ts';
import { DEFAULT_PARSE_BOUNDS } from '../../../src/mail/parse/parse-bounds.ts';
import { parseMail } from '../../../src/mail/parse/parse-mail.ts';
import { ENVELOPED, SIGNED_OPAQUE } from '../../support/smime-samples.ts';
import { bytes, files, understood } from '../../support/understood-mail.ts';

const MIXED = ['From: jo@x.example', 'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=b', ''];
const part = (...lines: string[]) => ['--b', ...lines];

describe('pictures', () => {
  const related = (html: string, ...ids: string[]) =>
    bytes(
      'From: jo@x.example',
      'MIME-Version: 1.0',
      'Content-Type: multipart/related; boundary=b',
      '',
      ...part('Content-Type: text/html; charset=utf-8', '', html),
      ...ids.flatMap((id) =>
        part('Content-Type: image/png', 'Content-Disposition: inline', `Content-ID: <${id}>`, '', 'abc'),
      ),
      '--b--',
    );
  const LATER = 'On Mon, Nov 30, 2026 at 7:00 AM Desk &lt;desk@x.example&gt; wrote:';

  test.each([
    ['alone', '<div><img src="cid:p@x"></div>', undefined],
    ['among the words', 'See here: <img src="cid:p@x"> and there', undefined],
    ['written as a URL', '<img src="cid:p%40x">Look', undefined],
    ['that nothing shows', '<p>See the picture</p>', undefined],
    ['below -- ', '<div>Fine</div><div>-- </div><div>Jo<br><img src="cid:p@x"></div>', true],
    [
      'in the quote',
      `Fine<div class="gmail_quote"><div>${LATER}</div><blockquote><img src="cid:p@x"></blockquote></div>`,
      true,
    ],
    [
      'in the words and in the quote',
      `<img src="cid:p@x"><div class="gmail_quote">${LATER}<blockquote><img src="cid:p@x"></blockquote></div>`,
      undefined,
    ],
  ])('%s', async (_, html, aside) => {
    const mail = await understood(related(html, 'p@x'));
    expect(mail.attachments[0]?.aside).toBe(aside);
  });
});

describe('a text with a file name', () => {
  test('that is shown below the words is a file, whole, and none of the words', async () => {
    const log = ['> quoted by the program', '-- ', 'kept'];
    const mail = await understood(
      bytes(
        ...MIXED,
        ...part('Content-Type: text/plain', '', 'Here it is.'),
        ...part(
          'Content-Type: text/plain; name=trace.txt',
          'Content-Disposition: inline; filename=trace.txt',
          '',
          ...log,
        ),
        '--b--',
      ),
    );
    expect([mail.text, files(mail)]).toEqual(['Here it is.', [['trace.txt', log.join('\r\n').length]]]);
  });

  test('that is the first text of the mail is its words', async () => {
    const mail = await understood(
      bytes(
        ...MIXED,
        ...part('Content-Type: text/plain; name=body.txt', 'Content-Disposition: inline', '', 'Words'),
        '--b--',
      ),
    );
    expect([mail.text, files(mail)]).toEqual(['Words', []]);
  });
});

describe('names in raw bytes are read in the charset that the mail names', () => {
  test.each([
    ['gb2312', '\xb7\xa2\xc6\xb1.pdf', '发票.pdf'],
    ['windows-1251', '\xd1\xf7\xe5\xf2.pdf', 'Счет.pdf'],
    ['shift_jis', '\x90\xbf\x8b\x81\x8f\x91.pdf', '請求書.pdf'],
    ['iso-2022-jp', '\x90\xbf\x8b\x81\x8f\x91.pdf', '請求書.pdf'],
    ['koi8-r', '\xf3\xde\xc5\xd4.pdf', 'Счет.pdf'],
    ['utf-8', '\xc3\xa4.pdf', 'ä.pdf'],
  ])('%s', async (charset, raw, name) => {
    const mail = await understood(
      bytes(
        ...MIXED,
        ...part(`Content-Type: text/plain; charset=${charset}`, '', 'See file'),
        ...part('Content-Type: application/pdf', `Content-Disposition: attachment; filename="${raw}"`, '', 'abc'),
        '--b--',
      ),
    );
    expect(files(mail)).toEqual([[name, 3]]);
  });

  test('words in ISO-2022-JP are decoded each for itself, without a broken letter between them', async () => {
    const word = (text: string) => `=?ISO-2022-JP?B?${Buffer.from(text, 'latin1').toString('base64')}?=`;
    const subject = `${word('\x1b$B$*Ld$$9g\x1b(B')}\r\n ${word('\x1b$B$o$;\x1b(B')}`;
    const mail = await understood(bytes(`Subject: ${subject}`, 'From: jo@x.example', '', 'Hi'));
    expect(mail.subject).toBe('お問い合わせ');
  });
});

describe('S/MIME', () => {
  const smime = (body: readonly string[], type = 'signed-data', ...fields: string[]) =>
    bytes(
      'From: jo@x.example',
      'Subject: Pump',
      ...fields,
      `Content-Type: application/pkcs7-mime; smime-type=${type}; name=smime.p7m`,
      'Content-Transfer-Encoding: base64',
      '',
      ...body,
    );

  test('that only wraps is opened: the words and the file inside, under the header of the mail', async () => {
    const mail = await understood(smime(SIGNED_OPAQUE));
    expect([mail.subject, mail.text, files(mail), mail.encrypted]).toEqual([
      'Pump',
      'The pump leaks again.',
      [['a.pdf', 3]],
      undefined,
    ]);
    expect(mail.from).toMatchObject({ kind: 'one', address: 'jo@x.example' });
  });

  test('with a footer of a list around it is opened in its place', async () => {
    const mail = await understood(
      bytes(
        ...MIXED,
        ...part(
          'Content-Type: application/pkcs7-mime; name=smime.p7m',
          'Content-Transfer-Encoding: base64',
          '',
          ...SIGNED_OPAQUE,
        ),
        ...part('Content-Type: text/plain', '', 'A footer'),
        '--b--',
      ),
    );
    expect([mail.text.split('\n')[0], files(mail)]).toEqual(['The pump leaks again.', [['a.pdf', 3]]]);
  });

  test('that is encrypted is known as such and stays a file', async () => {
    const mail = await understood(smime(ENVELOPED, 'enveloped-data'));
    expect([mail.encrypted, mail.text, mail.attachments.map(({ filename }) => filename)]).toEqual([
      'S/MIME',
      '',
      ['smime.p7m'],
    ]);
  });

  test('a signed document stays the file that it is', async () => {
    const mail = await understood(
      bytes(
        ...MIXED,
        ...part('Content-Type: text/plain', '', 'See the contract'),
        ...part(
          'Content-Type: application/pkcs7-mime; name=contract.pdf.p7m',
          'Content-Transfer-Encoding: base64',
          '',
          ...SIGNED_OPAQUE,
        ),
        '--b--',
      ),
    );
    expect([mail.text, mail.attachments.map(({ filename }) => filename)]).toEqual([
      'See the contract',
      ['contract.pdf.p7m'],
    ]);
  });

  test('cut at any byte never fails, and never lets the inside name another sender', async () => {
    const whole = Buffer.from(SIGNED_OPAQUE.join(''), 'base64');
    for (let end = 0; end < whole.length; end += 37) {
      const raw = smime([whole.subarray(0, end).toString('base64')]);
      const outcome = await parseMail(raw, DEFAULT_PARSE_BOUNDS);
      expect(outcome.ok && outcome.mail.from).toEqual(readFrom([{ name: 'from', value: ' jo@x.example' }]));
    }
  });
});

describe('OpenPGP', () => {
  test.each([
    [
      'in its own parts',
      [
        'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b',
        '',
        '--b',
        'Content-Type: application/pgp-encrypted',
        '',
        'Version: 1',
        '--b',
        'Content-Type: application/octet-stream; name=encrypted.asc',
        '',
        'x',
        '--b--',
      ],
    ],
    ['in the text', ['', '-----BEGIN PGP MESSAGE-----', '', 'hQEMA', '-----END PGP MESSAGE-----']],
  ])('%s is encrypted', async (_, lines) => {
    expect((await understood(bytes('From: jo@x.example', ...lines))).encrypted).toBe('OpenPGP');
  });

  test('a signature leaves the words readable', async () => {
    const mail = await understood(bytes('From: jo@x.example', '', '-----BEGIN PGP SIGNED MESSAGE-----', '', 'Hi'));
    expect(mail.encrypted).toBeUndefined();
  });
});

describe('a mail of a desk inside a file is found', () => {
  const token = 'Reply to support+12-3f-abcdefghijklmnopqrstuvwxyz@desk.example';
  test.each([
    ['by the token in plain text', Buffer.from(token)],
    ['by the token in UTF-16', Buffer.from(`\ufeff${token}`, 'utf16le')],
    [
      'by the marker in a .msg',
      Buffer.concat([
        Buffer.from('d0cf11e0a1b11ae1', 'hex'),
        Buffer.from('x-##- Reply above this line -##', 'utf16le'),
      ]),
    ],
    ['by the header in a .eml', Buffer.from('X-Turnmail-Desk: desk-1\r\n\r\nHi')],
  ])('%s', async (_, content) => {
    const mail = await understood(
      bytes(
        ...MIXED,
        ...part(
          'Content-Type: application/octet-stream; name=a.msg',
          'Content-Transfer-Encoding: base64',
          '',
          content.toString('base64'),
        ),
        '--b--',
      ),
    );
    expect(mail.attachments[0]?.mailOfDesk).toBe(true);
  });

  const TOKEN = `support+12-3f-${'k'.repeat(26)}@desk.example`;
  test.each([
    ['a calendar', 'text/calendar; name=invite.ics', `ATTENDEE:mailto:${TOKEN.slice(0, 25)}\r\n ${TOKEN.slice(25)}`],
    ['a card', 'text/vcard; name=a.vcf', `EMAIL:${TOKEN.slice(0, 18)}\r\n\t${TOKEN.slice(18)}`],
    ['a text in quoted-printable', 'text/x-log; name=a.log', `To: ${TOKEN.slice(0, 30)}=\r\n${TOKEN.slice(30)}`],
  ])('a token of ours that is folded within %s is found', async (_what, type, content) => {
    const mail = await understood(
      bytes(...MIXED, ...part(`Content-Type: ${type}`, 'Content-Disposition: attachment', '', content), '--b--'),
    );
    expect(mail.attachments[0]?.mailOfDesk).toBe(true);
  });

  test.each([
    ['text/vcard; name=a.vcf', 'EMAIL:ann@client\r\n .example', true],
    ['text/calendar; name=a.ics', 'ORGANIZER:mailto:Ann@client.example', true],
    ['text/vcard; name=b.vcf', 'EMAIL:bo@client.example', undefined],
    ['text/plain; name=a.txt', 'ann@client.example', undefined],
  ])('of the type %s with %j says whether it names its sender', async (type, content, named) => {
    const head = ['From: ann@client.example', ...MIXED.filter((line) => !/^From:/i.test(line))];
    const mail = await understood(
      bytes(...head, ...part(`Content-Type: ${type}`, 'Content-Disposition: attachment', '', content), '--b--'),
    );
    expect(mail.attachments[0]?.senderCard).toBe(named);
  });
});

describe('deep nesting', () => {
  test('of mails inside mails costs nothing: the outermost is one file', async () => {
    const inner = Array.from({ length: 5_000 }, () => 'Content-Type: message/rfc822\r\n\r\n').join('');
    const mail = await understood(
      bytes(
        ...MIXED,
        ...part('Content-Type: text/plain', '', 'See'),
        '--b',
        `${inner}Subject: last`,
        '',
        'Hi',
        '--b--',
      ),
    );
    expect([mail.text, mail.attachments.length]).toEqual(['See', 1]);
  });
});
