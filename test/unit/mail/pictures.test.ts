import MailComposer from 'nodemailer/lib/mail-composer';
import { describe, expect, test } from 'vitest';
import { formatWords } from '../../../src/decide/formatted/format-words.ts';
import { DEFAULT_PARSE_BOUNDS } from '../../../src/mail/parse/parse-bounds.ts';
import { parseMail, readAttachments } from '../../../src/mail/parse/parse-mail.ts';

/** Something that says of itself that it is a picture of this height. */
function png(height: number): Buffer {
  const bytes = Buffer.alloc(4_000, 7);
  bytes.write('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1');
  bytes.writeUInt32BE(300, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}

const shown = (filename: string, content: Buffer) => ({ filename, content, contentType: 'image/png', cid: filename });

async function read(mail: ConstructorParameters<typeof MailComposer>[0] | string, by?: 'repair') {
  const raw = typeof mail === 'string' ? Buffer.from(mail) : await new MailComposer(mail).compile().build();
  const outcome = await parseMail(raw, DEFAULT_PARSE_BOUNDS, by);
  if (!outcome.ok) throw new Error(outcome.detail);
  const files = await readAttachments(raw, 'all', DEFAULT_PARSE_BOUNDS);
  return { mail: outcome.mail, contents: files.map(({ content }) => content) };
}

describe('pictures that stand in the HTML itself', () => {
  const html = `<p>see</p><img src="data:image/png;base64,${png(300).toString('base64')}"><p>and <img alt=x src='data:image/jpeg;base64,${png(9).toString('base64').replace(/.{70}/g, '$&\n')}'></p><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">`;

  test.each([undefined, 'repair'] as const)(
    'are files of the mail, each in its place; dots are none (%s)',
    async (by) => {
      const { mail, contents } = await read({ from: 'jo@x.example', html }, by);
      expect(mail.reply).toBe('see\n\n[image: picture-1.png]\n\nand [image: picture-2.jpg]');
      expect(mail.attachments.map(({ filename, contentType, inline }) => [filename, contentType, inline])).toEqual([
        ['picture-1.png', 'image/png', true],
        ['picture-2.jpg', 'image/jpeg', true],
      ]);
      expect(contents).toEqual([png(300), png(9)]);
      expect(mail.rich).toBe('<p>see</p><img src="cid:0" alt=""><p>and <img src="cid:1" alt="x"></p>');
    },
  );

  test('do not keep the words behind them from being read, however large they are', async () => {
    const large = Buffer.alloc(6_000_000, 'picture');
    const { mail, contents } = await read({
      from: 'jo@x.example',
      html: `<p>first words</p><img src="data:image/png;base64,${large.toString('base64')}"><p>last words</p>`,
    });
    expect(mail.reply).toBe('first words\n\n[image: picture-1.png]\n\nlast words');
    expect(contents[0]?.equals(large)).toBe(true);
  });

  test('of the quoted mail are no files of the words', async () => {
    const { mail } = await read({
      from: 'jo@x.example',
      html: `<div>It works.</div><div class="gmail_quote"><div class="gmail_attr">On Mon, Jo wrote:</div><blockquote class="gmail_quote"><img src="data:image/png;base64,${png(300).toString('base64')}">old</blockquote></div>`,
    });
    expect(mail.attachments[0]?.aside).toBe(true);
  });
});

describe('a picture at the end of a mail', () => {
  const SIGNED = '<p>See the manual.</p><p>Best regards,</p><p>Alice Ames</p><p>Acme GmbH | Support</p>';
  test.each<[what: string, html: string, height: number, isLogo: boolean]>([
    ['below a farewell and a name is a logo', `${SIGNED}<p><img src="cid:it.png"></p>`, 60, true],
    [
      'below a farewell in German',
      '<p>Siehe Anhang.</p><p>Mit freundlichen Grüßen<br>Alice</p><img src="cid:it.png">',
      60,
      true,
    ],
    [
      'above the address in a signature',
      '<p>See it.</p><p>Kind regards</p><p><img src="cid:it.png"></p><p>Alice<br>www.acme.example</p>',
      60,
      true,
    ],
    [
      'below a name with a telephone',
      '<p>See it.</p><p>Alice Ames<br>Acme<br>+49 30 123456789</p><img src="cid:it.png">',
      60,
      true,
    ],
    ['that is shown small', '<p>See it.</p><p>Regards<br>Alice</p><img src="cid:it.png" height="40">', 900, true],
    ['that is as high as a screen', `${SIGNED}<p><img src="cid:it.png"></p>`, 700, false],
    ['below a sentence', '<p>Hello Jo,</p><p>please press this button:</p><img src="cid:it.png">', 60, false],
    ['below words without a full stop', '<p>Hello Jo</p><p>press this</p><img src="cid:it.png">', 60, false],
    ['above another question', '<p>Thanks</p><img src="cid:it.png"><p>Does it look like this?</p>', 60, false],
    ['that is all there is', '<img src="cid:it.png">', 60, false],
  ])('%s', async (_what, html, height, isLogo) => {
    const { mail } = await read({ from: 'a@x.example', html, attachments: [shown('it.png', png(height))] });
    expect(mail.attachments[0]?.aside === true).toBe(isLogo);
    expect(mail.rich?.includes('<img') === true).toBe(!isLogo);
  });
});

describe('pictures that Apple Mail puts between the texts', () => {
  const picture = `--m\r\nContent-Type: image/png; name=image0.png\r\nContent-Disposition: inline; filename=image0.png\r\nContent-Transfer-Encoding: base64\r\n\r\n${png(300).toString('base64')}\r\n`;
  const text = (type: string, words: string) => `--m\r\nContent-Type: ${type}; charset=utf-8\r\n\r\n${words}\r\n`;
  const head = 'From: Jo <jo@x.example>\r\nMIME-Version: 1.0\r\nContent-Type: ';

  test.each<[what: string, mail: string, formatted: string]>([
    [
      'of plain text',
      `${head}multipart/mixed; boundary=m\r\n\r\n${text('text/plain', 'See this:')}${picture}${text('text/plain', 'and tell me.\r\n\r\nSent from my iPhone')}--m--\r\n`,
      '<div>See this:</div><div><img src="cid:0" alt=""></div><br><div>and tell me.<br></div>',
    ],
    [
      'of HTML',
      `${head}multipart/alternative; boundary=a\r\n\r\n--a\r\nContent-Type: text/plain\r\n\r\nSee this:\r\n\r\nand tell me.\r\n--a\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n${text('text/html', '<body>See <b>this</b>:</body>')}${picture}${text('text/html', '<body>and tell me.</body>')}--m--\r\n--a--\r\n`,
      '<div>See <strong>this</strong>:</div><div><img src="cid:0" alt=""></div><br><div>and tell me.</div>',
    ],
  ])('%s stand there', async (_what, raw, formatted) => {
    const { mail } = await read(raw);
    expect(formatWords(mail.rich, mail.reply)?.html).toBe(formatted);
  });
});
