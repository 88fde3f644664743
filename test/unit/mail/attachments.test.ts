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
