import MailComposer from 'nodemailer/lib/mail-composer';
import { describe, expect, it } from 'vitest';
import { mimeBytes } from '../../../src/mail/mime/mime-bytes.ts';

const long = 'a line that is long enough to be folded, '.repeat(40);
const TEXTS = {
  ascii: 'Hello\r\n\r\nthis is short.\r\n',
  'long lines': `${long}\r\n${long}\r\n`,
  'blanks at line ends': 'one \r\ntwo\t\r\n\t\r\n -- \r\n',
  'dots and equals': '.\r\n..\r\n=\r\n=3D=\r\nFrom me\r\n',
  accents: `Grüße aus Köln, ${'süß '.repeat(60)}\r\n`,
  japanese: '日本語の文章です。'.repeat(30),
  emoji: '👩‍🔧'.repeat(50),
  'no line end': 'no line end',
  blank: '\r\n',
};

const FILES = [0, 1, 56, 57, 58, 5_000].map((size) => ({
  filename: `größe-${size}.bin`,
  contentType: 'application/octet-stream',
  content: Buffer.from(Array.from({ length: size }, (_, index) => (index * 7) % 256)),
}));

describe.each(Object.entries(TEXTS))('the bytes of a mail with %s', (_name, text) => {
  it.each([
    ['text alone', { text }],
    ['text and HTML', { text, html: `<p>${text}</p>` }],
    ['text, HTML and files', { text, html: `<p>${text}</p>`, attachments: FILES }],
  ])('are those that nodemailer builds: %s', async (_what, parts) => {
    const message = new MailComposer({
      from: { name: 'Müller', address: 'a@x.example' },
      to: { name: '', address: 'b@x.example' },
      subject: `Grüße ${long}`,
      messageId: '<a@x.example>',
      date: new Date(0),
      newline: 'windows',
      ...parts,
    }).compile();
    const built = await message.build();
    const bytes = await mimeBytes(message, new Set(), async () => {});
    expect(bytes.toString('latin1')).toBe(built.toString('latin1'));
  });
});

it('a file that is base64 already goes into the mail as it is, and makes the same mail', async () => {
  const composed = (contents: Buffer[]) =>
    new MailComposer({
      from: { name: '', address: 'a@x.example' },
      to: { name: '', address: 'b@x.example' },
      messageId: '<a@x.example>',
      date: new Date(0),
      text: 'See the file.',
      attachments: contents.map((content) => ({ filename: 'a.bin', contentTransferEncoding: 'base64', content })),
    }).compile();
  const contents = FILES.map(({ content }) => content).filter(({ length }) => length > 0);
  const encoded = contents.map((content) => Buffer.from(content.toString('base64').replace(/.{76}(?=.)/g, '$&\r\n')));
  const bytes = await mimeBytes(composed(encoded), new Set(encoded), async () => {});
  const expected = await mimeBytes(composed(contents), new Set(), async () => {});
  expect(withOneBoundary(bytes)).toBe(withOneBoundary(expected));
});

/** nodemailer makes a boundary anew for each mail. */
function withOneBoundary(bytes: Buffer): string {
  const text = bytes.toString('latin1');
  return text.replaceAll(/boundary="([^"]+)"/.exec(text)?.[1] ?? '', 'boundary');
}
