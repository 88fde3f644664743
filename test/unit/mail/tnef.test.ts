import { describe, expect, test } from 'vitest';
import { readTnef } from '../../../src/mail/mime/tnef.ts';
import { DEFAULT_PARSE_BOUNDS } from '../../../src/mail/parse/parse-bounds.ts';
import { parseMail, readAttachments } from '../../../src/mail/parse/parse-mail.ts';

/** An attribute as MS-OXTNEF section 2.1.3.1 lays it out: level, id, length, data, checksum. */
function attribute(level: 1 | 2, id: number, data: Buffer): Buffer {
  const out = Buffer.alloc(9 + data.length + 2);
  out.writeUInt8(level, 0);
  out.writeUInt32LE(id, 1);
  out.writeUInt32LE(data.length, 5);
  data.copy(out, 9);
  out.writeUInt16LE(
    data.reduce((sum, byte) => (sum + byte) & 0xffff, 0),
    9 + data.length,
  );
  return out;
}

const uint32 = (...values: number[]) => {
  const out = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) out.writeUInt32LE(value >>> 0, i * 4);
  return out;
};

const padded = (data: Buffer) => Buffer.concat([data, Buffer.alloc(-data.length & 3)]);
const PT_UNICODE = 0x1f;
const PT_BINARY = 0x102;
const PT_LONG = 3;

/** A property list (MS-OXTNEF section 2.1.3.4). */
function properties(...list: [id: number, type: number, value: Buffer][]): Buffer {
  const written = list.map(([id, type, value]) =>
    type === PT_LONG
      ? Buffer.concat([uint32(((id << 16) | type) >>> 0), value])
      : Buffer.concat([uint32(((id << 16) | type) >>> 0, 1, value.length), padded(value)]),
  );
  return Buffer.concat([uint32(list.length), ...written]);
}

const utf16 = (text: string) => Buffer.from(`${text}\0`, 'utf16le');
const SIGNATURE = Buffer.concat([uint32(0x223e9f78), Buffer.from([1, 0])]);
const CODEPAGE = attribute(1, 0x00069007, uint32(1252, 0));
const NEW_FILE = attribute(2, 0x00069002, Buffer.alloc(14));
const title = (name: string) => attribute(2, 0x00018010, Buffer.from(`${name}\0`, 'latin1'));
const data = (content: Buffer) => attribute(2, 0x0006800f, content);
const more = (...list: Parameters<typeof properties>) => attribute(2, 0x00069005, properties(...list));

const PICTURE = Buffer.from(Array.from({ length: 700 }, (_, i) => i % 256));
const TWO_FILES = Buffer.concat([
  SIGNATURE,
  CODEPAGE,
  attribute(1, 0x0002800c, Buffer.from('Gr\xfc\xdfe aus Outlook\r\n\0', 'latin1')),
  NEW_FILE,
  title('A-LONG~1.PNG'),
  data(PICTURE),
  more(
    [0x3705, PT_LONG, uint32(1)],
    [0x3707, PT_UNICODE, utf16('a long name €.png')],
    [0x370e, PT_UNICODE, utf16('image/png')],
  ),
  NEW_FILE,
  title('b.txt'),
  more([0x3701, PT_BINARY, Buffer.from('by property')]),
]);

/** A mail that Outlook sent as a winmail.dat. */
function mail(tnef: Buffer, words: string): Buffer {
  return Buffer.from(
    [
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      words,
      '--b',
      'Content-Type: application/ms-tnef; name=winmail.dat',
      'Content-Disposition: attachment; filename=winmail.dat',
      'Content-Transfer-Encoding: base64',
      '',
      tnef.toString('base64'),
      '--b--',
      '',
    ].join('\r\n'),
  );
}

async function shown(raw: Buffer) {
  const outcome = await parseMail(raw, DEFAULT_PARSE_BOUNDS);
  if (!outcome.ok) throw new Error(outcome.detail);
  return outcome.mail;
}

