import { describe, expect, test } from 'vitest';
import type { ParseOutcome } from '../../../src/domain/mail/parsed-mail.ts';
import { DEFAULT_PARSE_BOUNDS } from '../../../src/mail/parse/parse-bounds.ts';
import { parseMail } from '../../../src/mail/parse/parse-mail.ts';
import { bytes, files, understood } from '../../support/understood-mail.ts';

describe('structure', () => {
  const mixed = ['From: jo@x.example', 'Content-Type: multipart/mixed; boundary="b"', ''];

  test('blanks behind a boundary are padding', async () => {
    const mail = await understood(
      bytes(...mixed, '--b \t', '', 'Words', '--b  ', 'Content-Type: image/png', '', 'abc', '--b-- ', ''),
    );
    expect([mail.text, files(mail)]).toEqual(['Words', [['attachment-1.png', 3]]]);
  });

  test('an outer boundary ends unfinished inner parts', async () => {
    const inner = ['--b', 'Content-Type: multipart/alternative; boundary=c', '', '--c', '', 'Inner'];
    const mail = await understood(bytes(...mixed, ...inner, '--b', '', 'Outer', '--b--'));
    expect(mail.text).toBe('Inner\nOuter');
    expect(mail.partTypes).toEqual(['multipart/mixed', 'multipart/alternative', 'text/plain', 'text/plain']);
  });

  test('a last boundary that never comes loses nothing', async () => {
    expect((await understood(bytes(...mixed, '--b', '', 'All', 'of it'))).text).toBe('All\nof it');
  });

  test('a boundary that the header misnames is found in the body', async () => {
    const mail = await understood(
      bytes(
        'Content-Type: multipart/mixed; boundary=wrong',
        '',
        '--right',
        'Content-Type: text/plain',
        '',
        'Words',
        '--right--',
      ),
    );
    expect(mail.text).toBe('Words');
  });

  test('a mail without an empty line below its header has a body all the same', async () => {
    const mail = await understood(bytes('From: jo@x.example', 'Subject: Hi', 'This line is no field', 'nor this one'));
    expect([mail.subject, mail.text]).toEqual(['Hi', 'This line is no field\nnor this one']);
  });

  test('a broken line between fields does not end the header', async () => {
    const mail = await understood(bytes('Received: from a', 'by b, unfolded', 'Subject: Hi', '', 'Words'));
    expect([mail.subject, mail.text]).toEqual(['Hi', 'Words']);
  });

  test.each([
    ['no header', bytes('Just words', '', 'More'), 'Just words\n\nMore'],
    ['no body', bytes('Subject: x', '', ''), ''],
    ['nothing', Buffer.alloc(0), ''],
    ['lines ended by CR', Buffer.from('Subject: x\r\rWords\rMore'), 'Words\nMore'],
    ['lines ended by CR CR LF', Buffer.from('Subject: x\r\r\n\r\r\nWords\r\r\nMore'), 'Words\nMore'],
    ['an mbox line on top', bytes('From jo@x.example Mon Nov 23 10:00:00 2026', 'Subject: x', '', 'Words'), 'Words'],
    ['UTF-16', Buffer.from('\ufeffSubject: x\r\n\r\nWörds', 'utf16le'), 'Wörds'],
  ])('a mail with %s is read', async (_, raw, text) => {
    expect((await understood(raw)).text).toBe(text);
  });
});

describe('words', () => {
  test('plain text says it all when every part has it', async () => {
    const mail = await understood(
      bytes(
        'Content-Type: multipart/alternative; boundary=b',
        '',
        '--b',
        '',
        'Plain',
        '--b',
        'Content-Type: text/html',
        '',
        '<p>Rich</p>',
        '--b--',
      ),
    );
    expect(mail.text).toBe('Plain');
  });

  test('a part that comes only as HTML takes the others with it, in order', async () => {
    const mail = await understood(
      bytes(
        'Content-Type: multipart/mixed; boundary=b',
        '',
        '--b',
        '',
        'First <one>',
        '--b',
        'Content-Type: text/html',
        '',
        '<p>Second</p>',
        '--b',
        '',
        'Third',
        '--b--',
      ),
    );
    expect(mail.text.split(/\n+/)).toEqual(['First <one>', 'Second', 'Third']);
  });

  test('UTF-7 is read in plain text and never as HTML', async () => {
    const plain = await understood(bytes('Content-Type: text/plain; charset=utf-7', '', 'Fr+APY-sche'));
    const html = await understood(bytes('Content-Type: text/html; charset=utf-7', '', 'a +ADw-script+AD4-x'));
    expect([plain.text, html.text]).toEqual(['Frösche', 'a +ADw-script+AD4-x']);
  });

  test('HTML without a charset is read by its own meta element', async () => {
    const mail = await understood(
      bytes('Content-Type: text/html', '', '<meta charset="windows-1251"><p>\xcf\xf0\xe8</p>'),
    );
    expect(mail.text).toBe('При');
  });

  test('a short text without a charset is read by what the header shows', async () => {
    const mail = await understood(bytes('Subject: \xf4\xc5\xd3\xd4 \xf4\xc5\xd3\xd4', '', '\xf4\xc5\xd3\xd4'));
    expect([mail.subject, mail.text]).toEqual(['Тест Тест', 'Тест']);
  });

  test('base64 that a list put words below is read to its end', async () => {
    const mail = await understood(
      bytes('Content-Transfer-Encoding: base64', '', 'SGFsbG8=', '', 'A footer of the list'),
    );
    expect(mail.text).toBe('Hallo');
  });

  test('words that only claim to be base64 are read as they are', async () => {
    const mail = await understood(bytes('Content-Transfer-Encoding: base64', '', 'Hello, these are plain words.'));
    expect(mail.text).toBe('Hello, these are plain words.');
  });

  test('quoted-printable with careless line ends keeps its letters', async () => {
    const mail = await understood(
      bytes('Content-Transfer-Encoding: Quoted-Printable', '', 'a=', 'b= ', 'c=3D=zz=c3=a4'),
    );
    expect(mail.text).toBe('abc==zzä');
  });
});

