import { simpleParser } from 'mailparser';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import { describe, expect, test } from 'vitest';
import { DEFAULT_PARSE_BOUNDS } from '../../../src/mail/parse/parse-bounds.ts';
import { parseMail } from '../../../src/mail/parse/parse-mail.ts';
import { readContents } from '../../../src/mail/parse/read-contents.ts';
import { seededRandom } from '../../support/mutate-mail.ts';

type Composed = ConstructorParameters<typeof MailComposer>[0];

const PEOPLE = {
  from: '"Döe, Jo" <jo@x.example>',
  to: 'Ä <a@x.example>, b@x.example',
  date: new Date(1_800_000_000_000),
  messageId: '<1@x.example>',
};

async function readerOf(raw: Buffer): Promise<string> {
  const reading = await readContents(raw, DEFAULT_PARSE_BOUNDS);
  return reading.ok ? reading.by : reading.fault;
}

/** Read by mailparser, and the repair reading says the same to the last byte. */
async function expectAgreement(raw: Buffer): Promise<void> {
  expect(await readerOf(raw), raw.toString('latin1', 0, 3_000)).toBe('mailparser');
  const both = [await parseMail(raw, DEFAULT_PARSE_BOUNDS), await parseMail(raw, DEFAULT_PARSE_BOUNDS, 'repair')];
  expect(both[0]).toEqual(both[1]);
}

/** A mail of lines; each character is one byte. */
const bytes = (...lines: string[]) => Buffer.from(lines.join('\r\n'), 'latin1');

const TEXTS = [
  'Hello there.\n\nBye\n',
  'Größe: 5 €\n🎈 und noch viel mehr Wörter, damit die Zeile lang genug ist, um in zwei zu brechen.\n',
  'こんにちは。\n\nありがとう\n',
  'a = b\n.\n..\n-- \nJo\n',
  '> quoted\n\nanswer\n> more\n',
  'From here on\n--\n--b\n--b--\n',
  `${'long '.repeat(300)}\n`,
  '',
];
const HTMLS = ['<p>Words</p>', '<div>Größe 5 €<br>🎈</div><img src="cid:p@x">', '<ul><li>one<li>two</ul>\n'];
const NAMES = ['a.pdf', '日本語.txt', 'a (1).bin', `${'ein sehr langer Name äöü '.repeat(6)}.pdf`];
const ENCODINGS = ['base64', 'quoted-printable', undefined] as const;

function composedMail(random: () => number): Composed {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const text = random() < 0.8 ? pick(TEXTS) : undefined;
  const html = random() < 0.5 ? pick(HTMLS) : undefined;
  const attachments = Array.from({ length: Math.floor(random() * 4) }, (_, i) => ({
    filename: pick(NAMES),
    content: Buffer.from(Array.from({ length: Math.floor(random() * 900) }, () => Math.floor(random() * 256))),
    ...(random() < 0.3 ? { cid: i === 0 ? 'p@x' : `p${i}@x` } : {}),
    contentDisposition: random() < 0.5 ? ('attachment' as const) : ('inline' as const),
    // A text without a name would be words.
    contentType: pick(['application/pdf', 'image/png', 'application/octet-stream']),
  }));
  const textEncoding = pick(ENCODINGS);
  return { ...PEOPLE, subject: 'Hi', text, html, attachments, ...(textEncoding && { textEncoding }) } as Composed;
}

test('both readings say the same of 200 mails as a mail program makes them', async () => {
  const random = seededRandom(7);
  for (let number = 0; number < 200; number++) {
    await expectAgreement(await new MailComposer(composedMail(random)).compile().build());
  }
});