describe('a winmail.dat', () => {
  test('becomes the files that it holds, with their long names and exact bytes', async () => {
    const raw = mail(TWO_FILES, 'See the files');
    const { text, attachments } = await shown(raw);
    expect(text).toBe('See the files');
    expect(attachments.map(({ filename, contentType, size }) => [filename, contentType, size])).toEqual([
      ['a long name €.png', 'image/png', 700],
      ['b.txt', 'application/octet-stream', 11],
    ]);
    const contents = await readAttachments(raw, 'all', DEFAULT_PARSE_BOUNDS);
    expect(contents.map(({ content }) => content)).toEqual([PICTURE, Buffer.from('by property')]);
  });

  test('gives its words where the mail has no others', async () => {
    expect((await shown(mail(TWO_FILES, ''))).text).toBe('Grüße aus Outlook');
  });

  test('stays beside its files where it was cut off', async () => {
    const cut = TWO_FILES.subarray(0, TWO_FILES.length - 20);
    const { attachments } = await shown(mail(cut, 'See the files'));
    expect(attachments.map(({ filename }) => filename)).toEqual(['a long name €.png', 'b.txt', 'winmail.dat']);
  });

  test('that is none stays a file', async () => {
    const { attachments } = await shown(mail(Buffer.from('something else'), 'See'));
    expect(attachments.map(({ filename, size }) => [filename, size])).toEqual([['winmail.dat', 14]]);
  });
});

test('a TNEF cut or changed at any byte is read to some end', () => {
  for (let at = 0; at < TWO_FILES.length; at++) {
    const changed = Buffer.from(TWO_FILES);
    changed[at] = 0xff;
    for (const bytes of [TWO_FILES.subarray(0, at), changed]) {
      const files = readTnef(bytes)?.files ?? [];
      expect(files.reduce((sum, file) => sum + file.content.length, 0)).toBeLessThanOrEqual(bytes.length);
    }
  }
});

describe('a winmail.dat with nothing but RTF', () => {
  /** The example of MS-OXRTFCP section 4.1, and a text that is not compressed. */
  const EXAMPLE = Buffer.from(
    '2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0',
    'hex',
  );
  const open = (rtf: string) =>
    Buffer.concat([uint32(rtf.length + 12, rtf.length, 0x414c454d, 0), Buffer.from(rtf, 'latin1')]);
  const mailWith = (rtf: Buffer) => {
    const content = Buffer.concat([
      SIGNATURE,
      CODEPAGE,
      attribute(1, 0x00069003, properties([0x1009, PT_BINARY, rtf])),
    ]);
    return Buffer.from(
      `Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n${content.toString('base64')}`,
    );
  };
  const CHARSETS =
    "{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0 Arial;}{\\f1\\fcharset204 Arial;}{\\f2\\fcharset128 MS Gothic;}}Gr\\'fc\\'dfe\\par {\\f1\\'cf\\'f0\\'e8\\'e2\\'e5\\'f2}\\line {\\f2\\'82\\'a0}\\u8364? \\{x\\}{\\*\\htmltag <p>}{\\pict 0102ff}end}";

  test.each([
    ['compressed', EXAMPLE, 'hello world'],
    ['in several charsets, with a picture in it', open(CHARSETS), 'Grüße\nПривет\nあ€ {x}end'],
  ])('shows its words: %s', async (_, rtf, words) => {
    const outcome = await parseMail(mailWith(rtf), DEFAULT_PARSE_BOUNDS);
    expect(outcome.ok && [outcome.mail.text, outcome.mail.attachments]).toEqual([words, []]);
  });

  test.each([
    ['groups without end', open('{'.repeat(1_000_000))],
    ['commands without end', open('\\a'.repeat(500_000))],
    ['a claim of four gigabytes', Buffer.concat([uint32(9, 0xffffffff, 0x75465a4c, 0), Buffer.alloc(1_000_000, 0xff)])],
    ['a reference behind the end', Buffer.concat([uint32(9, 99, 0x75465a4c, 0), Buffer.from([0xff, 0xf0])])],
  ])('stays bounded: %s', async (_, rtf) => {
    const outcome = await parseMail(mailWith(rtf), DEFAULT_PARSE_BOUNDS);
    expect(outcome.ok && outcome.mail.text.length).toBeLessThan(10_000_000);
  });
});