describe('bounds have their reasons', () => {
  const nested = (depth: number) => {
    const open = Array.from(
      { length: depth },
      (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}`,
    );
    return bytes(...open, '', 'deep');
  };
  const many = (parts: number) =>
    bytes('Content-Type: multipart/mixed; boundary=b', '', ...Array<string>(parts).fill('--b\r\n\r\nx'));

  test.each<[string, Buffer, ParseOutcome]>([
    ['too deep', nested(101), { ok: false, fault: 'too-deep', detail: 'parts nested more than 100 deep' }],
    ['too many parts', many(1_000), { ok: false, fault: 'too-many-parts', detail: 'more than 1000 parts' }],
    [
      'too much header',
      bytes(`X: ${'x'.repeat(1_100_000)}`, '', 'y'),
      { ok: false, fault: 'headers-too-large', detail: 'more than 1048576 bytes of header fields' },
    ],
    [
      'too large',
      Buffer.alloc(52_428_801),
      { ok: false, fault: 'too-large', detail: '52428801 bytes, more than 52428800' },
    ],
  ])('%s', async (_, raw, outcome) => {
    expect(await parseMail(raw, DEFAULT_PARSE_BOUNDS)).toEqual(outcome);
  });

  test('a mail at the bounds is read', async () => {
    expect((await understood(nested(100))).text).toBe('deep');
    expect((await understood(many(999))).partTypes).toHaveLength(1_000);
  });
});

describe('the whole', () => {
  test('who, when, to whom and in which thread', async () => {
    const mail = await understood(
      bytes(
        'Delivered-To: support@acme.example',
        'Received: from a by b for <support+x@acme.example>; Sun, 22 Nov 2026 07:00:00 +0000',
        'From: Jo <jo@x.example>',
        'To: Support <support@acme.example>',
        'Cc: b@x.example',
        'Reply-To: r@x.example',
        'Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=',
        'Date: Sun, 22 Nov 2026 08:00:00 +0100',
        'Message-ID: <1@x>',
        'In-Reply-To: <0@x>',
        'References: <00@x> <0@x>',
        '',
        'Hello',
      ),
    );
    expect(mail).toMatchObject({
      messageId: '1@x',
      inReplyTo: ['0@x'],
      references: ['00@x', '0@x'],
      from: { kind: 'one', address: 'jo@x.example', name: 'Jo' },
      to: [{ address: 'support@acme.example', name: 'Support' }],
      cc: [{ address: 'b@x.example' }],
      replyTo: [{ address: 'r@x.example' }],
      deliveredTo: ['support@acme.example', 'support+x@acme.example'],
      subject: 'Grüße',
      date: Date.UTC(2026, 10, 22, 7),
      text: 'Hello',
    });
  });

  test('the content hash tells mails with the same Message-ID apart, and does not care for the route', async () => {
    const hash = async (...lines: string[]) =>
      (await understood(bytes('Message-ID: <1@x>', 'From: jo@x.example', ...lines))).contentHash;
    expect(await hash('', 'Hello')).toBe(await hash('Received: by somebody', '', 'Hello'));
    expect(await hash('', 'Hello')).not.toBe(await hash('', 'Hello again'));
  });

  test('NUL and lone surrogates do not get out', async () => {
    const mail = await understood(bytes('Subject: a\0b', 'From: "x\0" <jo@x.example>', '', 'c\0d \xed\xa0\x80'));
    expect(JSON.stringify(mail)).not.toMatch(/\\u0000|\\ud800/i);
  });
});