test('people, subject, date and file names are what mailparser reads out of well-written headers', async () => {
  const attachments = NAMES.map((filename) => ({ filename, content: filename }));
  const subject = 'Grüße 🎈 und noch viel mehr Wörter, damit es gefaltet wird';
  const raw = await new MailComposer({ ...PEOPLE, subject, text: 'Hi', attachments }).compile().build();
  const [ours, theirs] = await Promise.all([parseMail(raw, DEFAULT_PARSE_BOUNDS), simpleParser(raw)]);
  if (!ours.ok) throw new Error(ours.detail);
  const { mail } = ours;
  expect(mail.from).toMatchObject({ kind: 'one', ...theirs.from?.value[0] });
  expect(mail.to.map(({ written, name }) => [written, name])).toEqual(
    [theirs.to].flat().flatMap((to) => to?.value.map(({ address, name }) => [address, name])),
  );
  expect([mail.subject, mail.date, mail.messageId]).toEqual([theirs.subject, theirs.date?.getTime(), '1@x.example']);
  expect(mail.attachments.map(({ filename, size }) => [filename, size])).toEqual(
    theirs.attachments.map(({ filename, size }) => [filename?.trim(), size]),
  );
});

const alternative = (head: string, plain: string, html: string) =>
  bytes(
    'From: jo@x.example',
    'MIME-Version: 1.0',
    `Content-Type: multipart/alternative; ${head}`,
    '',
    'preamble',
    '--=_b',
    plain,
    '--=_b',
    html,
    '--=_b--',
    'epilogue',
    '--=_b',
    '',
  );
const PLAIN = 'Content-Type: text/plain; charset=us-ascii\r\n\r\nWords\r\n';
const HTML = 'Content-Type: text/html; charset=utf-8\r\n\r\n<p>W\xc3\xb6rter</p>';

describe('both readings agree on', () => {
  test.each<[string, Buffer]>([
    ['no MIME at all', bytes('From: jo@x.example', 'Subject: x', '', 'Words', '')],
    ['an mbox line in front', bytes('From jo@x.example Sun Nov 22 10:00:00 2026', 'Subject: x', '', 'Words')],
    ['lines that end with LF alone', Buffer.from('Subject: x\nContent-Type: text/html\n\n<p>Hi\n')],
    ['a quoted boundary', alternative('boundary="=_b"', PLAIN, HTML)],
    ['a bare boundary and a folded field', alternative('x=y;\r\n\tboundary==_b', PLAIN, HTML)],
    [
      'flowed words with quotes and delsp',
      alternative(
        'boundary="=_b"',
        'Content-Type: text/plain; charset=utf-8; format=flowed; delsp="yes"\r\n\r\nIt wo \r\nrks.\r\n\r\n> Does \r\n> it?\r\n>> No\r\n\r\n\r\n\r\nBye\r\n',
        HTML,
      ),
    ],
    ['Latin-1', bytes('Content-Type: text/plain; charset=iso-8859-1', '', 'Gr\xfc\xdfe', '')],
    [
      'windows-1251 in base64',
      bytes('Content-Type: text/plain; charset=windows-1251', 'Content-Transfer-Encoding: base64', '', 'z/Do4uXy'),
    ],
    [
      'a report, its fields and the mail that came back',
      bytes(
        'From: <mailer-daemon@x.example>',
        'Content-Type: multipart/report; report-type=delivery-status; boundary=r',
        '',
        '--r',
        '',
        '550 no such user',
        '--r',
        'Content-Type: message/delivery-status',
        '',
        'Reporting-MTA: dns; x.example',
        '',
        'Final-Recipient: rfc822; a@y.example',
        'Action: failed',
        'Status: 5.1.1',
        '--r',
        'Content-Type: message/rfc822',
        'Content-Disposition: inline',
        '',
        'Message-ID: <1@x.example>',
        'Content-Type: multipart/mixed; boundary=inner',
        '',
        '--inner',
        '',
        'Old words',
        '--inner--',
        '--r--',
        '',
      ),
    ],
  ])('%s', (_, raw) => expectAgreement(raw));
});

const mixed = (...part: string[]) => bytes('Content-Type: multipart/mixed; boundary=b', '', '--b', ...part, '--b--');

