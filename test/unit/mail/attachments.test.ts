import { describe, expect, test } from 'vitest';
import { DEFAULT_PARSE_BOUNDS } from '../../../src/mail/parse/parse-bounds.ts';
import { readAttachments } from '../../../src/mail/parse/parse-mail.ts';
import { bytes, files, understood } from '../../support/understood-mail.ts';

describe('attachments', () => {
  const file = (...headers: string[]) =>
    bytes('Content-Type: multipart/mixed; boundary=b', '', '--b', '', 'Words', '--b', ...headers, '', 'YWJj', '--b--');

  test.each([
    ['a path', 'Content-Disposition: attachment; filename="C:\\Users\\jo\\a.pdf"', 'a.pdf'],
    ['slashes', 'Content-Disposition: attachment; filename="../../etc/passwd"', '_.._etc_passwd'],
    ['a direction change', "Content-Disposition: attachment; filename*=utf-8''a%E2%80%AEfdp.exe", 'afdp.exe'],
    ['only a name in Content-Type', 'Content-Type: application/pdf; name="=?utf-8?q?=C3=A4.pdf?="', 'ä.pdf'],
    ['an empty name', 'Content-Disposition: attachment; filename=""', 'attachment-1.txt'],
    ['no name', 'Content-Type: application/pdf', 'attachment-1.pdf'],
    ['only a Content-Location', 'Content-Type: image/png\r\nContent-Location: map.png', 'map.png'],
  ])('%s becomes a name fit to be shown', async (_, headers, name) => {
    const mail = await understood(file(headers, 'Content-Transfer-Encoding: base64'));
    expect(files(mail)).toEqual([[name, 3]]);
  });

  test('a picture that the HTML shows by its Content-ID is inline', async () => {
    const mail = await understood(
      bytes(
        'Content-Type: multipart/related; boundary=b',
        '',
        '--b',
        'Content-Type: text/html',
        '',
        '<img src="cid:p1@x">Hi',
        '--b',
        'Content-Type: image/png',
        'Content-ID: <p1@x>',
        '',
        'abc',
        '--b--',
      ),
    );
    expect(mail.attachments).toMatchObject([{ inline: true, contentId: 'p1@x', size: 3 }]);
  });

  test('a mail inside a mail is a file and its words are not ours', async () => {
    const mail = await understood(
      bytes(
        'Content-Type: multipart/mixed; boundary=b',
        '',
        '--b',
        '',
        'See below',
        '--b',
        'Content-Type: message/rfc822',
        '',
        'Subject: inner',
        '',
        'Inner words',
        '--b--',
      ),
    );
    expect([mail.text, mail.attachments.map((one) => one.contentType)]).toEqual(['See below', ['message/rfc822']]);
  });

  test('uuencoded files are taken out of the words, prose that begins with "begin" is not', async () => {
    const mail = await understood(
      bytes('Subject: x', '', 'Hi', 'begin 644 a.txt', '#86)C', '`', 'end', 'begin 100 things', 'Bye'),
    );
    expect([mail.text, files(mail)]).toEqual(['Hi\nbegin 100 things\nBye', [['a.txt', 3]]]);
  });

  test('contents come in the order and uidEpoch of the list', async () => {
    const raw = bytes(
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: a/one',
      '',
      '1',
      '--b',
      'Content-Type: a/two',
      '',
      '22',
      '--b--',
    );
    const [second] = await readAttachments(raw, [1], DEFAULT_PARSE_BOUNDS);
    expect([second?.index, second?.content.toString(), second?.attachment.contentType]).toEqual([1, '22', 'a/two']);
    expect(await readAttachments(raw, 'all', DEFAULT_PARSE_BOUNDS)).toHaveLength(2);
  });
});

describe('where a file stands in base64 as we write it', () => {
  const content = Buffer.from(Array.from({ length: 200 }, (_, index) => (index * 37) % 256));
  const inLines = (chars: number, end = '\r\n') =>
    content.toString('base64').replace(new RegExp(`.{${chars}}(?=.)`, 'g'), `$&${end}`);
  const mailWith = (body: string, encoding = 'base64') =>
    Buffer.from(
      [
        'From: jo@customer.example',
        'Content-Type: multipart/mixed; boundary=b',
        '',
        '--b',
        '',
        'Words',
        '--b',
        'Content-Type: application/pdf; name=a.pdf',
        `Content-Transfer-Encoding: ${encoding}`,
        '',
        body,
        '--b--',
        '',
      ].join('\r\n'),
      'latin1',
    );

  test.each([1, 2, 3, 56, 57, 58, 113, 114, 115, 199, 200])('%i bytes are found again', async (size) => {
    const some = content.subarray(0, size);
    const written = some.toString('base64').replace(/.{76}(?=.)/g, '$&\r\n');
    for (const behind of ['', '\r\n', '\r\n\r\n']) {
      const raw = mailWith(`${written}${behind}`);
      const [file] = (await understood(raw)).attachments;
      expect(raw.subarray(file?.base64?.from, file?.base64?.to).toString('latin1')).toBe(written);
    }
  });

  test.each([
    ['lines of 64', inLines(64)],
    ['one long line', inLines(1_000)],
    ['line feeds alone', inLines(76, '\n')],
    ['a blank at a line end', inLines(76, ' \r\n')],
    ['a word of a list below it', `${inLines(76)}\r\n-- \r\nlist`],
    ['padding within', `QUI=\r\n${inLines(76)}`],
    ['a letter of base64url', inLines(76).replace('A', '-')],
    ['nothing', ''],
    ['too much padding', `${inLines(76)}=`],
    ['quoted-printable', 'YWJj', 'quoted-printable'],
    ['no encoding', 'YWJj', '8bit'],
  ])('%s is written anew', async (_what, body, encoding?: string) => {
    const [file] = (await understood(mailWith(body, encoding))).attachments;
    expect(file?.base64).toBeUndefined();
  });

  test('a file within an attached mail is a part of that, and has no place of its own', async () => {
    const within = mailWith(inLines(76)).toString('latin1');
    const raw = Buffer.from(
      `Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-Type: message/rfc822\r\n\r\n${within}\r\n--c--\r\n`,
      'latin1',
    );
    const { attachments } = await understood(raw);
    expect(attachments.map(({ contentType, base64 }) => [contentType, base64])).toEqual([
      ['message/rfc822', undefined],
    ]);
  });
});