describe('the repair reading is given', () => {
  test.each<[string, Buffer]>([
    ['a multipart that stays open', bytes('Content-Type: multipart/mixed; boundary=b', '', '--b', '', 'Words')],
    ['blanks behind a boundary', bytes('Content-Type: multipart/mixed; boundary=b', '', '--b  ', '', 'Words', '--b--')],
    ['an outer boundary inside an open part', mixed('Content-Type: multipart/mixed; boundary=c', '', '--c', '', 'x')],
    ['a boundary that is declared for a text', bytes('Content-Type: text/plain; boundary=b', '', 'x', '--b', 'y')],
    ['a header without an end', bytes('Subject: x', 'Words without a colon', '', 'More')],
    ['a bare CR in the header', bytes('Subject: x\rFrom: jo@x.example', '', 'Words')],
    ['UTF-16', Buffer.from('\ufeffSubject: x\r\n\r\nWords', 'utf16le')],
    ['lines of CR alone', bytes('Subject: x\r\rWords')],
    ['two types', bytes('Content-Type: text/plain', 'Content-Type: text/html', '', 'Words')],
    ['a type with two charsets', bytes('Content-Type: text/plain; charset=a; charset=b', '', 'Words')],
    ['an unknown transfer encoding', bytes('Content-Transfer-Encoding: x-none', '', 'Words')],
    ['words that claim to be base64', bytes('Content-Transfer-Encoding: base64', '', 'Good morning, it works!')],
    ['base64 with a footer', bytes('Content-Transfer-Encoding: base64', '', 'SGk=', '', 'This is a list')],
    ['a broken escape', bytes('Content-Transfer-Encoding: quoted-printable', '', '100 =% sure')],
    ['blanks at the end of a quoted line', bytes('Content-Transfer-Encoding: quoted-printable', '', 'Hi ', 'there')],
    ['an unknown charset', bytes('Content-Type: text/plain; charset=x-none', '', 'W\xf6rter')],
    ['ISO-2022-JP', bytes('Content-Type: text/plain; charset=iso-2022-jp', '', '\x1b$BF|K\\\x1b(B')],
    ['ISO-2022-JP that nobody declares', bytes('Subject: x', '', '\x1b$BF|K\\\x1b(B')],
    ['UTF-7', bytes('Content-Type: text/html; charset=utf-7', '', '+ADw-b+AD4-')],
    ['UTF-8 under a Latin label', bytes('Content-Type: text/plain; charset=iso-8859-1', '', 'W\xc3\xb6rter')],
    ['Latin-1 without a label', bytes('Subject: x', '', 'W\xf6rter')],
    ['a charset that only the HTML names', bytes('Content-Type: text/html', '', '<meta charset=gb2312>\xc4\xe3')],
    ['a byte order mark in the words', bytes('Subject: x', '', '\xef\xbb\xbfWords')],
    ['NUL in the words', bytes('Subject: x', '', 'Wo\0rds')],
    ['a uuencoded file', bytes('Subject: x', '', 'begin 644 a.txt', '#86)C', '`', 'end')],
    ['two texts', mixed('', 'One', '--b', '', 'Two')],
    ['HTML beside plain words', mixed('', 'One', '--b', 'Content-Type: text/html', '', 'Two')],
    ['text with a file name', mixed('Content-Type: text/plain; name=a.txt', '', 'One')],
    ['a file whose type is only in its name', mixed('Content-Disposition: attachment; filename=a.pdf', '', 'x')],
    ['a digest', bytes('Content-Type: multipart/digest; boundary=b', '', '--b', '', 'Subject: x', '', 'y', '--b--')],
    ['a header of 100 KiB', bytes(`Subject: ${'x'.repeat(100_000)}`, '', 'Words')],
  ])('%s', async (_, raw) => {
    expect(await readerOf(raw)).toBe('repair');
  });
});

test.each([
  ['blanks in a quoted-printable text', `Content-Transfer-Encoding: quoted-printable\r\n\r\n${' '.repeat(500_000)}x`],
  ['brackets in a type', `Content-Type: text/plain${';('.repeat(20_000)}\r\n\r\nx`],
  ['blanks in a type', `Content-Type: text/plain;${' '.repeat(60_000)}x\r\n\r\nx`],
  ['encoded words in the header', `Subject: ${'=?utf-8?q?a?= '.repeat(4_000)}\r\n\r\nx`],
  ['recipients', `To: ${'a, (<"'.repeat(10_000)}\r\n\r\nx`],
  ['lines of one character', `Subject: x\r\n\r\n${'x\n'.repeat(400_000)}`],
])('a flood of %s is read in time', async (_, mail) => {
  expect((await parseMail(Buffer.from(mail), DEFAULT_PARSE_BOUNDS)).ok).toBe(true);
});
